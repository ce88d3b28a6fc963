//! Words of the shell: quotes, escapes and expansions are passed over, never evaluated.

use crate::mark::mark_end;
use crate::tree::MAX_DEPTH;

/// Why a word does not end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Unclosed {
    /// Where it was opened.
    pub(super) at: usize,
    /// What would close it.
    pub(super) missing: &'static str,
}

/// The end of the word that begins at `at`: a blank, a line end or an operator outside of quotes.
pub(super) fn word_end(text: &str, at: usize) -> Result<usize, Unclosed> {
    scan(text, at, Until::Word, 0)
}

/// What ends a scan.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Until {
    Word,
    DoubleQuote,
    Backtick,
    Brace,
    Parenthesis,
}

impl Until {
    fn closes(self, character: char) -> bool {
        match self {
            Self::Word => character.is_ascii_whitespace() || ";&|<>()".contains(character),
            Self::DoubleQuote => character == '"',
            Self::Backtick => character == '`',
            Self::Brace => character == '}',
            Self::Parenthesis => character == ')',
        }
    }

    fn missing(self) -> &'static str {
        match self {
            Self::Word => "the end of a word",
            Self::DoubleQuote => "a closing \"",
            Self::Backtick => "a closing `",
            Self::Brace => "a closing }",
            Self::Parenthesis => "a closing )",
        }
    }
}

/// Scans to the character that closes; returns its place (a word's end is not part of the word).
fn scan(text: &str, start: usize, until: Until, depth: usize) -> Result<usize, Unclosed> {
    if depth > MAX_DEPTH {
        return Err(Unclosed { at: start, missing: "fewer nested quotes and expansions" });
    }
    let mut at = start;
    while let Some(character) = text[at..].chars().next() {
        if let Some(end) = mark_end(text, at) {
            at = end;
        } else if until.closes(character) {
            return Ok(at);
        } else {
            at = step(text, at, character, until, depth)?;
        }
    }
    if until == Until::Word {
        Ok(at)
    } else {
        Err(Unclosed { at: start.saturating_sub(1), missing: until.missing() })
    }
}

/// Passes one character, or the quoted or expanded piece that it opens.
fn step(
    text: &str,
    at: usize,
    character: char,
    until: Until,
    depth: usize,
) -> Result<usize, Unclosed> {
    let rest = &text[at..];
    let inside =
        |skip: usize, inner: Until| scan(text, at + skip, inner, depth + 1).map(|close| close + 1);
    match character {
        '\\' => Ok(at + 1 + rest[1..].chars().next().map_or(0, char::len_utf8)),
        '\'' if until != Until::DoubleQuote => match rest[1..].find('\'') {
            Some(length) => Ok(at + length + 2),
            None => Err(Unclosed { at, missing: "a closing '" }),
        },
        '"' => inside(1, Until::DoubleQuote),
        '`' => inside(1, Until::Backtick),
        '$' if rest.starts_with("$(") => inside(2, Until::Parenthesis),
        '$' if rest.starts_with("${") => inside(2, Until::Brace),
        '(' if until == Until::Parenthesis => inside(1, Until::Parenthesis),
        other => Ok(at + other.len_utf8()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(text: &str) -> &str {
        &text[..word_end(text, 0).unwrap()]
    }

    #[test]
    fn words_end_at_blanks_and_operators_outside_of_quotes() {
        assert_eq!(word("a=b c"), "a=b");
        assert_eq!(word("\"a b;c\"d;e"), "\"a b;c\"d");
        assert_eq!(word("'a\"b' c"), "'a\"b'");
        assert_eq!(word("$(cmd \"a b\" (x)) y"), "$(cmd \"a b\" (x))");
        assert_eq!(word("${A:-x y} z"), "${A:-x y}");
        assert_eq!(word("\"it's $(date '+%d \"x\"')\" z"), "\"it's $(date '+%d \"x\"')\"");
        assert_eq!(word("a\\ b c"), "a\\ b");
        assert_eq!(word("\"a\nb\" c"), "\"a\nb\"");
    }

    #[test]
    fn what_is_not_closed_is_named() {
        assert_eq!(word_end("a\"b", 0), Err(Unclosed { at: 1, missing: "a closing \"" }));
        assert_eq!(word_end("'b", 0), Err(Unclosed { at: 0, missing: "a closing '" }));
        assert!(word_end("$(a", 0).is_err());
        assert!(word_end(&"$(".repeat(100_000), 0).is_err());
    }
}
