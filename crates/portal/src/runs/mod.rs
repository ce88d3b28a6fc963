//! Runs of upgrades: their journals are followed and mirrored, what they say is shown, and they
//! are begun, stopped and taken back. The truth about a run is its own journal, in the state
//! directory of the machine that it was begun on.
//!
//! `docs/decisions/0020-the-portal-follows-journals.md` says why.

mod begin;
mod end;
mod exits;
mod mirror;
mod picture;
mod plans;
mod upgrades;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use refit_model::RunId;

pub(crate) use begin::{Asked, perform, to_do};
pub(crate) use exits::{Exit, exits};
pub(crate) use mirror::follow;
pub(crate) use picture::{Picture, PlannedStep};
pub use upgrades::Upgrades;

/// The most plans whose steps are kept at hand.
const PLANS: usize = 200;

/// What is known of runs besides the records.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// What is wrong with what is shown of a run, or with its place in the case.
    findings: Mutex<BTreeMap<RunId, String>>,
    /// The steps of plans, as they read for a run.
    steps: Mutex<BTreeMap<RunId, Arc<Vec<PlannedStep>>>>,
}

impl Known {
    /// What is wrong with a run, if anything.
    pub(crate) fn finding(&self, run: &RunId) -> Option<String> {
        self.findings.lock().unwrap_or_else(PoisonError::into_inner).get(run).cloned()
    }

    /// Notes what is wrong with a run, or that nothing is; `true` if that is new.
    fn note(&self, run: &RunId, finding: Option<String>) -> bool {
        let mut findings = self.findings.lock().unwrap_or_else(PoisonError::into_inner);
        let before = match &finding {
            Some(text) => findings.insert(run.clone(), text.clone()),
            None => findings.remove(run),
        };
        before != finding
    }

    /// The steps of a run's plan: looked up once, since a run's plan does not change.
    pub(crate) fn steps(
        &self,
        run: &RunId,
        read: impl FnOnce() -> Option<Vec<PlannedStep>>,
    ) -> Option<Arc<Vec<PlannedStep>>> {
        let locked = || self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(steps) = locked().get(run) {
            return Some(Arc::clone(steps));
        }
        let found = Arc::new(read()?);
        let mut steps = locked();
        if steps.len() >= PLANS {
            steps.clear();
        }
        steps.insert(run.clone(), Arc::clone(&found));
        Some(found)
    }
}
