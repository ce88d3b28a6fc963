//! Comments with entries inside that they switch off.

use std::ops::Range;

use super::term::{Reader, Term, comment_end};

/// The deepest nesting of what is commented out. It also bounds how often a line is read: once for
/// each unclosed bracket above it.
const MAX_OFF_DEPTH: usize = 16;

/// Comments that stand in lines below each other, as a text of the same length without the marks
/// that make them comments.
pub(super) struct Unmarked {
    pub(super) text: String,
    /// Where it stands in the file.
    pub(super) offset: usize,
}

/// Entries that are commented out: one or more pairs, and nothing else in their lines.
pub(super) struct Entries {
    pub(super) pairs: Vec<Term>,
    /// The end of the last one's line.
    pub(super) end: usize,
    /// Nothing but a comma stands behind the last one.
    alone: bool,
}

impl Unmarked {
    pub(super) fn new(text: &str, comments: &[Range<usize>]) -> Self {
        let (Some(first), Some(last)) = (comments.first(), comments.last()) else {
            return Self { text: String::new(), offset: 0 };
        };
        let mut unmarked = String::with_capacity(last.end - first.start);
        let mut from = first.start;
        for comment in comments {
            let line = &text[comment.clone()];
            let marks = line.len() - line.trim_start_matches('%').len();
            unmarked.push_str(&text[from..comment.start]);
            unmarked.push_str(&" ".repeat(marks));
            from = comment.start + marks;
        }
        unmarked.push_str(&text[from..last.end]);
        Self { text: unmarked, offset: first.start }
    }

    /// The entries that begin in the line at `start`, if it is no prose.
    pub(super) fn entries(&self, start: usize) -> Option<Entries> {
        let mut reader = Reader::new(&self.text, start, MAX_OFF_DEPTH);
        skip_spaces(&mut reader);
        if !reader.rest().starts_with('{') {
            return None;
        }
        let mut pairs = Vec::new();
        loop {
            let term = reader.term(0).ok()?;
            term.pair()?;
            pairs.push(term);
            skip_spaces(&mut reader);
            let comma = reader.take(",");
            skip_spaces(&mut reader);
            let rest = reader.rest();
            if rest.is_empty() || rest.starts_with(['\r', '\n', '%']) {
                let end = comment_end(&self.text, reader.at);
                return Some(Entries { pairs, end, alone: !rest.starts_with('%') });
            }
            if !comma {
                return None;
            }
        }
    }
}

fn skip_spaces(reader: &mut Reader) {
    reader.at = reader.text.len() - reader.rest().trim_start_matches([' ', '\t']).len();
}

/// A comment without the marks that make it one, line by line.
pub(super) fn words(comment: &str) -> String {
    let bare = |line: &str| line.trim_start().trim_start_matches('%').to_owned();
    comment.lines().map(bare).collect::<Vec<_>>().join("\n")
}

/// The entries of a comment as they are in force, without a comma behind; none where there is more
/// in it.
pub(super) fn uncommented(comment: &str) -> Option<String> {
    let mut lines = Vec::new();
    let mut at = 0;
    for line in comment.split_inclusive('\n') {
        let start = at + line.len() - line.trim_start().len();
        lines.push(start..comment_end(comment, start));
        at += line.len();
    }
    let unmarked = Unmarked::new(comment, &lines);
    let entries = unmarked.entries(0).filter(|found| found.alone)?;
    let (first, last) = (entries.pairs.first()?.span.start, entries.pairs.last()?.span.end);
    if comment_end(&unmarked.text, last) < unmarked.text.trim_end().len() {
        return None;
    }
    // What was indented behind the first line's marks stays below what it stood below.
    let spaces = |line: &str| line.bytes().take(first).take_while(|byte| *byte == b' ').count();
    let mut text = String::new();
    for (number, line) in unmarked.text[first..last].split_inclusive('\n').enumerate() {
        text.push_str(if number == 0 { line } else { &line[spaces(line)..] });
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_are_switched_on_with_their_alignment() {
        let on = |comment: &str| uncommented(comment);
        assert_eq!(on("%% {beat, 60},").as_deref(), Some("{beat, 60}"));
        assert_eq!(on("%{a,1}, {b,2}").as_deref(), Some("{a,1}, {b,2}"));
        assert_eq!(
            on("%% {tls, [{cert, \"c\"},\n   %%        {key,  \"k\"}]},").as_deref(),
            Some("{tls, [{cert, \"c\"},\n          {key,  \"k\"}]}")
        );
        assert_eq!(on("%% {a, 1}, % why"), None);
        assert_eq!(on("%% {a, 1} and so on"), None);
        assert_eq!(on("%% {Name, 1}"), None);
        assert_eq!(on("%% prose"), None);
    }
}
