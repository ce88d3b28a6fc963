//! Checking the chains.

use std::collections::BTreeMap;

use refit_model::Digest;

use super::record::{COLUMNS, read};
use super::{AuditHead, Record};
use crate::Store;
use crate::engine::{Row, reading};
use crate::error::{Result, StoreError};

/// How many records are read at once.
const AT_ONCE: u64 = 1000;

/// What checking a chain gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChainCheck {
    /// Nothing was changed, swapped, left out or cut off.
    Whole {
        /// How many records there are.
        records: u64,
    },
    /// Something was.
    Broken {
        /// The first record that is wrong, by its number in the audit trail; where records are
        /// missing at the end, the first of them.
        sequence: u64,
        /// What is wrong.
        why: String,
    },
}

/// How far the audit trail was checked, and found whole. It is worth as much as the place where it
/// is kept: in the memory of the one who checked.
#[derive(Clone, Debug)]
pub struct CheckedPart {
    end: AuditHead,
    cases: BTreeMap<String, CaseEnd>,
}

impl CheckedPart {
    /// Nothing was checked yet.
    pub fn nothing() -> Self {
        let end = AuditHead { sequence: 0, digest: Digest::of(b"") };
        Self { end, cases: BTreeMap::new() }
    }

    /// The last record that was checked.
    pub fn end(&self) -> AuditHead {
        self.end
    }
}

/// Where the events of a case have come to.
#[derive(Clone, Copy, Debug)]
struct CaseEnd {
    sequence: u64,
    digest: Digest,
}

impl Store {
    /// Checks the audit trail, and the chains of all cases within it. `kept` are ends that were
    /// kept elsewhere, in any order: they show whether later records were cut off.
    pub async fn verify_audit(&self, kept: &[AuditHead]) -> Result<ChainCheck> {
        let mut part = CheckedPart::nothing();
        self.check_on(&mut part, u64::MAX, kept).await
    }

    /// Checks at most `most` records after those that were checked, and counts them to those. They
    /// are whole so far, however many there are after them; that records which were checked are
    /// missing at the end is found, too. What was checked is not looked at again.
    pub async fn verify_audit_on(&self, part: &mut CheckedPart, most: u64) -> Result<ChainCheck> {
        let kept = [part.end];
        self.check_on(part, most, &kept).await
    }

    async fn check_on(
        &self,
        part: &mut CheckedPart,
        most: u64,
        kept: &[AuditHead],
    ) -> Result<ChainCheck> {
        let last = part.end.sequence.saturating_add(most);
        while part.end.sequence < last {
            let text = format!(
                "SELECT {COLUMNS} FROM audit WHERE sequence > $1 ORDER BY sequence LIMIT $2"
            );
            let count = AT_ONCE.min(last - part.end.sequence);
            let page = reading("the audit trail", text).bind(part.end.sequence).bind(count);
            let page = page.rows(self.engine.reader()).await?;
            for row in &page {
                let expected = part.end.sequence + 1;
                if let Err(why) = part.take(row, kept) {
                    return Ok(ChainCheck::Broken { sequence: expected, why });
                }
            }
            if page.is_empty() {
                break;
            }
        }
        let end = part.end;
        if let Some(why) = self.cut_off(end, kept).await? {
            return Ok(ChainCheck::Broken { sequence: end.sequence + 1, why });
        }
        Ok(ChainCheck::Whole { records: end.sequence })
    }

    /// Compares the trail with an end that was kept elsewhere; says what contradicts it. This looks
    /// at one record: what comes before it is vouched for by the chain, if that is whole.
    pub async fn contradiction(&self, kept: &AuditHead) -> Result<Option<String>> {
        let text = "SELECT digest FROM audit WHERE sequence = $1";
        let row = reading("the audit trail", text).bind(kept.sequence).row(self.engine.reader());
        let found = row.await?.map(|row| row.digest("digest")).transpose()?;
        Ok(match found {
            Some(digest) if digest == kept.digest => None,
            Some(digest) => Some(format!("record {} is {digest} now", kept.sequence)),
            None => Some(format!("record {} is missing", kept.sequence)),
        })
    }

