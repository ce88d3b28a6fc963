//! Events: the entries of a run's journal.

use refit_model::{Digest, DocumentError, EnvironmentName, RunId, StepId, canonical_json};
use serde::{Deserialize, Serialize};

use crate::{Halt, RunEvent, StepEvent};

/// The schema version of events that this Refit writes.
pub const EVENT_SCHEMA: u32 = 1;

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// [`EVENT_SCHEMA`].
    pub schema: u32,
    /// The run.
    pub run: RunId,
    /// Its number within the run, from 1.
    pub sequence: u64,
    /// When it was recorded, RFC 3339 in UTC: for people only, nothing is ordered by it.
    pub at: String,
    /// What happened.
    pub payload: Payload,
    /// The digest of the event before; of nothing for the first one.
    pub previous: Digest,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Payload {
    /// A process began or goes on with the run, or with taking it back.
    Controller {
        /// What it begins.
        event: RunEvent,
        /// The plan.
        plan: Digest,
        /// The environment.
        environment: EnvironmentName,
        /// The approval that it acts under.
        approval: Digest,
        /// The epoch on the host.
        epoch: u64,
        /// Who runs it: user and machine.
        by: String,
        /// Why, where a person said so.
        why: String,
    },
    /// Something happened to a step.
    Step {
        /// The step.
        step: StepId,
        /// What happened to it.
        event: StepEvent,
        /// The number of the attempt, from 1; 0 before the first.
        attempt: u32,
        /// How it came about: the operation, the evidence, the error, who and why.
        detail: Detail,
    },
    /// The run stopped, and can go on.
    Halted {
        /// Why.
        reason: HaltReason,
        /// What is true now, as seen on the host.
        now: Vec<String>,
        /// The last lines of the broker's logs, where something failed.
        log_tail: Vec<String>,
    },
    /// The run came to an end of this kind.
    Ended {
        /// The kind.
        event: RunEvent,
        /// Who and why, where a person decided it.
        why: String,
    },
    /// A person saw something.
    Note {
        /// The step it is about, if it is about one.
        step: Option<StepId>,
        /// Who saw it.
        by: String,
        /// What.
        text: String,
    },
    /// Something was measured.
    Measured {
        /// What, with its unit in the name, for example `downtime_milliseconds`.
        name: String,
        /// The value.
        value: u64,
    },
}

/// How an event of a step came about.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Detail {
    /// In words: what was seen, what failed, why it was skipped.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// What commands wrote, redacted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub output: Vec<String>,
    /// How it became done.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub how: Option<DoneHow>,
    /// How long the act and its verification took, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub milliseconds: Option<u64>,
}

/// How a step became done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DoneHow {
    /// Its act was done and verified.
    Acted,
    /// It was so before.
    AlreadySo,
    /// Recovery found the work of an act whose end was not recorded.
    Recovered,
    /// A person did it and said so.
    ByHand,
}

/// Why a run halted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum HaltReason {
    /// A step failed.
    Failed {
        /// The step.
        step: StepId,
        /// How.
        error: String,
        /// Whether it may be skipped.
        may_skip: bool,
    },
    /// The outcome of an act is not known, and it must not be repeated blindly.
    InDoubt {
        /// The step.
        step: StepId,
        /// What is not known.
        text: String,
    },
    /// A person must do something.
    Person {
        /// The step.
        step: StepId,
        /// The role.
        role: String,
        /// What to do.
        instructions: Vec<String>,
    },
    /// An approval is missing.
    Approval {
        /// The step.
        step: StepId,
        /// What must be approved.
        what: String,
    },
    /// What comes next cannot end before the window's end.
    Window {
        /// The step that was not begun.
        step: StepId,
        /// The arithmetic.
        text: String,
    },
    /// The host went away and did not come back; whether the step was done is not known.
    Unreachable {
        /// The step.
        step: StepId,
        /// What is known of the reason.
        text: String,
    },
    /// The operator asked to stop.
    Interrupted {
        /// The step that was not begun or not ended.
        step: StepId,
    },
}

impl Event {
    /// The digest that the next event refers to.
    pub fn digest(&self) -> Result<Digest, DocumentError> {
        let mut bytes = format!("refit/event/{EVENT_SCHEMA}\n").into_bytes();
        bytes.extend(canonical_json(self)?);
        Ok(Digest::of(&bytes))
    }
}

impl Payload {
    /// The step that this is about, if it is about one.
    pub fn step(&self) -> Option<&StepId> {
        match self {
            Self::Step { step, .. } => Some(step),
            Self::Note { step, .. } => step.as_ref(),
            Self::Halted { reason, .. } => Some(reason.step()),
            Self::Controller { .. } | Self::Ended { .. } | Self::Measured { .. } => None,
        }
    }
}

impl HaltReason {
    /// The step at which the run halted.
    pub fn step(&self) -> &StepId {
        match self {
            Self::Failed { step, .. }
            | Self::InDoubt { step, .. }
            | Self::Person { step, .. }
            | Self::Approval { step, .. }
            | Self::Window { step, .. }
            | Self::Unreachable { step, .. }
            | Self::Interrupted { step } => step,
        }
    }

    /// Its kind: who or what has to move next.
    pub fn kind(&self) -> Halt {
        match self {
            Self::Failed { .. } => Halt::Failed,
            Self::InDoubt { .. } => Halt::InDoubt,
            Self::Person { .. } | Self::Approval { .. } | Self::Unreachable { .. } => Halt::Waiting,
            Self::Window { .. } | Self::Interrupted { .. } => Halt::Paused,
        }
    }

    /// The reason in words.
    pub fn text(&self) -> String {
        match self {
            Self::Failed { step, error, .. } => format!("the step `{step}` failed: {error}"),
            Self::InDoubt { step, text } => format!("the step `{step}` is in doubt: {text}"),
            Self::Person { step, role, .. } => format!("the step `{step}` waits for the {role}"),
            Self::Approval { step, what } => {
                format!("the step `{step}` waits for an approval: {what}")
            }
            Self::Window { step, text } => format!("the step `{step}` was not begun: {text}"),
            Self::Unreachable { step, text } => {
                format!("the host went away at the step `{step}`: {text}")
            }
            Self::Interrupted { step } => format!("interrupted by the operator at `{step}`"),
        }
    }
}
