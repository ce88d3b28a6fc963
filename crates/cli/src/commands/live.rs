//! What a run does, while it does it.

use std::sync::Arc;

use refit_execute::{
    Ended, Event, HaltReason, Observer, Payload, RunState, SeenLine, Status, StepEvent,
};
use refit_model::{ExitCode, Plan, RunId};
use refit_report::{event_line, seen_line};

use super::Context;
use crate::failure::Ending;
use crate::screen::Progress;

/// Steps that are expected to take longer are told when they begin.
const LONG_MILLISECONDS: u64 = 2_000;

/// Shows what is recorded, and on a terminal the step that is being done against its estimate.
pub struct Live<'a> {
    progress: Arc<Progress>,
    plan: &'a Plan,
    quiet: bool,
    /// What is being done, as the changing line says it.
    doing: Option<String>,
}

impl<'a> Live<'a> {
    /// Shows the events of a run of this plan.
    pub fn new(context: &Context<'_>, plan: &'a Plan) -> Self {
        Self { progress: Arc::clone(context.screen.progress()), plan, quiet: false, doing: None }
    }

    /// Shows nothing if `quiet`: then another process shows what is recorded.
    pub fn quiet_if(self, quiet: bool) -> Self {
        Self { quiet, ..self }
    }

    /// Shows lines that were seen while a step goes on: on a terminal the last one, in the changing
    /// line.
    pub fn seen(&self, lines: &[SeenLine]) {
        if !self.progress.is_terminal() {
            for line in lines {
                self.progress.print(&seen_line(line, self.progress.style()));
            }
            return;
        }
        if let Some(last) = lines.last() {
            let (doing, last) = (self.doing.iter(), seen_line(last, self.progress.style()));
            let words: Vec<_> = doing.map(String::as_str).chain([last.trim_start()]).collect();
            self.progress.now(&words.join("  "));
        }
    }

    /// Shows where the run stands after a command worked on it, and ends with the code for that.
    pub fn ending(&self, context: &Context<'_>, run: &RunId, ended: &Ended) -> Ending {
        if !self.quiet {
            super::status::show(context, run)?;
        }
        let view = context.app.view(run)?;
        Ok(code_of(ended, view.status.state))
    }

    /// Whether an event gets a line of its own. What is being done is in the changing line on a
    /// terminal; elsewhere the beginning of long steps is told.
    fn is_told(&self, event: &Event) -> bool {
        let Payload::Step { step, event, .. } = &event.payload else { return true };
        match event {
            StepEvent::Acted => false,
            StepEvent::Intent | StepEvent::UndoIntent => {
                let planned = self.plan.step(step);
                let long =
                    planned.is_some_and(|step| step.estimate_milliseconds >= LONG_MILLISECONDS);
                long && !self.progress.is_terminal()
            }
            _ => true,
        }
    }

    fn current(&self, event: &Event, status: &Status) -> Option<String> {
        let Payload::Step { step, event, .. } = &event.payload else { return None };
        let doing = match event {
            StepEvent::Intent | StepEvent::UndoIntent => "",
            StepEvent::Acted => "verifying: ",
            _ => return None,
        };
        let index = self.plan.steps.iter().position(|planned| planned.id == *step)?;
        let planned = &self.plan.steps[index];
        let settled = status.steps.values().filter(|step| step.state.is_settled()).count();
        Some(format!(
            "step {} of {} ({settled} settled): {doing}{} (estimate {} s)",
            index + 1,
            self.plan.steps.len(),
            planned.title,
            planned.estimate_milliseconds.div_ceil(1000)
        ))
    }
}

impl Observer for Live<'_> {
    fn recorded(&mut self, event: &Event, status: &Status) {
        if self.quiet {
            return;
        }
        if self.is_told(event) {
            self.progress.print(&event_line(event, self.progress.style()));
        }
        if let Some(now) = self.current(event, status) {
            if self.progress.is_terminal() {
                self.progress.now(&now);
            }
            self.doing = Some(now);
        }
    }
}

fn code_of(ended: &Ended, state: RunState) -> ExitCode {
    match ended {
        Ended::Complete => code_of_state(state, None),
        Ended::Halted(reason) => code_of_state(state, Some(reason)),
    }
}

/// The code for where a run stands, and why it halted there.
pub fn code_of_state(state: RunState, halted: Option<&HaltReason>) -> ExitCode {
    match (state, halted) {
        (_, Some(HaltReason::Failed { .. })) => ExitCode::Failed,
        (_, Some(HaltReason::InDoubt { .. } | HaltReason::Unreachable { .. })) => ExitCode::Held,
        (
            _,
            Some(
                HaltReason::Person { .. } | HaltReason::Approval { .. } | HaltReason::Window { .. },
            ),
        ) => ExitCode::NeedsPerson,
        (RunState::RolledBack, None) => ExitCode::RolledBack,
        // Also where nobody works on it any more, and nobody recorded why.
        (_, Some(HaltReason::Interrupted { .. }))
        | (RunState::Running | RunState::RollingBack, None) => ExitCode::Interrupted,
        (_, None) => ExitCode::Done,
    }
}

/// The time now, RFC 3339 in UTC.
pub fn now() -> String {
    jiff::Timestamp::now().to_string()
}
