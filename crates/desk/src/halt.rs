//! Runs that stand still: what a person has to do before they go on.

use jiff::Timestamp;
use refit_model::{Digest, RunId, StepId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Party;

/// That a run stands still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct HaltedRun {
    /// The run.
    pub run: RunId,
    /// The plan that it runs.
    pub plan: Digest,
    /// Why.
    pub why: HaltKind,
    /// The step at which it stands, if it stands at one.
    pub step: Option<StepId>,
    /// Who has to do something.
    pub waits_for: Party,
    /// Since when.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub since: Timestamp,
}

/// That a run goes on that stood still.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct GoingOn {
    /// The run.
    pub run: RunId,
}

/// Why a run stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HaltKind {
    /// A step failed.
    Failed,
    /// What a step did is not known.
    InDoubt,
    /// A person, an approval or a host is awaited.
    Waiting,
}

impl HaltKind {
    /// What has to happen, in words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Failed => "a step failed: to be tried again, taken back or ended",
            Self::InDoubt => "what a step did is not known: somebody has to look",
            Self::Waiting => "a person, an approval or a host is awaited",
        }
    }
}

impl HaltedRun {
    /// Why it stands still, with its step.
    pub fn words(&self) -> String {
        match &self.step {
            Some(step) => format!("{} (step {step})", self.why.words()),
            None => self.why.words().to_owned(),
        }
    }
}
