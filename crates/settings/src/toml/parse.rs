//! From the text of a TOML file to a tree: one parser says whether the text is TOML, the reader
//! here where its keys stand.

use super::scalar;
use super::value::Reader;
use crate::data::{Content, Header, Line, Off, add_lines};
use crate::mark::{has_mark, mark_end};
use crate::tree::{Tree, TreeBuilder, Value};
use crate::{FileSpec, ParseError};

/// Reads `text` as TOML.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, false);
    let lines = read(text, &builder)?;
    check(text, &builder)?;
    add_lines(&mut builder, spec, text, lines)?;
    Ok(builder.finish())
}

/// A comment's text without the marks that make it one.
pub(super) fn bare(comment: &str) -> &str {
    comment.trim_start_matches(['#', ' ', '\t'])
}

fn read(text: &str, builder: &TreeBuilder) -> Result<Vec<Line>, ParseError> {
    let mut lines = Vec::new();
    let mut reader = Reader { text, at: 0, builder, values: 0 };
    loop {
        let rest = reader.rest();
        reader.at +=
            rest.len() - rest.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n']).len();
        let rest = reader.rest();
        if rest.is_empty() {
            return Ok(lines);
        }
        lines.push(if rest.starts_with('#') {
            let mut note = reader.note();
            note.off = switched_off(text, note.span.clone());
            Line::Note(note)
        } else if rest.starts_with('[') {
            Line::Header(header(&mut reader)?)
        } else {
            Line::Entry(reader.entry(0)?)
        });
    }
}

fn header(reader: &mut Reader) -> Result<Header, ParseError> {
    let start = reader.at;
    let list = reader.rest().starts_with("[[");
    let (open, close) = if list { (2, "]]") } else { (1, "]") };
    reader.at += open;
    let path = reader.key()?;
    if !reader.rest().starts_with(close) {
        return Err(reader.expected("a closing bracket for the name of the table"));
    }
    reader.at += open;
    Ok(Header { path, list, span: start..reader.at })
}

/// A comment that is one key with a single value.
fn switched_off(text: &str, span: std::ops::Range<usize>) -> Option<Off> {
    let start = span.end - bare(&text[span.clone()]).len();
    let line = text[start..span.end].trim_end();
    let end = start + line.len();
    let builder = TreeBuilder::new("", "", false);
    let mut reader = Reader { text: &text[..end], at: start, builder: &builder, values: 0 };
    let entry = reader.entry(0).ok().filter(|entry| entry.span.end == end)?;
    let Content::Scalar(shown) = entry.value.content else {
        return None;
    };
    let raw = &text[entry.value.span.clone()];
    let valid = has_mark(raw) || raw.parse::<toml_edit::Value>().is_ok();
    let value = Value { text: shown, span: Some(entry.value.span) };
    valid.then_some(Off { key: entry.key, span: entry.span, value })
}

/// Whether the text is TOML. Marks in the place of values are read as strings.
fn check(text: &str, builder: &TreeBuilder) -> Result<(), ParseError> {
    let masked = if has_mark(text) { masked(text) } else { text.to_owned() };
    match toml_edit::Document::parse(masked) {
        Ok(_) => Ok(()),
        Err(error) => {
            let at = error.span().map_or(0, |span| span.start.min(text.len()));
            Err(builder.expected(at, "TOML: a key, =, and a value of its form; each key once"))
        }
    }
}

/// The text with a string of the same length in the place of each mark that is a whole value.
fn masked(text: &str) -> String {
    let mut masked = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        let end = if let Some(end) = mark_end(text, at) {
            masked.push('"');
            masked.push_str(&"x".repeat(end - at - 2));
            masked.push('"');
            at = end;
            continue;
        } else if character == '#' {
            at + text[at..].find('\n').unwrap_or(text.len() - at)
        } else {
            scalar::string_end(text, at).unwrap_or(at + character.len_utf8())
        };
        masked.push_str(&text[at..end]);
        at = end;
    }
    masked
}
