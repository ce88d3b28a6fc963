//! A step whose act was begun and whose end is not known: looked at before anything is done.

use refit_hosts::Recall;
use refit_model::Step;

use crate::act::{is_repeatable, used_meanwhile};
use crate::condition::evaluate;
use crate::executor::{Tried, operation};
use crate::{
    Detail, DoneHow, ExecuteError, Executor, Finding, HaltReason, Result, StepEvent, StepState,
};

impl Executor<'_> {
    /// Whether the error leaves open what a command did that must not be repeated.
    pub(crate) fn is_unknown(&self, step: &Step, error: &ExecuteError) -> bool {
        let state = self.status.step(&step.id);
        let begun = matches!(state, StepState::Begun | StepState::InDoubt);
        begun && !is_repeatable(&step.act) && error.is_of_unknown_outcome()
    }

    /// A step was begun and its end was not recorded: looks before it does anything.
    pub(crate) fn recover(&mut self, step: &Step) -> Result<Tried> {
        let attempt = self.status.attempts(&step.id);
        let finding = self.probe(step)?;
        if finding.holds() {
            return self.verify(step, attempt, DoneHow::Recovered, self.now());
        }
        if is_repeatable(&step.act) {
            return self.attempt(step);
        }
        match self.recall(step, attempt)? {
            Recall::NotSeen => self.attempt(step),
            Recall::Done(_) => self.verify(step, attempt, DoneHow::Recovered, self.now()),
            Recall::Begun => self.doubt(step, ""),
        }
    }

    /// Nobody but a person can tell what the step's act did: records that, and halts.
    pub(crate) fn doubt(&mut self, step: &Step, why: &str) -> Result<Tried> {
        let text = format!(
            "{why}its command was begun, and whether it ended is not known. Look at the host; then \
             say `--mark-done {id}` or `--retry {id}`, or roll back",
            id = step.id
        );
        let text = self.world.redact(&text);
        self.record_doubt(step, self.status.attempts(&step.id), &text)?;
        Ok(Tried::Halt(HaltReason::InDoubt { step: step.id.clone(), text }))
    }

    pub(crate) fn record_doubt(&mut self, step: &Step, attempt: u32, text: &str) -> Result<()> {
        let detail = Detail { text: text.to_owned(), ..Detail::default() };
        self.record_step(&step.id, StepEvent::Doubted, attempt, detail)
    }

    /// Whether it is already so. As long as what an act uses meanwhile is there, it is not over.
    pub(crate) fn probe(&self, step: &Step) -> Result<Finding> {
        let reader = self.reader(step)?;
        let finding = evaluate(self.world, reader, &step.probe)?;
        match used_meanwhile(&step.act) {
            Some(folder) if finding.holds() && reader.exists(folder)? => {
                Ok(Finding::Not(format!("{folder} is still there")))
            }
            _ => Ok(finding),
        }
    }

    /// What the host remembers of the attempt's first operation.
    fn recall(&self, step: &Step, attempt: u32) -> Result<Recall> {
        self.recall_of(step, &operation(&self.journal, &step.id, attempt))
    }

    pub(crate) fn recall_of(&self, step: &Step, operation: &str) -> Result<Recall> {
        let intent = self.status.steps.get(&step.id).map_or(0, |status| status.intent);
        let host = self.world.host(&step.host)?;
        let first = format!("{operation}-1");
        Ok(host.recall(&self.charge.control, self.journal.run(), intent, &first)?)
    }
}
