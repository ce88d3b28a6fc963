//! Comments: what they belong to, and what they switch off.

use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use super::scalar;
use crate::data::{Block, Child, Content, Note, Off};
use crate::tree::Value;

/// The comment at `span`.
pub(super) fn note(text: &str, span: Range<usize>) -> Note {
    Note { off: switched_off(text, span.clone()), text: span.start + 1..span.end, span }
}

/// A comment's text without the marks that make it one.
pub(super) fn bare(comment: &str) -> &str {
    comment.trim_start_matches(['#', ' ', '\t'])
}

/// A comment that is one key with a value of one word, or in quotes: anything else may be prose.
fn switched_off(text: &str, span: Range<usize>) -> Option<Off> {
    let start = span.end - bare(&text[span.clone()]).len();
    let line = text[start..span.end].trim_end();
    let (key, rest) = line.split_once(": ")?;
    let in_key = |character: char| character.is_ascii_alphanumeric() || "._-".contains(character);
    let value = rest.trim();
    let word = !value.contains([' ', '\t']) || value.starts_with(['"', '\'']);
    if key.is_empty() || !key.chars().all(in_key) || value.is_empty() || !word {
        return None;
    }
    let shown = scalar::read(value)?;
    let end = start + line.len();
    let value = Value { text: shown, span: Some(end - value.len()..end) };
    Some(Off { key: vec![key.to_owned()], span: start..end, value })
}

/// Puts comments among what the block holds, and into the blocks within. `end` is where something
/// else follows; of what stands behind the last entry, `takes` says what belongs here. Recursive,
/// as deep as the blocks.
pub(super) fn place(
    block: &mut Block,
    notes: &mut Peekable<IntoIter<Note>>,
    text: &str,
    end: usize,
    takes: &dyn Fn(&Note, usize) -> bool,
) {
    let column = block.children.iter().find_map(|child| match child {
        Child::Entry(entry) => Some(column(text, entry.span.start)),
        Child::Note(_) => None,
    });
    let mut entries = std::mem::take(&mut block.children).into_iter().peekable();
    let mut last_end = block.body.start;
    while let Some(child) = entries.next() {
        let Child::Entry(mut entry) = child else {
            continue;
        };
        while let Some(note) = notes.next_if(|note| note.span.start < entry.span.start) {
            block.children.push(Child::Note(note));
        }
        let next = match entries.peek() {
            Some(Child::Entry(next)) => next.span.start,
            _ => end,
        };
        if let Content::Map(inner) | Content::List(inner) = &mut entry.value.content {
            if is_flow(text, inner) {
                place(inner, notes, text, inner.body.end, &|_, _| true);
            } else {
                let takes = |note: &Note, inside: usize| {
                    column.is_some_and(|own| {
                        own < inside && self::column(text, note.span.start) >= inside
                    })
                };
                place(inner, notes, text, next, &takes);
                entry.value.span.end = inner.body.end;
                entry.span.end = inner.body.end;
            }
        }
        last_end = entry.span.end;
        block.children.push(Child::Entry(entry));
    }
    while let Some(note) = notes.next_if(|note| {
        let same_line =
            |from: usize| !text[from.min(note.span.start)..note.span.start].contains('\n');
        note.span.start < end && (takes(note, column.unwrap_or(0)) || same_line(last_end))
    }) {
        last_end = note.span.end;
        block.children.push(Child::Note(note));
    }
    block.body.end = block.body.end.max(last_end);
}

/// Whether a block stands in brackets.
pub(super) fn is_flow(text: &str, block: &Block) -> bool {
    text[..block.body.start].ends_with(['[', '{'])
}

fn column(text: &str, at: usize) -> usize {
    at - text[..at].rfind('\n').map_or(0, |end| end + 1)
}
