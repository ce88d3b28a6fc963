//! Both databases behind one way to ask them.
//!
//! Statements are the same text for both, with `$1`, `$2` and so on for values. What differs is in
//! this folder and in the two folders of migrations.

mod row;
mod statement;
mod value;

use std::fmt;
use std::path::Path;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection as _, PgConnection, Postgres, Sqlite};
use tokio::time::timeout;

pub(crate) use row::Row;
pub(crate) use statement::{On, Statement, reading, writing};
pub(crate) use value::Value;

use crate::error::{Result, StoreError};

/// How long a connection, and another one's lock, is waited for.
const PATIENCE: Duration = Duration::from_secs(10);
/// How many connections read at the same time from an SQLite file.
const SQLITE_READERS: u32 = 4;
/// How many connections are made to a PostgreSQL server.
const POSTGRES_CONNECTIONS: u32 = 10;
/// What is confirmed is on the disk; a statement that hangs is ended by the server.
const POSTGRES_SETTINGS: [(&str, &str); 4] = [
    ("synchronous_commit", "on"),
    ("statement_timeout", "60s"),
    ("lock_timeout", "10s"),
    ("idle_in_transaction_session_timeout", "60s"),
];

/// A database.
#[derive(Clone)]
pub(crate) enum Engine {
    /// One connection writes, a few read.
    Sqlite {
        /// One connection.
        writer: SqlitePool,
        /// They cannot write.
        readers: SqlitePool,
    },
    /// All connections are alike.
    Postgres(PgPool),
}

/// A change that happens as a whole, or not at all: also if this is dropped.
pub(crate) enum Transaction {
    /// Nobody else writes meanwhile.
    Sqlite(sqlx::Transaction<'static, Sqlite>),
    /// Rows that are read for update are locked.
    Postgres(sqlx::Transaction<'static, Postgres>),
}

impl Engine {
    /// Opens the file, or makes it.
    pub(crate) async fn sqlite(path: &Path) -> Result<Self> {
        let options = SqliteConnectOptions::new()
            .filename(path)
            .busy_timeout(PATIENCE)
            .foreign_keys(true)
            .synchronous(SqliteSynchronous::Full);
        let writing = options.clone().create_if_missing(true).journal_mode(SqliteJournalMode::Wal);
        // What is replaced or removed does not stay in the file.
        let writing = writing.pragma("secure_delete", "FAST");
        // A connection that does nothing costs nothing, and opening one takes time.
        let pool = |most| {
            SqlitePoolOptions::new()
                .max_connections(most)
                .min_connections(1)
                .acquire_timeout(PATIENCE)
                .idle_timeout(None)
                .max_lifetime(None)
        };
        let writer = pool(1).connect_with(writing).await.map_err(not_opened)?;
        let readers = pool(SQLITE_READERS).connect_with(options.read_only(true)).await;
        Ok(Self::Sqlite { writer, readers: readers.map_err(not_opened)? })
    }

    /// Connects to a server.
    pub(crate) async fn postgres(options: &PgConnectOptions) -> Result<Self> {
        let options = options.clone().application_name("refit").options(POSTGRES_SETTINGS);
        // By itself first: the pool would only tell that it took too long, not why.
        let first = timeout(PATIENCE, PgConnection::connect_with(&options)).await;
        let first = first.map_err(|_| not_opened(sqlx::Error::PoolTimedOut))?;
        first.map_err(not_opened)?.close().await.map_err(not_opened)?;
        let pool = PgPoolOptions::new()
            .max_connections(POSTGRES_CONNECTIONS)
            .acquire_timeout(PATIENCE)
            .connect_with(options)
            .await
            .map_err(not_opened)?;
        Ok(Self::Postgres(pool))
    }

    /// Begins a change.
    pub(crate) async fn begin(&self) -> Result<Transaction> {
        let begun = match self {
            // One that only becomes a writer later would fail at once if another one writes.
            Self::Sqlite { writer, .. } => {
                writer.begin_with("BEGIN IMMEDIATE").await.map(Transaction::Sqlite)
            }
            Self::Postgres(pool) => pool.begin().await.map(Transaction::Postgres),
        };
        begun.map_err(|source| failed("a change", "begun", source))
    }

    /// For reading outside of a change.
    pub(crate) fn reader(&self) -> On<'_> {
        match self {
            Self::Sqlite { readers, .. } => On::SqlitePool(readers),
            Self::Postgres(pool) => On::PostgresPool(pool),
        }
    }

    /// What keeps a column that follows it from being looked up in an index.
    ///
    /// SQLite keeps no statistics: it would rather look up what nearly all rows have, and sort
    /// them, than walk along an index in the order that is wanted. PostgreSQL knows better.
    pub(crate) fn unindexed(&self) -> &'static str {
        match self {
            Self::Sqlite { .. } => "+",
            Self::Postgres(_) => "",
        }
    }

