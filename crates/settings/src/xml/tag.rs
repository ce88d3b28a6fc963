//! Start tags with the places of their attributes, namespace declarations among them.

use std::ops::Range;

/// A start tag.
pub(crate) struct StartTag {
    /// The qualified name.
    pub(crate) name: Range<usize>,
    pub(crate) attributes: Vec<RawAttribute>,
    /// Behind the last attribute, or behind the name.
    pub(crate) attributes_end: usize,
    /// Behind the `>`.
    pub(crate) end: usize,
    /// It ends with `/>`.
    pub(crate) empty: bool,
}

/// An attribute as it stands in the text.
pub(crate) struct RawAttribute {
    /// With the blank space before it and the closing quote.
    pub(crate) outer: Range<usize>,
    /// The qualified name.
    pub(crate) name: Range<usize>,
    /// Between the quotes.
    pub(crate) value: Range<usize>,
}

/// Reads the start tag whose `<` is at `start`; none where the text is not well-formed there.
pub(crate) fn start_tag(text: &str, start: usize) -> Option<StartTag> {
    let mut at = start + 1;
    let name = at..end_of_name(text, at);
    at = name.end;
    let mut attributes = Vec::new();
    loop {
        let outer_start = at;
        at = skip_blanks(text, at);
        let rest = &text[at..];
        if let Some(end) =
            [(">", false), ("/>", true)].into_iter().find(|end| rest.starts_with(end.0))
        {
            return Some(StartTag {
                name,
                attributes,
                attributes_end: outer_start,
                end: at + end.0.len(),
                empty: end.1,
            });
        }
        let attribute = attribute(text, outer_start, at)?;
        at = attribute.outer.end;
        attributes.push(attribute);
    }
}

/// Behind the last attribute of the start tag at `start`.
pub(crate) fn attributes_end(text: &str, start: usize) -> usize {
    start_tag(text, start).map_or(start, |tag| tag.attributes_end)
}

/// The name of the element at `start`, with its prefix.
pub(crate) fn qualified_name(text: &str, start: usize) -> &str {
    start_tag(text, start).map_or("", |tag| &text[tag.name])
}

/// Whether the start tag at `start` declares the namespace of this prefix, or the default one.
pub(crate) fn declares_namespace(text: &str, start: usize, prefix: Option<&str>) -> bool {
    let name = prefix.map_or_else(|| "xmlns".to_owned(), |prefix| format!("xmlns:{prefix}"));
    let tag = start_tag(text, start);
    tag.is_some_and(|tag| tag.attributes.iter().any(|found| text[found.name.clone()] == name))
}

fn attribute(text: &str, outer_start: usize, start: usize) -> Option<RawAttribute> {
    let name = start..end_of_name(text, start);
    let equals = skip_blanks(text, name.end);
    let quote_at = skip_blanks(text, equals + text[equals..].strip_prefix('=').map(|_| 1)?);
    let quote = text[quote_at..].chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    let value_start = quote_at + 1;
    let value_end = value_start + text[value_start..].find(quote)?;
    Some(RawAttribute { outer: outer_start..value_end + 1, name, value: value_start..value_end })
}

fn end_of_name(text: &str, start: usize) -> usize {
    let ends = |character: char| character.is_ascii_whitespace() || "=/>\"'".contains(character);
    text[start..].find(ends).map_or(text.len(), |at| start + at)
}

fn skip_blanks(text: &str, start: usize) -> usize {
    let rest = &text[start..];
    start + rest.len() - rest.trim_ascii_start().len()
}
