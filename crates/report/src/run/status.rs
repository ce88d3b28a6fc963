//! Where a run stands, as text.

use jiff::Timestamp;
use refit_execute::{
    DoneHow, Event, Halt, HaltReason, Payload, RunState, Status, StepEvent, StepState, StepStatus,
};
use refit_model::{ParameterError, Plan, RunId, Step, StepId, Stored};

use super::{DOWN_SINCE, exits};
use crate::Style;
use crate::text::{Page, Span, Table, Tone, bad, faint, plain, strong};
use crate::words::{duration, estimate, measure};

const LABELS: usize = 12;

/// A run, its plan and its journal.
#[derive(Clone, Copy, Debug)]
pub struct RunReport<'a> {
    /// The run.
    pub run: &'a RunId,
    /// The plan that it follows.
    pub plan: &'a Stored<Plan>,
    /// The journal, folded.
    pub status: &'a Status,
    /// The journal.
    pub events: &'a [Event],
    /// The time now, RFC 3339: elapsed times of a run that goes on are counted to it.
    pub now: Option<&'a str>,
}

impl RunReport<'_> {
    /// As text for the terminal. Fails where a step names a parameter that has no value.
    pub fn to_text(&self, style: Style) -> Result<String, ParameterError> {
        let steps = self.plan.body.bound_steps(self.run.as_str())?;
        let mut page = Page::new(style);
        self.head(&mut page, &steps);
        self.steps(&mut page, &steps);
        self.notes(&mut page);
        self.waiting(&mut page);
        Ok(page.finish())
    }

    fn head(&self, page: &mut Page, steps: &[Step]) {
        let plan = &self.plan.body;
        let state = self.status.state;
        page.heading_with(
            &format!("Run {} in {}:", self.run, plan.environment),
            vec![Span::new(run_tone(state), state.word())],
        );
        page.blank();
        let what = format!("{} {} to {}", plan.installation, plan.from, plan.to);
        page.field(2, "upgrade", LABELS, &[plain(what)]);
        page.field(2, "plan", LABELS, &[plain(self.plan.digest.to_string())]);
        let whole = estimate(plan.estimate_milliseconds());
        let elapsed = self.elapsed().map_or_else(|| "not known".to_owned(), duration);
        page.field(2, "elapsed", LABELS, &[plain(format!("{elapsed}; estimate: {whole}"))]);
        if let Some(step) = self.current(steps) {
            page.field(2, "now", LABELS, &[plain(format!("{}: {}", step.id, step.title))]);
        }
        let down = self.status.measured.get(DOWN_SINCE).is_some_and(|since| *since > 0);
        if down {
            page.field(2, "clients", LABELS, &[bad("are cut off now")]);
        }
        for (name, value) in &self.status.measured {
            if name != DOWN_SINCE {
                let (name, value) = measure(name, *value);
                page.field(2, &name, LABELS.max(name.len() + 2), &[plain(value)]);
            }
        }
    }

    /// Why the run waits, what is true now, and what can be done: last, where it is seen.
    fn waiting(&self, page: &mut Page) {
        if let Some(reason) = &self.status.halted {
            page.heading("Why it waits");
            page.paragraph(2, &reason.text());
            if let HaltReason::Person { instructions, .. } = reason {
                for line in instructions {
                    page.item(2, &[plain(line)]);
                }
            }
            self.seen(page);
        }
        let exits = exits(&self.plan.body.environment, self.status);
        if exits.is_empty() {
            return;
        }
        page.heading("What you can do");
        for exit in exits {
            page.item(2, &[strong(format!("{}:", exit.name)), plain(exit.meaning)]);
            page.command(4, &exit.command);
        }
    }

    fn seen(&self, page: &mut Page) {
        let halted = self.events.iter().rev().find_map(|event| match &event.payload {
            Payload::Halted { now, log_tail, .. } => Some((now, log_tail)),
            _ => None,
        });
        let Some((now, log_tail)) = halted else { return };
        if !now.is_empty() {
            page.heading("What is true now");
            for line in now {
                page.item(2, &[plain(line)]);
            }
        }
        if !log_tail.is_empty() {
            page.heading("End of the broker's logs");
            for line in log_tail {
                page.verbatim(2, line);
            }
        }
    }

    fn steps(&self, page: &mut Page, steps: &[Step]) {
        page.heading("Steps");
        let mut table = Table::with_head(&["phase", "state", "step", "took", "estimate"]);
        let mut last = "";
        for step in steps {
            let phase = if step.phase.word() == last { "" } else { step.phase.word() };
            last = step.phase.word();
            let (tone, state) = self.state(&step.id);
            table.row([
                strong(phase),
                Span::new(tone, state),
                plain(step.id.to_string()),
                plain(self.took(&step.id)),
                faint(estimate(step.estimate_milliseconds)),
            ]);
        }
        page.table(2, table);
        let left = steps.iter().filter(|step| !self.status.step(&step.id).is_settled());
        let left: u64 = left.map(|step| step.estimate_milliseconds).sum();
        let rolling_back =
            matches!(self.status.state, RunState::RollingBack | RunState::RollBackHalted(_));
        if left > 0 && self.status.state.is_open() && !rolling_back {
            page.paragraph(2, &format!("What is left: {}.", estimate(left)));
        }
    }

    fn state(&self, id: &StepId) -> (Tone, String) {
        let state = self.status.step(id);
        let halted = self.status.halted.as_ref().filter(|reason| reason.step() == id);
        match (state, halted) {
            (StepState::Begun | StepState::Acted, Some(HaltReason::Unreachable { .. })) => {
                (Tone::Bad, "in doubt".into())
            }
            (StepState::Pending, Some(_)) => (Tone::Care, "waits".into()),
            (state, _) => (step_tone(state), state.word().into()),
        }
    }

    /// How long a step took, or how it became done without.
    fn took(&self, id: &StepId) -> String {
        let Some(step) = self.status.steps.get(id) else { return String::new() };
        let attempts = match step.attempts {
            0 | 1 => String::new(),
            number => format!(", attempt {number}"),
        };
        let time = match step.state {
            StepState::Begun | StepState::Acted | StepState::Undoing => self.since(id),
            StepState::Done => done(step),
            _ => None,
        };
        time.unwrap_or_default() + &attempts
    }

    /// How long ago the last intent for a step was recorded.
    fn since(&self, id: &StepId) -> Option<String> {
        let intent = self.events.iter().rev().find(|event| {
            matches!(&event.payload, Payload::Step { step, event, .. }
                if step == id && matches!(event, StepEvent::Intent | StepEvent::UndoIntent))
        })?;
        between(&intent.at, self.end()?).map(duration)
    }

    fn elapsed(&self) -> Option<u64> {
        between(&self.events.first()?.at, self.end()?)
    }

    /// The time to which a run is counted: now while it goes on, else its last event.
    fn end(&self) -> Option<&str> {
        let goes_on = matches!(self.status.state, RunState::Running | RunState::RollingBack);
        let last = self.events.last().map(|event| event.at.as_str());
        if goes_on { self.now.or(last) } else { last }
    }

    fn current<'s>(&self, steps: &'s [Step]) -> Option<&'s Step> {
        steps.iter().find(|step| {
            let state = self.status.step(&step.id);
            matches!(state, StepState::Begun | StepState::Acted | StepState::Undoing)
        })
    }

    fn notes(&self, page: &mut Page) {
        let notes: Vec<_> = self
            .events
            .iter()
            .filter_map(|event| match &event.payload {
                Payload::Note { step, by, text } => Some((step, by, text)),
                _ => None,
            })
            .collect();
        if notes.is_empty() {
            return;
        }
        page.heading("Notes");
        for (step, by, text) in notes {
            let about = step.as_ref().map(|step| format!(" at {step}")).unwrap_or_default();
            page.item(2, &[strong(format!("{by}{about}:")), plain(text)]);
        }
    }
}

