//! JSON that the store keeps without looking into it.

use std::fmt;

use serde::Serialize;
use serde::de::{DeserializeOwned, IgnoredAny};

use crate::error::{Result, StoreError};

/// A JSON text, kept byte for byte: digests are made of it.
#[derive(Clone, PartialEq, Eq)]
pub struct JsonText(String);

impl JsonText {
    /// Writes `value` down.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let text = serde_json::to_string(value);
        text.map(Self).map_err(|error| StoreError::Invalid(format!("it is no JSON: {error}")))
    }

    /// Nothing.
    pub fn null() -> Self {
        Self("null".to_owned())
    }

    /// Takes a JSON text as it is, for example an event of a journal.
    pub fn checked(text: String) -> Result<Self> {
        match serde_json::from_str::<IgnoredAny>(&text) {
            Ok(_) => Ok(Self(text)),
            Err(error) => Err(StoreError::Invalid(format!("it is no JSON: {error}"))),
        }
    }

    /// Reads the value.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_str(&self.0).map_err(|error| StoreError::damaged("a JSON text", error))
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the database gave back.
    pub(crate) fn kept(text: String) -> Self {
        Self(text)
    }
}

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_kept_as_it_is() {
        let text = "{ \"b\": 1,\n \"a\": [2.50] }".to_owned();
        assert_eq!(JsonText::checked(text.clone()).unwrap().as_str(), text);
        assert_eq!(JsonText::of("ä\"").unwrap().read::<String>().unwrap(), "ä\"");
        for bad in ["", "{", "1 2", "{'a': 1}"] {
            assert!(matches!(JsonText::checked(bad.to_owned()), Err(StoreError::Invalid(_))));
        }
    }
}
