//! The operator: starts Refit again and again until the run has come to its end, looks at the host
//! where Refit asks for it, and now and then does what operators should not.

use std::sync::Arc;
use std::time::Duration;

use refit_execute::{
    Charge, Ended, ExecuteError, Executor, HaltReason, Interrupt, Journal, JournalError, RunEvent,
    RunState, Status, StepEvent, StepState, Unobserved, World as _,
};
use refit_hosts::HostError;
use refit_model::{Digest, HostName, RunId, StepId};

use crate::fault::{Fault, Place};
use crate::host::{SimHost, is_file};
use crate::plans::counter;
use crate::simulation::{Expected, Picture, Simulation};
use crate::site::{CONTROL, ROOT};
use crate::state::{Goal, Kept, State};
use crate::store::SimStore;
use crate::world::SimWorld;

/// How many processes work on a run while things happen.
const STORMY_SESSIONS: u32 = 12;
/// How many may be needed once nothing happens any more: one for each question to a person, and
/// one to end.
pub(crate) const QUIET_SESSIONS: u32 = 10;
/// How long a window is that is almost over, in milliseconds.
const WINDOW: Duration = Duration::from_millis(45);
/// What stays after a run was taken back.
const STAYS: [&str; 5] = ["broker-2.rolled-back", "points", "staged", "counter-", "broker-2"];

/// An operator with a state directory.
pub(crate) struct Operator {
    sim: Arc<Simulation>,
    /// Which copy of the journal the state directory has.
    store: usize,
    /// Whether this one took over from a frozen process.
    is_second: bool,
    last: Last,
    sessions: u32,
    window: bool,
    stops: bool,
}

/// How the last process ended.
#[derive(Clone, Debug)]
enum Last {
    /// There was none, or it tells nothing.
    Nothing,
    /// The run is complete.
    Complete,
    Halted(HaltReason),
    Failed(String),
}

/// Another operator works on with a copy of the state directory while a process is frozen.
pub(crate) fn take_over(sim: &Arc<Simulation>, store: usize) {
    let mut state = sim.state();
    let copy = Kept { acknowledged: state.stores[store].rows.len(), ..state.stores[store].clone() };
    state.stores.push(copy);
    let (copied, sessions) = (state.stores.len() - 1, state.rng.u32(1..=3));
    drop(state);
    let mut second = Operator::new(Arc::clone(sim), copied);
    second.is_second = true;
    second.work(sessions);
}

impl Operator {
    pub(crate) fn new(sim: Arc<Simulation>, store: usize) -> Self {
        let (last, sessions) = (Last::Nothing, 0);
        Self { sim, store, is_second: false, last, sessions, window: false, stops: false }
    }

    /// How many processes were started.
    pub(crate) fn sessions(&self) -> u32 {
        self.sessions
    }

    /// Whether the run came to its end.
    pub(crate) fn is_complete(&self) -> bool {
        matches!(self.last, Last::Complete)
    }

    /// What is known of the end of the last process.
    pub(crate) fn told(&self) -> String {
        match &self.last {
            Last::Nothing => "nothing is known".to_owned(),
            Last::Complete => "it is complete".to_owned(),
            Last::Halted(reason) => reason.text(),
            Last::Failed(error) => error.clone(),
        }
    }

    /// Works while things happen, and then until the run is done or taken back.
    pub(crate) fn bring_to_an_end(&mut self) {
        self.work(STORMY_SESSIONS);
        let back_after_all = {
            let mut state = self.sim.state();
            state.schedule.end();
            state.late.clear();
            state.trouble = None;
            let back = self.is_complete() && state.goal == Goal::Done && state.rng.u8(0..4) == 0;
            if back {
                state.goal = Goal::Back;
            }
            back
        };
        if back_after_all {
            self.last = Last::Nothing;
        }
        self.work(QUIET_SESSIONS);
        if !self.is_complete() {
            let text =
                format!("nothing happens any more, and the run does not end: {}", self.told());
            self.sim.state().laws.break_law(text);
        }
    }

    /// Starts processes until the run is complete, at most so many.
    pub(crate) fn work(&mut self, sessions: u32) {
        for _ in 0..sessions {
            if self.is_complete() {
                return;
            }
            self.between();
            self.sessions += 1;
            let ended = self.session();
            let shown = match &ended {
                Ok(ended) => format!("{ended:?}"),
                Err(error) => error.chain(),
            };
            self.sim.state().tell(|| format!("ended: {shown}"));
            self.judge(ended);
        }
    }

