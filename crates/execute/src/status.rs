//! The status of a run: its journal, folded.

use std::collections::BTreeMap;

use refit_model::StepId;
use thiserror::Error;

use crate::{
    Detail, DoneHow, Event, HaltReason, IllegalRunEvent, IllegalStepEvent, Payload, RunEvent,
    RunState, StepEvent, StepState,
};

/// What a journal says about a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Where the run stands.
    pub state: RunState,
    /// Where each step stands that was touched.
    pub steps: BTreeMap<StepId, StepStatus>,
    /// Why it halted last, while it is halted.
    pub halted: Option<HaltReason>,
    /// What was measured, the last value of each name.
    pub measured: BTreeMap<String, u64>,
    /// The last sequence number.
    pub sequence: u64,
}

/// What a journal says about a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepStatus {
    /// Where it stands.
    pub state: StepState,
    /// How many attempts were made.
    pub attempts: u32,
    /// How many attempts were made at taking it back.
    pub undo_attempts: u32,
    /// The sequence number of the last attempt's intent, at the step or at taking it back; 0
    /// before the first.
    pub intent: u64,
    /// The last detail that was recorded.
    pub detail: Detail,
    /// How it became done, if it is.
    pub how: Option<DoneHow>,
}

/// The journal holds events in an order that cannot be.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum StatusError {
    /// For a step.
    #[error("event {sequence}: {error}")]
    Step {
        /// The event.
        sequence: u64,
        /// What is wrong.
        error: IllegalStepEvent,
    },
    /// For the run.
    #[error("event {sequence}: {error}")]
    Run {
        /// The event.
        sequence: u64,
        /// What is wrong.
        error: IllegalRunEvent,
    },
}

impl Default for Status {
    fn default() -> Self {
        Self {
            state: RunState::New,
            steps: BTreeMap::new(),
            halted: None,
            measured: BTreeMap::new(),
            sequence: 0,
        }
    }
}

impl Status {
    /// Folds the events of one run.
    pub fn of(events: &[Event]) -> Result<Self, StatusError> {
        let mut status = Self::default();
        events.iter().try_for_each(|event| status.take(event))?;
        Ok(status)
    }

    /// Takes one more event in.
    pub fn take(&mut self, event: &Event) -> Result<(), StatusError> {
        let sequence = event.sequence;
        match &event.payload {
            Payload::Controller { event, .. } | Payload::Ended { event, .. } => {
                self.run_event(*event, sequence)?;
                self.halted = None;
            }
            Payload::Step { step, event, attempt, detail } => {
                self.step_event(step, *event, *attempt, detail, sequence)
                    .map_err(|error| StatusError::Step { sequence, error })?;
            }
            Payload::Halted { reason, .. } => {
                self.run_event(RunEvent::Halted(reason.kind()), sequence)?;
                self.halted = Some(reason.clone());
            }
            Payload::Measured { name, value } => {
                self.measured.insert(name.clone(), *value);
            }
            Payload::Note { .. } => {}
        }
        self.sequence = sequence;
        Ok(())
    }

    /// Where a step stands.
    pub fn step(&self, step: &StepId) -> StepState {
        self.steps.get(step).map_or(StepState::Pending, |status| status.state)
    }

    /// How many attempts at a step were made.
    pub fn attempts(&self, step: &StepId) -> u32 {
        self.steps.get(step).map_or(0, |status| status.attempts)
    }

    /// How many attempts at taking a step back were made.
    pub fn undo_attempts(&self, step: &StepId) -> u32 {
        self.steps.get(step).map_or(0, |status| status.undo_attempts)
    }

    fn run_event(&mut self, event: RunEvent, sequence: u64) -> Result<(), StatusError> {
        self.state =
            self.state.after(event).map_err(|error| StatusError::Run { sequence, error })?;
        Ok(())
    }

    fn step_event(
        &mut self,
        step: &StepId,
        event: StepEvent,
        attempt: u32,
        detail: &Detail,
        sequence: u64,
    ) -> Result<(), IllegalStepEvent> {
        let state = self.step(step).after(event)?;
        let before = self.steps.get(step);
        let how = match event {
            StepEvent::Done => detail.how,
            _ => before.and_then(|status| status.how),
        };
        let intent = match event {
            StepEvent::Intent | StepEvent::UndoIntent => sequence,
            _ => before.map_or(0, |status| status.intent),
        };
        let (mut attempts, mut undo_attempts) =
            before.map_or((0, 0), |status| (status.attempts, status.undo_attempts));
        match event {
            StepEvent::UndoIntent => undo_attempts = undo_attempts.max(attempt),
            StepEvent::Doubted | StepEvent::Undone | StepEvent::UndoFailed => {}
            _ => attempts = attempts.max(attempt),
        }
        let detail = detail.clone();
        let status = StepStatus { state, attempts, undo_attempts, intent, detail, how };
        self.steps.insert(step.clone(), status);
        Ok(())
    }
}
