//! Rows that come back.

use jiff::Timestamp;
use refit_model::Digest;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Decode, Postgres, Row as _, Sqlite, Type};

use crate::JsonText;
use crate::error::{Result, StoreError};
use crate::moment::moment;

/// A row. Columns are asked for by name.
pub(crate) enum Row {
    /// Of SQLite.
    Sqlite(SqliteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

/// What a column can hold.
pub(crate) trait Cell:
    Type<Sqlite> + Type<Postgres> + for<'r> Decode<'r, Sqlite> + for<'r> Decode<'r, Postgres>
{
}

impl Cell for String {}
impl Cell for Option<String> {}
impl Cell for i64 {}
impl Cell for Option<i64> {}

impl Row {
    /// A column's value.
    pub(crate) fn get<T: Cell>(&self, column: &'static str) -> Result<T> {
        let value = match self {
            Self::Sqlite(row) => row.try_get(column),
            Self::Postgres(row) => row.try_get(column),
        };
        value.map_err(|error| StoreError::damaged(column, error))
    }

    /// A text.
    pub(crate) fn text(&self, column: &'static str) -> Result<String> {
        self.get(column)
    }

    /// A text that may be missing.
    pub(crate) fn maybe_text(&self, column: &'static str) -> Result<Option<String>> {
        self.get(column)
    }

    /// A text that is empty where there is none, so that it can be a key of an order.
    pub(crate) fn filled_text(&self, column: &'static str) -> Result<Option<String>> {
        Ok(Some(self.text(column)?).filter(|text| !text.is_empty()))
    }

    /// A JSON text.
    pub(crate) fn json(&self, column: &'static str) -> Result<JsonText> {
        Ok(JsonText::kept(self.text(column)?))
    }

    /// A number that counts something.
    pub(crate) fn number(&self, column: &'static str) -> Result<u64> {
        let number: i64 = self.get(column)?;
        u64::try_from(number).map_err(|error| StoreError::damaged(column, error))
    }

    /// A moment.
    pub(crate) fn time(&self, column: &'static str) -> Result<Timestamp> {
        Ok(moment(self.get(column)?))
    }

    /// A moment that may be missing.
    pub(crate) fn maybe_time(&self, column: &'static str) -> Result<Option<Timestamp>> {
        Ok(self.get::<Option<i64>>(column)?.map(moment))
    }

    /// A digest.
    pub(crate) fn digest(&self, column: &'static str) -> Result<Digest> {
        self.text(column)?.parse().map_err(|error| StoreError::damaged(column, error))
    }

    /// A list of texts, kept as JSON.
    pub(crate) fn texts(&self, column: &'static str) -> Result<Vec<String>> {
        self.json(column)?.read()
    }
}
