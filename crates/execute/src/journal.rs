//! The journal: append-only and hash-chained, kept in one SQLite file per run.
//!
//! An event counts when `append` has returned: then it is on the disk. After a failed write the
//! journal is *poisoned* and takes no more events, since nobody knows what of it reached the disk;
//! opening it again tells. Rows are never changed or deleted, and every event names the digest of
//! the one before, so that a changed file is found when it is read. That events are missing at the
//! *end* cannot be seen here; the host, which remembers the last intent, sees it.
//!
//! Why SQLite: `docs/decisions/0005-a-sqlite-file-for-each-run.md`.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use refit_model::{Digest, DocumentError, RunId};
use thiserror::Error;

use crate::sqlite_store::SqliteStore;
use crate::{EVENT_SCHEMA, Event, JournalReader, Payload, Row, Store, StoreError};

/// A run's journal, open for appending.
pub struct Journal {
    store: Box<dyn Store>,
    run: RunId,
    events: Vec<Event>,
    last: Digest,
    poisoned: bool,
}

/// The journal cannot be read or written.
#[derive(Debug, Error)]
pub enum JournalError {
    /// What keeps it failed.
    #[error("the journal {path} cannot be {action}")]
    Store {
        /// The file.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An event is not the one that was recorded.
    #[error("the journal {path} is damaged at event {sequence}: {reason}")]
    Damaged {
        /// The file.
        path: PathBuf,
        /// The event's number.
        sequence: u64,
        /// What is wrong.
        reason: String,
    },
    /// The file as a whole is not what it was.
    #[error("the journal {path} is torn: {reason}")]
    Torn {
        /// The file.
        path: PathBuf,
        /// What is wrong.
        reason: String,
    },
    /// An earlier write failed.
    #[error("the journal {0} could not be written before; run the command again to go on")]
    Poisoned(PathBuf),
    /// An event cannot be written down.
    #[error("an event cannot be recorded")]
    Document(#[from] DocumentError),
}

impl Journal {
    /// Opens the journal of `run`, or makes it. Every event is checked.
    pub fn open(path: &Path, run: &RunId) -> Result<Self, JournalError> {
        let store = SqliteStore::open(path).map_err(|error| failed(path, "opened", error))?;
        Self::kept_in(Box::new(store), run)
    }

    /// The journal of `run` that is kept in `store`. Every event is checked.
    pub fn kept_in(store: Box<dyn Store>, run: &RunId) -> Result<Self, JournalError> {
        let (events, last) = read(store.as_ref(), run)?;
        Ok(Self { store, run: run.clone(), events, last, poisoned: false })
    }

    /// Reads a journal without opening it for appending. Every event is checked.
    pub fn read_only(path: &Path, run: &RunId) -> Result<Vec<Event>, JournalError> {
        JournalReader::open(path, run)?.news()
    }

    /// The run.
    pub fn run(&self) -> &RunId {
        &self.run
    }

    /// All events so far.
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The number that the next event gets.
    pub fn next_sequence(&self) -> u64 {
        self.events.len() as u64 + 1
    }

    /// The digest of the last event.
    pub fn last_digest(&self) -> Digest {
        self.last
    }

    /// Records what happened. When this returns, it is on the disk.
    pub fn append(&mut self, payload: Payload) -> Result<&Event, JournalError> {
        self.append_at(Timestamp::now(), payload)
    }

    /// The same, with the time of day to be shown.
    pub fn append_at(&mut self, at: Timestamp, payload: Payload) -> Result<&Event, JournalError> {
        if self.poisoned {
            return Err(JournalError::Poisoned(self.store.path().to_owned()));
        }
        let event = Event {
            schema: EVENT_SCHEMA,
            run: self.run.clone(),
            sequence: self.next_sequence(),
            at: at.to_string(),
            payload,
            previous: self.last,
        };
        let digest = event.digest()?;
        let body = serde_json::to_string(&event).map_err(DocumentError::from)?;
        let row = Row { sequence: event.sequence, body, digest: digest.to_string() };
        crate::crash::point("journal-before-write", event.payload.step());
        // From here on it may be kept even if an error comes back.
        self.poisoned = true;
        let written = self.store.append(&row);
        written.map_err(|error| failed(self.store.path(), "written", error))?;
        self.poisoned = false;
        crate::crash::point("journal-after-write", event.payload.step());
        self.last = digest;
        let at = self.events.len();
        self.events.push(event);
        Ok(&self.events[at])
    }
}

/// Reads and checks every event; gives them with the digest of the last one.
fn read(store: &dyn Store, run: &RunId) -> Result<(Vec<Event>, Digest), JournalError> {
    let path = store.path();
    let rows = store.rows().map_err(|error| failed(path, "read", error))?;
    let mut last = Digest::of(b"");
    let events = follow(path, run, rows, 0, &mut last)?;
    Ok((events, last))
}

/// The events in `rows`, which must follow the first `seen` ones, whose last has the digest `last`.
pub(crate) fn follow(
    path: &Path,
    run: &RunId,
    rows: Vec<Row>,
    seen: u64,
    last: &mut Digest,
) -> Result<Vec<Event>, JournalError> {
    let mut events = Vec::with_capacity(rows.len());
    for row in rows {
        let expected = seen + events.len() as u64 + 1;
        let event = check(&row.body, &row.digest, run, expected, *last).map_err(|reason| {
            JournalError::Damaged { path: path.to_owned(), sequence: row.sequence, reason }
        })?;
        *last = event.digest()?;
        events.push(event);
    }
    Ok(events)
}

pub(crate) fn check(
    body: &str,
    digest: &str,
    run: &RunId,
    sequence: u64,
    previous: Digest,
) -> Result<Event, String> {
    let event: Event = serde_json::from_str(body).map_err(|error| error.to_string())?;
    if event.schema != EVENT_SCHEMA {
        return Err(format!("it has schema {}, this Refit reads {EVENT_SCHEMA}", event.schema));
    }
    if event.run != *run {
        return Err(format!("it belongs to run {}", event.run));
    }
    if event.sequence != sequence {
        return Err(format!("it is numbered {}, expected {sequence}", event.sequence));
    }
    if event.previous != previous {
        return Err("it does not follow the event before it".to_owned());
    }
    let found = event.digest().map_err(|error| error.to_string())?;
    if found.to_string() == digest { Ok(event) } else { Err("its content was changed".to_owned()) }
}

pub(crate) fn failed(path: &Path, action: &'static str, error: StoreError) -> JournalError {
    let path = path.to_owned();
    match error {
        StoreError::Torn(reason) => JournalError::Torn { path, reason },
        StoreError::Damaged(sequence, reason) => JournalError::Damaged { path, sequence, reason },
        StoreError::Failed(source) => JournalError::Store { path, action, source },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rusqlite::Connection;

    fn run() -> RunId {
        RunId::new("staging-1").unwrap()
    }

    fn note(text: &str) -> Payload {
        Payload::Note { step: None, by: "ann".into(), text: text.into() }
    }

    fn journal_of_three(folder: &Path) -> PathBuf {
        let path = folder.join("journal.sqlite");
        let mut journal = Journal::open(&path, &run()).unwrap();
        for text in ["one", "two", "three"] {
            journal.append(note(text)).unwrap();
        }
        path
    }

    #[test]
    fn events_are_there_after_opening_again_and_chained() {
        let folder = tempfile::tempdir().unwrap();
        let path = journal_of_three(folder.path());
        let mut journal = Journal::open(&path, &run()).unwrap();
        journal.append(note("four")).unwrap();
        let events = Journal::read_only(&path, &run()).unwrap();
        assert_eq!(events.len(), 4);
        assert_eq!(events[3].previous, events[2].digest().unwrap());
        assert_eq!(journal.events(), events);
    }

    #[test]
    fn rows_cannot_be_changed_or_deleted() {
        let folder = tempfile::tempdir().unwrap();
        let path = journal_of_three(folder.path());
        let connection = Connection::open(&path).unwrap();
        for statement in ["UPDATE events SET body = ''", "DELETE FROM events"] {
            let error = connection.execute(statement, []).unwrap_err();
            assert!(error.to_string().contains("append-only"), "{error}");
        }
    }

    #[test]
    fn a_changed_swapped_or_missing_event_is_named() {
        let spoilers = [
            ("UPDATE events SET body = replace(body, 'two', 'TWO') WHERE sequence = 2", 2),
            (
                "UPDATE events SET digest = (SELECT digest FROM events WHERE sequence = 1) WHERE sequence = 3",
                3,
            ),
            ("DELETE FROM events WHERE sequence = 2", 3),
            (
                "UPDATE events SET body = replace(body, 'staging-1', 'staging-2') WHERE sequence = 1",
                1,
            ),
        ];
        for (statement, damaged_at) in spoilers {
            let folder = tempfile::tempdir().unwrap();
            let path = journal_of_three(folder.path());
            let connection = Connection::open(&path).unwrap();
            connection
                .execute_batch(
                    "DROP TRIGGER events_are_never_changed; DROP TRIGGER events_are_never_deleted;",
                )
                .unwrap();
            assert_eq!(connection.execute(statement, []).unwrap(), 1, "the fault must happen");
            let error = Journal::open(&path, &run()).err().unwrap();
            assert!(
                matches!(error, JournalError::Damaged { sequence, .. } if sequence == damaged_at),
                "{statement}: {error}"
            );
        }
    }

    #[test]
    fn another_runs_journal_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = journal_of_three(folder.path());
        let other = RunId::new("staging-2").unwrap();
        assert!(matches!(Journal::open(&path, &other), Err(JournalError::Damaged { .. })));
    }
}
