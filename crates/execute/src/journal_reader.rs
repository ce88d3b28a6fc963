//! A journal that another process writes, read as it grows.

use std::path::Path;

use refit_model::{Digest, RunId};

use crate::journal::{failed, follow};
use crate::sqlite_store::SqliteStore;
use crate::{Event, JournalError};

/// A run's journal, open for reading. Each event is read and checked once.
pub struct JournalReader {
    store: SqliteStore,
    run: RunId,
    seen: u64,
    last: Digest,
}

impl JournalReader {
    /// Opens the journal of `run`, which must be there.
    pub fn open(path: &Path, run: &RunId) -> Result<Self, JournalError> {
        let store = SqliteStore::read_only(path).map_err(|error| failed(path, "opened", error))?;
        Ok(Self { store, run: run.clone(), seen: 0, last: Digest::of(b"") })
    }

    /// What was recorded since it was asked last; at first, everything.
    pub fn news(&mut self) -> Result<Vec<Event>, JournalError> {
        let path = crate::Store::path(&self.store);
        let rows = self.store.rows_after(self.seen).map_err(|error| failed(path, "read", error))?;
        let events = follow(path, &self.run, rows, self.seen, &mut self.last)?;
        self.seen += events.len() as u64;
        Ok(events)
    }
}
