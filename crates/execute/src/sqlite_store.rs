//! Events in one SQLite file, whose rows are never changed or deleted.

use std::path::{Path, PathBuf};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags, TransactionBehavior, params};

use crate::{Row, Store, StoreError};

const SCHEMA: &str = "
    CREATE TABLE events (
        sequence INTEGER PRIMARY KEY,
        body TEXT NOT NULL,
        digest TEXT NOT NULL
    ) STRICT;
    CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
    CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
        BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END;
";
/// How long another process that writes is waited for.
const BUSY: Duration = Duration::from_secs(10);

/// An SQLite file, written with `synchronous=FULL`.
pub(crate) struct SqliteStore {
    connection: Connection,
    path: PathBuf,
}

impl SqliteStore {
    /// Opens the file, or makes it.
    pub(crate) fn open(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open(path)?;
        connection.busy_timeout(BUSY)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        let store = Self { connection, path: path.to_owned() };
        if !store.is_begun()? {
            store.connection.execute_batch(SCHEMA)?;
        }
        Ok(store)
    }

    /// Opens the file, which must be there, to be read only.
    pub(crate) fn read_only(path: &Path) -> Result<Self, StoreError> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.busy_timeout(BUSY)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    /// The rows after the first `seen`, in order. The file as a whole is checked when none is seen.
    pub(crate) fn rows_after(&self, seen: u64) -> Result<Vec<Row>, StoreError> {
        if seen == 0 {
            self.check_whole()?;
        }
        if !self.is_begun()? {
            return Ok(Vec::new());
        }
        let mut statement = self.connection.prepare_cached(
            // A row numbered below 1 was not written by Refit, and must not pass unseen.
            "SELECT sequence, body, digest FROM events WHERE sequence > ?1 OR sequence < 1
                ORDER BY sequence",
        )?;
        let found = statement.query_map([seen.cast_signed()], |row| {
            let sequence: i64 = row.get(0)?;
            // A number below 1 is none that was given; it is told when the row is checked.
            let sequence = u64::try_from(sequence).unwrap_or(0);
            Ok(Row { sequence, body: row.get(1)?, digest: row.get(2)? })
        })?;
        let mut rows = Vec::new();
        for row in found {
            let expected = seen + rows.len() as u64 + 1;
            rows.push(row.map_err(|error| damage_or_failure(error, expected))?);
        }
        Ok(rows)
    }

    /// Of a file that was cut off SQLite can read some rows, or none, without a word.
    fn check_whole(&self) -> Result<(), StoreError> {
        let told: String =
            self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
        if told == "ok" { Ok(()) } else { Err(StoreError::Torn(told)) }
    }

    /// Whether events can be in it: a process that has just made the file may not be so far.
    fn is_begun(&self) -> Result<bool, StoreError> {
        let known = "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE name = 'events')";
        Ok(self.connection.query_row(known, [], |row| row.get(0))?)
    }
}

impl Store for SqliteStore {
    fn path(&self) -> &Path {
        &self.path
    }

    fn rows(&self) -> Result<Vec<Row>, StoreError> {
        self.rows_after(0)
    }

    fn append(&mut self, row: &Row) -> Result<(), StoreError> {
        let transaction =
            self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute(
            "INSERT INTO events (sequence, body, digest) VALUES (?1, ?2, ?3)",
            params![row.sequence.cast_signed(), row.body, row.digest],
        )?;
        Ok(transaction.commit()?)
    }
}

/// Whether what is in the file is to blame, or the reading.
fn damage_or_failure(error: rusqlite::Error, sequence: u64) -> StoreError {
    match &error {
        rusqlite::Error::SqliteFailure(failure, _)
            if failure.code != rusqlite::ErrorCode::DatabaseCorrupt =>
        {
            error.into()
        }
        _ => StoreError::Damaged(sequence, error.to_string()),
    }
}
