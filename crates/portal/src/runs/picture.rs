//! What a journal says of a run, folded for people who look on.

use std::collections::{BTreeMap, VecDeque};

use jiff::Timestamp;
use refit_execute::{
    Event, HaltReason, Payload, RunState, SeenLine, Status, StatusError, StepEvent, StepState,
};
use refit_model::{Digest, ParameterError, Plan, RunId, StepId, Stored};
use refit_pages::{LiveRun, LiveStep, LogLine, RunCommand, RunLink, RunWait, StepTone};
use refit_report::{Style, event_line, exits as typed, seen_line};

/// How many lines of the log are shown.
const LINES: usize = 200;
/// The most lines of the log that one event gives.
const LINES_OF_EVENT: usize = 60;
/// The executor's measure of since when clients are cut off; 0 when they are served again.
const DOWN_SINCE: &str = "down_since_boot_milliseconds";
/// The executor's measure of how long clients were cut off.
const DOWNTIME: &str = "downtime_milliseconds";

/// A step as the plan has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PlannedStep {
    id: StepId,
    title: String,
    phase: &'static str,
    host: String,
    estimate_milliseconds: u64,
}

/// A run, as far as its journal is known.
#[derive(Clone, Debug)]
pub(crate) struct Picture {
    run: RunId,
    status: Status,
    /// The plan that it does, as its processes named it.
    plan: Option<Digest>,
    environment: Option<refit_model::EnvironmentName>,
    /// When the last event was recorded.
    at: Option<Timestamp>,
    /// When the first event was recorded.
    begun: Option<Timestamp>,
    /// When it came to its end.
    ended: Option<Timestamp>,
    /// When the process that works on it, or did so last, began.
    since: Option<Timestamp>,
    /// Steps in the order in which they were touched.
    touched: Vec<StepId>,
    /// How long steps took, in milliseconds.
    took: BTreeMap<StepId, u64>,
    /// What was true when it halted, and the end of the broker's logs.
    seen: Vec<String>,
    /// The log, each line with the number of its event.
    log: VecDeque<(u64, LogLine)>,
}

impl Picture {
    /// A run of which nothing is known.
    pub(crate) fn new(run: RunId) -> Self {
        Self {
            run,
            status: Status::default(),
            plan: None,
            environment: None,
            at: None,
            begun: None,
            ended: None,
            since: None,
            touched: Vec::new(),
            took: BTreeMap::new(),
            seen: Vec::new(),
            log: VecDeque::new(),
        }
    }

    /// How many events are known.
    pub(crate) fn events(&self) -> u64 {
        self.status.sequence
    }

    /// The run.
    pub(crate) fn run(&self) -> &RunId {
        &self.run
    }

    /// The plan that it does; none before it has begun.
    pub(crate) fn plan(&self) -> Option<Digest> {
        self.plan
    }

    /// Where the run stands.
    pub(crate) fn state(&self) -> RunState {
        self.status.state
    }

    /// Takes the next event in.
    pub(crate) fn take(&mut self, event: &Event) -> Result<(), StatusError> {
        self.status.take(event)?;
        self.at = event.at.parse().ok();
        self.begun = self.begun.or(self.at);
        match &event.payload {
            Payload::Controller { environment, plan, .. } => {
                self.since = self.at;
                self.plan = Some(*plan);
                self.ended = None;
                self.environment = Some(environment.clone());
                self.seen.clear();
            }
            Payload::Step { step, event, detail, .. } => {
                if !self.touched.contains(step) {
                    self.touched.push(step.clone());
                }
                if let (StepEvent::Done, Some(took)) = (event, detail.milliseconds) {
                    self.took.insert(step.clone(), took);
                }
            }
            Payload::Halted { now, log_tail, .. } => {
                self.since = None;
                self.seen = now.iter().chain(log_tail).cloned().collect();
            }
            Payload::Ended { .. } => {
                self.since = None;
                self.ended = self.at;
            }
            Payload::Note { .. } | Payload::Measured { .. } => {}
        }
        self.tell(event);
        Ok(())
    }

