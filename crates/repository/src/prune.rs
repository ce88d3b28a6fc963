//! Forgetting restore points, and giving their room back.

use rustic_core::{LimitOption, PruneOptions};
use serde::Serialize;

use crate::{Kept, Repository, RepositoryError, Result};

/// What pruning frees.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Pruned {
    /// Whether it was done, or only looked at.
    pub applied: bool,
    /// How many bytes the repository's files have.
    pub before_bytes: u64,
    /// How many of them are freed.
    pub freed_bytes: u64,
}

impl Repository {
    /// Forgets restore points. Their room is given back by [`Repository::prune`].
    pub fn forget(&self, forgotten: &[Kept]) -> Result<()> {
        let mut ids = Vec::new();
        for kept in forgotten {
            ids.push(self.snapshot(kept)?.id);
        }
        self.attempt("deleting from", || self.inner.delete_snapshots(&ids))
    }

    /// Removes what no restore point needs any more, if `apply`; else says how much that is.
    pub fn prune(&self, apply: bool) -> Result<Pruned> {
        let options = PruneOptions::default()
            // Nobody else works on it: the lock says so.
            .instant_delete(true)
            .max_unused(LimitOption::Percentage(0))
            .max_repack(LimitOption::Unlimited);
        let plan =
            self.attempt("looking for what is not needed in", || self.inner.prune_plan(&options))?;
        let size = plan.stats.size_sum();
        let unreferenced = plan.stats.size_unref + plan.stats.size_to_delete.remove;
        let pruned = Pruned {
            applied: apply,
            before_bytes: size.total() + unreferenced,
            freed_bytes: size.remove + size.repackrm + unreferenced,
        };
        if apply {
            // What is damaged is not thinned out.
            let checked = self.check(false)?;
            if !checked.problems.is_empty() {
                let (folder, problems) = (self.folder.clone(), checked.problems);
                return Err(RepositoryError::Damaged { folder, problems });
            }
            self.attempt("pruning", || self.inner.prune(&options, plan))?;
        }
        Ok(pruned)
    }
}
