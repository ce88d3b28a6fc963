//! The lines in which two texts differ, with a few around them.

use std::ops::Range;

use similar::{Algorithm, ChangeTag, TextDiff};

/// How many lines are shown before and behind a difference.
const AROUND: usize = 3;
/// The most lines of both texts together that are compared: two that have nothing in common take
/// the square of it.
const MAX_LINES: usize = 20_000;

/// A stretch of lines that differ, with those around them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// Which lines of the old text it is about, from 1; the end is not among them.
    pub old: Range<usize>,
    /// Which lines of the new text.
    pub new: Range<usize>,
    /// The lines, in their order.
    pub lines: Vec<Line>,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What became of it.
    pub change: LineChange,
    /// Its number in the old text, if it is there.
    pub old: Option<usize>,
    /// Its number in the new text, if it is there.
    pub new: Option<usize>,
    /// Without its end.
    pub text: String,
}

/// What became of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineChange {
    /// It is in both texts.
    Same,
    /// It is in the old text alone.
    Gone,
    /// It is in the new text alone.
    Come,
}

impl LineChange {
    /// The mark before it.
    pub fn mark(self) -> char {
        match self {
            Self::Same => ' ',
            Self::Gone => '-',
            Self::Come => '+',
        }
    }

    /// The class in a page.
    pub fn class(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Gone => "gone",
            Self::Come => "come",
        }
    }
}

/// Where two texts differ, in their order; none where they are too long to be compared.
pub fn hunks(old: &str, new: &str) -> Option<Vec<Hunk>> {
    if old.lines().chain(new.lines()).nth(MAX_LINES).is_some() {
        return None;
    }
    let diff = TextDiff::configure().algorithm(Algorithm::Patience).diff_lines(old, new);
    let groups = diff.grouped_ops(AROUND);
    let hunk = |ops: &Vec<similar::DiffOp>| {
        let changes = ops.iter().flat_map(|op| diff.iter_changes(op));
        let line = |change: similar::Change<&str>| Line {
            change: match change.tag() {
                ChangeTag::Equal => LineChange::Same,
                ChangeTag::Delete => LineChange::Gone,
                ChangeTag::Insert => LineChange::Come,
            },
            old: change.old_index().map(|index| index + 1),
            new: change.new_index().map(|index| index + 1),
            text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
        };
        let (first, last) = (ops.first()?, ops.last()?);
        Some(Hunk {
            old: first.old_range().start + 1..last.old_range().end + 1,
            new: first.new_range().start + 1..last.new_range().end + 1,
            lines: changes.map(line).collect(),
        })
    };
    Some(groups.iter().filter_map(hunk).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn differing_lines_have_marks_numbers_and_a_few_lines_around() {
        let old: Vec<_> = (1..=20).map(|line| format!("line {line}\n")).collect();
        let mut new = old.clone();
        new[9] = "other\r\n".into();
        new.push("last".into());
        let hunks = hunks(&old.concat(), &new.concat()).unwrap();
        let shown: Vec<_> = hunks
            .iter()
            .map(|hunk| {
                let marks: String = hunk.lines.iter().map(|line| line.change.mark()).collect();
                (hunk.old.clone(), hunk.new.clone(), marks)
            })
            .collect();
        assert_eq!(
            shown,
            [(7..14, 7..14, "   -+   ".to_owned()), (18..21, 18..22, "   +".to_owned())]
        );
        let come = hunks[0].lines.iter().find(|line| line.change == LineChange::Come).unwrap();
        assert_eq!((come.old, come.new, come.text.as_str()), (None, Some(10), "other"));
        assert!(super::hunks("a\nb\n", "a\nb\n").unwrap().is_empty());
    }

    #[test]
    fn texts_that_have_nothing_in_common_take_no_long_time() {
        let text = |word: &str, lines: usize| -> String {
            (0..lines).map(|line| format!("{word} {line}\n")).collect::<Vec<_>>().concat()
        };
        let begun = std::time::Instant::now();
        let half = MAX_LINES / 2;
        let hunks = hunks(&text("old", half), &text("new", half)).unwrap();
        assert_eq!((hunks.len(), hunks[0].lines.len()), (1, MAX_LINES));
        assert!(begun.elapsed().as_secs() < 60, "{:?}", begun.elapsed());
        assert!(super::hunks(&text("old", half), &text("new", half + 1)).is_none());
    }
}
