//! From the text of a properties file to a tree.

use std::ops::Range;

use super::escape::unescape;
use crate::mark::mark_end;
use crate::tree::{Item, ItemId, ItemKind, ROOT, Tree, TreeBuilder, Value};
use crate::{FileSpec, ParseError};

const BLANKS: [char; 3] = [' ', '\t', '\x0c'];
const LINE_ENDS: [char; 2] = ['\n', '\r'];
/// Stands in the path for a key without characters.
const EMPTY_KEY: &str = "(empty)";

/// Reads `text` as Java properties. Every text is some properties file: only limits can fail.
pub(crate) fn parse(text: &str, spec: &FileSpec) -> Result<Tree, ParseError> {
    let mut builder = TreeBuilder::new(&spec.path, text, true);
    // Files of users and passwords: their commented-out lines may have any of Java's separators.
    let loose = !spec.secrets.is_empty();
    let mut at = 0;
    while at < text.len() {
        at += text[at..].len() - text[at..].trim_start_matches(BLANKS).len();
        let rest = &text[at..];
        at = if rest.starts_with(LINE_ENDS) {
            at + 1
        } else if rest.starts_with(['#', '!']) {
            let end = line_end(text, at);
            comment(&mut builder, text, at..end, loose)?;
            end
        } else if rest.is_empty() {
            at
        } else {
            let entry = Entry::read(text, at);
            let end = entry.end;
            builder.add(ROOT, entry.item(text, true))?;
            end
        };
    }
    Ok(builder.finish())
}

fn comment(
    builder: &mut TreeBuilder,
    text: &str,
    span: Range<usize>,
    loose: bool,
) -> Result<(), ParseError> {
    let mut item = Item::new(ItemKind::Comment, span.clone());
    item.live = false;
    item.value = Some(Value {
        text: text[span.start + 1..span.end].to_owned(),
        span: Some(span.start + 1..span.end),
    });
    let id: ItemId = builder.add(ROOT, item)?;
    let start = span.end - bare(&text[span.clone()]).len();
    if looks_like_entry(&text[start..span.end], loose) {
        // Inside a comment, a backslash at the end continues nothing.
        let entry = Entry::read(&text[..span.end], start);
        builder.add(id, entry.item(text, false))?;
    }
    Ok(())
}

/// A comment's text without the marks that make it one.
pub(crate) fn bare(comment: &str) -> &str {
    comment.trim_start_matches(|first: char| "#!".contains(first) || BLANKS.contains(&first))
}

/// Whether a comment's text is a switched-off entry rather than prose.
fn looks_like_entry(text: &str, loose: bool) -> bool {
    let in_key =
        |character: char| character.is_alphanumeric() || "._-$/{}[]@*+".contains(character);
    let after_key = text.trim_start_matches(in_key);
    let separator = after_key.trim_start_matches(BLANKS);
    let two_words = || {
        !separator.is_empty() && separator.len() < after_key.len() && !separator.contains(BLANKS)
    };
    after_key.len() < text.len()
        && (separator.starts_with('=') || loose && (separator.starts_with(':') || two_words()))
}

fn line_end(text: &str, start: usize) -> usize {
    text[start..].find(LINE_ENDS).map_or(text.len(), |at| start + at)
}

/// The places of one logical line.
struct Entry {
    key: Range<usize>,
    value: Range<usize>,
    end: usize,
}

impl Entry {
    fn read(text: &str, start: usize) -> Self {
        let ends_key = |character: char| "=:".contains(character) || BLANKS.contains(&character);
        let key_end = scan(text, start, ends_key);
        let mut value = skip_blanks(text, key_end);
        if text[value..].starts_with(['=', ':']) {
            value = skip_blanks(text, value + 1);
        }
        let end = scan(text, value, |_| false);
        Self { key: start..key_end, value: value..end, end }
    }

    fn item(&self, text: &str, live: bool) -> Item {
        let key = unescape(&text[self.key.clone()]);
        let mut item = Item::key(&key, segment(&key), self.key.start..self.end);
        item.live = live;
        item.value = Some(Value {
            text: unescape(&text[self.value.clone()]),
            span: Some(self.value.clone()),
        });
        item
    }
}

/// The first place from `start` on where an unescaped character ends the scan, or the line does.
fn scan(text: &str, start: usize, ends: impl Fn(char) -> bool) -> usize {
    let mut at = start;
    while let Some(character) = text[at..].chars().next() {
        if let Some(end) = mark_end(text, at) {
            at = end;
        } else if character == '\\' {
            at = skip_escape(text, at);
        } else if LINE_ENDS.contains(&character) || ends(character) {
            return at;
        } else {
            at += character.len_utf8();
        }
    }
    at
}

/// Behind the backslash at `at` and what it escapes: one character, or a line end with the blanks
/// of the next line.
fn skip_escape(text: &str, at: usize) -> usize {
    let escaped = &text[at + 1..];
    let after = if let Some(after) = escaped.strip_prefix("\r\n") {
        after.trim_start_matches(BLANKS)
    } else if let Some(after) = escaped.strip_prefix(LINE_ENDS) {
        after.trim_start_matches(BLANKS)
    } else {
        escaped.chars().next().map_or("", |character| &escaped[character.len_utf8()..])
    };
    text.len() - after.len()
}

/// Skips blanks, and continuations between key and value.
fn skip_blanks(text: &str, start: usize) -> usize {
    let mut at = start;
    loop {
        at = text.len() - text[at..].trim_start_matches(BLANKS).len();
        let continued =
            text[at..].strip_prefix('\\').is_some_and(|rest| rest.starts_with(LINE_ENDS));
        if !continued {
            return at;
        }
        at = skip_escape(text, at);
    }
}

/// A key as a part of a path: `/` would separate.
fn segment(key: &str) -> String {
    if key.is_empty() {
        return EMPTY_KEY.to_owned();
    }
    let mut segment = String::with_capacity(key.len());
    for character in key.chars() {
        match character {
            '/' => segment.push_str("%2F"),
            other if other.is_control() => segment.push('?'),
            other => segment.push(other),
        }
    }
    segment
}
