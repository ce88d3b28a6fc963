//! A look over the raw text before a parser builds anything: depth, counts, declarations.

use crate::ParseProblem;
use crate::tree::MAX_DEPTH;

/// The most attributes of one element: the parser compares each with each.
const MAX_ATTRIBUTES: usize = 500;
/// The most namespace declarations of a file: elements copy those of their parents.
const MAX_NAMESPACES: usize = 500;

/// Checks the limits. Text that is not well-formed passes: the parser says what is wrong with it.
pub(crate) fn check(text: &str) -> Result<(), (usize, ParseProblem)> {
    let what = "namespace declarations";
    if let Some((at, _)) = text.match_indices("xmlns").nth(MAX_NAMESPACES) {
        return Err((at, ParseProblem::TooMany { what, limit: MAX_NAMESPACES }));
    }
    let mut depth = 0_usize;
    let mut from = 0;
    while let Some(at) = text[from..].find('<').map(|at| from + at) {
        let rest = &text[at..];
        let end = if rest.starts_with("<!--") {
            after(rest, 4, "-->")
        } else if rest.starts_with("<![CDATA[") {
            after(rest, 9, "]]>")
        } else if rest.starts_with("<!") {
            return Err((at, ParseProblem::DocumentType));
        } else if rest.starts_with("<?") {
            after(rest, 2, "?>")
        } else if rest.starts_with("</") {
            depth = depth.saturating_sub(1);
            after(rest, 2, ">")
        } else {
            let tag = Tag::scan(rest);
            if tag.attributes > MAX_ATTRIBUTES {
                let what = "attributes of one element";
                return Err((at, ParseProblem::TooMany { what, limit: MAX_ATTRIBUTES }));
            }
            depth += usize::from(!tag.empty);
            if depth > MAX_DEPTH {
                return Err((at, ParseProblem::TooDeep { limit: MAX_DEPTH }));
            }
            tag.length
        };
        from = at + end;
    }
    Ok(())
}

fn after(text: &str, from: usize, end: &str) -> usize {
    text[from..].find(end).map_or(text.len(), |at| from + at + end.len())
}

struct Tag {
    length: usize,
    attributes: usize,
    empty: bool,
}

impl Tag {
    fn scan(text: &str) -> Self {
        let mut quote = None;
        let mut attributes = 0;
        for (at, byte) in text.bytes().enumerate().skip(1) {
            match (quote, byte) {
                (None, b'"' | b'\'') => {
                    quote = Some(byte);
                    attributes += 1;
                }
                (Some(open), _) if open == byte => quote = None,
                (None, b'>') => {
                    let empty = text.as_bytes()[at - 1] == b'/';
                    return Self { length: at + 1, attributes, empty };
                }
                _ => {}
            }
        }
        Self { length: text.len(), attributes, empty: true }
    }
}
