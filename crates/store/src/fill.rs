//! Many cases quickly, for benchmarks: with the same chains that commits make.

use std::time::Duration;

use jiff::Timestamp;
use refit_model::Digest;

use crate::audit::{Pending, append};
use crate::engine::{Transaction, writing};
use crate::error::Result;
use crate::{JsonText, ListColumns, NewRecord, Organisation, Store};

/// How many cases are made by one transaction.
const AT_ONCE: u64 = 50;

/// How much a store is filled with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filling {
    /// How many cases.
    pub cases: u64,
    /// How many events each of them has.
    pub events_per_case: u64,
    /// How many organisations they are spread over.
    pub organisations: u64,
    /// How many assignees they are spread over; `user-0` and so on.
    pub assignees: u64,
    /// How long a case's snapshot is, in bytes.
    pub snapshot_bytes: usize,
    /// When the first request was made; the others follow minute by minute.
    pub at: Timestamp,
}

impl Store {
    /// Fills an empty store. The same filling gives the same rows.
    pub async fn fill(&self, filling: &Filling) -> Result<()> {
        for number in 0..filling.organisations {
            let organisation = Organisation {
                id: format!("organisation-{number}"),
                name: format!("Organisation {number}"),
                settings: JsonText::of(&())?,
                disabled: None,
                version: 0,
            };
            self.save_organisation(&organisation, &filling.record(0, "organisation-made")?).await?;
        }
        let mut first = 0;
        while first < filling.cases {
            let mut change = self.engine.begin().await?;
            for number in first..filling.cases.min(first + AT_ONCE) {
                filling.make(&mut change, number).await?;
            }
            change.commit().await?;
            first += AT_ONCE;
        }
        Ok(())
    }
}

impl Filling {
    async fn make(&self, change: &mut Transaction, number: u64) -> Result<()> {
        let case = format!("case-{number}");
        let columns = self.columns(number);
        let written = ListColumns::WRITTEN.join(", ");
        let text = format!(
            "INSERT INTO cases (id, version, changed_us, {written}, last_digest) \
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, '')"
        );
        let row = writing("a case", text).bind(&case).bind(self.events_per_case);
        row.bind(columns.opened).bind_all(columns.values()?).run(change.on()).await?;
        let snapshot = JsonText::of(&"x".repeat(self.snapshot_bytes))?;
        let text = "INSERT INTO case_snapshots (case_id, body) VALUES ($1, $2)";
        writing("a case", text).bind(&case).bind(&snapshot).run(change.on()).await?;
        for (user, is_assigned) in columns.people() {
            let text = "INSERT INTO case_people VALUES ($1, $2, $3)";
            let person = writing("a case", text).bind(&case).bind(user);
            person.bind(u64::from(is_assigned)).run(change.on()).await?;
        }
        let record = self.record(number, "filled")?;
        let events: Vec<_> = (1..=self.events_per_case)
            .map(|sequence| Pending { content: &record, case: Some((&case, sequence)) })
            .collect();
        let (_, last) = append(change, &events, Digest::of(b"")).await?;
        let text = "UPDATE cases SET last_digest = $2 WHERE id = $1";
        writing("a case", text).bind(&case).bind(last).run(change.on()).await.map(drop)
    }

    fn columns(&self, number: u64) -> ListColumns {
        let states = ["open", "closed", "withdrawn"];
        let opened = self.moment(number);
        ListColumns {
            title: format!("[Organisation] - Platinum Services Request {number}"),
            organisation: format!("organisation-{}", number % self.organisations.max(1)),
            state: states
                [usize::from(number.is_multiple_of(7)) + usize::from(number.is_multiple_of(49))]
            .to_owned(),
            assignees: vec![format!("user-{}", number % self.assignees.max(1))],
            group: (number.is_multiple_of(3)).then(|| format!("group-{}", number % 5)),
            viewers: Vec::new(),
            due: (!number.is_multiple_of(4))
                .then(|| self.moment(number.wrapping_mul(7919) % 100_000)),
            opened,
        }
    }

    fn record(&self, number: u64, kind: &str) -> Result<NewRecord> {
        Ok(NewRecord {
            at: self.moment(number),
            kind: kind.to_owned(),
            by: Some(format!("user-{}", number % self.assignees.max(1))),
            organisation: Some(format!("organisation-{}", number % self.organisations.max(1))),
            address: None,
            body: JsonText::of(&format!("what happened in case {number}: {}", "x".repeat(150)))?,
        })
    }

    /// So many minutes after the first request.
    fn moment(&self, minutes: u64) -> Timestamp {
        let later = self.at.checked_add(Duration::from_secs(60 * minutes));
        later.unwrap_or(Timestamp::MAX)
    }
}
