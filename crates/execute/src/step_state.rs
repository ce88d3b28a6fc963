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
    /// process, it is probed before anything else.
    Begun,
    /// Its act was begun, neither probe nor host can tell its end, and it must not be repeated.
    InDoubt,
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
    /// Taking it back was begun, and nobody can tell its end.
    UndoInDoubt,
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
    /// Whether the act, or the act of taking back, ended cannot be known.
    Doubted,
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
    pub const ALL: [Self; 11] = [
        Self::Pending,
        Self::Begun,
        Self::InDoubt,
        Self::Acted,
        Self::Done,
        Self::Skipped,
        Self::Failed,
        Self::Undoing,
        Self::UndoInDoubt,
        Self::Undone,
        Self::UndoFailed,
    ];

    /// The state after `event`. The one transition table of steps.
    pub fn after(self, event: StepEvent) -> Result<Self, IllegalStepEvent> {
        use StepEvent as E;
        match (self, event) {
            // Attempts: the first one, one after a failure, one after recovery found nothing done.
            (
                Self::Pending | Self::Begun | Self::InDoubt | Self::Acted | Self::Failed,
                E::Intent,
            ) => Ok(Self::Begun),
            (Self::Begun | Self::InDoubt, E::Doubted) => Ok(Self::InDoubt),
            (Self::Begun, E::Acted) => Ok(Self::Acted),
            // A probe may find it so before; recovery may find the work of an act whose end was not
            // recorded; a person may have done it.
            (Self::Pending | Self::Begun | Self::InDoubt | Self::Acted | Self::Failed, E::Done) => {
                Ok(Self::Done)
            }
            (
                Self::Pending | Self::Begun | Self::InDoubt | Self::Acted | Self::Failed,
                E::Failed,
            ) => Ok(Self::Failed),
            (Self::Pending | Self::Begun | Self::InDoubt | Self::Failed, E::Skipped) => {
                Ok(Self::Skipped)
            }
            (Self::Undoing | Self::UndoInDoubt, E::Doubted) => Ok(Self::UndoInDoubt),
            (Self::Undoing | Self::UndoInDoubt, E::UndoFailed) => Ok(Self::UndoFailed),
            // Taking back: whatever was touched; what was not touched is undone at once.
            (state, E::UndoIntent) if state.is_touched() && state != Self::Skipped => {
                Ok(Self::Undoing)
            }
            (state, E::Undone) if state.is_touched() => Ok(Self::Undone),
            _ => Err(IllegalStepEvent { state: self, event }),
        }
    }

    /// Whether the run can go on to the next step.
    pub fn is_settled(self) -> bool {
        matches!(self, Self::Done | Self::Skipped)
    }

    /// Whether there is something to take back, or to record as taken back.
    fn is_touched(self) -> bool {
        !matches!(self, Self::Pending | Self::Undone)
    }

    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Begun => "running",
            Self::InDoubt => "in doubt",
            Self::Acted => "verifying",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::Undoing => "undoing",
            Self::UndoInDoubt => "undo in doubt",
            Self::Undone => "undone",
            Self::UndoFailed => "undo failed",
        }
    }
}

impl StepEvent {
    /// Every event.
    pub const ALL: [Self; 9] = [
        Self::Intent,
        Self::Doubted,
        Self::Acted,
        Self::Done,
        Self::Skipped,
        Self::Failed,
        Self::UndoIntent,
        Self::Undone,
        Self::UndoFailed,
    ];

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Intent => "intent",
            Self::Doubted => "doubted",
            Self::Acted => "acted",
            Self::Done => "done",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
            Self::UndoIntent => "undo intent",
            Self::Undone => "undone",
            Self::UndoFailed => "undo failed",
        }
    }
}
