//! What can go wrong with restore points.

use refit_hosts::HostError;
use refit_model::{HostPath, RunId};
use thiserror::Error;

/// A restore point was not taken, or is not good.
#[derive(Debug, Error)]
pub enum BackupError {
    /// The host failed.
    #[error(transparent)]
    Host(#[from] HostError),
    /// The restore point has no manifest: it was never sealed.
    #[error("{0} is no complete restore point: it has no manifest")]
    Unsealed(HostPath),
    /// The manifest cannot be read.
    #[error("{at}: the manifest is damaged in line {line}: {reason}")]
    Manifest {
        /// The restore point.
        at: HostPath,
        /// The line.
        line: usize,
        /// What is wrong.
        reason: String,
    },
    /// What is there is not what the manifest says.
    #[error("{at} is damaged: {}", differences.join("; "))]
    Damaged {
        /// The restore point.
        at: HostPath,
        /// The first differences.
        differences: Vec<String>,
    },
    /// The restore point belongs to another run.
    #[error("{at} is a restore point of the run {owner}; the run {run} cannot restore it")]
    Foreign {
        /// The restore point.
        at: HostPath,
        /// The run that took it.
        owner: RunId,
        /// The run that wants it.
        run: RunId,
    },
    /// A copy differs from its original.
    #[error("the copy of {path} differs from it: {}", differences.join("; "))]
    Differs {
        /// The original.
        path: HostPath,
        /// The first differences.
        differences: Vec<String>,
    },
}

/// Results of restore points.
pub type Result<T> = std::result::Result<T, BackupError>;
