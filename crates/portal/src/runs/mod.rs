//! Runs of upgrades: their journals are followed and mirrored, what they say is shown, and they
//! are begun, stopped and taken back. The truth about a run is its own journal, in the state
//! directory of the machine that it was begun on.
//!
//! `docs/decisions/0020-the-portal-follows-journals.md` says why.

mod begin;
mod end;
mod exits;
mod halt;
mod looking;
mod mirror;
mod picture;
mod plans;
mod trouble;
mod upgrades;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use refit_model::RunId;

use begin::to_do;
pub(crate) use begin::{Asked, check_asks_nobody, perform, target_of};
pub(crate) use exits::Exit;
use exits::exits;
pub(crate) use looking::{Looking, ways};
pub(crate) use mirror::follow;
use picture::{Picture, PlannedStep};
pub use upgrades::Upgrades;

/// The most runs of which something is kept at hand.
const AT_HAND: usize = 200;

/// What is known of runs besides the records. Nothing of it is needed after a restart.
#[derive(Debug, Default)]
pub(crate) struct Known {
    /// What is wrong with what is shown of a run, or with its place in the case.
    findings: Mutex<BTreeMap<RunId, String>>,
    /// The steps of plans, as they read for a run.
    steps: Mutex<BTreeMap<RunId, Arc<Vec<PlannedStep>>>>,
    /// Runs as far as they were read.
    pictures: Mutex<BTreeMap<RunId, Picture>>,
}

impl Known {
    /// What is wrong with a run, if anything.
    fn finding(&self, run: &RunId) -> Option<String> {
        locked(&self.findings).get(run).cloned()
    }

    /// Notes what is wrong with a run, or that nothing is; `true` if that is new.
    fn note(&self, run: &RunId, finding: Option<&str>) -> bool {
        let mut findings = locked(&self.findings);
        let before = match finding {
            Some(text) => findings.insert(run.clone(), text.to_owned()),
            None => findings.remove(run),
        };
        before.as_deref() != finding
    }

    /// The steps of a run's plan: looked up once, since a run's plan does not change.
    fn steps(
        &self,
        run: &RunId,
        read: impl FnOnce() -> Option<Vec<PlannedStep>>,
    ) -> Option<Arc<Vec<PlannedStep>>> {
        if let Some(steps) = locked(&self.steps).get(run) {
            return Some(Arc::clone(steps));
        }
        let found = Arc::new(read()?);
        put(&self.steps, run, Arc::clone(&found));
        Some(found)
    }

    /// A run as far as it was read.
    fn picture(&self, run: &RunId) -> Option<Picture> {
        locked(&self.pictures).get(run).cloned()
    }

    /// Keeps a run as far as it was read.
    fn keep(&self, picture: &Picture) {
        put(&self.pictures, picture.run(), picture.clone());
    }
}

/// What is kept at hand is whole whatever happened to who had it.
fn locked<T>(of: &Mutex<T>) -> MutexGuard<'_, T> {
    of.lock().unwrap_or_else(PoisonError::into_inner)
}

fn put<T>(into: &Mutex<BTreeMap<RunId, T>>, run: &RunId, what: T) {
    let mut kept = locked(into);
    if kept.len() >= AT_HAND {
        kept.clear();
    }
    kept.insert(run.clone(), what);
}
