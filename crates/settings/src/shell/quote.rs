//! What a word's value is, and how a value is written as a word.
//!
//! Expansions are not evaluated: `$NAME` in a value is `$NAME`. What has no simple value (pieces
//! with different quotes, command substitutions) is shown as it stands.

/// A value that a word of this kind cannot hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotExpressible(pub(crate) &'static str);

/// The value of a word as it stands in the file.
pub(crate) fn view(raw: &str) -> String {
    match Quotes::of(raw) {
        Quotes::Double => unescape(&raw[1..raw.len() - 1]),
        Quotes::Single => raw[1..raw.len() - 1].to_owned(),
        Quotes::None | Quotes::Mixed => raw.to_owned(),
    }
}

/// The word for `value`, in the quotes of the word that stood there before.
pub(crate) fn quoted(value: &str, before: &str) -> Result<String, NotExpressible> {
    match Quotes::of(before) {
        Quotes::Single if value.contains('\'') => {
            Err(NotExpressible("a ' cannot stand inside single quotes"))
        }
        Quotes::Single => Ok(format!("'{value}'")),
        Quotes::None if is_plain(value) => Ok(value.to_owned()),
        Quotes::None | Quotes::Double | Quotes::Mixed => Ok(format!("\"{}\"", escape(value)?)),
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quotes {
    None,
    Single,
    Double,
    Mixed,
}

impl Quotes {
    fn of(raw: &str) -> Self {
        let inside = |quote: char| raw.strip_prefix(quote)?.strip_suffix(quote);
        if let Some(inside) = inside('"') {
            if double_quoted_throughout(inside) { Self::Double } else { Self::Mixed }
        } else if let Some(inside) = inside('\'') {
            if inside.contains('\'') { Self::Mixed } else { Self::Single }
        } else if raw.contains(['"', '\'', '\\', '`']) || raw.contains("$(") {
            Self::Mixed
        } else {
            Self::None
        }
    }
}

/// No quote inside that is not escaped, no substitution, no escape at the end.
fn double_quoted_throughout(inside: &str) -> bool {
    let mut escaped = false;
    for character in inside.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' | '`' => return false,
            _ => {}
        }
    }
    !escaped && !inside.contains("$(")
}

/// Only `\"` is read: other escapes keep their backslash, so that a literal `\$` and an expansion
/// stay different.
fn unescape(inside: &str) -> String {
    let mut value = String::with_capacity(inside.len());
    let mut characters = inside.chars();
    while let Some(character) = characters.next() {
        if character == '\\' {
            match characters.next() {
                Some('"') => value.push('"'),
                Some(other) => value.extend(['\\', other]),
                None => value.push('\\'),
            }
        } else {
            value.push(character);
        }
    }
    value
}

fn escape(value: &str) -> Result<String, NotExpressible> {
    let mut inside = String::with_capacity(value.len());
    let mut characters = value.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => match characters.next() {
                None | Some('"') => {
                    return Err(NotExpressible("a \\ before a \" or at the end has no plain form"));
                }
                Some(next) => inside.extend(['\\', next]),
            },
            '"' => inside.push_str("\\\""),
            '`' => return Err(NotExpressible("a ` would run a command")),
            '$' if characters.peek() == Some(&'(') => {
                return Err(NotExpressible("a $( would run a command"));
            }
            other => inside.push(other),
        }
    }
    Ok(inside)
}

fn is_plain(value: &str) -> bool {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "_./:=,+@%-${}".contains(character);
    !value.is_empty() && value.chars().all(plain)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn values_of_words() {
        assert_eq!(view("\"-Xms64M -Xmx1G\""), "-Xms64M -Xmx1G");
        assert_eq!(view("'a $b'"), "a $b");
        assert_eq!(view("auto"), "auto");
        assert_eq!(view("\"\""), "");
        assert_eq!(view("\"a \\\"b\\\" \\$c\""), "a \"b\" \\$c");
        assert_eq!(view("\"a\"'b'"), "\"a\"'b'");
        assert_eq!(view("\"$(date)\""), "\"$(date)\"");
    }

    #[test]
    fn quotes_are_kept() {
        assert_eq!(quoted("a b", "\"x\"").as_deref(), Ok("\"a b\""));
        assert_eq!(quoted("a b", "'x'").as_deref(), Ok("'a b'"));
        assert_eq!(quoted("a", "x").as_deref(), Ok("a"));
        assert_eq!(quoted("a b", "x").as_deref(), Ok("\"a b\""));
        assert_eq!(quoted("", "x").as_deref(), Ok("\"\""));
        assert!(quoted("it's", "'x'").is_err());
        assert!(quoted("$(rm)", "\"x\"").is_err());
        assert!(quoted("x\\", "\"x\"").is_err());
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back(
            value in "[a-z \"'$\\\\=]{0,12}",
            before in prop::sample::select(vec!["\"x\"", "'x'", "x"]),
        ) {
            if let Ok(word) = quoted(&value, before) {
                prop_assert_eq!(view(&word), value, "{}", word);
            }
        }
    }
}
