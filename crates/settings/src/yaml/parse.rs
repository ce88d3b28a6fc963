//! From the text of a YAML file to a tree.

use std::ops::Range;
use std::vec::IntoIter;

use super::events::{Found, What, read};
use super::{notes, scalar};
use crate::data::{Block, Child, Content, Entry, Node, add_block};
use crate::tree::{MAX_DEPTH, ROOT, Tree, TreeBuilder};
use crate::{FileSpec, ParseError, ParseProblem};

/// Reads `text` as YAML. The file must hold a map or a list, or nothing but comments.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, false);
    let (events, comments) = read(text, &builder)?;
    let mut reader = Reader { text, events: events.into_iter(), builder: &builder };
    let children = match reader.events.next() {
        None => Vec::new(),
        Some(first) => match reader.node(first, document_start(text), 0)?.content {
            Content::Map(block) | Content::List(block) => block.children,
            Content::Scalar(value) if matches!(value.as_str(), "" | "{}" | "[]") => Vec::new(),
            Content::Scalar(_) => return Err(builder.expected(0, "a map or a list")),
        },
    };
    let mut block = Block { body: 0..text.len(), children };
    let mut comments = comments.into_iter().peekable();
    notes::place(&mut block, &mut comments, text, text.len(), &|_, _| true);
    add_block(&mut builder, spec, text, ROOT, "", block)?;
    Ok(builder.finish())
}

/// Behind the mark that begins the document, if there is one.
fn document_start(text: &str) -> usize {
    let mark = |line: &str| line.trim_end() == "---" || line.starts_with("--- ");
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if mark(line) {
            return at + 3;
        }
        if !line.trim().is_empty() && !line.starts_with(['#', '%']) {
            break;
        }
        at += line.len();
    }
    0
}

struct Reader<'a> {
    text: &'a str,
    events: IntoIter<Found>,
    builder: &'a TreeBuilder<'a>,
}

impl Reader<'_> {
    /// The first place from `from` on that is no blank and no comment, and whether a comment was
    /// passed over.
    fn first_text(&self, from: usize, also: &[char]) -> (usize, bool) {
        let mut at = from;
        let mut passed = false;
        loop {
            let rest = &self.text[at..];
            let blank = |c: char| c.is_ascii_whitespace() || c == '\u{feff}' || also.contains(&c);
            at += rest.len() - rest.trim_start_matches(blank).len();
            if !self.text[at..].starts_with('#') {
                return (at, passed);
            }
            passed = true;
            at += self.text[at..].find('\n').unwrap_or(self.text.len() - at);
        }
    }

    /// The value that begins with this event, behind `from`. Recursive, up to the depth limit.
    fn node(&mut self, found: Found, from: usize, depth: usize) -> Result<Node, ParseError> {
        if depth > MAX_DEPTH {
            let problem = ParseProblem::TooDeep { limit: MAX_DEPTH };
            return Err(self.builder.error(found.span.start, problem));
        }
        let (start, passed) = self.first_text(from, &[]);
        match found.what {
            What::Scalar { named: false, .. } if found.span.is_empty() => {
                let content = Content::Scalar(String::new());
                Ok(Node { span: from..from, content, head: None })
            }
            What::Scalar { .. } | What::Alias if passed => {
                Err(self.builder.expected(start, "no comment between a key and its value"))
            }
            What::Scalar { text, plain, named } => {
                let end = if found.span.is_empty() {
                    self.head_end(start)
                } else {
                    let whole = &self.text[start..found.span.end];
                    start + whole.trim_end_matches(['\n', '\r', ' ', '\t']).len()
                };
                let content =
                    Content::Scalar(scalar::view(&self.text[start..end], text, plain, named));
                Ok(Node { span: start..end, content, head: None })
            }
            What::Alias => {
                let content = Content::Scalar(self.text[found.span.clone()].to_owned());
                Ok(Node { span: found.span, content, head: None })
            }
            What::Map { flow, named } => {
                self.block((start, from), &found.span, flow, named, false, depth)
            }
            What::List { flow, named } => {
                self.block((start, from), &found.span, flow, named, true, depth)
            }
            What::End => Err(self.builder.expected(found.span.start, "a value")),
        }
    }

    /// Behind the anchor and the tag at `start`.
    fn head_end(&self, start: usize) -> usize {
        let mut end = start;
        loop {
            let rest = &self.text[end..];
            let next = end + rest.len() - rest.trim_start_matches([' ', '\t']).len();
            if !self.text[next..].starts_with(['&', '!']) {
                return end;
            }
            let word = self.text[next..].find(|c: char| c.is_ascii_whitespace() || c == ',');
            end = word.map_or(self.text.len(), |length| next + length);
        }
    }

    fn block(
        &mut self,
        (start, from): (usize, usize),
        span: &Range<usize>,
        flow: bool,
        named: bool,
        list: bool,
        depth: usize,
    ) -> Result<Node, ParseError> {
        let head = named.then(|| start..self.head_end(start));
        let body_start = match (flow, &head) {
            (true, _) => span.end,
            (false, Some(head)) => head.end,
            (false, None) => from,
        };
        if flow && !self.text[span.clone()].starts_with(['[', '{']) {
            return Err(self.builder.expected(span.start, "a map in braces"));
        }
        let mut children = Vec::new();
        let mut cursor = body_start;
        let end = loop {
            let Some(found) = self.events.next() else {
                return Err(self.builder.expected(self.text.len(), "the end of a block"));
            };
            if matches!(found.what, What::End) {
                break found.span;
            }
            let entry = if list {
                self.list_entry(found, cursor, flow, depth)?
            } else {
                self.map_entry(found, depth)?
            };
            cursor = entry.span.end;
            children.push(Child::Entry(entry));
        };
        let (body_end, node_end) = if flow { (end.start, end.end) } else { (cursor, cursor) };
        let content = match children.is_empty() {
            true if list => Content::Scalar("[]".to_owned()),
            true => Content::Scalar("{}".to_owned()),
            false if list => Content::List(Block { body: body_start..body_end, children }),
            false => Content::Map(Block { body: body_start..body_end, children }),
        };
        Ok(Node { span: start..node_end, content, head })
    }

    fn list_entry(
        &mut self,
        found: Found,
        cursor: usize,
        flow: bool,
        depth: usize,
    ) -> Result<Entry, ParseError> {
        let (start, _) = self.first_text(cursor, if flow { &[','] } else { &[] });
        if !flow && !self.text[start..].starts_with('-') {
            return Err(self.builder.expected(start, "a dash before the entry of a list"));
        }
        let value = self.node(found, if flow { start } else { start + 1 }, depth + 1)?;
        Ok(Entry { key: Vec::new(), span: start..value.span.end, value })
    }

    fn map_entry(&mut self, key: Found, depth: usize) -> Result<Entry, ParseError> {
        let plain = || self.builder.expected(key.span.start, "a key of one word or in quotes");
        let What::Scalar { text, named: false, .. } = key.what else {
            return Err(plain());
        };
        let behind = self.text[key.span.end..].trim_start_matches([' ', '\t']);
        let colon = self.text.len() - behind.len();
        if !behind.starts_with(':') || key.span.is_empty() {
            return Err(plain());
        }
        let Some(found) = self.events.next() else {
            return Err(self.builder.expected(colon, "a value"));
        };
        let value = self.node(found, colon + 1, depth + 1)?;
        Ok(Entry { key: vec![text], span: key.span.start..value.span.end.max(colon + 1), value })
    }
}
