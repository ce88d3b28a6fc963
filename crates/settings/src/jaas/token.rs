//! The words, signs and comments of a login configuration, as Java's reader of it takes them apart.

use std::ops::Range;

use refit_model::SLOT_OPEN;

use crate::mark::mark_end;

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    Word,
    /// In double or single quotes.
    Quoted,
    /// One of `{`, `}`, `;` and `=`.
    Sign(char),
    Comment,
}

/// A token and its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Range<usize>,
}

/// The tokens of a text up to its end, or the place where none begins and what was expected there.
pub(super) fn tokens(text: &str) -> Result<Vec<Token>, (usize, &'static str)> {
    let mut tokens = Vec::new();
    let mut at = 0;
    loop {
        at = text.len() - text[at..].trim_start_matches(is_blank).len();
        let Some(first) = text[at..].chars().next() else {
            return Ok(tokens);
        };
        let (kind, end) = match first {
            '{' | '}' | ';' | '=' => (TokenKind::Sign(first), at + 1),
            '"' | '\'' => (TokenKind::Quoted, quoted_end(text, at).ok_or((at, "a closing quote"))?),
            '/' => (TokenKind::Comment, comment_end(text, at)?),
            _ => (TokenKind::Word, word_end(text, at)),
        };
        if end == at {
            return Err((at, "a word, a quoted text or a sign"));
        }
        tokens.push(Token { kind, span: at..end });
        at = end;
    }
}

fn is_blank(character: char) -> bool {
    character <= ' '
}

fn comment_end(text: &str, start: usize) -> Result<usize, (usize, &'static str)> {
    let rest = &text[start..];
    if let Some(inside) = rest.strip_prefix("/*") {
        let closed = inside.find("*/").map(|length| start + length + "/**/".len());
        return closed.ok_or((start, "*/ that closes this comment"));
    }
    if !rest.starts_with("//") {
        // Java would pass over the rest of the line: nobody means that.
        return Err((start, "a comment here, or quotes around a value with a slash"));
    }
    Ok(start + rest.find(['\n', '\r']).unwrap_or(rest.len()))
}

fn quoted_end(text: &str, start: usize) -> Option<usize> {
    let quote = text[start..].chars().next()?;
    let mut escaped = false;
    for (at, character) in text[start + 1..].char_indices() {
        match character {
            '\n' | '\r' => return None,
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            other if other == quote => return Some(start + 1 + at + 1),
            _ => {}
        }
    }
    None
}

fn word_end(text: &str, start: usize) -> usize {
    let mut at = start;
    while let Some(character) = text[at..].chars().next() {
        match character {
            SLOT_OPEN => match mark_end(text, at) {
                Some(end) => at = end,
                None => return at,
            },
            '{' | '}' | ';' | '=' | '"' | '\'' | '/' => return at,
            other if is_blank(other) => return at,
            other => at += other.len_utf8(),
        }
    }
    at
}

/// A value as Java sees it.
pub(super) fn value(raw: &str) -> String {
    let quote = raw.chars().next().filter(|first| matches!(first, '"' | '\''));
    let inside = quote.and_then(|quote| raw.strip_prefix(quote)?.strip_suffix(quote));
    let Some(inside) = inside else {
        return raw.to_owned();
    };
    let mut text = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        match character {
            '\\' => text.extend(characters.next().map(|escaped| match escaped {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                other => other,
            })),
            other => text.push(other),
        }
    }
    text
}

/// A value as it is written: with quotes, unless it is a mark alone, which brings its own.
pub(super) fn quoted(text: &str) -> String {
    if crate::mark::is_mark(text) {
        return text.to_owned();
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => quoted.extend(['\\', character]),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            other => quoted.push(other),
        }
    }
    quoted + "\""
}

#[cfg(test)]
mod tests {
    use super::TokenKind::{Comment, Quoted, Sign, Word};
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn texts_are_taken_apart() {
        let kinds = |text: &str| {
            let found = tokens(text).unwrap();
            found.into_iter().map(|token| token.kind).collect::<Vec<_>>()
        };
        assert_eq!(
            kinds("a.B-c_1 /* x */ = \"d;e\" ;// end"),
            [Word, Comment, Sign('='), Quoted, Sign(';'), Comment]
        );
        assert_eq!(kinds("x='y'"), [Word, Sign('='), Quoted]);
        for (text, at) in [("a /* b", 2), ("a=\"b", 2), ("a=\"b\n\"", 2), ("a=/etc/x", 2)] {
            assert_eq!(tokens(text).unwrap_err().0, at, "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_quoted_reads_back(text in "[^\u{E000}\u{E001}]*") {
            prop_assert_eq!(value(&quoted(&text)), text);
        }
    }
}
