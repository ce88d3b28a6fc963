//! On-call support: a window for one version of the Playbook, and the problems reported in it.

use jiff::Timestamp;
use refit_model::{Digest, EnvironmentName, StepId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::written::prose;
use crate::{Prose, StateMachine, UserId};

/// A time in which the consultant can be called about one version of the Playbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnCallWindow {
    /// The version, by number.
    pub version: u32,
    /// Its content.
    pub playbook: Digest,
    /// The first moment.
    pub from: Timestamp,
    /// The first moment after it.
    pub until: Timestamp,
}

/// A problem that was reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Problem {
    /// Its number within the case, from 1.
    pub number: u32,
    /// The environment in which it was seen.
    pub environment: EnvironmentName,
    /// The version of the Playbook that was followed, by number.
    pub version: u32,
    /// The step at which it was seen.
    pub step: StepId,
    /// What was seen.
    pub text: Prose,
    /// By whom.
    pub by: UserId,
    /// When it was reported.
    pub reported: Timestamp,
    /// Where it stands, and why.
    pub state: ProblemState,
    /// Since when.
    pub since: Timestamp,
}

/// Where a problem stands: the record of whether it could be replicated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ProblemState {
    /// Nobody has tried to replicate it yet.
    Reported,
    /// It was seen in the environment that was upgraded, too: it is a defect.
    Replicated(Evidence),
    /// The version of this number is without it.
    Corrected(u32),
    /// It could not be seen in the environment that was upgraded: it is out of scope.
    OutOfScope(NotReplicated),
    /// It was no problem of the Playbook, and this was said.
    Answered(Prose),
}

/// Why a problem is out of scope.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NotReplicated {
    /// The reason, as it was told to the customer.
    pub reason: Prose,
    /// What shows that it does not happen there.
    pub evidence: Evidence,
}

/// What shows that something is so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// What it is.
    pub what: Prose,
    /// Its content: a report, a journal, a log.
    pub digest: Digest,
}

/// What can happen to a problem.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ProblemEvent {
    /// It was seen in the environment that was upgraded.
    Replicated(Evidence),
    /// It was not seen there.
    NotReplicated(NotReplicated),
    /// A version is without it, by number.
    Corrected(u32),
    /// It is answered.
    Answered(Prose),
}

impl ProblemState {
    /// Whether nothing more is to be done.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Corrected(_) | Self::OutOfScope(_) | Self::Answered(_))
    }
}

impl StateMachine for ProblemState {
    type Event = ProblemEvent;

    const NAME: &'static str = "A reported problem";

    fn after(&self, event: &ProblemEvent) -> Option<Self> {
        use ProblemEvent as E;
        match (self, event) {
            (Self::Reported, E::Replicated(evidence)) => Some(Self::Replicated(evidence.clone())),
            (Self::Reported, E::NotReplicated(why)) => Some(Self::OutOfScope(why.clone())),
            (Self::Replicated(_), E::Corrected(version)) => Some(Self::Corrected(*version)),
            (Self::Reported | Self::OutOfScope(_), E::Answered(text)) => {
                Some(Self::Answered(text.clone()))
            }
            (Self::OutOfScope(_), E::Replicated(evidence)) => {
                Some(Self::Replicated(evidence.clone()))
            }
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Reported => "reported",
            Self::Replicated(_) => "replicated",
            Self::Corrected(_) => "corrected",
            Self::OutOfScope(_) => "out of scope",
            Self::Answered(_) => "answered",
        }
    }

    fn event_word(event: &ProblemEvent) -> &'static str {
        match event {
            ProblemEvent::Replicated(_) => "replicated",
            ProblemEvent::NotReplicated(_) => "not replicated",
            ProblemEvent::Corrected(_) => "corrected",
            ProblemEvent::Answered(_) => "answered",
        }
    }

    fn all() -> Vec<Self> {
        let text = prose("a text");
        vec![
            Self::Reported,
            Self::Replicated(Evidence::example()),
            Self::Corrected(2),
            Self::OutOfScope(NotReplicated::example()),
            Self::Answered(text),
        ]
    }

    fn all_events() -> Vec<ProblemEvent> {
        use ProblemEvent as E;
        vec![
            E::Replicated(Evidence::example()),
            E::NotReplicated(NotReplicated::example()),
            E::Corrected(2),
            E::Answered(prose("a text")),
        ]
    }
}

impl Evidence {
    fn example() -> Self {
        Self { what: prose("a journal"), digest: Digest::of(b"a journal") }
    }
}

impl NotReplicated {
    fn example() -> Self {
        Self { reason: prose("a reason"), evidence: Evidence::example() }
    }
}
