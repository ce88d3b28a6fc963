//! Terms as values are shown and compared: with single blanks.

use refit_model::SLOT_OPEN;

use super::term::{character_end, comment_end, is_blank, quoted_end};
use crate::mark::mark_end;

/// A term's text with a single blank behind commas and nowhere else. A comment inside stays, with
/// its line end: it may be a note of the site.
pub(super) fn normal(text: &str) -> String {
    let mut normal = String::with_capacity(text.len());
    let mut after_word = false;
    for token in (Tokens { text, at: 0 }) {
        let word = !matches!(token, "," | "|" | "=>") && !token.starts_with(is_bracket);
        match token {
            "," => normal.push_str(", "),
            "|" | "=>" => {
                normal.push(' ');
                normal.push_str(token);
                normal.push(' ');
            }
            _ if token.starts_with('%') => {
                if !normal.is_empty() && !normal.ends_with([' ', '\n']) {
                    normal.push(' ');
                }
                normal.push_str(token);
                normal.push('\n');
            }
            _ => {
                if after_word && word {
                    normal.push(' ');
                }
                normal.push_str(token);
            }
        }
        after_word = word && !token.starts_with('%');
    }
    normal
}

/// Whether a value holds a word between `<<` and `>>`, which Erlang does not read as a binary.
pub(crate) fn has_bare_binary(value: &str) -> bool {
    let mut tokens = Tokens { text: value, at: 0 };
    let mut inside = false;
    let mut before = "";
    tokens.any(|token| {
        let begins = inside && matches!(before, "<<" | ",");
        inside = token == "<<" || inside && token != ">>";
        before = token;
        begins && token.starts_with(char::is_alphabetic)
    })
}

fn is_bracket(character: char) -> bool {
    "[]{}<>#".contains(character)
}

/// The pieces of a text of terms, without the blanks between.
struct Tokens<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Iterator for Tokens<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let text = self.text;
        let start = text.len() - text[self.at..].trim_start_matches(is_blank).len();
        let rest = &text[start..];
        let first = rest.chars().next()?;
        let one = start + first.len_utf8();
        let known = match first {
            '"' | '\'' => quoted_end(text, start),
            '%' => Some(comment_end(text, start)),
            '$' => character_end(text, start),
            SLOT_OPEN => mark_end(text, start),
            _ => None,
        };
        self.at = known.unwrap_or_else(|| {
            let signs = ["<<", ">>", "=>", "#{"];
            if signs.iter().any(|sign| rest.starts_with(sign)) {
                return start + 2;
            }
            let in_word = |c: char| c.is_alphanumeric() || "_@.#+-:/*".contains(c);
            let word = rest.find(|c| !in_word(c)).unwrap_or(rest.len());
            // Behind a number with a base comes no map.
            if in_word(first) && first != '#' { start + word } else { one }
        });
        Some(&text[start..self.at])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_blanks_change() {
        for (text, expected) in [
            ("[ 1,2 ,\n 3 ]", "[1, 2, 3]"),
            ("{ \"::1\" ,5672 }", "{\"::1\", 5672}"),
            ("\"a  b\"   \"c\"", "\"a  b\" \"c\""),
            ("<< \"x\" >>", "<<\"x\">>"),
            ("#{a=>1,b  => 16#FF}", "#{a => 1, b => 16#FF}"),
            ("[a|b]", "[a | b]"),
            ("[$a,$,]", "[$a, $,]"),
            ("[1,%  one\n 2]", "[1, %  one\n2]"),
            ("<<1:8/little>>", "<<1:8/little>>"),
        ] {
            assert_eq!(normal(text), expected);
            assert_eq!(normal(expected), expected, "again");
        }
    }

    #[test]
    fn bare_words_in_binaries_are_seen() {
        assert!(has_bare_binary("<<password>>"));
        assert!(has_bare_binary("[<<\"a\">>, <<b>>]"));
        assert!(!has_bare_binary("<<\"password\">>"));
        assert!(!has_bare_binary("<<1:8/little>>"));
        assert!(!has_bare_binary("a"));
    }
}
