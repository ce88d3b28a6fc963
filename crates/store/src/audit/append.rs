//! Appending to the audit trail.

use refit_model::Digest;

use super::record::COLUMNS;
use super::{AuditHead, CasePlace, NewRecord, Record};
use crate::engine::{On, Statement, Transaction, Value, reading, writing};
use crate::error::{Result, StoreError};

pub(super) const HEAD: &str = "the end of the audit trail";
pub(super) const READ_HEAD: &str = "SELECT sequence, digest FROM audit_head WHERE one = 1";
/// How many records are written by one statement.
const AT_ONCE: usize = 50;

/// A record that is to be appended.
pub(crate) struct Pending<'a> {
    /// What happened.
    pub(crate) content: &'a NewRecord,
    /// The case and the number in it, for an event. Its chain goes on where `append` is told.
    pub(crate) case: Option<(&'a str, u64)>,
}

/// Appends one record that belongs to no case.
pub(crate) async fn append_one(change: &mut Transaction, record: &NewRecord) -> Result<AuditHead> {
    let pending = [Pending { content: record, case: None }];
    Ok(append(change, &pending, Digest::of(b"")).await?.0)
}

/// Ends a change; it is recorded if it happened.
pub(crate) async fn noted(mut change: Transaction, done: bool, record: &NewRecord) -> Result<bool> {
    if done {
        append_one(&mut change, record).await?;
    }
    change.commit().await?;
    Ok(done)
}

/// Appends records; the events among them go on after `case_previous`. Gives the new end, and the
/// digest of the last event.
///
/// It waits for other changes to be over, and keeps them waiting until this one is: it is the last
/// thing that a change does.
pub(crate) async fn append(
    change: &mut Transaction,
    records: &[Pending<'_>],
    case_previous: Digest,
) -> Result<(AuditHead, Digest)> {
    let mut head = lock_head(change).await?;
    let mut case_previous = case_previous;
    for some in records.chunks(AT_ONCE) {
        let mut rows = Vec::with_capacity(some.len());
        for pending in some {
            let record = seal(pending, head, case_previous)?;
            head = AuditHead { sequence: record.sequence, digest: record.digest };
            if record.case.is_some() {
                case_previous = record.digest;
            }
            rows.push(record);
        }
        insert(&rows).run(change.on()).await?;
    }
    let moved = "UPDATE audit_head SET sequence = $1, digest = $2 WHERE one = 1";
    writing(HEAD, moved).bind(head.sequence).bind(head.digest).run(change.on()).await?;
    Ok((head, case_previous))
}

/// The end of the chain, which stays the end until the change is over.
pub(crate) async fn lock_head(change: &mut Transaction) -> Result<AuditHead> {
    head(reading(HEAD, READ_HEAD).for_update(), change.on()).await
}

pub(super) async fn head(statement: Statement, on: On<'_>) -> Result<AuditHead> {
    let row = statement.row(on).await?;
    let row = row.ok_or_else(|| StoreError::damaged(HEAD, "it is missing"))?;
    Ok(AuditHead { sequence: row.number("sequence")?, digest: row.digest("digest")? })
}

/// Gives a record its place after `head`.
fn seal(pending: &Pending<'_>, head: AuditHead, case_previous: Digest) -> Result<Record> {
    let case = pending.case.map(|(case, sequence)| CasePlace {
        case: case.to_owned(),
        sequence,
        previous: case_previous,
    });
    let mut record = Record {
        sequence: head.sequence + 1,
        content: pending.content.clone(),
        case,
        previous: head.digest,
        digest: head.digest,
    };
    record.digest = record.computed_digest()?;
    Ok(record)
}

fn insert(records: &[Record]) -> Statement {
    let width = COLUMNS.split(',').count();
    let row = |index: usize| {
        let numbers = (1..=width).map(|column| format!("${}", index * width + column));
        format!("({})", numbers.collect::<Vec<_>>().join(", "))
    };
    let rows: Vec<_> = (0..records.len()).map(row).collect();
    let text = format!("INSERT INTO audit ({COLUMNS}) VALUES {}", rows.join(", "));
    writing("the audit trail", text).bind_all(records.iter().flat_map(values))
}

/// In the order of the columns.
fn values(record: &Record) -> [Value; 12] {
    let content = &record.content;
    let case = record.case.as_ref();
    [
        record.sequence.into(),
        content.at.into(),
        (&content.kind).into(),
        (&content.by).into(),
        (&content.organisation).into(),
        (&content.address).into(),
        (&content.body).into(),
        Value::Text(case.map(|place| place.case.clone())),
        Value::Integer(case.map(|place| place.sequence.cast_signed())),
        Value::Text(case.map(|place| place.previous.to_string())),
        record.previous.into(),
        record.digest.into(),
    ]
}
