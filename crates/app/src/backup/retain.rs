//! How long restore points are kept in repositories.

use refit_repository::{Access, Judged, Kept, Pruned, Retention};
use serde::Serialize;

use super::RepositoryPlace;
use crate::{App, AppError, Result};

/// What is forgotten.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ForgetReport {
    /// Whether it was done, or only looked at.
    pub applied: bool,
    /// Each restore point.
    pub points: Vec<Judged>,
}

impl App<'_> {
    /// Forgets the restore points that no rule keeps, if `apply`. Those of a run that is neither
    /// finalised nor rolled back stay.
    pub fn forget_points(
        &self,
        place: &RepositoryPlace,
        retention: Retention,
        apply: bool,
    ) -> Result<ForgetReport> {
        if retention == Retention::default() {
            let text = "say what is kept: --keep-last, --keep-within-days, or both";
            return Err(AppError::Usage(text.into()));
        }
        let all = self.kept_points(place)?;
        let now = jiff::Timestamp::now().as_second();
        let points = retention.judge(&all, now, |run| self.run_needs_points(run));
        if apply {
            let gone = points.iter().filter(|one| one.stays.is_none());
            let gone: Vec<Kept> = gone.map(|one| one.kept.clone()).collect();
            self.with_repository(place, Access::Alone, |repository| Ok(repository.forget(&gone)?))?;
        }
        Ok(ForgetReport { applied: apply, points })
    }

    /// Removes what no restore point needs any more, if `apply`.
    pub fn prune_repository(&self, place: &RepositoryPlace, apply: bool) -> Result<Pruned> {
        self.with_repository(place, Access::Alone, |repository| Ok(repository.prune(apply)?))
    }
}
