//! Markdown: everything that a template shows passes through [`Markdown`], or through one of the
//! functions here that know where it stands.

use std::fmt::{self, Write};

use askama::filters::{Escaper, Safe};

use crate::inert;
use crate::prose::{Piece, pieces};

/// Characters that mean something wherever they stand.
const ACTIVE: &str = "\\`*_[]<>&|~";

/// Escapes for Markdown, wherever the text stands in a line. Named in `askama.toml`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Markdown;

impl Escaper for Markdown {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        for character in inert::line(text).chars() {
            if ACTIVE.contains(character) {
                dest.write_char('\\')?;
            }
            dest.write_char(character)?;
        }
        Ok(())
    }
}

/// Running text, also at the beginning of a line, with words between backticks as code.
pub(crate) fn prose(text: &str) -> Safe<String> {
    Safe(at_line_start(&running(text, span)))
}

/// A name, path or value.
pub(crate) fn code(text: &str) -> Safe<String> {
    Safe(span(&inert::line(text)))
}

/// A name, path or value in a cell of a table, where a bar must be escaped even within code.
pub(crate) fn cell(text: &str) -> Safe<String> {
    Safe(span(&inert::line(text)).replace('|', "\\|"))
}

/// Running text in a cell of a table.
pub(crate) fn cell_prose(text: &str) -> Safe<String> {
    // Bars between words are escaped already, those within code are not.
    Safe(running(text, |code| cell(code).0))
}

/// Lines as they are, in a fence that none of them can close.
pub(crate) fn fence(kind: &str, lines: &[String]) -> Safe<String> {
    let body = inert::block(&lines.join("\n"));
    let fence = "`".repeat(longest_run(&body).max(2) + 1);
    Safe(format!("{fence}{kind}\n{body}\n{fence}"))
}

/// Running text, with each code made by `code`. Two codes beside each other need a space between,
/// else their backticks would run into one fence.
fn running(text: &str, code: impl Fn(&str) -> String) -> String {
    let line = inert::line(text.trim());
    let mut markdown = String::with_capacity(line.len());
    let mut after_code = false;
    for piece in pieces(&line) {
        match piece {
            Piece::Text(text) => markdown += &words(text),
            Piece::Code(inner) if after_code => markdown += &format!(" {}", code(inner)),
            Piece::Code(inner) => markdown += &code(inner),
        }
        after_code = matches!(piece, Piece::Code(_));
    }
    markdown
}

fn words(text: &str) -> String {
    let mut markdown = String::with_capacity(text.len());
    let mut before = ' ';
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let within_word = |next: Option<&char>| {
            before.is_alphanumeric() && next.is_some_and(|next| next.is_alphanumeric())
        };
        let harmless = character == '_' && within_word(rest.peek());
        if ACTIVE.contains(character) && !harmless {
            markdown.push('\\');
        }
        markdown.push(character);
        before = character;
    }
    markdown
}

fn span(text: &str) -> String {
    if text.trim().is_empty() {
        return "(empty)".to_owned();
    }
    let fence = "`".repeat(longest_run(text) + 1);
    let edge = |c: Option<char>| c == Some('`') || c == Some(' ');
    let pad = edge(text.chars().next()) || edge(text.chars().last());
    let pad = if pad { " " } else { "" };
    format!("{fence}{pad}{text}{pad}{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

/// Headings, lists, rules and tables begin with such characters.
fn at_line_start(markdown: &str) -> String {
    let digits = markdown.len() - markdown.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let after = markdown[digits..].chars().next();
    let spaced = || markdown[digits + 1..].chars().next().is_none_or(char::is_whitespace);
    let numbered = digits > 0 && matches!(after, Some('.' | ')')) && spaced();
    let marked = digits == 0 && matches!(after, Some('#' | '-' | '+' | '='));
    if numbered || marked {
        format!("{}\\{}", &markdown[..digits], &markdown[digits..])
    } else {
        markdown.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    /// What a reader of the rendered text sees; `Err` where there is markup but code.
    fn shown(markdown: &str) -> Result<String, String> {
        let mut text = String::new();
        for event in Parser::new_ext(markdown, Options::ENABLE_GFM | Options::ENABLE_STRIKETHROUGH)
        {
            match event {
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                Event::Text(piece) | Event::Code(piece) => text += &piece,
                other => return Err(format!("{other:?}")),
            }
        }
        Ok(text)
    }

    #[test]
    fn nothing_of_a_text_is_markup() {
        assert_eq!(
            prose("# a *b* [c](d) <e> `f` x_y _z_").0,
            r"\# a \*b\* \[c\](d) \<e\> `f` x_y \_z\_"
        );
        assert_eq!(prose("1. a").0, r"1\. a");
        assert_eq!(prose("5.18.3 a").0, "5.18.3 a");
        assert_eq!(prose("- a\n# b").0, r"\- a # b");
    }

    #[test]
    fn code_holds_backticks_and_bars() {
        assert_eq!(code("a`b").0, "``a`b``");
        assert_eq!(code("`a`").0, "`` `a` ``");
        assert_eq!(code(" ").0, "(empty)");
        assert_eq!(prose("`a``b`").0, "`a` `b`");
        assert_eq!(cell("a|b").0, r"`a\|b`");
        assert_eq!(cell_prose("a|b `c|d`").0, r"a\|b `c\|d`");
    }

    #[test]
    fn no_line_closes_its_fence() {
        let fenced = fence("sh", &["```".to_owned(), "echo \u{1b}".to_owned()]);
        assert_eq!(fenced.0, "````sh\n```\necho \\u{1b}\n````");
    }

    proptest! {
        #[test]
        fn a_reader_sees_the_text_made_inert(text in "[ab1 `*_#<>&|\\[\\](){}~!+=.:\\\\\\-\"\n\u{1b}]{0,24}") {
            let line = inert::line(text.trim());
            let words: Vec<_> = pieces(&line)
                .into_iter()
                .map(|piece| match piece {
                    Piece::Code(code) if code.trim().is_empty() => "(empty)",
                    Piece::Text(text) | Piece::Code(text) => text,
                })
                .collect();
            // Spaces may come between two codes; they are not compared.
            let letters = |text: &str| text.replace(' ', "");
            let seen = shown(&prose(&text).0).map(|text| letters(&text));
            prop_assert_eq!(seen, Ok(letters(&words.concat())));
        }

        #[test]
        fn code_is_seen_as_it_is(text in "[a `*<|\\\\]{0,12}[a`]") {
            prop_assert_eq!(shown(&code(&text).0), Ok(text));
        }
    }
}
