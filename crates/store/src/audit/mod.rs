//! The audit trail: everything that happened, in one chain.
//!
//! Every record names the digest of the one before. Records that are events of a case also name
//! the digest of the case's event before: a second chain within the first. Rows are never changed
//! or deleted; triggers refuse it. That records are missing at the *end* is found by comparing with
//! an [`AuditHead`] that was kept elsewhere.

mod append;
mod record;
mod verify;

pub(crate) use append::{Pending, append, append_one, lock_head, noted};
pub use record::{AuditHead, CasePlace, InvalidHead, NewRecord, Record};
pub use verify::{ChainCheck, CheckedPart};

use record::{COLUMNS, read};

use crate::Store;
use crate::engine::reading;
use crate::error::Result;

/// Which records of the audit trail are wanted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordFilter {
    /// Those that this user caused.
    pub by: Option<String>,
    /// Those about this organisation.
    pub organisation: Option<String>,
    /// The events of this case.
    pub case: Option<String>,
    /// Those of this kind.
    pub kind: Option<String>,
}

impl Store {
    /// Appends what happened besides changes that the store makes itself: a refused login, a denied
    /// access, an export.
    pub async fn record(&self, record: &NewRecord) -> Result<AuditHead> {
        let mut change = self.engine.begin().await?;
        let head = append_one(&mut change, record).await?;
        change.commit().await?;
        Ok(head)
    }

    /// The last record's number and digest: to be signed, exported, and kept elsewhere.
    pub async fn audit_head(&self) -> Result<AuditHead> {
        append::head(reading(append::HEAD, append::READ_HEAD), self.engine.reader()).await
    }

    /// Records before number `before` (all, if it is none), the latest first.
    pub async fn audit(
        &self,
        filter: &RecordFilter,
        before: Option<u64>,
        limit: u32,
    ) -> Result<Vec<Record>> {
        let mut text = format!("SELECT {COLUMNS} FROM audit WHERE sequence < $1");
        let before = before.map_or(i64::MAX, u64::cast_signed);
        let mut values = vec![before.into(), u64::from(limit).into()];
        let columns = [
            ("by_user", &filter.by),
            ("organisation", &filter.organisation),
            ("case_id", &filter.case),
            ("kind", &filter.kind),
        ];
        for (column, value) in columns {
            if value.is_some() {
                values.push(value.into());
                text += &format!(" AND {column} = ${}", values.len());
            }
        }
        text += " ORDER BY sequence DESC LIMIT $2";
        let rows = reading("the audit trail", text).bind_all(values);
        rows.rows(self.engine.reader()).await?.iter().map(read).collect()
    }

    /// Events of a case after number `after`, in their order.
    pub async fn events(&self, case: &str, after: u64, limit: u32) -> Result<Vec<Record>> {
        let text = format!(
            "SELECT {COLUMNS} FROM audit WHERE case_id = $1 AND case_sequence > $2 \
             ORDER BY case_sequence LIMIT $3"
        );
        let rows = reading("a case's events", text).bind(case).bind(after).bind(u64::from(limit));
        rows.rows(self.engine.reader()).await?.iter().map(read).collect()
    }
}
