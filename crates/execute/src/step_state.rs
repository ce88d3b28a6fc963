//! The state machine of one step: every state, every event, one table.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a step of a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepState {
    /// Nothing was done.
    Pending,
    /// Its act was begun, and nothing is recorded of its end. Found like this at the start of a
    /// process, the step is *in doubt*.
    Begun,
    /// Its act is done; what must hold after was not yet seen.
    Acted,
    /// It is done, and what must hold was seen.
    Done,
    /// A person decided to leave it out.
    Skipped,
    /// Its act or its verification failed.
    Failed,
    /// Taking it back was begun.
    Undoing,
    /// It is taken back, or needed not to be.
    Undone,
    /// Taking it back failed.
    UndoFailed,
}

/// What can happen to a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepEvent {
    /// The act is about to begin.
    Intent,
    /// The act ended well.
    Acted,
    /// What must hold was seen to hold.
    Done,
    /// A person left it out.
    Skipped,
    /// The act or the verification failed.
    Failed,
    /// Taking back is about to begin.
    UndoIntent,
    /// It is taken back, or needed not to be.
    Undone,
    /// Taking back failed.
    UndoFailed,
}

/// An event that cannot happen in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a step that is {state:?} cannot get the event {event:?}")]
pub struct IllegalStepEvent {
    /// The state.
    pub state: StepState,
    /// The event.
    pub event: StepEvent,
}

impl StepState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::Pending,
        Self::Begun,
        Self::Acted,
        Self::Done,
        Self::Skipped,
        Self::Failed,
        Self::Undoing,
        Self::Undone,
        Self::UndoFailed,
    ];

    /// The state after `event`. The one transition table of steps.
    pub fn after(self, event: StepEvent) -> Result<Self, IllegalStepEvent> {
        use StepEvent as E;
        match (self, event) {
            // Attempts: the first one, one after a failure, one after recovery found nothing done.
            (Self::Pending | Self::Begun | Self::Acted | Self::Failed, E::Intent) => {
                Ok(Self::Begun)
            }
            (Self::Begun, E::Acted) => Ok(Self::Acted),
            // A probe may find it so before; recovery may find the work of an act whose end was not
            // recorded; a person may have done it.
            (Self::Pending | Self::Begun | Self::Acted | Self::Failed, E::Done) => Ok(Self::Done),
            (Self::Pending | Self::Begun | Self::Acted | Self::Failed, E::Failed) => {
                Ok(Self::Failed)
            }
            (Self::Pending | Self::Begun | Self::Failed, E::Skipped) => Ok(Self::Skipped),
            // Taking back: whatever was touched; what was not touched is undone at once.
            (
                Self::Begun
                | Self::Acted
                | Self::Done
                | Self::Failed
                | Self::Undoing
                | Self::UndoFailed,
                E::UndoIntent,
            ) => Ok(Self::Undoing),
            (
                Self::Begun
                | Self::Acted
                | Self::Done
                | Self::Skipped
                | Self::Failed
                | Self::Undoing
                | Self::UndoFailed,
                E::Undone,
            ) => Ok(Self::Undone),
            (Self::Undoing, E::UndoFailed) => Ok(Self::UndoFailed),
            _ => Err(IllegalStepEvent { state: self, event }),
        }
    }

    /// Whether the run can go on to the next step.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Skipped)
    }

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Begun => "running",
            Self::Acted => "verifying",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Undoing => "undoing",
            Self::Undone => "undone",
            Self::UndoFailed => "undo failed",
        }
    }
}

impl StepEvent {
    /// Every event.
    pub const ALL: [Self; 8] = [
        Self::Intent,
        Self::Acted,
        Self::Done,
        Self::Skipped,
        Self::Failed,
        Self::UndoIntent,
        Self::Undone,
        Self::UndoFailed,
    ];
}
