//! How Java reads and writes the characters of keys and values.

use refit_model::{SLOT_CLOSE, SLOT_OPEN};

use crate::mark::mark_end;

/// Reads escapes and continuation lines. What is no complete `\uXXXX` stays as it stands.
pub(super) fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('\\') {
        text.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        let Some(escaped) = rest.chars().next() else {
            break;
        };
        let mut taken = escaped.len_utf8();
        match escaped {
            't' => text.push('\t'),
            'n' => text.push('\n'),
            'r' => text.push('\r'),
            'f' => text.push('\x0c'),
            '\n' | '\r' => taken = continuation(rest),
            'u' => match unicode(rest) {
                Some((character, length)) => {
                    text.push(character);
                    taken = length;
                }
                None => text.push_str("\\u"),
            },
            other => text.push(other),
        }
        rest = &rest[taken..];
    }
    text.push_str(rest);
    text
}

/// The length of a line end and the blanks that begin the next line.
fn continuation(text: &str) -> usize {
    let after_end = text.strip_prefix("\r\n").unwrap_or(&text[1..]);
    text.len() - after_end.trim_start_matches([' ', '\t', '\x0c']).len()
}

/// The character of `uXXXX`, or of a pair of them with a backslash between; and its length.
fn unicode(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| {
        let digits = text.strip_prefix('u')?.get(..4)?;
        let hexadecimal = digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        hexadecimal.then(|| u16::from_str_radix(digits, 16).ok()).flatten()
    };
    let first = unit(text)?;
    let found = if let Some(character) = char::from_u32(u32::from(first)) {
        (character, 5)
    } else {
        let second = unit(text.get(5..)?.strip_prefix('\\')?)?;
        (char::decode_utf16([first, second]).next()?.ok()?, 11)
    };
    // Refit's own marks cannot come in by an escape.
    (found.0 != SLOT_OPEN && found.0 != SLOT_CLOSE).then_some(found)
}

/// A value as Java writes it. Slot marks stay as they are.
pub(crate) fn escape_value(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut at = 0;
    while let Some(character) = text[at..].chars().next() {
        if let Some(end) = mark_end(text, at) {
            escaped.push_str(&text[at..end]);
            at = end;
            continue;
        }
        if character == ' ' && escaped.is_empty() {
            escaped.push_str("\\ ");
        } else {
            push_escaped(&mut escaped, character);
        }
        at += character.len_utf8();
    }
    escaped
}

/// What must stand between a line's `head` (its key, and the separator if it has one) and a value.
pub(crate) fn separator(head: &str) -> &'static str {
    let plain = head.strip_suffix(['=', ':', ' ', '\t', '\x0c']);
    if plain.is_some_and(|plain| !plain.ends_with('\\')) { "" } else { "=" }
}

/// A key as Java writes it.
pub(crate) fn escape_key(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if " =:#!".contains(character) {
            escaped.push('\\');
            escaped.push(character);
        } else {
            push_escaped(&mut escaped, character);
        }
    }
    escaped
}

fn push_escaped(escaped: &mut String, character: char) {
    match character {
        '\\' => escaped.push_str("\\\\"),
        '\n' => escaped.push_str("\\n"),
        '\r' => escaped.push_str("\\r"),
        '\t' => escaped.push_str("\\t"),
        '\x0c' => escaped.push_str("\\f"),
        ' '..='~' => escaped.push(character),
        // Java reads the file as ISO 8859-1: anything else is safe only as an escape.
        other => {
            let mut units = [0; 2];
            for unit in other.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04X}"));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use refit_model::Template;

    #[test]
    fn escapes_as_java_reads_them() {
        assert_eq!(unescape(r"a\tb\n\\\:\=\ x"), "a\tb\n\\:= x");
        assert_eq!(unescape("one,\\\n   two,\\\r\n\tthree"), "one,two,three");
        assert_eq!(unescape(r"\u00e9\uD83D\uDE00"), "\u{e9}\u{1F600}");
        assert_eq!(unescape(r"C:\users"), r"C:\users");
        assert_eq!(unescape(r"\uE000"), r"\uE000");
        assert_eq!(unescape("end\\"), "end");
    }

    #[test]
    fn marks_are_not_escaped() {
        let text = format!("\u{e9}{}", Template::mark("f#k"));
        assert_eq!(escape_value(&text), format!("\\u00E9{}", Template::mark("f#k")));
    }

    proptest! {
        #[test]
        fn what_is_escaped_reads_back(text in "[^\u{E000}\u{E001}]*") {
            prop_assert_eq!(unescape(&escape_value(&text)), text.clone());
            prop_assert_eq!(unescape(&escape_key(&text)), text);
        }
    }
}
