//! What a repository holds.

use refit_model::{EnvironmentName, InstallationName, RunId};
use rustic_core::repofile::SnapshotFile;
use serde::Serialize;

use crate::{Repository, Result};

/// What all snapshots of Refit's are labelled with.
pub(crate) const LABEL: &str = "refit";

/// A restore point in a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Kept {
    /// Its id, which `restic` takes too.
    pub id: String,
    /// The environment.
    pub environment: EnvironmentName,
    /// The installation.
    pub installation: InstallationName,
    /// The run that took it.
    pub run: RunId,
    /// Its name among the run's restore points: `a` or `b`.
    pub point: String,
    /// When it was kept, for people.
    pub at: String,
    /// The same in seconds since 1970-01-01 UTC.
    pub at_seconds: i64,
    /// The size of its files, in bytes.
    pub size_bytes: u64,
    /// The beginning of the digest of its manifest.
    pub manifest: String,
}

impl Kept {
    /// Where it is within its snapshot.
    pub fn path(&self) -> String {
        path_of(&self.run, &self.point)
    }

    /// Reads the tags of a snapshot; `None` for one that is not Refit's.
    fn of(snapshot: &SnapshotFile) -> Option<Self> {
        let tag = |name: &str| {
            let prefix = format!("{name}:");
            snapshot.tags.iter().find_map(|tag| Some(tag.strip_prefix(&prefix)?.to_owned()))
        };
        if snapshot.label != LABEL {
            return None;
        }
        Some(Self {
            id: snapshot.id.to_hex().to_string(),
            environment: EnvironmentName::new(tag("environment")?).ok()?,
            installation: InstallationName::new(tag("installation")?).ok()?,
            run: RunId::new(tag("run")?).ok()?,
            point: tag("point")?,
            at: snapshot.time.strftime("%Y-%m-%d %H:%M:%S %:z").to_string(),
            at_seconds: snapshot.time.timestamp().as_second(),
            size_bytes: snapshot
                .summary
                .as_ref()
                .map_or(0, |summary| summary.total_bytes_processed),
            manifest: tag("manifest")?,
        })
    }
}

pub(crate) fn path_of(run: &RunId, point: &str) -> String {
    format!("/{run}/{point}")
}

impl Repository {
    /// The restore points in it, oldest first.
    pub fn kept(&self) -> Result<Vec<Kept>> {
        let snapshots = self.snapshots()?;
        let mut kept: Vec<_> = snapshots.iter().filter_map(Kept::of).collect();
        kept.sort_by(|a, b| {
            (a.at_seconds, &a.run, &a.point).cmp(&(b.at_seconds, &b.run, &b.point))
        });
        Ok(kept)
    }

    pub(crate) fn snapshots(&self) -> Result<Vec<SnapshotFile>> {
        self.attempt("reading", || self.inner.get_all_snapshots())
    }

    /// The snapshot of a restore point.
    pub(crate) fn snapshot(&self, kept: &Kept) -> Result<SnapshotFile> {
        self.attempt("reading", || self.inner.get_snapshot_from_str(&kept.id, |_| true))
    }
}
