//! Values and keys, found by their places.

use std::ops::Range;

use super::scalar;
use crate::data::{Block, Child, Content, Entry, Node, Note};
use crate::tree::{MAX_DEPTH, MAX_KEYS, TreeBuilder};
use crate::{ParseError, ParseProblem};

const BLANKS: [char; 2] = [' ', '\t'];

/// Reads a text from a place on. What is wrong with it was said before: this only finds places.
pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) builder: &'a TreeBuilder<'a>,
    pub(super) values: usize,
}

impl Reader<'_> {
    pub(super) fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    pub(super) fn skip_blanks(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start_matches(BLANKS).len();
    }

    pub(super) fn expected(&self, what: &str) -> ParseError {
        self.builder.expected(self.at, what)
    }

    /// The comment here.
    pub(super) fn note(&mut self) -> Note {
        let start = self.at;
        let length = self.rest().find('\n').unwrap_or(self.rest().len());
        self.at += self.text[start..start + length].trim_end_matches('\r').len();
        Note { span: start..self.at, text: start + 1..self.at, off: None }
    }

    /// The parts of a key, and the blanks behind it.
    pub(super) fn key(&mut self) -> Result<Vec<String>, ParseError> {
        let mut parts = Vec::new();
        loop {
            self.skip_blanks();
            let start = self.at;
            let part = if self.rest().starts_with(['"', '\'']) {
                let end = scalar::string_end(self.text, start);
                self.at = end.ok_or_else(|| self.expected("a closing quote"))?;
                scalar::unquoted(&self.text[start..self.at])
            } else {
                let in_key = |c: char| c.is_alphanumeric() || "_-".contains(c);
                let length = self.rest().find(|c| !in_key(c)).unwrap_or(self.rest().len());
                self.at += length;
                (length > 0).then(|| self.text[start..self.at].to_owned())
            };
            parts.push(part.ok_or_else(|| self.expected("a key"))?);
            if parts.len() > MAX_DEPTH {
                return Err(self.too_deep());
            }
            self.skip_blanks();
            if !self.rest().starts_with('.') {
                return Ok(parts);
            }
            self.at += 1;
        }
    }

    /// `key = value`.
    pub(super) fn entry(&mut self, depth: usize) -> Result<Entry, ParseError> {
        let start = self.at;
        let key = self.key()?;
        if !self.rest().starts_with('=') {
            return Err(self.expected("= and a value"));
        }
        self.at += 1;
        self.skip_blanks();
        let value = self.value(depth)?;
        Ok(Entry { key, span: start..self.at, value })
    }

    fn too_deep(&self) -> ParseError {
        self.builder.error(self.at, ParseProblem::TooDeep { limit: MAX_DEPTH })
    }

    /// Recursive, up to the depth limit.
    fn value(&mut self, depth: usize) -> Result<Node, ParseError> {
        let start = self.at;
        self.values += 1;
        if self.values > MAX_KEYS {
            let problem = ParseProblem::TooMany { what: "values", limit: MAX_KEYS };
            return Err(self.builder.error(start, problem));
        }
        if depth > MAX_DEPTH {
            return Err(self.too_deep());
        }
        let content = if self.rest().starts_with('[') {
            self.block(depth, ']')?
        } else if self.rest().starts_with('{') {
            self.block(depth, '}')?
        } else {
            let end = scalar::scalar_end(self.text, start);
            self.at = end.ok_or_else(|| self.expected("a value"))?;
            Content::Scalar(scalar::view(&self.text[start..self.at]))
        };
        Ok(Node { span: start..self.at, content, head: None })
    }

    fn block(&mut self, depth: usize, close: char) -> Result<Content, ParseError> {
        let open: Range<usize> = self.at..self.at + 1;
        self.at += 1;
        let mut children = Vec::new();
        loop {
            let blank = |c: char| c.is_ascii_whitespace() || c == ',';
            self.at += self.rest().len() - self.rest().trim_start_matches(blank).len();
            if self.rest().starts_with(close) {
                break;
            }
            if self.rest().is_empty() {
                return Err(self.builder.expected(open.start, "a closing bracket for this"));
            }
            children.push(if self.rest().starts_with('#') {
                Child::Note(self.note())
            } else if close == '}' {
                Child::Entry(self.entry(depth + 1)?)
            } else {
                let start = self.at;
                let value = self.value(depth + 1)?;
                Child::Entry(Entry { key: Vec::new(), span: start..self.at, value })
            });
        }
        let block = Block { body: open.end..self.at, children };
        self.at += 1;
        Ok(Content::of_block(block, close))
    }
}
