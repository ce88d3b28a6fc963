//! Single values: strings, numbers, `true`, `false` and `null`.

use crate::data::quoted;
use crate::mark::is_mark;

/// A value as it is shown and compared: a string without its quotes, unless it would then be taken
/// for something else. None where the text is no value.
pub(super) fn view(raw: &str) -> Option<String> {
    if !raw.starts_with('"') {
        return (is_mark(raw) || is_word(raw)).then(|| raw.to_owned());
    }
    let text = unquoted(raw)?;
    Some(if is_plain(&text) { text } else { raw.to_owned() })
}

/// A value as it stands in a file: the other way round.
pub(super) fn raw(value: &str) -> String {
    let as_it_is = is_mark(value)
        || is_word(value)
        || value.starts_with('"') && unquoted(value).is_some_and(|text| !is_plain(&text));
    if as_it_is { value.to_owned() } else { quoted(value) }
}

/// The string of a text in quotes; none where it is no string.
pub(super) fn unquoted(raw: &str) -> Option<String> {
    let inside = raw.strip_prefix('"')?.strip_suffix('"')?;
    let mut text = String::with_capacity(inside.len());
    let mut rest = inside;
    while let Some(character) = rest.chars().next() {
        rest = &rest[character.len_utf8()..];
        match character {
            '\\' => rest = escape(rest, &mut text)?,
            '"' => return None,
            control if control < ' ' => return None,
            other => text.push(other),
        }
    }
    Some(text)
}

/// Reads what stands behind a backslash; gives what follows.
fn escape<'a>(rest: &'a str, text: &mut String) -> Option<&'a str> {
    let escaped = rest.chars().next()?;
    text.push(match escaped {
        '"' | '\\' | '/' => escaped,
        'b' => '\u{8}',
        'f' => '\u{c}',
        'n' => '\n',
        'r' => '\r',
        't' => '\t',
        'u' => {
            let first = unit(rest)?;
            if let Some(character) = char::from_u32(first) {
                text.push(character);
                return rest.get(5..);
            }
            let second = unit(rest.get(5..)?.strip_prefix('\\')?)?;
            let pair = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
            text.push(char::decode_utf16(pair).next()?.ok()?);
            return rest.get(11..);
        }
        _ => return None,
    });
    rest.get(1..)
}

/// The number of `uXXXX`.
fn unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix('u')?.get(..4)?;
    let hex = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(digits, 16).ok().filter(|_| hex)
}

/// Whether a string without its quotes cannot be taken for another value.
fn is_plain(text: &str) -> bool {
    !is_word(text) && !text.starts_with(['"', '{', '['])
}

fn is_word(text: &str) -> bool {
    matches!(text, "true" | "false" | "null") || is_number(text)
}

fn is_number(text: &str) -> bool {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (number, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((number, exponent)) => (number, Some(exponent)),
        None => (unsigned, None),
    };
    let (whole, fraction) = match number.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (number, None),
    };
    digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(digits)
        && exponent.is_none_or(|text| digits(text.strip_prefix(['+', '-']).unwrap_or(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn strings_lose_their_quotes_unless_they_look_like_something_else() {
        for (written, shown) in [
            ("\"a b\"", "a b"),
            ("\"\\u00e9\\ud83d\\ude00\\n\"", "\u{e9}\u{1F600}\n"),
            ("5", "5"),
            ("\"5\"", "\"5\""),
            ("\"true\"", "\"true\""),
            ("-1.5e+3", "-1.5e+3"),
            ("null", "null"),
            ("\"[]\"", "\"[]\""),
        ] {
            assert_eq!(view(written).as_deref(), Some(shown));
        }
        for bad in ["01", "nul", "'a'", "\"a", "\"\\x\"", "\"\\ud83d\"", "+1", "1.", "\"\n\""] {
            assert_eq!(view(bad), None, "{bad}");
        }
    }

    proptest! {
        #[test]
        fn every_text_can_be_written(text in any::<String>()) {
            prop_assert_eq!(unquoted(&quoted(&text)), Some(text.clone()));
            let shown = view(&quoted(&text)).unwrap();
            prop_assert_eq!(view(&raw(&shown)), Some(shown.clone()));
        }
    }
}
