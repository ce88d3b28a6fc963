//! Findings: the typed results of an assessment.

use serde::{Deserialize, Serialize};

/// One result of an assessment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// How much it matters. First, so that findings sort by it.
    pub severity: Severity,
    /// A stable key, for example `log4j1-silent-log`.
    pub key: String,
    /// Whether no run may begin while this finding stands.
    pub blocks: bool,
    /// One line.
    pub title: String,
    /// What it means, in a few sentences.
    pub detail: String,
    /// What was seen: paths, values, names. Never a secret.
    pub evidence: Vec<String>,
    /// What to do.
    pub remedy: Remedy,
    /// Where the knowledge is from; empty where the evidence is all there is to know.
    pub sources: Vec<String>,
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The upgrade would fail, or lose something.
    High,
    /// Something would behave differently.
    Medium,
    /// Worth knowing before going on.
    Low,
    /// No action.
    Info,
}

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Remedy {
    /// Nothing needs to be done.
    Nothing,
    /// The plan does this.
    Planned(String),
    /// A person must choose, with `refit plan --decide`.
    Decide(String),
    /// A person must do this before the plan can be run.
    ByHand(String),
}

impl Severity {
    /// The word for reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::Info => "info",
        }
    }
}
