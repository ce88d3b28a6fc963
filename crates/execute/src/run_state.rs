//! The state machine of a run: every state, every event, one table.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// Nothing is recorded.
    New,
    /// It goes on; found like this at the start of a process, its process ended unexpectedly.
    Running,
    /// It stopped at a step, for a recorded reason, and can go on.
    Halted,
    /// Every step is settled.
    Done,
    /// It is being taken back.
    RollingBack,
    /// Taking back stopped, for a recorded reason, and can go on.
    RollBackHalted,
    /// It is taken back.
    RolledBack,
    /// A person ended it as it stood.
    Stopped,
    /// It is done, and cannot be taken back any more.
    Finalised,
}

/// What can happen to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunEvent {
    /// A process begins or goes on with it.
    Begun,
    /// It stopped, for a recorded reason.
    Halted,
    /// The last step is settled.
    Completed,
    /// Taking back begins or goes on.
    RollBackBegun,
    /// Everything is taken back.
    RolledBack,
    /// A person ended it as it stands.
    Stopped,
    /// It is finalised.
    Finalised,
}

/// An event that cannot happen in a state.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a run that is {state:?} cannot get the event {event:?}")]
pub struct IllegalRunEvent {
    /// The state.
    pub state: RunState,
    /// The event.
    pub event: RunEvent,
}

impl RunState {
    /// Every state.
    pub const ALL: [Self; 9] = [
        Self::New,
        Self::Running,
        Self::Halted,
        Self::Done,
        Self::RollingBack,
        Self::RollBackHalted,
        Self::RolledBack,
        Self::Stopped,
        Self::Finalised,
    ];

    /// The state after `event`. The one transition table of runs.
    pub fn after(self, event: RunEvent) -> Result<Self, IllegalRunEvent> {
        use RunEvent as E;
        match (self, event) {
            (Self::New | Self::Running | Self::Halted, E::Begun) => Ok(Self::Running),
            (Self::Running, E::Halted) => Ok(Self::Halted),
            (Self::Running, E::Completed) => Ok(Self::Done),
            (
                Self::Running
                | Self::Halted
                | Self::Done
                | Self::RollingBack
                | Self::RollBackHalted
                | Self::Stopped,
                E::RollBackBegun,
            ) => Ok(Self::RollingBack),
            (Self::RollingBack, E::Halted) => Ok(Self::RollBackHalted),
            (Self::RollingBack, E::RolledBack) => Ok(Self::RolledBack),
            (
                Self::Running | Self::Halted | Self::RollingBack | Self::RollBackHalted,
                E::Stopped,
            ) => Ok(Self::Stopped),
            (Self::Done, E::Finalised) => Ok(Self::Finalised),
            _ => Err(IllegalRunEvent { state: self, event }),
        }
    }

    /// Whether the run still has the installation in its charge.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Running | Self::Halted | Self::RollingBack | Self::RollBackHalted)
    }

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Running => "running",
            Self::Halted => "halted",
            Self::Done => "done",
            Self::RollingBack => "rolling back",
            Self::RollBackHalted => "roll-back halted",
            Self::RolledBack => "rolled back",
            Self::Stopped => "stopped",
            Self::Finalised => "finalised",
        }
    }
}

impl RunEvent {
    /// Every event.
    pub const ALL: [Self; 7] = [
        Self::Begun,
        Self::Halted,
        Self::Completed,
        Self::RollBackBegun,
        Self::RolledBack,
        Self::Stopped,
        Self::Finalised,
    ];
}
