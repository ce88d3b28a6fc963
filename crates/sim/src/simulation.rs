//! One seed: a plan, a schedule of faults, and what became of them.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use fastrand::Rng;
use refit_model::{Digest, Document as _, Plan};

use crate::fault::{Fault, Passed, Schedule};
use crate::operator::{Operator, QUIET_SESSIONS};
use crate::plans::Shape;
use crate::saboteur::Saboteur;
use crate::site::picture;
use crate::state::{Goal, State};

/// A plan and the world that it is run in.
pub(crate) struct Simulation {
    plan: Plan,
    digest: Digest,
    state: Mutex<State>,
    begin: Instant,
}

/// What became of a seed.
#[derive(Clone, Debug)]
pub struct Report {
    /// The seed.
    pub seed: u64,
    /// The laws that were broken; none where everything held.
    pub violations: Vec<String>,
    /// How often each fault struck.
    pub fired: BTreeMap<Fault, u32>,
    /// How many processes worked on the run.
    pub sessions: u32,
    /// Whether it was taken back at the end.
    pub taken_back: bool,
    /// Everything that happened, where it was asked for.
    pub trace: Vec<String>,
}

impl Simulation {
    fn new(shape: &Shape, plan: Plan, digest: Digest, mut state: State) -> Arc<Self> {
        if shape.broker {
            let home = crate::site::path("broker-1").to_string();
            let data = crate::site::path("broker-1/data").to_string();
            state.processes.start(0, [home, data, "1".to_owned()], false);
        }
        Arc::new(Self { plan, digest, state: Mutex::new(state), begin: Instant::now() })
    }

    /// The plan.
    pub(crate) fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The plan's digest.
    pub(crate) fn digest(&self) -> Digest {
        self.digest
    }

    /// The moment that simulated time is counted from. Only differences to it are ever seen.
    pub(crate) fn begin(&self) -> Instant {
        self.begin
    }

    /// The state of the world.
    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Runs a seed, with a saboteur in the world where one is wanted.
pub fn simulate(seed: u64, saboteur: Option<Saboteur>, traced: bool) -> Report {
    let mut rng = Rng::with_seed(seed);
    let shape = Shape::draw(&mut rng);
    let Some((plan, digest)) =
        shape.plan().and_then(|plan| Some((plan.clone(), plan.digest().ok()?)))
    else {
        return broken(seed, "no plan can be made of this seed".to_owned());
    };
    let (expected, passed) = match undisturbed(&shape, &plan, digest) {
        Ok(undisturbed) => undisturbed,
        Err(why) => return broken(seed, why),
    };
    let schedule = Schedule::draw(&mut rng, passed);
    let mut state = State::new(rng, schedule, saboteur);
    state.trace = traced.then(Vec::new);
    state.tell(|| format!("{shape:?}"));
    let sim = Simulation::new(&shape, plan, digest, state);
    let mut operator = Operator::new(Arc::clone(&sim), 0);
    operator.bring_to_an_end();
    operator.check_end(&expected);
    let mut state = sim.state();
    Report {
        seed,
        violations: state.laws.violations().to_vec(),
        fired: state.schedule.fired().clone(),
        sessions: operator.sessions(),
        taken_back: state.goal == Goal::Back,
        trace: state.trace.take().unwrap_or_default(),
    }
}

/// What a site looks like: its files, and what runs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) processes: Vec<String>,
}

impl Picture {
    /// The site now.
    pub(crate) fn of(state: &State) -> Self {
        Self { files: picture(&state.tree), processes: state.processes.picture(state.now) }
    }
}

/// The site before and after an undisturbed run.
pub(crate) struct Expected {
    pub(crate) before: Picture,
    pub(crate) done: Picture,
}

/// Runs the plan while nothing happens.
fn undisturbed(shape: &Shape, plan: &Plan, digest: Digest) -> Result<(Expected, Passed), String> {
    let state = State::new(Rng::with_seed(0), Schedule::default(), None);
    let sim = Simulation::new(shape, plan.clone(), digest, state);
    let before = Picture::of(&sim.state());
    let mut operator = Operator::new(Arc::clone(&sim), 0);
    operator.work(QUIET_SESSIONS);
    let state = sim.state();
    if !operator.is_complete() {
        return Err(format!("without any fault the run does not end: {}", operator.told()));
    }
    Ok((Expected { before, done: Picture::of(&state) }, state.schedule.passed()))
}

fn broken(seed: u64, why: String) -> Report {
    Report {
        seed,
        violations: vec![why],
        fired: BTreeMap::new(),
        sessions: 0,
        taken_back: false,
        trace: Vec::new(),
    }
}

/// A world in which nothing happens, for tests of its parts.
#[cfg(test)]
pub(crate) fn quiet() -> Arc<Simulation> {
    let shape = Shape::draw(&mut Rng::with_seed(0));
    let plan = shape.plan().unwrap();
    let digest = plan.digest().unwrap();
    let state = State::new(Rng::with_seed(0), Schedule::default(), None);
    Simulation::new(&shape, plan, digest, state)
}
