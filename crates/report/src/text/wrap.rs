//! Breaking lines at spaces, by columns as a terminal counts them.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::Span;

/// One line: spans that follow each other, each with the spaces that belong to it.
pub(crate) type Line = Vec<Span>;

/// The columns that `text` takes.
pub(crate) fn columns(text: &str) -> usize {
    text.width()
}

/// The columns of the longest word.
pub(crate) fn longest_word(spans: &[Span]) -> usize {
    let words = spans.iter().flat_map(|span| span.text.split(' '));
    words.map(columns).max().unwrap_or(0)
}

/// Breaks inert spans into lines of at most `width` columns. A word that is longer has a line of
/// its own and stays whole, so that a path can be copied.
pub(crate) fn wrap(spans: &[Span], width: usize) -> Vec<Line> {
    broken(spans, width, false)
}

/// As [`wrap`], with words that are longer than a line cut: for the cells of tables.
pub(crate) fn wrap_cell(spans: &[Span], width: usize) -> Vec<Line> {
    broken(spans, width, true)
}

fn broken(spans: &[Span], width: usize, cut_words: bool) -> Vec<Line> {
    let mut lines = vec![Line::new()];
    let mut used = 0;
    for span in spans {
        for word in span.text.split(' ').filter(|word| !word.is_empty()) {
            let pieces = if cut_words { cut(word, width) } else { vec![word.to_owned()] };
            for (index, piece) in pieces.into_iter().enumerate() {
                let room = usize::from(used > 0);
                if index > 0 || used + room + columns(&piece) > width {
                    lines.push(Line::new());
                    used = 0;
                }
                let space = if used == 0 { "" } else { " " };
                used += space.len() + columns(&piece);
                add(&mut lines, Span::new(span.tone, format!("{space}{piece}")));
            }
        }
    }
    lines.retain(|line| !line.is_empty());
    lines
}

/// Cuts `text` into pieces of at most `width` columns, wherever that is.
fn cut(text: &str, width: usize) -> Vec<String> {
    let mut pieces = vec![String::new()];
    let mut used = 0;
    for character in text.chars() {
        let wide = character.width().unwrap_or(0);
        if used + wide > width && used > 0 {
            pieces.push(String::new());
            used = 0;
        }
        used += wide;
        if let Some(last) = pieces.last_mut() {
            last.push(character);
        }
    }
    pieces
}

fn add(lines: &mut [Line], span: Span) {
    let Some(line) = lines.last_mut() else { return };
    match line.last_mut() {
        Some(last) if last.tone == span.tone => last.text.push_str(&span.text),
        _ => line.push(span),
    }
}

#[cfg(test)]
mod tests {
    use super::super::plain;
    use super::*;
    use proptest::prelude::*;

    fn texts(text: &str, width: usize) -> Vec<String> {
        let lines = wrap_cell(&[plain(text)], width);
        lines.into_iter().map(|line| line.into_iter().map(|span| span.text).collect()).collect()
    }

    #[test]
    fn breaks_at_spaces_and_cuts_long_words() {
        assert_eq!(texts("aa bb  cc", 5), ["aa bb", "cc"]);
        assert_eq!(texts("a abcdefg h", 3), ["a", "abc", "def", "g h"]);
        assert_eq!(texts("消息消息", 4), ["消息", "消息"]);
        assert_eq!(texts("", 5), Vec::<String>::new());
    }

    #[test]
    fn running_text_keeps_long_words_whole() {
        let lines = wrap(&[plain("a abcdefg h")], 3);
        let texts: Vec<_> = lines.iter().map(|line| line[0].text.as_str()).collect();
        assert_eq!(texts, ["a", "abcdefg", "h"]);
    }

    proptest! {
        #[test]
        fn no_line_is_wider_and_no_letter_is_lost(text in "[a-c息 ]{0,60}", width in 2_usize..12) {
            let lines = texts(&text, width);
            prop_assert!(lines.iter().all(|line| columns(line) <= width), "{:?}", lines);
            let letters = |text: &str| text.replace(' ', "");
            prop_assert_eq!(letters(&lines.concat()), letters(&text));
        }
    }
}
