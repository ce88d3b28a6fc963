//! Checking a repository.

use rustic_core::{CheckOptions, CheckResults};
use serde::Serialize;

use crate::{Repository, Result};

/// What a check found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct RepositoryCheck {
    /// What is damaged, by its name in the repository.
    pub problems: Vec<String>,
    /// What is no damage: files that interrupted work left, which `prune` removes.
    pub notes: Vec<String>,
    /// Whether every byte was read.
    pub read_data: bool,
}

impl Repository {
    /// Checks that everything that is kept is there and fits together; reads every byte of it if
    /// `read_data`.
    pub fn check(&self, read_data: bool) -> Result<RepositoryCheck> {
        let options = CheckOptions::default().read_data(read_data);
        let found = self.attempt("checking", || self.inner.check(options))?;
        Ok(sorted(found, read_data))
    }

    /// The problems of one restore point.
    pub(crate) fn problems_of(&self, tree: rustic_core::TreeId) -> Result<Vec<String>> {
        let options = CheckOptions::default().read_data(true);
        let found =
            self.attempt("checking", || self.inner.check_with_trees(options, vec![tree]))?;
        Ok(sorted(found, true).problems)
    }
}

fn sorted(found: CheckResults, read_data: bool) -> RepositoryCheck {
    let mut checked = RepositoryCheck { read_data, ..RepositoryCheck::default() };
    for one in found.0 {
        let one = CheckResults(vec![one]);
        let text = one.0.iter().map(|(_, what)| what.to_string().replace('\n', " ")).collect();
        if one.is_ok().is_err() { checked.problems.push(text) } else { checked.notes.push(text) }
    }
    checked
}
