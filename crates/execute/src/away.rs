//! A host that went away: it is waited for, and nothing is repeated before it was looked at.

use std::time::Duration;

use refit_model::StepId;

use crate::{ExecuteError, Executor, HaltReason, Result};

/// How long a host is waited for. A session on it that was cut off gives the installation's lock
/// back within a minute.
pub(crate) const RETURN_WITHIN: Duration = Duration::from_secs(90);
/// How often a step may lose its host before the line counts as of no use.
const MOST_LOSSES: u32 = 5;
/// Between two tries to reach a host: the first pause, and the longest.
const PAUSES: (Duration, Duration) = (Duration::from_millis(100), Duration::from_secs(5));
/// How often the operator's wish to stop is looked at.
const TICK: Duration = Duration::from_millis(100);

impl Executor<'_> {
    /// How long a host that went away is waited for.
    pub fn set_return_within(&mut self, within: Duration) {
        self.return_within = within;
    }

    /// Waits until the host of a step is there again, and takes charge anew: with a later epoch,
    /// so that nothing that was sent before can still be done once anything is looked at. Gives why
    /// the run halts, if the host stays away, or was lost too often.
    pub(crate) fn await_return(
        &mut self,
        step: &StepId,
        lost: &ExecuteError,
        losses: u32,
    ) -> Result<Option<HaltReason>> {
        let until = self.now() + self.return_within;
        let mut pause = PAUSES.0;
        let (mut last, mut may_pass) = (lost.chain(), lost.may_pass() && losses <= MOST_LOSSES);
        while may_pass {
            if self.interrupt.cancel().is_cancelled() {
                return Ok(Some(HaltReason::Interrupted { step: step.clone() }));
            }
            match self.enter(&lost.chain()) {
                Ok(()) => return Ok(None),
                Err(error) if error.is_away() || error.may_pass() => {
                    (last, may_pass) = (error.chain(), error.may_pass());
                }
                Err(error) => return Err(error),
            }
            let left = until.saturating_duration_since(self.now());
            if left.is_zero() {
                break;
            }
            self.pause(pause.min(left));
            pause = (pause * 2).min(PAUSES.1);
        }
        let text = self.world.redact(&last);
        Ok(Some(HaltReason::Unreachable { step: step.clone(), text }))
    }

    /// Ends the charge, also where the host goes away meanwhile; gives why not, if it stays away.
    pub(crate) fn release_when_back(&mut self) -> Result<Option<HaltReason>> {
        let mut losses = 0;
        loop {
            match (self.release(), self.steps.last().map(|step| step.id.clone())) {
                (Err(error), Some(step)) if error.is_away() => {
                    losses += 1;
                    let reason = self.await_return(&step, &error, losses)?;
                    if reason.is_some() {
                        return Ok(reason);
                    }
                }
                (released, _) => return released.map(|()| None),
            }
        }
    }

    fn pause(&self, pause: Duration) {
        let end = self.now() + pause;
        let left = || end.saturating_duration_since(self.now());
        while !left().is_zero() && !self.interrupt.cancel().is_cancelled() {
            self.world.clock().sleep(left().min(TICK));
        }
    }
}
