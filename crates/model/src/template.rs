//! Templates: texts with slots where secrets stood.
//!
//! Everything that Refit stores of a configuration file is a template. The secret itself stays in
//! the live file, and is put back when the file is written.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{Document, Secret};

/// Begins a slot inside a template's text (a private-use character, legal in XML).
pub const SLOT_OPEN: char = '\u{E000}';
/// Ends a slot inside a template's text.
pub const SLOT_CLOSE: char = '\u{E001}';

/// How the bytes of a text file become characters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Encoding {
    /// UTF-8, without a byte order mark taken away.
    #[default]
    Utf8,
    /// ISO 8859-1: what is not UTF-8 is read this way, which never fails and loses no byte.
    Latin1,
}

/// A text with slots.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// The text; each slot is `SLOT_OPEN`, the slot's id, `SLOT_CLOSE`.
    pub text: String,
    /// The encoding of the file.
    pub encoding: Encoding,
    /// The slots, in the order of their first occurrence.
    pub slots: Vec<Slot>,
}

/// The place of one secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slot {
    /// Unique within the template; the file's role and the key path, for example
    /// `conf/users.properties#alice`.
    pub id: String,
    /// The role of the file that holds the value, for example `conf/users.properties`.
    pub file: String,
    /// The key path of the value within that file.
    pub key: String,
}

/// A template cannot be filled.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum TemplateError {
    /// No value for a slot.
    #[error("no value for the secret `{0}`")]
    Missing(String),
    /// A slot is opened and not closed, or names no declared slot.
    #[error("the template is damaged at the slot `{0}`")]
    Damaged(String),
    /// A character or value does not fit the file's encoding.
    #[error("the text does not fit the encoding of the file")]
    Encoding,
}

impl Document for Template {
    const TYPE: &'static str = "template";
    const SCHEMA: u32 = 1;
}

/// A piece of a template.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TemplatePiece<'a> {
    /// Plain text.
    Text(&'a str),
    /// A slot.
    Slot(&'a Slot),
}

impl Template {
    /// A template without slots.
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), encoding: Encoding::Utf8, slots: Vec::new() }
    }

    /// The slot's mark inside a text.
    pub fn mark(id: &str) -> String {
        format!("{SLOT_OPEN}{id}{SLOT_CLOSE}")
    }

    /// The text split at its slots.
    pub fn pieces(&self) -> Result<Vec<TemplatePiece<'_>>, TemplateError> {
        // Of two slots with one id, the first counts.
        let by_id: HashMap<&str, &Slot> =
            self.slots.iter().rev().map(|slot| (slot.id.as_str(), slot)).collect();
        let mut pieces = Vec::new();
        let mut rest = self.text.as_str();
        while let Some(open) = rest.find(SLOT_OPEN) {
            pieces.push(TemplatePiece::Text(&rest[..open]));
            let body = &rest[open + SLOT_OPEN.len_utf8()..];
            let close = body
                .find(SLOT_CLOSE)
                .ok_or_else(|| TemplateError::Damaged(body.chars().take(80).collect()))?;
            let id = &body[..close];
            let slot = by_id.get(id).copied();
            pieces.push(TemplatePiece::Slot(
                slot.ok_or_else(|| TemplateError::Damaged(id.to_owned()))?,
            ));
            rest = &body[close + SLOT_CLOSE.len_utf8()..];
        }
        pieces.push(TemplatePiece::Text(rest));
        Ok(pieces)
    }

    /// Puts the values in and encodes the text. The result holds secrets.
    pub fn fill(
        &self,
        mut value: impl FnMut(&Slot) -> Option<Secret>,
    ) -> Result<Secret, TemplateError> {
        let mut bytes = Vec::with_capacity(self.text.len());
        for piece in self.pieces()? {
            match piece {
                TemplatePiece::Text(text) => self.encoding.encode_into(text, &mut bytes)?,
                TemplatePiece::Slot(slot) => {
                    let secret =
                        value(slot).ok_or_else(|| TemplateError::Missing(slot.id.clone()))?;
                    bytes.extend_from_slice(secret.expose());
                }
            }
        }
        Ok(Secret::new(bytes))
    }

    /// The text for people: each slot as `(secret)`.
    pub fn redacted(&self) -> String {
        let mut shown = String::new();
        let mut rest = self.text.as_str();
        while let Some(open) = rest.find(SLOT_OPEN) {
            shown.push_str(&rest[..open]);
            shown.push_str("(secret)");
            let close = rest[open..].find(SLOT_CLOSE).map(|at| open + at + SLOT_CLOSE.len_utf8());
            rest = close.map_or("", |end| &rest[end..]);
        }
        shown + rest
    }
}

impl Encoding {
    /// Reads `bytes`: as UTF-8 where that is possible, else as ISO 8859-1.
    pub fn decode(bytes: &[u8]) -> (Self, String) {
        match std::str::from_utf8(bytes) {
            Ok(text) => (Self::Utf8, text.to_owned()),
            Err(_) => (Self::Latin1, bytes.iter().map(|&byte| char::from(byte)).collect()),
        }
    }

    fn encode_into(self, text: &str, bytes: &mut Vec<u8>) -> Result<(), TemplateError> {
        match self {
            Self::Utf8 => bytes.extend_from_slice(text.as_bytes()),
            Self::Latin1 => {
                for character in text.chars() {
                    bytes.push(u8::try_from(character).map_err(|_| TemplateError::Encoding)?);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn template() -> Template {
        let slot = Slot { id: "f#k".into(), file: "f".into(), key: "k".into() };
        Template {
            text: format!("a={};b", Template::mark("f#k")),
            encoding: Encoding::Utf8,
            slots: vec![slot],
        }
    }

    #[test]
    fn filled_and_redacted() {
        let filled = template().fill(|slot| Some(Secret::new(slot.key.as_bytes()))).unwrap();
        assert_eq!(filled.expose(), b"a=k;b");
        assert_eq!(template().redacted(), "a=(secret);b");
    }

    #[test]
    fn a_missing_value_or_a_damaged_slot_is_an_error() {
        assert_eq!(template().fill(|_| None), Err(TemplateError::Missing("f#k".into())));
        let mut damaged = template();
        damaged.slots.clear();
        assert!(matches!(damaged.pieces(), Err(TemplateError::Damaged(_))));
    }

    proptest! {
        #[test]
        fn any_bytes_survive_decoding(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let (encoding, text) = Encoding::decode(&bytes);
            prop_assume!(!text.contains(SLOT_OPEN));
            let template = Template { text, encoding, slots: Vec::new() };
            let filled = template.fill(|_| None).unwrap();
            prop_assert_eq!(filled.expose(), &bytes[..]);
        }
    }
}