    /// Checks the events of one case against each other and against the case.
    pub async fn verify_case(&self, case: &str) -> Result<ChainCheck> {
        // Events may come while they are read: the case is at least at what it was before.
        let before = self.version_of(case).await?;
        let mut cases = BTreeMap::new();
        let (mut records, mut last) = (0, 0);
        loop {
            let text = format!(
                "SELECT {COLUMNS} FROM audit WHERE case_id = $1 AND case_sequence > $2 \
                 ORDER BY case_sequence LIMIT $3"
            );
            let page = reading("a case's events", text).bind(case).bind(records).bind(AT_ONCE);
            let page = page.rows(self.engine.reader()).await?;
            for row in &page {
                // The number that the row claims; where it cannot be read, the one after the last.
                let sequence = row.number("sequence").unwrap_or(last + 1);
                let found = content_checked(row).and_then(|one| follow(&mut cases, &one));
                if let Err(why) = found {
                    return Ok(ChainCheck::Broken { sequence, why });
                }
                (records, last) = (records + 1, sequence);
            }
            if page.is_empty() {
                break;
            }
        }
        let after = self.version_of(case).await?;
        if (before..=after).contains(&records) {
            return Ok(ChainCheck::Whole { records });
        }
        let why = format!("the case is at version {after}, its last event is number {records}");
        Ok(ChainCheck::Broken { sequence: last + 1, why })
    }

    /// Why records are missing after `end`, if they are.
    async fn cut_off(&self, end: AuditHead, kept: &[AuditHead]) -> Result<Option<String>> {
        if let Some(later) = kept.iter().find(|one| one.sequence > end.sequence) {
            let why = format!("records are missing: number {} was there once", later.sequence);
            return Ok(Some(why));
        }
        // What was recorded while the last page was read, or was not to be read, is later.
        let head = self.audit_head().await?;
        let text = "SELECT COALESCE(MAX(sequence), 0) AS last FROM audit";
        let last = reading("the audit trail", text).row(self.engine.reader()).await?;
        let last = last.map_or(Ok(0), |row| row.number("last"))?;
        let differs = head.sequence == end.sequence && head.digest != end.digest;
        Ok((head.sequence > last || head.sequence < end.sequence || differs)
            .then(|| format!("the trail's end should be {head}")))
    }

    /// The version of a case; 0 if there is none.
    pub(crate) async fn version_of(&self, case: &str) -> Result<u64> {
        let text = "SELECT version FROM cases WHERE id = $1";
        let row = reading("a case", text).bind(case).row(self.engine.reader()).await?;
        row.map_or(Ok(0), |row| row.number("version"))
    }
}

impl CheckedPart {
    /// Takes the next record; or says what is wrong with it.
    fn take(&mut self, row: &Row, kept: &[AuditHead]) -> std::result::Result<(), String> {
        let record = checked(row, self.end, kept)?;
        follow(&mut self.cases, &record)?;
        self.end = AuditHead { sequence: record.sequence, digest: record.digest };
        Ok(())
    }
}

/// The record of a row, if it is the one after `end`, and none of those that were kept contradicts.
fn checked(row: &Row, end: AuditHead, kept: &[AuditHead]) -> std::result::Result<Record, String> {
    let record = content_checked(row)?;
    if record.sequence != end.sequence + 1 {
        return Err(format!("it is missing; the next one is number {}", record.sequence));
    }
    if record.previous != end.digest {
        return Err("it does not follow the record before it".to_owned());
    }
    let differs = |one: &&AuditHead| one.sequence == record.sequence && one.digest != record.digest;
    match kept.iter().find(differs) {
        Some(one) => Err(format!("it was {} once", one.digest)),
        None => Ok(record),
    }
}

/// The record of a row, if its content has its digest.
fn content_checked(row: &Row) -> std::result::Result<Record, String> {
    let record = read(row).map_err(|error| error.to_string())?;
    let computed = record.computed_digest().map_err(|error: StoreError| error.to_string())?;
    if computed == record.digest { Ok(record) } else { Err("its content was changed".to_owned()) }
}

/// Whether an event follows the one before it of the same case.
fn follow(
    cases: &mut BTreeMap<String, CaseEnd>,
    record: &Record,
) -> std::result::Result<(), String> {
    let Some(place) = &record.case else { return Ok(()) };
    let end = cases
        .entry(place.case.clone())
        .or_insert_with(|| CaseEnd { sequence: 0, digest: Digest::of(b"") });
    if place.sequence != end.sequence + 1 {
        let (case, after) = (&place.case, end.sequence);
        return Err(format!("event {} of case `{case}` follows event {after}", place.sequence));
    }
    if place.previous != end.digest {
        return Err(format!("it does not follow the event before it of case `{}`", place.case));
    }
    *end = CaseEnd { sequence: place.sequence, digest: record.digest };
    Ok(())
}
