//! From the text of an INI file to a tree.

use std::ops::Range;

use crate::data::{Content, Entry, Header, Line, Node, Note, Off, add_lines};
use crate::mark::mark_end;
use crate::tree::{Tree, TreeBuilder, Value};
use crate::{FileSpec, ParseError};

const MARKS: [char; 2] = ['#', ';'];
const BLANKS: [char; 2] = [' ', '\t'];

/// Reads `text` as an INI file.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, false);
    let mut lines = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = line_end(text, at);
        let line = trimmed(text, at..end);
        at = end + 1;
        let whole = &text[line.clone()];
        if whole.is_empty() {
            continue;
        }
        lines.push(if whole.starts_with(MARKS) {
            Line::Note(note(text, line))
        } else if whole.starts_with('[') {
            let name = whole.strip_suffix(']').map(|name| name[1..].trim());
            let name = name.filter(|name| !name.is_empty());
            let name = name.ok_or_else(|| builder.expected(line.start, "a section: [name]"))?;
            Line::Header(Header { path: vec![name.to_owned()], list: false, span: line })
        } else {
            let entry = entry(text, line)
                .ok_or_else(|| builder.expected(end, "a key and a value: key=value"))?;
            at = line_end(text, entry.span.end) + 1;
            Line::Entry(entry)
        });
    }
    add_lines(&mut builder, spec, text, lines)?;
    Ok(builder.finish())
}

/// A comment's text without the marks that make it one.
pub(super) fn bare(comment: &str) -> &str {
    comment.trim_start_matches(|first| MARKS.contains(&first) || BLANKS.contains(&first))
}

fn line_end(text: &str, start: usize) -> usize {
    text[start..].find('\n').map_or(text.len(), |at| start + at)
}

fn trimmed(text: &str, range: Range<usize>) -> Range<usize> {
    let whole = &text[range.clone()];
    let start = range.start + whole.len() - whole.trim_start().len();
    start..start + whole.trim().len()
}

fn note(text: &str, span: Range<usize>) -> Note {
    let start = span.end - bare(&text[span.clone()]).len();
    Note { text: span.start + 1..span.end, off: switched_off(text, start..span.end), span }
}

/// A comment that is an assignment: one word before the `=`.
fn switched_off(text: &str, span: Range<usize>) -> Option<Off> {
    let line = &text[span.clone()];
    let equals = line.find('=')?;
    let key = line[..equals].trim_end();
    let in_key = |character: char| character.is_alphanumeric() || "._-@$".contains(character);
    if key.is_empty() || !key.chars().all(in_key) {
        return None;
    }
    let value = trimmed(text, span.start + equals + 1..span.end);
    let value = Value { text: text[value.clone()].to_owned(), span: Some(value) };
    Some(Off { key: vec![key.to_owned()], span, value })
}

/// `key=value`; a line that ends with a backslash goes on in the next one.
fn entry(text: &str, line: Range<usize>) -> Option<Entry> {
    let equals = line.start + equals_in(&text[line.clone()])?;
    let key = text[line.start..equals].trim_end();
    let mut shown = String::new();
    let mut part = equals + 1..line.end;
    loop {
        let words = text[part.clone()].trim();
        let continued = words.strip_suffix('\\');
        // A comment between the lines of one value is passed over.
        let note = part.start != equals + 1 && words.starts_with(MARKS);
        if !note {
            push_word(&mut shown, continued.unwrap_or(words).trim_end());
        }
        let next = line_end(text, part.end) + 1;
        if next >= text.len() || !note && continued.is_none() {
            break;
        }
        part = next..next + text[next..line_end(text, next)].trim_end().len();
    }
    let end = part.end;
    let value = trimmed(text, equals + 1..end);
    let value = if value.is_empty() { equals + 1..equals + 1 } else { value };
    Some(Entry {
        key: vec![key.to_owned()],
        span: line.start..end.max(value.end),
        value: Node { span: value, content: Content::Scalar(shown), head: None },
    })
}

fn push_word(shown: &mut String, part: &str) {
    if !shown.is_empty() && !part.is_empty() {
        shown.push(' ');
    }
    shown.push_str(part);
}

/// The `=` behind the key, outside of marks.
fn equals_in(line: &str) -> Option<usize> {
    let mut at = 0;
    while let Some(character) = line[at..].chars().next() {
        if character == '=' {
            return (at > 0).then_some(at);
        }
        at = mark_end(line, at).unwrap_or(at + character.len_utf8());
    }
    None
}
