//! Taking a run back: the steps in reverse, each undone and verified.

use refit_model::{Act, Step, Undo, UndoAct};

use crate::{
    Detail, Ended, ExecuteError, Executor, HaltReason, Payload, Result, RunEvent, StepEvent,
    StepState,
};

impl Executor<'_> {
    /// Takes back what was done. `restore_approved` says that a person has approved the loss that
    /// restoring means.
    pub fn roll_back(&mut self, restore_approved: bool) -> Result<Ended> {
        for index in (0..self.steps.len()).rev() {
            let step = self.steps[index].clone();
            let state = self.status.step(&step.id);
            if matches!(state, StepState::Pending | StepState::Undone) {
                continue;
            }
            if self.interrupt.stops_before(step.downtime) {
                return self.halt(HaltReason::Interrupted { step: step.id.clone() });
            }
            self.interrupt.set_serving_stopped(step.downtime);
            if let Some(reason) = self.undo_step(&step, restore_approved)? {
                return self.halt(reason);
            }
            let before_is_down = self.steps[..index].last().is_some_and(|step| step.downtime);
            self.note_downtime_end(before_is_down, "roll_back_downtime_milliseconds")?;
        }
        if let Some(reason) = self.release_when_back()? {
            return self.halt(reason);
        }
        self.record(Payload::Ended { event: RunEvent::RolledBack, why: String::new() })?;
        Ok(Ended::Complete)
    }

    /// Takes a step back. Where the host goes away meanwhile, it is waited for and looked at first.
    fn undo_step(&mut self, step: &Step, restore_approved: bool) -> Result<Option<HaltReason>> {
        let mut losses = 0;
        loop {
            match self.try_undo(step, restore_approved) {
                Err(error) if error.is_away() => {
                    losses += 1;
                    let reason = self.await_return(&step.id, &error, losses)?;
                    if reason.is_some() {
                        return Ok(reason);
                    }
                }
                tried => return tried,
            }
        }
    }

    fn try_undo(&mut self, step: &Step, restore_approved: bool) -> Result<Option<HaltReason>> {
        let state = self.status.step(&step.id);
        let attempt = self.status.undo_attempts(&step.id) + 1;
        let acts = match &step.undo {
            Undo::By(acts) if state != StepState::Skipped => acts,
            Undo::Impossible(why) if state != StepState::Skipped => {
                return Ok(Some(HaltReason::Person {
                    step: step.id.clone(),
                    role: "operator".into(),
                    instructions: vec![why.clone()],
                }));
            }
            Undo::Nothing(why) => {
                let detail = Detail { text: why.clone(), ..Detail::default() };
                self.record_step(&step.id, StepEvent::Undone, attempt, detail)?;
                return Ok(None);
            }
            _ => {
                self.record_step(&step.id, StepEvent::Undone, attempt, Detail::default())?;
                return Ok(None);
            }
        };
        if !restore_approved && let Some(what) = unapproved(acts) {
            return Ok(Some(HaltReason::Approval { step: step.id.clone(), what }));
        }
        let interrupted = matches!(state, StepState::Undoing | StepState::UndoInDoubt);
        if interrupted && self.undo_is_in_doubt(step, acts)? {
            return self.undo_doubt(step, attempt - 1).map(Some);
        }
        self.note_downtime_begin(step)?;
        self.record_step(&step.id, StepEvent::UndoIntent, attempt, Detail::default())?;
        match self.undo_all(step, acts) {
            Ok(text) => {
                let detail = Detail { text, ..Detail::default() };
                self.record_step(&step.id, StepEvent::Undone, attempt, detail)?;
                Ok(None)
            }
            Err(error) if error.is_fatal() || error.is_away() => Err(error),
            Err(error) if error.is_cancelled() => {
                Ok(Some(HaltReason::Interrupted { step: step.id.clone() }))
            }
            Err(error) => self.undo_failed(step, attempt, &error).map(Some),
        }
    }

    fn undo_all(&mut self, step: &Step, acts: &[UndoAct]) -> Result<String> {
        let mut seen = Vec::new();
        for (index, undo) in acts.iter().enumerate() {
            seen.push(self.undo_act(step, index, undo)?);
        }
        Ok(seen.join("; "))
    }

    /// Nobody but a person can tell what taking back did: records that, and halts.
    fn undo_doubt(&mut self, step: &Step, attempt: u32) -> Result<HaltReason> {
        let text = format!(
            "the command that takes it back was begun, and whether it ended is not known. Look at \
             the host; then say `--mark-undone {id}` or `--retry {id}`",
            id = step.id
        );
        self.record_doubt(step, attempt, &text)?;
        Ok(HaltReason::InDoubt { step: step.id.clone(), text })
    }

    fn undo_failed(
        &mut self,
        step: &Step,
        attempt: u32,
        error: &ExecuteError,
    ) -> Result<HaltReason> {
        let error = self.world.redact(&error.chain());
        let detail = Detail { text: error.clone(), ..Detail::default() };
        self.record_step(&step.id, StepEvent::UndoFailed, attempt, detail)?;
        Ok(HaltReason::Failed { step: step.id.clone(), error, may_skip: false })
    }
}

/// What must be approved before these acts, if anything must.
fn unapproved(acts: &[UndoAct]) -> Option<String> {
    acts.iter().find_map(|undo| match &undo.act {
        Act::Restore { from, items, .. } => {
            let names: Vec<_> = items.iter().map(|item| item.path.to_string()).collect();
            Some(format!(
                "restoring {} from {from}: everything that came since is lost",
                names.join(", ")
            ))
        }
        _ => None,
    })
}
