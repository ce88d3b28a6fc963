//! Tables that fit: columns shrink, and their cells are broken into lines.

use super::wrap::{Line, columns, wrap_cell};
use super::{Span, Tone};

/// Between two columns.
const GAP: usize = 2;
/// No column is made narrower than this, if it is not by itself.
const NARROWEST: usize = 6;

/// A table without lines; the first row may be a head.
#[derive(Clone, Debug, Default)]
pub(crate) struct Table {
    rows: Vec<Vec<Vec<Span>>>,
}

impl Table {
    /// A table with titles over its columns.
    pub(crate) fn with_head(titles: &[&str]) -> Self {
        let mut table = Self::default();
        table.row(titles.iter().map(|title| Span::new(Tone::Faint, *title)));
        table
    }

    /// Adds a row of cells with one tone each.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Span>) {
        self.rows.push(cells.into_iter().map(|cell| vec![cell]).collect());
    }

    /// Adds a row of cells with several tones each.
    pub(crate) fn cells(&mut self, cells: Vec<Vec<Span>>) {
        self.rows.push(cells);
    }

    /// Each cell's text changed by `change`.
    pub(crate) fn map(mut self, change: impl Fn(&str) -> String) -> Self {
        for span in self.rows.iter_mut().flatten().flatten() {
            span.text = change(&span.text);
        }
        self
    }

    /// The lines, none wider than `width`.
    pub(crate) fn lines(&self, width: usize) -> Vec<Line> {
        let widths = self.widths(width);
        self.rows.iter().flat_map(|row| row_lines(row, &widths)).collect()
    }

    fn widths(&self, width: usize) -> Vec<usize> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let natural = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column));
            cells.map(|cell| cell_columns(cell)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..count).map(natural).collect();
        let gaps = GAP * count.saturating_sub(1);
        while widths.iter().sum::<usize>() + gaps > width {
            let widest = widths.iter_mut().max().filter(|widest| **widest > NARROWEST);
            let Some(widest) = widest else { break };
            *widest -= 1;
        }
        widths
    }
}

/// The columns of a cell on one line, with a space between two spans.
fn cell_columns(cell: &[Span]) -> usize {
    let words: usize = cell.iter().map(|span| columns(&span.text)).sum();
    words + cell.len().saturating_sub(1)
}

fn row_lines(row: &[Vec<Span>], widths: &[usize]) -> Vec<Line> {
    let cells: Vec<Vec<Line>> =
        row.iter().zip(widths).map(|(cell, &width)| wrap_cell(cell, width.max(1))).collect();
    let height = cells.iter().map(Vec::len).max().unwrap_or(0);
    (0..height)
        .map(|index| {
            let mut line = Line::new();
            let mut owed = 0;
            for (cell, width) in cells.iter().zip(widths) {
                let spans = cell.get(index).cloned().unwrap_or_default();
                let used: usize = spans.iter().map(|span| columns(&span.text)).sum();
                if used > 0 {
                    line.push(Span::new(Tone::Plain, " ".repeat(owed)));
                    line.extend(spans);
                    owed = 0;
                }
                owed += width.saturating_sub(used) + GAP;
            }
            line
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::plain;
    use super::*;
    use proptest::prelude::*;

    fn texts(table: &Table, width: usize) -> Vec<String> {
        let lines = table.lines(width).into_iter();
        lines.map(|line| line.into_iter().map(|span| span.text).collect()).collect()
    }

    #[test]
    fn columns_are_as_wide_as_they_need_and_shrink_where_they_must() {
        let mut table = Table::with_head(&["name", "port"]);
        table.row([plain("openwire"), plain("61616")]);
        assert_eq!(texts(&table, 80), ["name      port", "openwire  61616"]);
        table.row([plain("a long name of a connector"), plain("1")]);
        assert_eq!(texts(&table, 20)[2..], ["a long name    1", "of a", "connector"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider(
            rows in proptest::collection::vec(proptest::collection::vec("[a-b息 ]{0,30}", 3), 1..6),
            width in 24_usize..60,
        ) {
            let mut table = Table::default();
            for row in rows {
                table.row(row.into_iter().map(plain));
            }
            for line in texts(&table, width) {
                prop_assert!(columns(&line) <= width, "{}", line);
            }
        }
    }
}
