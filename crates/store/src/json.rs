//! JSON that the store keeps without looking into it.

use std::fmt;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::error::{Result, StoreError};

/// A JSON text, kept byte for byte: digests are made of it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JsonText(String);

impl JsonText {
    /// Writes `value` down.
    pub fn of<T: Serialize + ?Sized>(value: &T) -> Result<Self> {
        let text = serde_json::to_string(value);
        text.map(Self).map_err(|error| StoreError::Invalid(format!("it is no JSON: {error}")))
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
