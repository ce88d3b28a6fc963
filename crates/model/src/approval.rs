//! Approvals: bound to one plan, one environment and one run.

use serde::{Deserialize, Serialize};

use crate::{Digest, Document, EnvironmentName, RunId};

/// A person's word that something may be done. It expires.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// What may be done.
    pub of: ApprovalOf,
    /// The plan.
    pub plan: Digest,
    /// The environment.
    pub environment: EnvironmentName,
    /// The run.
    pub run: RunId,
    /// Who approved.
    pub by: String,
    /// When it was given, in seconds since 1970-01-01 UTC.
    pub given_unix_seconds: i64,
    /// When it ends, in seconds since 1970-01-01 UTC.
    pub expires_unix_seconds: i64,
}

impl Document for Approval {
    const TYPE: &'static str = "approval";
    const SCHEMA: u32 = 1;
}

/// What is approved; each of these separately.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalOf {
    /// Running the plan up to the point of no return.
    Run,
    /// Passing the point of no return.
    PointOfNoReturn,
    /// Finalising.
    Finalise,
    /// Restoring, with the loss that it means.
    Restore,
}

impl ApprovalOf {
    /// The word on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::PointOfNoReturn => "point-of-no-return",
            Self::Finalise => "finalise",
            Self::Restore => "restore",
        }
    }
}
