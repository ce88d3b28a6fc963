//! Single values: strings of four kinds, numbers, dates, words.

use crate::data::quoted;
use crate::mark::{is_mark, mark_end};

/// Behind the string at `start`, if one is there and ends.
pub(super) fn string_end(text: &str, start: usize) -> Option<usize> {
    let rest = &text[start..];
    let quote = rest.chars().next().filter(|quote| "\"'".contains(*quote))?;
    let triple = quote.to_string().repeat(3);
    let escapes = quote == '"';
    let (open, close) =
        if rest.starts_with(&triple) { (3, &triple[..]) } else { (1, &triple[..1]) };
    let mut at = start + open;
    loop {
        let rest = &text[at..];
        if rest.starts_with(close) {
            // Up to two quotes may stand directly before the closing three.
            let more = if open == 3 {
                rest[3..].bytes().take(2).take_while(|&byte| char::from(byte) == quote).count()
            } else {
                0
            };
            return Some(at + open + more);
        }
        let character = rest.chars().next()?;
        if open == 1 && character == '\n' {
            return None;
        }
        at += character.len_utf8();
        if escapes && character == '\\' {
            at += text[at..].chars().next()?.len_utf8();
        }
    }
}

/// Behind the value at `start` that is no block.
pub(super) fn scalar_end(text: &str, start: usize) -> Option<usize> {
    if text[start..].starts_with(['"', '\'']) {
        return string_end(text, start);
    }
    if let Some(end) = mark_end(text, start) {
        return Some(end);
    }
    let ends = |c: char| ",]}#\n\r".contains(c);
    let length = text[start..].find(ends).unwrap_or(text.len() - start);
    let end = start + text[start..start + length].trim_end().len();
    (end > start).then_some(end)
}

/// A value as it is shown and compared: a string without its quotes, unless it would then be taken
/// for something else.
pub(super) fn view(raw: &str) -> String {
    match unquoted(raw) {
        Some(text) if is_plain(&text) => text,
        _ => raw.to_owned(),
    }
}

/// A value as it stands in a file: the other way round.
pub(super) fn raw(value: &str) -> String {
    let shown_as_written = is_mark(value) || view(value) == value && is_value(value);
    if shown_as_written { value.to_owned() } else { quoted(value) }
}

/// The string of a text in quotes.
pub(super) fn unquoted(raw: &str) -> Option<String> {
    let string = raw.starts_with(['"', '\'']);
    let value: toml_edit::Value = raw.parse().ok().filter(|_| string)?;
    value.as_str().map(str::to_owned)
}

fn is_value(text: &str) -> bool {
    // What is no string is short: a number, a date, a word.
    let string = text.starts_with(['"', '\'']);
    (string || text.len() <= 64) && text.parse::<toml_edit::Value>().is_ok()
}

fn is_plain(text: &str) -> bool {
    !text.starts_with(['"', '\'', '[', '{']) && !is_value(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_lose_their_quotes_unless_they_look_like_something_else() {
        for (written, shown) in [
            ("\"a b\"", "a b"),
            ("'c:\\d'", "c:\\d"),
            ("\"\"\"x\"\"y\"\"\"", "x\"\"y"),
            ("5", "5"),
            ("\"5\"", "\"5\""),
            ("1979-05-27", "1979-05-27"),
            ("\"true\"", "\"true\""),
        ] {
            assert_eq!(view(written), shown);
            assert_eq!(view(&raw(shown)), shown);
        }
    }

    #[test]
    fn strings_end_at_their_own_quotes() {
        for text in ["\"a\\\"b\"", "'a\"b'", "\"\"\"a\"b\nc\"\"\"\"", "'''a\\'''", "\"\""] {
            assert_eq!(string_end(&format!("{text} # x"), 0), Some(text.len()), "{text}");
        }
        assert_eq!(string_end("\"a\nb\"", 0), None);
        assert_eq!(string_end("\"a\\", 0), None);
    }

    proptest! {
        #[test]
        fn every_text_can_be_written(text in "[ -~\u{e9}\n\t]{0,20}") {
            let shown = view(&quoted(&text));
            prop_assert_eq!(view(&raw(&shown)), shown);
        }
    }
}
