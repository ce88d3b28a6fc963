//! Mirrors of runs' journals: for showing them. The truth about a run is its own journal.

use jiff::Timestamp;
use refit_model::{Digest, RunId};
use thiserror::Error;

use crate::engine::{Row, Transaction, Value, reading, writing};
use crate::error::Result;
use crate::{JsonText, Store, StoreError};

const WHAT: &str = "a run's events";

/// An event of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirroredEvent {
    /// Its number in the journal, from 1, without gaps.
    pub sequence: u64,
    /// Its digest, as the journal has it.
    pub digest: Digest,
    /// The event, as the journal has it.
    pub body: JsonText,
}

/// What is mirrored of a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MirroredRun {
    /// The run.
    pub run: String,
    /// The case that it belongs to.
    pub case: Option<String>,
    /// How many events are there.
    pub events: u64,
    /// The digest of the last one; of nothing, before the first.
    pub last: Digest,
    /// When the last ones came.
    pub changed: Timestamp,
}

/// Events of a run are not taken.
#[derive(Debug, Error)]
pub enum MirrorError {
    /// Events between are missing: send those after number `known` first.
    #[error("event {found} of run {run} comes after number {known}; those between are missing")]
    Gap {
        /// The run.
        run: RunId,
        /// How many events are there.
        known: u64,
        /// The event that came.
        found: u64,
    },
    /// The run's journal is not the one that was mirrored before.
    #[error("event {sequence} of run {run} is another one than was mirrored before")]
    Differs {
        /// The run.
        run: RunId,
        /// The event.
        sequence: u64,
    },
    /// The run belongs to another case.
    #[error("run {run} belongs to the case `{case}`")]
    OtherCase {
        /// The run.
        run: RunId,
        /// Its case.
        case: String,
    },
    /// The records failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Store {
    /// Appends events of a run; those that are there already are compared, and passed over. Gives
    /// what is there then. All of it is taken, or nothing.
    pub async fn mirror(
        &self,
        run: &RunId,
        case: Option<&str>,
        events: &[MirroredEvent],
        at: Timestamp,
    ) -> std::result::Result<MirroredRun, MirrorError> {
        let mut change = self.engine.begin().await?;
        let mut known = known(&mut change, run, case, at).await?;
        if let (Some(given), Some(kept)) = (case, &known.case)
            && given != kept
        {
            return Err(MirrorError::OtherCase { run: run.clone(), case: kept.clone() });
        }
        for event in events {
            if event.sequence > known.events + 1 {
                let found = event.sequence;
                return Err(MirrorError::Gap { run: run.clone(), known: known.events, found });
            }
            if event.sequence <= known.events {
                compare(&mut change, run, event).await?;
            } else {
                insert(&mut change, run, event).await?;
                known = MirroredRun {
                    events: event.sequence,
                    last: event.digest,
                    changed: at,
                    ..known
                };
            }
        }
        let text = "UPDATE runs SET events = $2, last_digest = $3, changed_us = $4, \
                    case_id = COALESCE(case_id, $5) WHERE run = $1";
        let case = case.map(ToOwned::to_owned);
        let values: [Value; 5] = [
            run.as_str().into(),
            known.events.into(),
            known.last.into(),
            known.changed.into(),
            (&case).into(),
        ];
        writing(WHAT, text).bind_all(values).run(change.on()).await?;
        change.commit().await?;
        Ok(MirroredRun { case: known.case.or(case), ..known })
    }

    /// What is mirrored of a run, if anything.
    pub async fn mirrored_run(&self, run: &RunId) -> Result<Option<MirroredRun>> {
        let text = format!("SELECT {COLUMNS} FROM runs WHERE run = $1");
        let row = reading(WHAT, text).bind(run.as_str()).row(self.engine.reader()).await?;
        row.as_ref().map(read).transpose()
    }

    /// The runs of a case, in the order of their names.
    pub async fn runs_of(&self, case: &str) -> Result<Vec<MirroredRun>> {
        let text = format!("SELECT {COLUMNS} FROM runs WHERE case_id = $1 ORDER BY run");
        let rows = reading(WHAT, text).bind(case).rows(self.engine.reader()).await?;
        rows.iter().map(read).collect()
    }

    /// Events of a run after number `after`, in their order.
    pub async fn run_events(
        &self,
        run: &RunId,
        after: u64,
        limit: u32,
    ) -> Result<Vec<MirroredEvent>> {
        let text = "SELECT sequence, digest, body FROM run_events \
                    WHERE run = $1 AND sequence > $2 ORDER BY sequence LIMIT $3";
        let rows = reading(WHAT, text).bind(run.as_str()).bind(after).bind(u64::from(limit));
        let read = |row: &Row| {
            Ok(MirroredEvent {
                sequence: row.number("sequence")?,
                digest: row.digest("digest")?,
                body: row.json("body")?,
            })
        };
        rows.rows(self.engine.reader()).await?.iter().map(read).collect()
    }
}

const COLUMNS: &str = "run, case_id, events, last_digest, changed_us";

fn read(row: &Row) -> Result<MirroredRun> {
    Ok(MirroredRun {
        run: row.text("run")?,
        case: row.maybe_text("case_id")?,
        events: row.number("events")?,
        last: row.digest("last_digest")?,
        changed: row.time("changed_us")?,
    })
}

/// What is there of a run, which is made if it is new, until the change is over.
async fn known(
    change: &mut Transaction,
    run: &RunId,
    case: Option<&str>,
    at: Timestamp,
) -> Result<MirroredRun> {
    let text = "INSERT INTO runs (run, case_id, events, last_digest, changed_us) \
                VALUES ($1, $2, 0, $3, $4) ON CONFLICT DO NOTHING";
    let made = writing(WHAT, text)
        .bind(run.as_str())
        .bind(Value::Text(case.map(ToOwned::to_owned)))
        .bind(Digest::of(b""))
        .bind(at);
    made.run(change.on()).await?;
    let text = format!("SELECT {COLUMNS} FROM runs WHERE run = $1");
    let row = reading(WHAT, text).bind(run.as_str()).for_update().row(change.on()).await?;
    let row = row.ok_or_else(|| StoreError::damaged(WHAT, "the run is missing"))?;
    read(&row)
}

/// An event that is there already must be the same.
async fn compare(
    change: &mut Transaction,
    run: &RunId,
    event: &MirroredEvent,
) -> std::result::Result<(), MirrorError> {
    let text = "SELECT digest FROM run_events WHERE run = $1 AND sequence = $2";
    let row = reading(WHAT, text).bind(run.as_str()).bind(event.sequence);
    let row = row.row(change.on()).await?;
    let digest = row.map(|row| row.digest("digest")).transpose()?;
    if digest == Some(event.digest) {
        Ok(())
    } else {
        Err(MirrorError::Differs { run: run.clone(), sequence: event.sequence })
    }
}

async fn insert(change: &mut Transaction, run: &RunId, event: &MirroredEvent) -> Result<()> {
    let text = "INSERT INTO run_events (run, sequence, digest, body) VALUES ($1, $2, $3, $4)";
    let values: [Value; 4] =
        [run.as_str().into(), event.sequence.into(), event.digest.into(), (&event.body).into()];
    writing(WHAT, text).bind_all(values).run(change.on()).await.map(drop)
}