    /// Ends all connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite { writer, readers } => {
                readers.close().await;
                writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

impl Transaction {
    /// For reading and writing within the change.
    pub(crate) fn on(&mut self) -> On<'_> {
        match self {
            Self::Sqlite(transaction) => On::Sqlite(transaction),
            Self::Postgres(transaction) => On::Postgres(transaction),
        }
    }

    /// Goes on with what was found; or takes the change back first, so that nothing is locked any
    /// more when the error is told. A change that is only dropped is taken back a little later.
    pub(crate) async fn or_undo<T>(self, found: Result<T>) -> Result<(Self, T)> {
        let error = match found {
            Ok(found) => return Ok((self, found)),
            Err(error) => error,
        };
        let undone = match self {
            Self::Sqlite(transaction) => transaction.rollback().await,
            Self::Postgres(transaction) => transaction.rollback().await,
        };
        undone.map_err(|source| failed("a change", "taken back", source))?;
        Err(error)
    }

    /// Makes it happen. When this has returned, it is on the disk.
    pub(crate) async fn commit(self) -> Result<()> {
        let done = match self {
            Self::Sqlite(transaction) => transaction.commit().await,
            Self::Postgres(transaction) => transaction.commit().await,
        };
        done.map_err(|source| failed("a change", "confirmed", source))
    }
}

/// Nothing of how it is connected to.
impl fmt::Debug for Engine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sqlite { .. } => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        })
    }
}

fn not_opened(source: sqlx::Error) -> StoreError {
    failed("the database", "opened", source)
}

fn failed(what: &'static str, action: &'static str, source: sqlx::Error) -> StoreError {
    if let sqlx::Error::Database(error) = &source
        && error.is_foreign_key_violation()
    {
        return StoreError::Invalid(format!("{what} names something that is not there"));
    }
    StoreError::Database { what, action, source }
}

#[cfg(test)]
mod tests {
    use refit_model::Secret;

    use super::*;
    use crate::Location;
    use crate::cluster::Cluster;

    async fn setting(change: &mut Transaction, text: &str) -> String {
        let row = reading("a setting", text).row(change.on()).await.unwrap().unwrap();
        row.text("setting").unwrap()
    }

    #[tokio::test]
    async fn what_sqlite_confirms_is_on_the_disk() {
        let folder = tempfile::tempdir().unwrap();
        let engine = Engine::sqlite(&folder.path().join("x.sqlite")).await.unwrap();
        let mut change = engine.begin().await.unwrap();
        let synchronous = "SELECT CAST(synchronous AS TEXT) AS setting FROM pragma_synchronous";
        assert_eq!(setting(&mut change, synchronous).await, "2");
        let mode = "SELECT journal_mode AS setting FROM pragma_journal_mode";
        assert_eq!(setting(&mut change, mode).await, "wal");
        let write = writing("x", "CREATE TABLE x (x INTEGER)").run(engine.reader()).await;
        assert!(write.unwrap_err().to_string().contains("cannot be written"), "readers only read");
    }

    #[tokio::test]
    async fn what_postgres_confirms_is_on_the_disk() {
        let Some(cluster) = Cluster::shared("engine::what_postgres_confirms_is_on_the_disk") else {
            return;
        };
        let url = Secret::new(cluster.url("postgres"));
        let Ok(Location::Postgres(options)) = Location::postgres(&url) else { panic!("{url:?}") };
        let engine = Engine::postgres(&options).await.unwrap();
        let mut change = engine.begin().await.unwrap();
        for (name, expected) in POSTGRES_SETTINGS {
            let expected = if expected == "60s" { "1min" } else { expected };
            let text = format!("SELECT current_setting('{name}') AS setting");
            assert_eq!(setting(&mut change, &text).await, expected, "{name}");
        }
    }
}