    /// What happens between two processes.
    fn between(&mut self) {
        let sim = Arc::clone(&self.sim);
        let mut state = sim.state();
        state.pass(Place::Session);
        state.wait(60_000);
        if state.trouble.is_some() && state.rng.u8(0..4) > 0 {
            state.trouble = None;
        }
        let rows = state.stores[self.store].rows.len();
        if rows > 1 && state.strikes(Fault::OlderCopy) {
            let count = state.rng.usize(1..rows);
            let rows = state.stores[self.store].rows[..count].to_vec();
            self.switch(&mut state, Kept { acknowledged: count, rows });
        }
        if state.stores.len() > 1 && state.strikes(Fault::OtherCopy) {
            let copies = state.stores.len();
            self.store = state.rng.usize(0..copies);
            self.last = Last::Nothing;
        }
        if rows > 0 && state.strikes(Fault::RollBack) {
            state.goal = Goal::Back;
        }
        self.stops = rows > 0 && state.goal == Goal::Done && state.strikes(Fault::Stop);
        self.window = state.goal == Goal::Done && state.strikes(Fault::Window);
        let (goal, store) = (state.goal, self.store);
        state.tell(|| format!("begins with copy {store}, to be {goal:?}"));
    }

    fn switch(&mut self, state: &mut State, kept: Kept) {
        state.stores.push(kept);
        self.store = state.stores.len() - 1;
        self.last = Last::Nothing;
    }

    /// One process of Refit's, from its start to its end.
    fn session(&mut self) -> Result<Ended, ExecuteError> {
        let sim = Arc::clone(&self.sim);
        let interrupt = Interrupt::new();
        let (controller, goal) = {
            let mut state = sim.state();
            let controller = u32::try_from(state.interrupts.len()).unwrap_or(u32::MAX);
            state.interrupts.insert(controller, interrupt.clone());
            (controller, state.goal)
        };
        let (run, store, is_second) = (run_id()?, self.store, self.is_second);
        let kept = SimStore { sim: Arc::clone(&sim), controller, store };
        let journal = Journal::kept_in(Box::new(kept), &run)?;
        let goal = match self.ended_already(Status::of(journal.events())?.state, goal) {
            Ok(goal) => goal,
            Err(ended) => return Ok(ended),
        };
        let name = HostName::new("sim").map_err(|error| ExecuteError::State(error.to_string()))?;
        let host = SimHost { sim: Arc::clone(&sim), name, controller, store, is_second };
        let world = SimWorld::new(host);
        let mut unobserved = Unobserved;
        let event = match goal {
            Goal::Done => RunEvent::Begun,
            Goal::Back => RunEvent::RollBackBegun,
        };
        let charge = Charge {
            plan: sim.digest(),
            approval: Digest::of(b"approval"),
            by: format!("operator {controller}"),
            why: String::new(),
            control: CONTROL.to_owned().into(),
            stop_by: self.window.then(|| world.clock().now() + WINDOW),
        };
        let mut executor = Executor::take_charge(
            sim.plan(),
            &world,
            journal,
            &mut unobserved,
            interrupt,
            charge,
            event,
        )?;
        if self.stops {
            executor.stop("operator", "enough for today")?;
            sim.state().goal = Goal::Back;
            return Ok(Ended::Halted(HaltReason::Interrupted {
                step: sim.plan().steps[0].id.clone(),
            }));
        }
        match goal {
            Goal::Back => executor.roll_back(true),
            Goal::Done => {
                if let Some((step, event)) = self.says() {
                    executor.settle_by_hand(&step, event, "operator", "looked at the host")?;
                }
                executor.run()
            }
        }
    }

    /// As the use cases do it: a run that has ended is not begun again, and one that is taken back
    /// is not gone on with. Gives what is to be done, or how it has ended.
    fn ended_already(&mut self, found: RunState, goal: Goal) -> Result<Goal, Ended> {
        let right = self.sim.state().laws.last_store();
        let is_stale = right.is_some_and(|right| right != self.store);
        match (found, goal) {
            (RunState::Done | RunState::Finalised, Goal::Done) | (RunState::RolledBack, _)
                if is_stale =>
            {
                // `refit status` compares with the host, and says that it is another journal's.
                self.store = right.unwrap_or(self.store);
                Err(Ended::Halted(HaltReason::Interrupted {
                    step: self.sim.plan().steps[0].id.clone(),
                }))
            }
            (RunState::Done | RunState::Finalised, Goal::Done) => Err(Ended::Complete),
            (RunState::RolledBack, _) => {
                self.sim.state().goal = Goal::Back;
                Err(Ended::Complete)
            }
            (RunState::Stopped | RunState::RollingBack | RunState::RollBackHalted(_), _) => {
                self.sim.state().goal = Goal::Back;
                Ok(Goal::Back)
            }
            _ => Ok(goal),
        }
    }

    /// What the operator says of a step that Refit asked about, after looking at the host.
    fn says(&mut self) -> Option<(StepId, StepEvent)> {
        match std::mem::replace(&mut self.last, Last::Nothing) {
            Last::Halted(HaltReason::Person { step, .. }) => Some((step, StepEvent::Done)),
            Last::Halted(HaltReason::InDoubt { step, .. }) => {
                let mut state = self.sim.state();
                // The same command again is what is tried first, often enough.
                if state.rng.bool() {
                    return None;
                }
                let number = step.as_str().strip_prefix("count-")?.parse().ok()?;
                let done = state.laws.was_executed(&counter(number));
                Some((step, if done { StepEvent::Done } else { StepEvent::Failed }))
            }
            _ => None,
        }
    }