    /// Adds what an event says to the log.
    fn tell(&mut self, event: &Event) {
        let line = event_line(event, Style::PLAIN);
        // It begins with the time in UTC; people are shown the time of where they are.
        let clock = self.at.map(|at| at.strftime("%H:%M:%S").to_string()).unwrap_or_default();
        for (number, line) in line.lines().enumerate() {
            let own = line.strip_prefix(&clock).filter(|_| number == 0);
            let at = self.at.filter(|_| own.is_some());
            let text = own.map_or(line, str::trim_start).to_owned();
            self.log.push_back((event.sequence, LogLine { at, text }));
        }
        let output: &[String] = match &event.payload {
            Payload::Step { detail, .. } => &detail.output,
            Payload::Halted { log_tail, .. } => log_tail,
            _ => &[],
        };
        let last = output.len().saturating_sub(LINES_OF_EVENT);
        let output = output[last..].iter().map(|line| format!("    | {line}"));
        let of_event = |text| (event.sequence, LogLine { at: None, text });
        self.log.extend(output.map(of_event));
        self.log.drain(..self.log.len().saturating_sub(LINES));
    }

    /// The log with what was seen while steps went on. What a command wrote is in the journal once
    /// its step has ended, so it is left out then; the lines of a broker's log stay where they
    /// were.
    fn log_with(&self, meanwhile: &[SeenLine]) -> Vec<LogLine> {
        let begin = self.log.front().map_or(0, |(sequence, _)| *sequence);
        let is_shown = |seen: &&SeenLine| {
            let least = if seen.log.is_some() { begin } else { self.events() };
            seen.after >= least
        };
        let mut meanwhile = meanwhile.iter().filter(is_shown).peekable();
        let mut log = Vec::new();
        for (sequence, line) in &self.log {
            while let Some(seen) = meanwhile.next_if(|seen| seen.after < *sequence) {
                log.push(seen_meanwhile(seen));
            }
            log.push(line.clone());
        }
        log.extend(meanwhile.map(seen_meanwhile));
        log.drain(..log.len().saturating_sub(LINES));
        log
    }

    /// The step that is being done or taken back.
    fn current(&self) -> Option<&StepId> {
        let is_going = |step: &&StepId| {
            let state = self.status.step(step);
            matches!(state, StepState::Begun | StepState::Acted | StepState::Undoing)
        };
        let is_open = matches!(self.status.state, RunState::Running | RunState::RollingBack);
        self.touched.iter().rev().find(is_going).filter(|_| is_open)
    }

    /// The run for its page. Without a plan at hand the steps are those that were touched.
    /// `is_worked_on` is none where this machine cannot know it; `meanwhile` is what was seen on it
    /// while steps went on.
    pub(crate) fn live(
        &self,
        steps: Option<&[PlannedStep]>,
        is_worked_on: Option<bool>,
        meanwhile: &[SeenLine],
        now: Timestamp,
    ) -> LiveRun {
        let steps = match steps {
            Some(steps) => steps.iter().map(|step| self.step(step)).collect(),
            None => self.touched.iter().map(|id| self.unplanned(id)).collect::<Vec<_>>(),
        };
        let settled = self.status.steps.values().filter(|step| step.state.is_settled()).count();
        let is_left = self.is_left(is_worked_on);
        let state = self.status.state;
        let current = self.current().map(ToString::to_string);
        let titled = |id: String| {
            let step = steps.iter().find(|step| step.id == id);
            step.map_or_else(|| id.clone(), |step| format!("{}: {}", step.state, step.title))
        };
        let down = self.status.measured.get(DOWN_SINCE);
        LiveRun {
            run: self.run.clone(),
            state: if is_left { "left by its process" } else { word(state) }.to_owned(),
            is_going_on: state == RunState::New || state.is_open(),
            at: self.at.unwrap_or(now),
            since: self.since.filter(|_| !is_left),
            begun: self.begun,
            ended: self.ended,
            downtime: self.status.measured.get(DOWNTIME).map(|took| seconds(*took)),
            doing: current.map(titled),
            is_cut_off: down.is_some_and(|since| *since > 0),
            wait: if is_left { Some(left()) } else { self.wait() },
            finding: None,
            events: self.events(),
            settled: u32::try_from(settled).unwrap_or(u32::MAX),
            steps,
            log: self.log_with(meanwhile),
            exits: Vec::new(),
            commands: Vec::new(),
        }
    }

