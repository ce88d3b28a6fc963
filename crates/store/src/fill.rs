//! Many cases quickly, for benchmarks: with the same chains that commits make.

use std::time::Duration;

use jiff::Timestamp;
use refit_model::Digest;

use crate::audit::{Pending, append};
use crate::cases::insert_case;
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

/// A case with everything that happened in it.
#[derive(Clone, Debug)]
pub struct FilledCase {
    /// Its id; there is none of it yet.
    pub id: String,
    /// What lists show of it; its organisation must be there.
    pub columns: ListColumns,
    /// The fold of its events.
    pub snapshot: JsonText,
    /// Its events.
    pub events: Vec<NewRecord>,
    /// When it was changed last.
    pub changed: Timestamp,
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
            let numbers = first..filling.cases.min(first + AT_ONCE);
            let cases: Result<Vec<_>> = numbers.map(|number| filling.case(number)).collect();
            self.fill_with(&cases?).await?;
            first += AT_ONCE;
        }
        Ok(())
    }

    /// Adds cases, all by one transaction.
    pub async fn fill_with(&self, cases: &[FilledCase]) -> Result<()> {
        let mut change = self.engine.begin().await?;
        for case in cases {
            case.make(&mut change).await?;
        }
        change.commit().await
    }
}

impl FilledCase {
    async fn make(&self, change: &mut Transaction) -> Result<()> {
        let row = insert_case().bind(&self.id).bind(self.events.len() as u64);
        row.bind(self.changed).bind_all(self.columns.values()?).run(change.on()).await?;
        let text = "INSERT INTO case_snapshots (case_id, body) VALUES ($1, $2)";
        writing("a case", text).bind(&self.id).bind(&self.snapshot).run(change.on()).await?;
        for (user, is_assigned) in self.columns.people() {
            let text = "INSERT INTO case_people VALUES ($1, $2, $3)";
            let person = writing("a case", text).bind(&self.id).bind(user);
            person.bind(u64::from(is_assigned)).run(change.on()).await?;
        }
        let events: Vec<_> = (1..)
            .zip(&self.events)
            .map(|(sequence, content)| Pending { content, case: Some((&self.id, sequence)) })
            .collect();
        let (_, last) = append(change, &events, Digest::of(b"")).await?;
        let text = "UPDATE cases SET last_digest = $2 WHERE id = $1";
        writing("a case", text).bind(&self.id).bind(last).run(change.on()).await.map(drop)
    }
}

impl Filling {
    fn case(&self, number: u64) -> Result<FilledCase> {
        let columns = self.columns(number);
        let record = self.record(number, "filled")?;
        Ok(FilledCase {
            id: format!("case-{number}"),
            changed: columns.opened,
            columns,
            snapshot: JsonText::of(&"x".repeat(self.snapshot_bytes))?,
            events: (0..self.events_per_case).map(|_| record.clone()).collect(),
        })
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
            deadline: None,
            shown: JsonText::null(),
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