    fn judge(&mut self, ended: Result<Ended, ExecuteError>) {
        self.last = match ended {
            Ok(Ended::Complete) => Last::Complete,
            Ok(Ended::Halted(reason)) => Last::Halted(reason),
            Err(error) => {
                let text = error.chain();
                self.refused(&error, &text);
                Last::Failed(text)
            }
        };
    }

    /// Where the state directory is the wrong one, the right one is taken.
    fn refused(&mut self, error: &ExecuteError, text: &str) {
        let mut state = self.sim.state();
        let right = state.laws.last_store();
        match error {
            ExecuteError::Host(
                HostError::JournalBehind { .. } | HostError::JournalForked { .. },
            ) if right == Some(self.store) => {
                state.laws.break_law(format!("the right journal was refused: {text}"));
            }
            ExecuteError::Host(
                HostError::StaleEpoch { .. }
                | HostError::JournalBehind { .. }
                | HostError::JournalForked { .. },
            ) => self.store = right.unwrap_or(self.store),
            ExecuteError::Journal(JournalError::Damaged { .. }) | ExecuteError::Status(_) => {
                state.laws.break_law(format!("the journal makes no sense: {text}"));
            }
            // A copy that is older than what was decided since: the right one knows of it.
            ExecuteError::State(_) if right != Some(self.store) => {
                self.store = right.unwrap_or(self.store);
            }
            ExecuteError::State(_) => {
                state.laws.break_law(format!("the run cannot go on: {text}"));
            }
            _ => {}
        }
    }

    /// Looks at the journal and the host after the end.
    pub(crate) fn check_end(&self, expected: &Expected) {
        let kept = SimStore { sim: Arc::clone(&self.sim), controller: u32::MAX, store: self.store };
        let journal = run_id().and_then(|run| Ok(Journal::kept_in(Box::new(kept), &run)?));
        let mut state = self.sim.state();
        let journal = match journal {
            Ok(journal) => journal,
            Err(error) => {
                let text = error.chain();
                return state.laws.break_law(format!("the journal cannot be read: {text}"));
            }
        };
        state.laws.check_journal(journal.events());
        match Status::of(journal.events()) {
            Ok(status) => check_status(&mut state, &status),
            Err(error) => state.laws.break_law(format!("the journal cannot be: {error}")),
        }
        if self.is_complete() {
            check_picture(&mut state, expected);
        }
    }
}

fn run_id() -> Result<RunId, ExecuteError> {
    RunId::new("sim-1").map_err(|error| ExecuteError::State(error.to_string()))
}

/// What the journal says of commands is true.
fn check_status(state: &mut State, status: &Status) {
    for (step, found) in &status.steps {
        let number = step.as_str().strip_prefix("count-").and_then(|number| number.parse().ok());
        let Some(number) = number else { continue };
        let path = counter(number);
        let was_done = state.laws.was_executed(&path) && is_file(state, &path);
        if found.state == StepState::Done && !was_done {
            state.laws.break_law(format!("the journal says that {step} is done, and it is not"));
        }
    }
    let right = match state.goal {
        Goal::Done => RunState::Done,
        Goal::Back => RunState::RolledBack,
    };
    if status.state != right {
        let word = status.state.word();
        state.laws.break_law(format!("the run is {word} at its end"));
    }
}

/// The site looks as after an undisturbed run, or as before it.
fn check_picture(state: &mut State, expected: &Expected) {
    let found = Picture::of(state);
    let wanted = match state.goal {
        Goal::Done => expected.done.clone(),
        Goal::Back => expected.before.clone(),
    };
    let stays = |path: &str| {
        let below = path.strip_prefix(ROOT).and_then(|below| below.strip_prefix('/'));
        state.goal == Goal::Back
            && below.is_some_and(|below| STAYS.iter().any(|stays| below.starts_with(stays)))
    };
    let mut differences = Vec::new();
    for (path, line) in &wanted.files {
        match found.files.get(path) {
            Some(other) if other != line => {
                differences.push(format!("{path} is {other}, not {line}"));
            }
            None => differences.push(format!("{path} is gone")),
            Some(_) => {}
        }
    }
    let more = found.files.keys().filter(|path| !wanted.files.contains_key(*path) && !stays(path));
    differences.extend(more.map(|path| format!("{path} is left")));
    if found.processes != wanted.processes {
        differences.push(format!("{:?} run, not {:?}", found.processes, wanted.processes));
    }
    for difference in differences {
        state.laws.break_law(format!("at the end {difference}"));
    }
}