    /// Whether it was begun, has not halted, and no process works on it.
    pub(crate) fn is_left(&self, is_worked_on: Option<bool>) -> bool {
        let is_open = matches!(self.status.state, RunState::Running | RunState::RollingBack);
        is_open && is_worked_on == Some(false)
    }

    /// The way to the run's page.
    pub(crate) fn link(&self) -> RunLink {
        let tone = match self.status.state {
            RunState::New => StepTone::Planned,
            RunState::Running => StepTone::Going,
            RunState::Done | RunState::Finalised => StepTone::Good,
            RunState::Halted(refit_execute::Halt::Failed)
            | RunState::RollBackHalted(refit_execute::Halt::Failed) => StepTone::Bad,
            RunState::Halted(_)
            | RunState::RollBackHalted(_)
            | RunState::RollingBack
            | RunState::RolledBack
            | RunState::Stopped => StepTone::Care,
        };
        RunLink { run: self.run.clone(), state: word(self.status.state).to_owned(), tone }
    }

    /// What can be typed on the machine that the run is done from.
    pub(crate) fn commands(&self) -> Vec<RunCommand> {
        let Some(environment) = &self.environment else { return Vec::new() };
        let command = |exit: refit_report::Exit| RunCommand {
            meaning: format!("{}: {}", exit.name, exit.meaning),
            command: exit.command,
        };
        typed(environment, &self.status).into_iter().map(command).collect()
    }

    fn step(&self, step: &PlannedStep) -> LiveStep {
        let state = self.status.step(&step.id);
        let time = match self.took.get(&step.id) {
            Some(took) => seconds(*took),
            None if state == StepState::Skipped => String::new(),
            None => format!("about {}", seconds(step.estimate_milliseconds)),
        };
        LiveStep {
            id: step.id.to_string(),
            title: step.title.clone(),
            phase: step.phase.to_owned(),
            host: step.host.clone(),
            state: state.word().to_owned(),
            tone: tone(state),
            time,
        }
    }

    fn unplanned(&self, id: &StepId) -> LiveStep {
        let state = self.status.step(id);
        LiveStep {
            id: id.to_string(),
            title: id.to_string(),
            phase: String::new(),
            host: String::new(),
            state: state.word().to_owned(),
            tone: tone(state),
            time: self.took.get(id).map(|took| seconds(*took)).unwrap_or_default(),
        }
    }

    fn wait(&self) -> Option<RunWait> {
        let reason = self.status.halted.as_ref()?;
        let whom = match reason {
            HaltReason::Person { role, .. } => format!("the {role}"),
            HaltReason::Unreachable { .. } => "the host".to_owned(),
            HaltReason::Failed { .. }
            | HaltReason::InDoubt { .. }
            | HaltReason::Approval { .. }
            | HaltReason::Window { .. }
            | HaltReason::Interrupted { .. } => "the consultant".to_owned(),
        };
        let instructions = match reason {
            HaltReason::Person { instructions, .. } => instructions.clone(),
            _ => Vec::new(),
        };
        Some(RunWait { whom, why: reason.text(), instructions, seen: self.seen.clone() })
    }
}

/// What a run waits for whose process has ended without a word.
fn left() -> RunWait {
    RunWait {
        whom: "the consultant".to_owned(),
        why: "its process has ended without recording why; going on looks first what was done"
            .to_owned(),
        instructions: Vec::new(),
        seen: Vec::new(),
    }
}

impl PlannedStep {
    /// The steps of a plan as they read for a run.
    pub(crate) fn of(plan: &Stored<Plan>, run: &RunId) -> Result<Vec<Self>, ParameterError> {
        let steps = plan.body.bound_steps(run.as_str())?.into_iter();
        let planned = steps.map(|step| Self {
            id: step.id,
            title: step.title,
            phase: step.phase.word(),
            host: step.host.to_string(),
            estimate_milliseconds: step.estimate_milliseconds,
        });
        Ok(planned.collect())
    }
}

fn word(state: RunState) -> &'static str {
    if state == RunState::New { "not begun" } else { state.word() }
}

