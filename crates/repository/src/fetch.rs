//! Giving a restore point back.

use std::fs;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use refit_backup::{Verified, verify_fetched};
use refit_hosts::Reader;
use rustic_core::{LocalDestination, LsOptions, RestoreOptions, RusticResult};

use crate::{Kept, Repository, RepositoryError, Result};

impl Repository {
    /// Gives a restore point back into a folder that is empty or not there, and verifies it by its
    /// manifest. Damage is found before anything is written.
    pub fn fetch(&self, reader: &Reader<'_>, kept: &Kept, into: &Path) -> Result<Verified> {
        let snapshot = self.snapshot(kept)?;
        let problems = self.problems_of(snapshot.tree)?;
        if !problems.is_empty() {
            return Err(RepositoryError::Damaged { folder: self.folder.clone(), problems });
        }
        let mut builder = fs::DirBuilder::new();
        let fail = RepositoryError::io("make", into);
        builder.recursive(true).mode(0o700).create(into).map_err(fail)?;
        if fs::read_dir(into).map_err(RepositoryError::io("list", into))?.next().is_some() {
            return Err(RepositoryError::NotEmpty(into.to_owned()));
        }
        let text = into.to_str().ok_or_else(|| RepositoryError::NotText(into.to_owned()))?;
        let given = self.attempt("fetching from", || {
            let repository = self.again()?.to_indexed()?;
            let node = repository.node_from_snapshot_and_path(&snapshot, &kept.path())?;
            let nodes = repository.ls(&node, &LsOptions::default())?;
            let destination = LocalDestination::new(text, true, false)?;
            let options = options();
            let plan = repository.prepare_restore(&options, nodes.clone(), &destination, false)?;
            repository.restore(plan, &options, nodes, &destination)?;
            RusticResult::Ok(())
        });
        match given {
            // The library does not say why it could not write.
            Err(RepositoryError::Failed { .. }) if is_full(into) => {
                return Err(RepositoryError::Full(into.to_owned()));
            }
            other => other?,
        }
        Ok(verify_fetched(reader, &into.into())?)
    }
}

/// Owners by their numbers, as the manifest has them, and holes as holes.
fn options() -> RestoreOptions {
    let mut options = RestoreOptions::default().numeric_id(true);
    // The type of this value has no name outside of its library.
    options.sparse = serde_json::from_str("\"ByContent\"").ok();
    options
}

fn is_full(folder: &Path) -> bool {
    rustix::fs::statvfs(folder).is_ok_and(|found| found.f_bavail * found.f_frsize < 1 << 20)
}
