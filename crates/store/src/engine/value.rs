//! Values that are bound to statements.

use jiff::Timestamp;
use refit_model::Digest;
use sqlx::query::Query;
use sqlx::{Database, Encode, Type};

use crate::moment::micros;
use crate::{JsonText, TokenHash};

/// A value of one of the few types that tables have.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    /// A text, or none.
    Text(Option<String>),
    /// A number, a moment in microseconds, or none.
    Integer(Option<i64>),
}

impl Value {
    /// Binds it as the next one.
    pub(crate) fn bind_to<DB>(
        self,
        query: Query<'_, DB, DB::Arguments>,
    ) -> Query<'_, DB, DB::Arguments>
    where
        DB: Database,
        Option<String>: for<'q> Encode<'q, DB> + Type<DB>,
        Option<i64>: for<'q> Encode<'q, DB> + Type<DB>,
    {
        match self {
            Self::Text(text) => query.bind(text),
            Self::Integer(number) => query.bind(number),
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<&String> for Value {
    fn from(text: &String) -> Self {
        Self::Text(Some(text.clone()))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<&Option<String>> for Value {
    fn from(text: &Option<String>) -> Self {
        Self::Text(text.clone())
    }
}

impl From<&JsonText> for Value {
    fn from(text: &JsonText) -> Self {
        text.as_str().into()
    }
}

impl From<Digest> for Value {
    fn from(digest: Digest) -> Self {
        digest.to_string().into()
    }
}

impl From<&TokenHash> for Value {
    fn from(hash: &TokenHash) -> Self {
        hash.as_hex().into()
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(Some(number))
    }
}

/// Numbers that count something never come near the sign's bit.
impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Integer(Some(number.cast_signed()))
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Integer(Some(micros(at)))
    }
}

impl From<Option<Timestamp>> for Value {
    fn from(at: Option<Timestamp>) -> Self {
        Self::Integer(at.map(micros))
    }
}
