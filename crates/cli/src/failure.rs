//! How a command ends when it does not end well.

use refit_app::AppError;
use refit_model::ExitCode;

/// What is told, and the exit code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong, where, and what to do.
    pub text: String,
    /// The exit code.
    pub code: ExitCode,
}

/// Results of commands: an exit code, since some say "changes found" and the like.
pub type Ending = Result<ExitCode, Failure>;

impl Failure {
    /// A wrong command line.
    pub fn usage(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: ExitCode::Usage }
    }

    /// Something that failed.
    pub fn failed(text: impl Into<String>) -> Self {
        Self { text: text.into(), code: ExitCode::Failed }
    }
}

impl From<AppError> for Failure {
    fn from(error: AppError) -> Self {
        Self { text: error.chain(), code: error.exit_code() }
    }
}
