//! Which case a plan belongs to.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use refit_desk::CaseId;
use refit_model::Digest;
use refit_store::{CaseFilter, CaseList, CaseOrder, CaseRow, Direction, Store};

use crate::cases;
use crate::failure::Failure;
use crate::login::later;

/// How many cases are read at once.
const AT_ONCE: u32 = 50;
/// What is kept may carry a moment that is as much earlier than when it is kept.
const LATE: SignedDuration = SignedDuration::from_mins(5);

/// The plans that were posted in open cases, as far as they were looked at.
#[derive(Debug, Default)]
pub(super) struct PostedPlans {
    cases: BTreeMap<Digest, BTreeSet<CaseId>>,
    /// The version of each case that was looked at.
    seen: BTreeMap<String, u64>,
    /// When the latest of them was changed.
    latest: Option<Timestamp>,
}

impl PostedPlans {
    /// The cases in which a plan was posted.
    pub(super) fn cases_of(&self, plan: &Digest) -> Vec<&CaseId> {
        self.cases.get(plan).into_iter().flatten().collect()
    }

    /// Looks at the cases that were changed since it was asked last.
    pub(super) async fn refresh(&mut self, store: &Store) -> Result<(), Failure> {
        let enough = self.latest.map(|latest| later(latest, -LATE));
        let mut latest = self.latest;
        let mut list = CaseList {
            filter: CaseFilter { states: vec!["open".to_owned()], ..CaseFilter::default() },
            order: CaseOrder::Changed,
            direction: Direction::Descending,
            after: None,
            limit: AT_ONCE,
        };
        loop {
            let page = store.cases(&list).await?;
            for row in &page.rows {
                latest = latest.max(Some(row.changed));
                self.look_at(store, row).await?;
            }
            let is_known = |row: &CaseRow| enough.is_some_and(|enough| row.changed < enough);
            list.after = page.next.filter(|_| !page.rows.last().is_some_and(is_known));
            if list.after.is_none() {
                // Only now nothing earlier is missing.
                self.latest = latest;
                return Ok(());
            }
        }
    }

    async fn look_at(&mut self, store: &Store, row: &CaseRow) -> Result<(), Failure> {
        if self.seen.get(&row.id) == Some(&row.version) {
            return Ok(());
        }
        let id = CaseId::new(&row.id).map_err(Failure::internal)?;
        let case = cases::load(store, &id).await?;
        for plan in case.iter().flat_map(|case| &case.plans) {
            self.cases.entry(plan.digest).or_default().insert(id.clone());
        }
        self.seen.insert(row.id.clone(), row.version);
        Ok(())
    }
}
