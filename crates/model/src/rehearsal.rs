//! Rehearsal reports.

use serde::{Deserialize, Serialize};

use crate::{Digest, Document, EnvironmentName, Facts, Version};

/// What a rehearsal of a plan showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RehearsalReport {
    /// The plan.
    pub plan: Digest,
    /// The environment.
    pub environment: EnvironmentName,
    /// What was asked and answered, in order.
    pub checks: Vec<RehearsalCheck>,
    /// The version that the rehearsed broker told.
    pub version: Option<Version>,
    /// What it held, and what was measured.
    pub facts: Facts,
    /// The last lines of its log, where something failed.
    pub log_tail: Vec<String>,
}

/// One thing that a rehearsal asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RehearsalCheck {
    /// What was asked.
    pub what: String,
    /// Whether the answer was right.
    pub passed: bool,
    /// The answer.
    pub answer: String,
}

impl Document for RehearsalReport {
    const TYPE: &'static str = "rehearsal";
    const SCHEMA: u32 = 1;
}

impl RehearsalReport {
    /// Whether the plan may be approved.
    pub fn passed(&self) -> bool {
        !self.checks.is_empty() && self.checks.iter().all(|check| check.passed)
    }
}