fn done(step: &StepStatus) -> Option<String> {
    match step.how {
        Some(DoneHow::AlreadySo) => Some("already so".to_owned()),
        Some(DoneHow::ByHand) => Some("by hand".to_owned()),
        _ => step.detail.milliseconds.map(duration),
    }
}

/// Milliseconds from one RFC 3339 time to another, where both are times in this order.
fn between(from: &str, to: &str) -> Option<u64> {
    let (from, to): (Timestamp, Timestamp) = (from.parse().ok()?, to.parse().ok()?);
    u64::try_from(to.as_millisecond() - from.as_millisecond()).ok()
}

fn run_tone(state: RunState) -> Tone {
    match state {
        RunState::Done | RunState::Finalised | RunState::RolledBack => Tone::Good,
        RunState::Halted(Halt::Failed | Halt::InDoubt)
        | RunState::RollBackHalted(_)
        | RunState::Stopped => Tone::Bad,
        RunState::Halted(Halt::Waiting | Halt::Paused)
        | RunState::New
        | RunState::Running
        | RunState::RollingBack => Tone::Care,
    }
}

fn step_tone(state: StepState) -> Tone {
    match state {
        StepState::Pending => Tone::Faint,
        StepState::Begun | StepState::Acted | StepState::Undoing => Tone::Strong,
        StepState::Done | StepState::Undone => Tone::Good,
        StepState::Skipped => Tone::Care,
        StepState::InDoubt | StepState::Failed | StepState::UndoInDoubt | StepState::UndoFailed => {
            Tone::Bad
        }
    }
}
