//! Texts that people type: checked once, when they come in, so that nothing behind has to.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// The longest [`Line`], in characters.
pub const MAX_LINE: usize = 200;
/// The longest [`Prose`], in characters.
pub const MAX_PROSE: usize = 20_000;

/// One line of text: not blank, at most [`MAX_LINE`] characters, without control characters and
/// without marks that turn the direction of writing around.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Line(String);

/// Text of one or more lines: not blank, at most [`MAX_PROSE`] characters; of control characters
/// only line feeds and tabs.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Prose(String);

/// A text cannot be taken. The text itself is not repeated: it may be huge, or hostile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum InvalidText {
    /// There is nothing but blank space.
    #[error("the text is blank: write something")]
    Blank,
    /// There are too many characters.
    #[error("the text has more than {0} characters: shorten it, or attach a file")]
    TooLong(usize),
    /// A character does not belong into text.
    #[error("the text holds the character U+{0:04X}, which cannot be shown safely: remove it")]
    Character(u32),
}

impl Line {
    /// Checks `text`; blank space around it is removed.
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        check(text, MAX_LINE, |_| false).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Prose {
    /// Checks `text`; blank space around it is removed, line ends become line feeds.
    pub fn new(text: &str) -> Result<Self, InvalidText> {
        let text = text.replace("\r\n", "\n");
        check(&text, MAX_PROSE, |c| matches!(c, '\n' | '\t')).map(Self)
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn check(text: &str, most: usize, is_fine: fn(char) -> bool) -> Result<String, InvalidText> {
    let text = text.trim();
    if text.is_empty() {
        return Err(InvalidText::Blank);
    }
    if text.chars().nth(most).is_some() {
        return Err(InvalidText::TooLong(most));
    }
    let is_bad = |c: &char| (c.is_control() && !is_fine(*c)) || turns_direction(*c);
    match text.chars().find(is_bad) {
        Some(bad) => Err(InvalidText::Character(bad.into())),
        None => Ok(text.to_owned()),
    }
}

/// Marks that make a text look like another one, and separators that end lines.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

macro_rules! text {
    ($name:ident, $word:literal, $most:ident) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                $word.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "minLength": 1, "maxLength": $most })
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = InvalidText;

            fn from_str(text: &str) -> Result<Self, InvalidText> {
                Self::new(text)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidText;

            fn try_from(text: String) -> Result<Self, InvalidText> {
                Self::new(&text)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> Self {
                text.0
            }
        }
    };
}

text!(Line, "line", MAX_LINE);
text!(Prose, "prose", MAX_PROSE);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_prose_are_checked() {
        assert_eq!(Line::new("  Orders \u{e9} ").unwrap().as_str(), "Orders \u{e9}");
        assert_eq!(Prose::new("a\r\nb\tc").unwrap().as_str(), "a\nb\tc");
        for (text, why) in [
            (" \n ".to_owned(), InvalidText::Blank),
            ("x".repeat(MAX_LINE + 1), InvalidText::TooLong(MAX_LINE)),
            ("a\nb".to_owned(), InvalidText::Character(10)),
            ("a\u{0}b".to_owned(), InvalidText::Character(0)),
            ("gnp\u{202E}.exe".to_owned(), InvalidText::Character(0x202E)),
        ] {
            assert_eq!(Line::new(&text), Err(why));
        }
        assert_eq!(Prose::new("a\u{1b}[2J"), Err(InvalidText::Character(0x1b)));
    }

    #[test]
    fn a_bad_text_is_refused_where_json_is_read() {
        assert!(serde_json::from_str::<Line>("\"a\\u2067b\"").is_err());
        assert!(serde_json::from_str::<Prose>("\"\"").is_err());
    }
}
