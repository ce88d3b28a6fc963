//! Statements with their values.

use sqlx::postgres::{PgConnection, PgPool};
use sqlx::query::Query;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{AssertSqlSafe, Database, Encode, Postgres, Sqlite, Type, query};

use super::{Row, Value, failed};
use crate::error::{Result, StoreError};

/// A statement that is not asked yet. Data is only ever bound, never a part of its text.
pub(crate) struct Statement {
    what: &'static str,
    action: &'static str,
    text: String,
    lock: &'static str,
    values: Vec<Value>,
}

/// Where a statement is asked.
pub(crate) enum On<'a> {
    /// On any connection that reads.
    SqlitePool(&'a SqlitePool),
    /// Within a change.
    Sqlite(&'a mut SqliteConnection),
    /// On any connection.
    PostgresPool(&'a PgPool),
    /// Within a change.
    Postgres(&'a mut PgConnection),
}

/// A statement that reads `what`.
pub(crate) fn reading(what: &'static str, text: impl Into<String>) -> Statement {
    Statement { what, action: "read", text: text.into(), lock: "", values: Vec::new() }
}

/// A statement that writes `what`.
pub(crate) fn writing(what: &'static str, text: impl Into<String>) -> Statement {
    Statement { what, action: "written", text: text.into(), lock: "", values: Vec::new() }
}

macro_rules! ask {
    ($statement:expr, $on:expr, $method:ident, $map:ident) => {{
        let Statement { what, action, text, lock, values } = $statement;
        refuse_null_characters(what, &values)?;
        let answer = match $on {
            On::SqlitePool(pool) => {
                bound::<Sqlite>(text, values).$method(pool).await.map(sqlite::$map)
            }
            On::Sqlite(connection) => {
                bound::<Sqlite>(text, values).$method(connection).await.map(sqlite::$map)
            }
            On::PostgresPool(pool) => {
                bound::<Postgres>(text + lock, values).$method(pool).await.map(postgres::$map)
            }
            On::Postgres(connection) => {
                bound::<Postgres>(text + lock, values).$method(connection).await.map(postgres::$map)
            }
        };
        answer.map_err(|source| failed(what, action, source))
    }};
}

impl Statement {
    /// Binds the next value.
    pub(crate) fn bind(mut self, value: impl Into<Value>) -> Self {
        self.values.push(value.into());
        self
    }

    /// Binds the next values.
    pub(crate) fn bind_all(mut self, values: impl IntoIterator<Item = Value>) -> Self {
        self.values.extend(values);
        self
    }

    /// Locks the rows until the change is over. With SQLite the whole file is locked anyway.
    pub(crate) fn for_update(mut self) -> Self {
        self.lock = " FOR UPDATE";
        self
    }

    /// The same, without those that somebody else has locked.
    pub(crate) fn for_update_of_unlocked(mut self) -> Self {
        self.lock = " FOR UPDATE SKIP LOCKED";
        self
    }

    /// All rows.
    pub(crate) async fn rows(self, on: On<'_>) -> Result<Vec<Row>> {
        ask!(self, on, fetch_all, rows)
    }

    /// The first row.
    pub(crate) async fn row(self, on: On<'_>) -> Result<Option<Row>> {
        ask!(self, on, fetch_optional, row)
    }

    /// How many rows it changed.
    pub(crate) async fn run(self, on: On<'_>) -> Result<u64> {
        ask!(self, on, execute, changed)
    }
}

/// PostgreSQL keeps no text with the character U+0000, so that SQLite shall not either.
fn refuse_null_characters(what: &'static str, values: &[Value]) -> Result<()> {
    let has_null = |value: &Value| matches!(value, Value::Text(Some(text)) if text.contains('\0'));
    if values.iter().any(has_null) {
        return Err(StoreError::Invalid(format!("{what} with the character U+0000")));
    }
    Ok(())
}

/// The texts are made of this crate's own pieces: see [`Statement`].
fn bound<DB>(text: String, values: Vec<Value>) -> Query<'static, DB, DB::Arguments>
where
    DB: Database,
    Option<String>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<i64>: for<'q> Encode<'q, DB> + Type<DB>,
{
    values.into_iter().fold(query(AssertSqlSafe(text)), |query, value| value.bind_to(query))
}

macro_rules! answers {
    ($engine:ident, $variant:ident, $row:ty, $result:ty) => {
        mod $engine {
            use super::Row;

            pub(super) fn rows(rows: Vec<$row>) -> Vec<Row> {
                rows.into_iter().map(Row::$variant).collect()
            }

            pub(super) fn row(row: Option<$row>) -> Option<Row> {
                row.map(Row::$variant)
            }
            pub(super) fn changed(result: $result) -> u64 {
                result.rows_affected()
            }
        }
    };
}

answers!(sqlite, Sqlite, sqlx::sqlite::SqliteRow, sqlx::sqlite::SqliteQueryResult);
answers!(postgres, Postgres, sqlx::postgres::PgRow, sqlx::postgres::PgQueryResult);
