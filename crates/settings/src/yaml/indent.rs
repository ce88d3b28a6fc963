//! Pieces of another file's text, with the indentation of where they come to stand.

use crate::Document;
use crate::render::{Piece, line_end};
use crate::tree::{ItemId, ItemKind, ROOT};

/// `piece`, which began at `column` of its line, as it can stand under `holder`.
pub(super) fn fitted(
    mut piece: Piece,
    document: &Document,
    holder: ItemId,
    column: usize,
) -> Piece {
    let tree = document.tree();
    let keys = tree.item(holder).children.iter().map(|&child| tree.item(child));
    let Some(first) = keys.into_iter().find(|child| child.kind == ItemKind::Key) else {
        return piece;
    };
    let line = document.text()[..first.span.start].rfind('\n').map_or(0, |at| at + 1);
    let target = first.span.start - line;
    let stays_on_line = piece.trailing_comment && !piece.lead.contains('\n');
    if !stays_on_line {
        let blank = " ".repeat(target);
        piece.lead = match piece.lead.rfind('\n') {
            Some(end) => piece.lead[..=end].to_owned() + &blank,
            None if holder == ROOT => blank,
            None => line_end(document.text()).to_owned() + &blank,
        };
    }
    piece.text = moved(&piece.text, column, target);
    piece
}

/// All lines but the first, as far to the right or to the left as the first.
fn moved(text: &str, from: usize, to: usize) -> String {
    let mut moved = String::with_capacity(text.len());
    for (number, line) in text.split_inclusive('\n').enumerate() {
        if number == 0 || line.trim().is_empty() {
            moved.push_str(line);
        } else if to >= from {
            moved.push_str(&" ".repeat(to - from));
            moved.push_str(line);
        } else {
            let blanks = line.len() - line.trim_start_matches(' ').len();
            moved.push_str(&line[blanks.min(from - to)..]);
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_move_together() {
        assert_eq!(moved("a:\n  b: 1\n\n  c: 2", 0, 2), "a:\n    b: 1\n\n    c: 2");
        assert_eq!(moved("a:\n    b: 1\n # x", 2, 0), "a:\n  b: 1\n# x");
    }
}