fn tone(state: StepState) -> StepTone {
    match state {
        StepState::Pending => StepTone::Planned,
        StepState::Begun | StepState::Acted | StepState::Undoing => StepTone::Going,
        StepState::Done => StepTone::Good,
        StepState::InDoubt | StepState::Skipped | StepState::UndoInDoubt | StepState::Undone => {
            StepTone::Care
        }
        StepState::Failed | StepState::UndoFailed => StepTone::Bad,
    }
}

fn seconds(milliseconds: u64) -> String {
    match milliseconds {
        0..1_000 => format!("{milliseconds} ms"),
        1_000..10_000 => format!("{}.{} s", milliseconds / 1000, milliseconds % 1000 / 100),
        _ => format!("{} s", milliseconds / 1000),
    }
}

/// A line that was seen while its step went on.
fn seen_meanwhile(seen: &SeenLine) -> LogLine {
    LogLine { at: None, text: seen_line(seen, Style::PLAIN) }
}

#[cfg(test)]
mod tests {
    use refit_execute::{Detail, RunEvent};

    use super::*;

    fn picture(events: u64) -> Picture {
        let run: RunId = "staging-1".parse().unwrap();
        let mut picture = Picture::new(run.clone());
        let controller = Payload::Controller {
            event: RunEvent::Begun,
            plan: Digest::of(b""),
            environment: "staging".parse().unwrap(),
            approval: Digest::of(b""),
            epoch: 1,
            by: "Ann".to_owned(),
            why: String::new(),
        };
        let step = |event, output: &[&str]| Payload::Step {
            step: "start".parse().unwrap(),
            event,
            attempt: 1,
            detail: Detail {
                output: output.iter().map(|line| (*line).to_owned()).collect(),
                ..Detail::default()
            },
        };
        let all = [
            controller,
            step(StepEvent::Intent, &[]),
            step(StepEvent::Acted, &["started"]),
            step(StepEvent::Done, &[]),
        ];
        for (sequence, payload) in (1..=events).zip(all) {
            let (at, previous) = ("2026-11-30T14:00:00Z".to_owned(), Digest::of(b""));
            let event = Event { schema: 1, run: run.clone(), sequence, at, payload, previous };
            picture.take(&event).unwrap();
        }
        picture
    }

    fn seen(after: u64, log: Option<&str>, line: &str) -> SeenLine {
        SeenLine { after, log: log.map(ToOwned::to_owned), line: line.to_owned() }
    }

    #[test]
    fn lines_stand_where_they_came_and_none_is_there_twice() {
        let log = Some("a.log");
        let meanwhile =
            [seen(2, None, "started"), seen(3, log, "INFO one"), seen(4, log, "INFO two")];
        let of = |events| -> Vec<String> {
            let log = picture(events).log_with(&meanwhile);
            let texts = log.iter().map(|line| line.text.as_str());
            texts
                .filter(|line| line.starts_with("    "))
                .map(|line| line.trim().to_owned())
                .collect()
        };
        // The mirror may be behind: what came later is last.
        assert_eq!(of(2), ["| started", "a.log: INFO one", "a.log: INFO two"]);
        assert_eq!(of(3), ["| started", "a.log: INFO one", "a.log: INFO two"]);
        assert_eq!(of(4), ["| started", "a.log: INFO one", "a.log: INFO two"]);
        let whole = picture(4).log_with(&meanwhile);
        let at = |line: &str| whole.iter().position(|one| one.text.contains(line)).unwrap();
        assert!(at("| started") < at("INFO one") && at("INFO one") < at("INFO two"), "{whole:?}");
        assert_eq!(whole.len(), picture(4).log_with(&[]).len() + 2);
    }

    #[test]
    fn the_log_is_bounded() {
        let many: Vec<_> = (0..1000).map(|_| seen(4, Some("a.log"), "INFO")).collect();
        assert_eq!(picture(4).log_with(&many).len(), LINES);
        // Of an earlier time than what is shown.
        assert_eq!(picture(4).log_with(&[seen(0, Some("a.log"), "INFO")]).len(), {
            picture(4).log_with(&[]).len()
        });
    }
}
