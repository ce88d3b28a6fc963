//! What use cases end with when they do not end well, and the exit code of each.

use refit_assess::AssessError;
use refit_backup::BackupError;
use refit_execute::{ExecuteError, JournalError, StatusError};
use refit_hosts::HostError;
use refit_model::{DocumentError, ExitCode, ParameterError};
use refit_packs::PackError;
use refit_plan::PlanError;
use refit_playbook::{AttachError, CompileError};
use refit_repository::RepositoryError;
use refit_trial::TrialError;
use thiserror::Error;

use crate::{EnvironmentError, SecretError, StateError};

/// A use case did not end well.
#[derive(Debug, Error)]
pub enum AppError {
    /// The environment file.
    #[error(transparent)]
    Environment(#[from] EnvironmentError),
    /// Several installations, or none of this name.
    #[error("`{given}`: which installation? Say ENVIRONMENT:INSTALLATION; there are: {}", known.join(", "))]
    WhichInstallation {
        /// What was given.
        given: String,
        /// What there is.
        known: Vec<String>,
    },
    /// The state directory.
    #[error(transparent)]
    State(#[from] StateError),
    /// A pack.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// A secret.
    #[error(transparent)]
    Secret(#[from] SecretError),
    /// A host.
    #[error(transparent)]
    Host(#[from] HostError),
    /// Assessing.
    #[error(transparent)]
    Assess(#[from] AssessError),
    /// Planning.
    #[error(transparent)]
    Plan(#[from] PlanError),
    /// A document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// Executing.
    #[error(transparent)]
    Execute(#[from] ExecuteError),
    /// A restore point.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// A repository of restore points.
    #[error(transparent)]
    Repository(#[from] RepositoryError),
    /// A trial.
    #[error(transparent)]
    Trial(#[from] TrialError),
    /// Compiling a playbook.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// The texts that lie beside a playbook.
    #[error(transparent)]
    Attach(#[from] AttachError),
    /// A journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// A journal's events.
    #[error(transparent)]
    Status(#[from] StatusError),
    /// A parameter.
    #[error(transparent)]
    Parameter(#[from] ParameterError),
    /// Something must be done first.
    #[error("{what}; {how}")]
    First {
        /// What is missing.
        what: String,
        /// The command that does it.
        how: String,
    },
    /// Findings forbid it.
    #[error("findings forbid it: {}; see `refit assess {target}`", keys.join(", "))]
    Blocked {
        /// Their keys.
        keys: Vec<String>,
        /// The installation.
        target: String,
    },
    /// A person must decide, approve or act.
    #[error("{0}")]
    NeedsPerson(String),
    /// It rests on something that is not so any more.
    #[error("{what} is stale: {why}; {how}")]
    Stale {
        /// What.
        what: String,
        /// Why.
        why: String,
        /// What to do.
        how: String,
    },
    /// The command line asks for something that cannot be.
    #[error("{0}")]
    Usage(String),
}

/// Results of use cases.
pub type Result<T> = std::result::Result<T, AppError>;

impl AppError {
    /// The exit code, which `docs/exit-codes.md` explains.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Environment(_)
            | Self::WhichInstallation { .. }
            | Self::Pack(_)
            | Self::Usage(_) => ExitCode::Usage,
            Self::Blocked { .. } | Self::Plan(PlanError::NoTarget) => ExitCode::Blocked,
            Self::First { .. } | Self::NeedsPerson(_) => ExitCode::NeedsPerson,
            Self::Stale { .. }
            | Self::State(StateError::Busy(_))
            | Self::Plan(PlanError::OtherPack { .. }) => ExitCode::Held,
            Self::Host(error) | Self::Backup(BackupError::Host(error)) => host_code(error),
            Self::Backup(_)
            | Self::Plan(_)
            | Self::State(_)
            | Self::Secret(_)
            | Self::Document(_)
            | Self::Parameter(_)
            | Self::Trial(_)
            | Self::Compile(_)
            | Self::Attach(_)
            | Self::Journal(_)
            | Self::Status(_) => ExitCode::Failed,
            Self::Assess(error) => assess_code(error),
            Self::Execute(error) => execute_code(error),
            Self::Repository(error) => repository_code(error),
        }
    }

    /// The message with all its causes, each once.
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

fn host_code(error: &HostError) -> ExitCode {
    match error {
        HostError::Cancelled(_) => ExitCode::Interrupted,
        HostError::Held { .. }
        | HostError::Locked { .. }
        | HostError::StaleEpoch { .. }
        | HostError::JournalBehind { .. } => ExitCode::Held,
        _ => ExitCode::Failed,
    }
}

fn assess_code(error: &AssessError) -> ExitCode {
    match error {
        AssessError::Host(error) => host_code(error),
        // What the command line or the environment file names is not there.
        AssessError::Version(_)
        | AssessError::NoInstallation { .. }
        | AssessError::UnknownVersion { .. } => ExitCode::Usage,
        _ => ExitCode::Blocked,
    }
}

fn execute_code(error: &ExecuteError) -> ExitCode {
    match error {
        ExecuteError::Host(error) => host_code(error),
        ExecuteError::State(_) => ExitCode::Usage,
        _ => ExitCode::Failed,
    }
}

fn repository_code(error: &RepositoryError) -> ExitCode {
    match error {
        RepositoryError::Missing(_)
        | RepositoryError::NotEmpty(_)
        | RepositoryError::WrongKey(_)
        | RepositoryError::NotText(_)
        | RepositoryError::Key(_) => ExitCode::Usage,
        RepositoryError::Busy { .. } => ExitCode::Held,
        RepositoryError::Interrupted => ExitCode::Interrupted,
        _ => ExitCode::Failed,
    }
}
