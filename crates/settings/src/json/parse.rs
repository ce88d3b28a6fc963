//! From the text of a JSON file to a tree. Comments, and a comma behind the last value, are read
//! in every file: what forbids them is the program that reads the file, not its text.

use std::ops::Range;

use super::scalar;
use crate::data::{Block, Child, Content, Entry, Node, Note, Off, add_block};
use crate::mark::mark_end;
use crate::tree::{MAX_DEPTH, MAX_KEYS, ROOT, Tree, TreeBuilder, Value};
use crate::{FileSpec, ParseError, ParseProblem};

const BLANKS: [char; 4] = [' ', '\t', '\n', '\r'];

/// Reads `text` as JSON. The file must hold a map or a list.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, false);
    let mut reader = Reader { text, at: 0, builder: &builder, values: 0 };
    let mut children = Vec::new();
    reader.skip(&mut children)?;
    match reader.value(0)?.content {
        Content::Map(block) | Content::List(block) => children.extend(block.children),
        Content::Scalar(found) if is_empty_block(&found) => {}
        Content::Scalar(_) => return Err(reader.expected(0, "a map or a list")),
    }
    reader.skip(&mut children)?;
    if reader.at < text.len() {
        return Err(reader.expected(reader.at, "the end of the file"));
    }
    let block = Block { body: 0..text.len(), children };
    add_block(&mut builder, spec, text, ROOT, "", block)?;
    Ok(builder.finish())
}

/// What a line comment switches off: one key with a single value, and a comma.
pub(super) fn switched_off(text: &str, inside: Range<usize>) -> Option<Off> {
    let line = &text[inside.clone()];
    let start = inside.start + line.len() - line.trim_start().len();
    let whole = line.trim().trim_end_matches(',').trim_end();
    let key_end = string_end(whole, 0)?;
    let key = scalar::unquoted(&whole[..key_end])?;
    let value = whole[key_end..].trim_start().strip_prefix(':')?.trim_start();
    let shown = scalar::view(value)?;
    let span = start..start + whole.len();
    let value = Value { text: shown, span: Some(span.end - value.len()..span.end) };
    Some(Off { key: vec![key], span, value })
}

fn is_empty_block(text: &str) -> bool {
    matches!(text, "{}" | "[]")
}

/// Behind the closing quote of the string at `start`.
pub(super) fn string_end(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if bytes.get(start) != Some(&b'"') {
        return None;
    }
    let mut at = start + 1;
    loop {
        match bytes.get(at)? {
            b'"' => return Some(at + 1),
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
    builder: &'a TreeBuilder<'a>,
    values: usize,
}

impl Reader<'_> {
    fn expected(&self, at: usize, what: &str) -> ParseError {
        self.builder.expected(at, what)
    }

    /// Skips blank space; comments come to `children`.
    fn skip(&mut self, children: &mut Vec<Child>) -> Result<(), ParseError> {
        loop {
            let rest = &self.text[self.at..];
            self.at += rest.len() - rest.trim_start_matches(BLANKS).len();
            let rest = &self.text[self.at..];
            let start = self.at;
            let (end, text) = if rest.starts_with("//") {
                let end = start + rest.find('\n').unwrap_or(rest.len());
                let end = start + self.text[start..end].trim_end_matches('\r').len();
                (end, start + 2..end)
            } else if let Some(inside) = rest.strip_prefix("/*") {
                let length =
                    inside.find("*/").ok_or_else(|| self.expected(start, "a closing */"))?;
                (start + length + 4, start + 2..start + 2 + length)
            } else {
                return Ok(());
            };
            self.at = end;
            let line = rest.starts_with("//");
            let off = if line { switched_off(self.text, text.clone()) } else { None };
            children.push(Child::Note(Note { span: start..end, text, off }));
            self.count(start)?;
        }
    }

    /// Skips blank space where no comment can stand.
    fn skip_plain(&mut self) -> Result<(), ParseError> {
        let mut notes = Vec::new();
        self.skip(&mut notes)?;
        match notes.first() {
            Some(Child::Note(note)) => {
                Err(self.expected(note.span.start, "no comment between a key and its value"))
            }
            _ => Ok(()),
        }
    }

    fn count(&mut self, at: usize) -> Result<(), ParseError> {
        self.values += 1;
        if self.values > MAX_KEYS {
            let problem = ParseProblem::TooMany { what: "values", limit: MAX_KEYS };
            return Err(self.builder.error(at, problem));
        }
        Ok(())
    }

    fn value(&mut self, depth: usize) -> Result<Node, ParseError> {
        let start = self.at;
        self.count(start)?;
        if depth > MAX_DEPTH {
            return Err(self.builder.error(start, ParseProblem::TooDeep { limit: MAX_DEPTH }));
        }
        let content = match self.text[start..].chars().next() {
            Some('{') => self.block(depth, '}')?,
            Some('[') => self.block(depth, ']')?,
            _ => Content::Scalar(self.scalar()?),
        };
        Ok(Node { span: start..self.at, content, head: None })
    }

    fn scalar(&mut self) -> Result<String, ParseError> {
        let start = self.at;
        let rest = &self.text[start..];
        let end = if rest.starts_with('"') {
            string_end(self.text, start).ok_or_else(|| self.expected(start, "a closing \""))?
        } else if let Some(end) = mark_end(self.text, start) {
            end
        } else {
            let in_word = |c: char| c.is_ascii_alphanumeric() || "+-.".contains(c);
            start + rest.find(|c| !in_word(c)).unwrap_or(rest.len())
        };
        self.at = end;
        let shown = self.text.get(start..end).and_then(scalar::view);
        shown.ok_or_else(|| self.expected(start, "a value: a string, a number, a word, { or ["))
    }

    /// A map or a list, up to `close`. Recursive, up to the depth limit.
    fn block(&mut self, depth: usize, close: char) -> Result<Content, ParseError> {
        let start = self.at;
        self.at += 1;
        let body = self.at;
        let mut children = Vec::new();
        let mut separated = true;
        loop {
            self.skip(&mut children)?;
            let rest = &self.text[self.at..];
            if rest.starts_with(close) {
                break;
            }
            if rest.is_empty() {
                return Err(self.expected(start, &format!("a closing `{close}` for this")));
            }
            if !separated {
                return Err(self.expected(self.at, &format!("a comma or `{close}`")));
            }
            let entry = self.entry(depth, close)?;
            children.push(Child::Entry(entry));
            self.skip(&mut children)?;
            separated = self.text[self.at..].starts_with(',');
            self.at += usize::from(separated);
        }
        let block = Block { body: body..self.at, children };
        self.at += 1;
        Ok(Content::of_block(block, close))
    }

    fn entry(&mut self, depth: usize, close: char) -> Result<Entry, ParseError> {
        let start = self.at;
        let mut key = Vec::new();
        if close == '}' {
            let end = string_end(self.text, start)
                .ok_or_else(|| self.expected(start, "a key in double quotes"))?;
            let text = self.text.get(start..end).and_then(scalar::unquoted);
            key.push(text.ok_or_else(|| self.expected(start, "a key in double quotes"))?);
            self.at = end;
            self.skip_plain()?;
            if !self.text[self.at..].starts_with(':') {
                return Err(self.expected(self.at, "a colon behind the key"));
            }
            self.at += 1;
            self.skip_plain()?;
        }
        let value = self.value(depth + 1)?;
        Ok(Entry { key, span: start..self.at, value })
    }
}
