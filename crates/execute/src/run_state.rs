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
    /// It stopped at a step, for a recorded reason of this kind, and can go on.
    Halted(Halt),
    /// Every step is settled.
    Done,
    /// It is being taken back.
    RollingBack,
    /// Taking back stopped, for a recorded reason of this kind, and can go on.
    RollBackHalted(Halt),
    /// It is taken back.
    RolledBack,
    /// A person ended it as it stood.
    Stopped,
    /// It is done, and cannot be taken back any more.
    Finalised,
}

/// Why a run stands still, in kind: who or what has to move next.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Halt {
    /// A step failed: a person chooses one of the named exits.
    Failed,
    /// What an act did is not known: a person looks, and says it.
    InDoubt,
    /// A person, an approval or a host is awaited.
    Waiting,
    /// It was asked to stop, or has no time left: nothing is wrong.
    Paused,
}

/// What can happen to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunEvent {
    /// A process begins or goes on with it.
    Begun,
    /// It stopped, for a recorded reason of this kind.
    Halted(Halt),
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
    pub const ALL: [Self; 15] = [
        Self::New,
        Self::Running,
        Self::Halted(Halt::Failed),
        Self::Halted(Halt::InDoubt),
        Self::Halted(Halt::Waiting),
        Self::Halted(Halt::Paused),
        Self::Done,
        Self::RollingBack,
        Self::RollBackHalted(Halt::Failed),
        Self::RollBackHalted(Halt::InDoubt),
        Self::RollBackHalted(Halt::Waiting),
        Self::RollBackHalted(Halt::Paused),
        Self::RolledBack,
        Self::Stopped,
        Self::Finalised,
    ];

    /// The state after `event`. The one transition table of runs.
    pub fn after(self, event: RunEvent) -> Result<Self, IllegalRunEvent> {
        use RunEvent as E;
        match (self, event) {
            (Self::New | Self::Running | Self::Halted(_), E::Begun) => Ok(Self::Running),
            (Self::Running, E::Halted(kind)) => Ok(Self::Halted(kind)),
            (Self::Running, E::Completed) => Ok(Self::Done),
            (
                Self::Running
                | Self::Halted(_)
                | Self::Done
                | Self::RollingBack
                | Self::RollBackHalted(_)
                | Self::Stopped,
                E::RollBackBegun,
            ) => Ok(Self::RollingBack),
            (Self::RollingBack, E::Halted(kind)) => Ok(Self::RollBackHalted(kind)),
            (Self::RollingBack, E::RolledBack) => Ok(Self::RolledBack),
            (
                Self::Running | Self::Halted(_) | Self::RollingBack | Self::RollBackHalted(_),
                E::Stopped,
            ) => Ok(Self::Stopped),
            (Self::Done, E::Finalised) => Ok(Self::Finalised),
            _ => Err(IllegalRunEvent { state: self, event }),
        }
    }

    /// Whether the run still has the installation in its charge.
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Running | Self::Halted(_) | Self::RollingBack | Self::RollBackHalted(_)
        )
    }

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Running => "running",
            Self::Halted(kind) => kind.word(),
            Self::Done => "done",
            Self::RollingBack => "rolling back",
            Self::RollBackHalted(Halt::Failed) => "roll-back failed",
            Self::RollBackHalted(Halt::InDoubt) => "roll-back in doubt",
            Self::RollBackHalted(Halt::Waiting) => "roll-back waiting",
            Self::RollBackHalted(Halt::Paused) => "roll-back paused",
            Self::RolledBack => "rolled back",
            Self::Stopped => "stopped",
            Self::Finalised => "finalised",
        }
    }
}

impl Halt {
    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::InDoubt => "in doubt",
            Self::Waiting => "waiting",
            Self::Paused => "paused",
        }
    }
}

impl RunEvent {
    /// Every event.
    pub const ALL: [Self; 10] = [
        Self::Begun,
        Self::Halted(Halt::Failed),
        Self::Halted(Halt::InDoubt),
        Self::Halted(Halt::Waiting),
        Self::Halted(Halt::Paused),
        Self::Completed,
        Self::RollBackBegun,
        Self::RolledBack,
        Self::Stopped,
        Self::Finalised,
    ];

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Begun => "begun",
            Self::Halted(kind) => kind.word(),
            Self::Completed => "completed",
            Self::RollBackBegun => "roll-back begun",
            Self::RolledBack => "rolled back",
            Self::Stopped => "stopped",
            Self::Finalised => "finalised",
        }
    }
}
