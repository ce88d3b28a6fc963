//! Sources: where a fact is known from. No fact of a pack is without one.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The source of a fact that nobody has confirmed yet.
pub const UNCONFIRMED: &str = "unconfirmed";

/// Where a fact is known from; never empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Source(String);

impl Source {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nobody has confirmed the fact.
    pub fn is_unconfirmed(&self) -> bool {
        is_unconfirmed(&self.0)
    }
}

/// Whether the text of a source says that nobody has confirmed the fact.
pub(crate) fn is_unconfirmed(source: &str) -> bool {
    source.trim_start().starts_with(UNCONFIRMED)
}

impl TryFrom<String> for Source {
    type Error = String;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        if text.trim().is_empty() {
            Err(format!("the source is empty; name one, or write `{UNCONFIRMED}`"))
        } else {
            Ok(Self(text))
        }
    }
}

impl From<Source> for String {
    fn from(source: Source) -> Self {
        source.0
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}
