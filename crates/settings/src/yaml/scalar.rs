//! Single values: plain, in quotes, or as blocks of lines.

use granit_parser::{Event, Parser, ScalarStyle};

use crate::data::quoted;
use crate::mark::{has_mark, is_mark};

/// A value as it is shown and compared: a string without its quotes, unless it would then be taken
/// for something else. What has an anchor or a tag is shown as it stands.
pub(super) fn view(raw: &str, text: String, plain: bool, named: bool) -> String {
    if named || !plain && !is_plain(&text) { raw.to_owned() } else { text }
}

/// A value as it stands in a file: the other way round.
pub(super) fn raw(value: &str) -> String {
    let in_brackets = value.contains([',', '[', ']', '{', '}']) && !value.starts_with(['"', '\'']);
    let as_it_is = is_mark(value)
        || !in_brackets && !has_mark(value) && read(value).is_some_and(|shown| shown == value);
    if as_it_is { value.to_owned() } else { quoted(value) }
}

/// What a text says that is one value on one line.
pub(super) fn read(raw: &str) -> Option<String> {
    if raw.contains(['\n', '\r']) || raw.trim() != raw {
        return None;
    }
    let mut found = None;
    for next in Parser::new_from_str(raw) {
        let (event, span) = next.ok()?;
        match event {
            Event::Scalar(text, style, anchor, tag) if found.is_none() => {
                let plain = matches!(style, ScalarStyle::Plain);
                let text = if span.slice(raw)?.is_empty() { String::new() } else { text.into() };
                found = Some(view(raw, text, plain, anchor != 0 || tag.is_some()));
            }
            Event::StreamStart | Event::StreamEnd | Event::DocumentEnd => {}
            Event::DocumentStart(explicit, _) if !explicit => {}
            _ => return None,
        }
    }
    found
}

/// Whether a string without its quotes cannot be taken for another value.
fn is_plain(text: &str) -> bool {
    let mark = |first: char| "\"'*&!|>{[#%@`~?-".contains(first);
    !text.is_empty()
        && !text.starts_with(mark)
        && !is_word(text)
        && !text.starts_with(|first: char| first.is_ascii_digit() || "+.".contains(first))
        && text.trim_matches([' ', '\t']) == text
}

/// Words that YAML, or an older YAML, does not read as strings.
fn is_word(text: &str) -> bool {
    let lower = text.to_ascii_lowercase();
    matches!(lower.as_str(), "null" | "true" | "false" | "yes" | "no" | "on" | "off" | "y" | "n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_lose_their_quotes_unless_they_look_like_something_else() {
        for (written, shown) in [
            ("a b", "a b"),
            ("\"a b\"", "a b"),
            ("'it''s'", "it's"),
            ("5", "5"),
            ("\"5\"", "\"5\""),
            ("'yes'", "'yes'"),
            ("true", "true"),
            ("''", "''"),
            ("!t x", "!t x"),
            ("amqp://h:1/x", "amqp://h:1/x"),
        ] {
            assert_eq!(read(written).as_deref(), Some(shown));
            assert_eq!(read(&raw(shown)).as_deref(), Some(shown));
        }
        for value in ["a: b", "a #b", "a, b", "- a", "", "x\ny", " a"] {
            assert!(raw(value).starts_with('"'), "{value}");
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_written(text in "[ -~\u{e9}\n\t\u{85}]{0,20}") {
            let shown = read(&quoted(&text)).unwrap();
            prop_assert_eq!(read(&raw(&shown)), Some(shown));
        }
    }
}
