//! Why executing ended with an error, other than a halted run.

use refit_backup::BackupError;
use refit_hosts::HostError;
use refit_model::ParameterError;
use thiserror::Error;

use crate::{JournalError, StatusError, WorldError};

/// Executing failed.
#[derive(Debug, Error)]
pub enum ExecuteError {
    /// On a host.
    #[error(transparent)]
    Host(#[from] HostError),
    /// With a restore point.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// In the journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal's events cannot be.
    #[error("the journal cannot be: {0}")]
    Status(#[from] StatusError),
    /// In the world around.
    #[error(transparent)]
    World(#[from] WorldError),
    /// The plan names a parameter that it does not have.
    #[error("the plan cannot be run: {0}")]
    Parameter(#[from] ParameterError),
    /// The act did not do what it should.
    #[error("{0}")]
    Act(String),
    /// The command does not fit the run's state.
    #[error("{0}")]
    State(String),
}

/// Results of executing.
pub type Result<T> = std::result::Result<T, ExecuteError>;

impl ExecuteError {
    /// Whether the run itself cannot go on: its journal or its charge is lost.
    pub fn is_fatal(&self) -> bool {
        match self {
            Self::Journal(_) | Self::Status(_) | Self::Parameter(_) | Self::State(_) => true,
            Self::Host(_) | Self::Backup(_) | Self::World(_) | Self::Act(_) => matches!(
                self.host(),
                Some(
                    HostError::StaleEpoch { .. }
                        | HostError::JournalBehind { .. }
                        | HostError::JournalForked { .. }
                )
            ),
        }
    }

    /// Whether the operator asked to stop.
    pub fn is_cancelled(&self) -> bool {
        matches!(self.host(), Some(HostError::Cancelled(_)))
    }

    /// Whether the host is away, so that nothing is known of what it was told to do.
    pub fn is_away(&self) -> bool {
        self.host().is_some_and(HostError::is_away)
    }

    /// Whether it may be otherwise soon without anybody doing something.
    pub(crate) fn may_pass(&self) -> bool {
        self.host().is_some_and(HostError::may_pass)
    }

    /// What happened on a host, where it happened there.
    fn host(&self) -> Option<&HostError> {
        match self {
            Self::Host(error)
            | Self::Backup(BackupError::Host(error))
            | Self::World(WorldError::Host(error)) => Some(error),
            _ => None,
        }
    }

    /// Whether a command may have been done all the same: it is known not to have been, or to have
    /// failed, in few cases only.
    pub(crate) fn is_of_unknown_outcome(&self) -> bool {
        let is_known = matches!(
            self.host(),
            Some(HostError::Exit { .. } | HostError::Spawn { .. } | HostError::Locked { .. })
        );
        !is_known
    }

    /// The message with all its causes.
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let more = error.to_string();
            if !text.contains(&more) {
                text.push_str(": ");
                text.push_str(&more);
            }
            cause = error.source();
        }
        text
    }
}
