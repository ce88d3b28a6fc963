//! Why there is no plan.

use refit_model::{HostPath, ParameterError};
use thiserror::Error;

/// A plan could not be made.
#[derive(Debug, Error)]
pub enum PlanError {
    /// The assessment has no version to go to.
    #[error("the assessment has no target version; its findings say why")]
    NoTarget,
    /// The assessment was made with another pack.
    #[error("the assessment was made with another pack (of {assessed}); assess again")]
    OtherPack {
        /// The day of that pack's knowledge.
        assessed: String,
    },
    /// A path cannot stand in a plan.
    #[error("{0} is not UTF-8, which a plan's parameters must be")]
    PathNotText(HostPath),
    /// A stored text is missing.
    #[error("the captured text of {0} is missing from the state directory; assess again")]
    MissingText(String),
    /// A captured text cannot be read the way it was when it was captured.
    #[error("{file}: {reason}")]
    Text {
        /// The file.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// A parameter is missing. A defect of the pack.
    #[error("the pack's commands cannot be used: {0}")]
    Parameter(#[from] ParameterError),
    /// The plan contradicts itself. A defect of Refit.
    #[error("the plan contradicts itself: {}", .0.join("; "))]
    Lint(Vec<String>),
}
