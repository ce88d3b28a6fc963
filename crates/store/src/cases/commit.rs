//! Keeping what was decided about a case: all of it, or nothing.

use jiff::Timestamp;
use refit_model::Digest;

use super::ListColumns;
use crate::audit::{Pending, append};
use crate::engine::{Statement, Transaction, Value, reading, writing};
use crate::error::{Result, StoreError, Subject};
use crate::outbox::enqueue;
use crate::{AuditHead, JsonText, NewOutboxEntry, NewRecord, Store};

/// One decision about a case.
#[derive(Clone, Debug)]
pub struct Commit {
    /// The case.
    pub case: String,
    /// The version that was decided on: how many events the case had; 0 for a new one.
    pub expected: u64,
    /// The case after the events.
    pub snapshot: JsonText,
    /// What lists show of it.
    pub columns: ListColumns,
    /// What happened, in its order. None, where only the snapshot is written anew (it is folded
    /// differently now) or only something is to be sent (a reminder).
    pub events: Vec<NewRecord>,
    /// What is to be sent because of it. One whose key is known already is not sent again.
    pub outbox: Vec<NewOutboxEntry>,
    /// When.
    pub at: Timestamp,
}

/// What a commit gave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Committed {
    /// The version that the case has now.
    pub version: u64,
    /// The end of the audit trail.
    pub head: AuditHead,
    /// How many entries of the outbox are new.
    pub queued: u64,
}

/// What a case is at.
struct Known {
    version: u64,
    last_digest: Digest,
}

impl Store {
    /// Keeps a decision, if the case still has the expected version; else [`StoreError::Stale`].
    ///
    /// When this returns, it is on the disk. If the connection was lost meanwhile, the case's
    /// version tells whether it happened.
    pub async fn commit(&self, commit: &Commit) -> Result<Committed> {
        if commit.expected == 0 && commit.events.is_empty() {
            return Err(StoreError::Invalid("a new case without events".to_owned()));
        }
        let mut change = self.engine.begin().await?;
        let known = known(&mut change, &commit.case).await?;
        let found = known.as_ref().map_or(0, |known| known.version);
        if found != commit.expected {
            return Err(commit.stale(found));
        }
        let last = known.map_or_else(|| Digest::of(b""), |known| known.last_digest);
        let version = found + commit.events.len() as u64;
        write_case(&mut change, commit, version).await?;
        write_people(&mut change, commit).await?;
        let queued = enqueue(&mut change, &commit.outbox, commit.at).await?;
        let events: Vec<_> = (found + 1..)
            .zip(&commit.events)
            .map(|(number, content)| Pending { content, case: Some((&commit.case, number)) })
            .collect();
        let (head, last) = append(&mut change, &events, last).await?;
        let text = "UPDATE cases SET last_digest = $2 WHERE id = $1";
        writing("a case", text).bind(&commit.case).bind(last).run(change.on()).await?;
        change.commit().await?;
        Ok(Committed { version, head, queued })
    }
}

impl Commit {
    fn stale(&self, found: u64) -> StoreError {
        let subject = Subject { kind: "case", id: self.case.clone() };
        StoreError::Stale { subject, expected: self.expected, found }
    }
}

/// What the case is at, until the change is over.
async fn known(change: &mut Transaction, case: &str) -> Result<Option<Known>> {
    let text = "SELECT version, last_digest FROM cases WHERE id = $1";
    let row = reading("a case", text).bind(case).for_update().row(change.on()).await?;
    row.map(|row| {
        Ok(Known { version: row.number("version")?, last_digest: row.digest("last_digest")? })
    })
    .transpose()
}

/// Writes columns and snapshot.
async fn write_case(change: &mut Transaction, commit: &Commit, version: u64) -> Result<()> {
    let values = commit.columns.values()?;
    let fixed: [Value; 3] = [(&commit.case).into(), version.into(), commit.at.into()];
    if commit.expected > 0 {
        let set: Vec<_> =
            (4..).zip(ListColumns::WRITTEN).map(|(n, column)| format!("{column} = ${n}")).collect();
        let text = format!(
            "UPDATE cases SET version = $2, changed_us = $3, {} WHERE id = $1",
            set.join(", ")
        );
        writing("a case", text).bind_all(fixed).bind_all(values).run(change.on()).await?;
    } else {
        let made = insert_case().bind_all(fixed).bind_all(values);
        if made.run(change.on()).await? == 0 {
            // Somebody else made it after we had looked.
            let found = known(change, &commit.case).await?.map_or(0, |known| known.version);
            return Err(commit.stale(found));
        }
    }
    let text = "INSERT INTO case_snapshots (case_id, body) VALUES ($1, $2) \
                ON CONFLICT (case_id) DO UPDATE SET body = excluded.body";
    let snapshot = writing("a case", text).bind(&commit.case).bind(&commit.snapshot);
    snapshot.run(change.on()).await.map(drop)
}

/// Makes a case, unless it is there: its id, version and change, then its columns. The digest is
/// that of the last event, which has its place only later.
pub(crate) fn insert_case() -> Statement {
    let columns = ListColumns::WRITTEN.join(", ");
    let places: Vec<_> = (1..=3 + ListColumns::WRITTEN.len()).map(|n| format!("${n}")).collect();
    let text = format!(
        "INSERT INTO cases (id, version, changed_us, {columns}, last_digest) \
         VALUES ({}, '') ON CONFLICT DO NOTHING",
        places.join(", ")
    );
    writing("a case", text)
}

/// Writes who is tied to the case.
async fn write_people(change: &mut Transaction, commit: &Commit) -> Result<()> {
    let what = "a case's people";
    let text = "DELETE FROM case_people WHERE case_id = $1";
    writing(what, text).bind(&commit.case).run(change.on()).await?;
    for (user, is_assigned) in commit.columns.people() {
        let text = "INSERT INTO case_people (case_id, user_id, is_assigned) VALUES ($1, $2, $3)";
        let person = writing(what, text).bind(&commit.case).bind(user);
        person.bind(u64::from(is_assigned)).run(change.on()).await?;
    }
    Ok(())
}
