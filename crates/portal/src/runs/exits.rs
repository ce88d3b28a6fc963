//! What can be done to a run from the portal: one table.

use refit_execute::{Halt, RunState};
use refit_pages::RunExit;

/// Something to be done to a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Begin it, or go on with it.
    Run,
    /// Have its process stop at the next safe place.
    Pause,
    /// Take it back, or go on with that.
    RollBack,
    /// End it as it stands.
    Stop,
}

/// What can be done to a run in a state. `is_worked_on` tells whether a process works on it now.
pub(crate) fn exits(state: RunState, is_worked_on: bool) -> &'static [Exit] {
    use Exit::{Pause, RollBack, Run, Stop};
    match state {
        _ if is_worked_on => &[Pause],
        RunState::New => &[Run],
        // A step in doubt is settled by a person who looked, on the machine.
        RunState::Halted(Halt::InDoubt) | RunState::RollBackHalted(_) | RunState::RollingBack => {
            &[RollBack, Stop]
        }
        RunState::Running | RunState::Halted(Halt::Failed | Halt::Waiting | Halt::Paused) => {
            &[Run, RollBack, Stop]
        }
        RunState::Done | RunState::Stopped => &[RollBack],
        RunState::RolledBack | RunState::Finalised => &[],
    }
}

impl Exit {
    const ALL: [Self; 4] = [Self::Run, Self::Pause, Self::RollBack, Self::Stop];

    /// The exit of a word in addresses.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|exit| exit.word() == word)
    }

    /// Its word in addresses.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Run => "run",
            Self::Pause => "pause",
            Self::RollBack => "roll-back",
            Self::Stop => "stop",
        }
    }

    /// What somebody is about to do.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Run => "run the upgrade",
            Self::Pause => "pause the run",
            Self::RollBack => "take the run back",
            Self::Stop => "end the run as it stands",
        }
    }

    /// Whether it must be said why: the journal keeps it.
    pub(crate) fn is_grave(self) -> bool {
        matches!(self, Self::RollBack | Self::Stop)
    }

    /// Its button for a run in this state.
    pub(crate) fn button(self, state: RunState) -> RunExit {
        let (label, meaning) = match (self, state) {
            (Self::Run, RunState::New) => ("Run it", "Does the plan that was accepted."),
            (Self::Run, RunState::Halted(Halt::Failed)) => {
                ("Try again", "Tries the step again, and goes on.")
            }
            (Self::Run, _) => ("Go on", "Looks first what was done, and goes on there."),
            (Self::Pause, _) => (
                "Pause",
                "Ends the step that runs, and begins no other one; while clients are cut off, \
                 as soon as they are served again.",
            ),
            (Self::RollBack, RunState::RollingBack | RunState::RollBackHalted(_)) => {
                ("Go on taking back", "Goes on taking back, the last step first.")
            }
            (Self::RollBack, _) => ("Roll back", "Takes back every step, the last one first."),
            (Self::Stop, _) => (
                "End as it stands",
                "Ends the run without going on or back. What is half done stays half done.",
            ),
        };
        RunExit {
            word: self.word().to_owned(),
            label: label.to_owned(),
            meaning: meaning.to_owned(),
            is_grave: self.is_grave(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_and_every_state_has_the_exits_that_the_run_can_take() {
        use refit_execute::RunEvent;
        assert!(Exit::ALL.into_iter().all(|exit| Exit::of(exit.word()) == Some(exit)));
        for state in RunState::ALL {
            for exit in exits(state, false) {
                let event = match exit {
                    Exit::Run => RunEvent::Begun,
                    Exit::RollBack => RunEvent::RollBackBegun,
                    Exit::Stop => RunEvent::Stopped,
                    Exit::Pause => panic!("nobody works on it: {state:?}"),
                };
                assert!(state.after(event).is_ok(), "{exit:?} of {state:?}");
            }
            assert_eq!(exits(state, true), [Exit::Pause], "{state:?}");
        }
    }
}
