//! Where a list's next page begins.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{CaseOrder, Direction};

/// Where a list's next page begins: after a row, by its place in the order. Rows that come and go
/// meanwhile neither double nor hide others. As text it can be a part of a URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    #[serde(rename = "o")]
    pub(super) order: CaseOrder,
    #[serde(rename = "d")]
    pub(super) direction: Direction,
    #[serde(rename = "k")]
    pub(super) key: Key,
    #[serde(rename = "i")]
    pub(super) id: String,
}

/// The value of the row that the order goes by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub(super) enum Key {
    /// A moment in microseconds.
    Moment(i64),
    /// A text.
    Text(String),
}

/// The text is no cursor of this list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("this is no place in this list; begin at its first page")]
pub struct InvalidCursor;

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(self).map_err(|_| fmt::Error)?;
        f.write_str(&URL_SAFE_NO_PAD.encode(json))
    }
}

impl FromStr for Cursor {
    type Err = InvalidCursor;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let json = URL_SAFE_NO_PAD.decode(text).map_err(|_| InvalidCursor)?;
        let cursor: Self = serde_json::from_slice(&json).map_err(|_| InvalidCursor)?;
        let is_moment = matches!(cursor.key, Key::Moment(_));
        if is_moment == cursor.order.is_moment() { Ok(cursor) } else { Err(InvalidCursor) }
    }
}
