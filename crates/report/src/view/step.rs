//! Steps, with their values put in.

use refit_model::{Owner, Phase, Step};

use crate::words;

/// One step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepView {
    /// Its place in the plan, from 1.
    pub number: usize,
    /// Its id within the plan.
    pub id: String,
    /// What it does, in one line.
    pub title: String,
    /// Why it is there.
    pub reason: String,
    /// Who does it, where that is not Refit.
    pub person: Option<String>,
    /// How long it is thought to take, in words.
    pub estimate: String,
    /// Whether clients cannot reach the broker meanwhile.
    pub downtime: bool,
    /// What going back costs after it, where it is the point of no return.
    pub no_return: Option<String>,
    /// Whether a person may leave it out.
    pub may_skip: bool,
    /// What is done, in words.
    pub act: Vec<String>,
    /// What is typed to do it by hand.
    pub commands: Vec<String>,
    /// What must hold after, in words.
    pub verify: Vec<String>,
    /// How it is taken back, in words.
    pub undo: Vec<String>,
}

/// Steps that follow each other in one phase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhaseView<S> {
    /// The phase's word.
    pub phase: &'static str,
    /// The steps, in their order.
    pub steps: Vec<S>,
}

impl StepView {
    /// The step at `index`, counted from 0.
    pub(crate) fn of(
        index: usize,
        step: &Step,
        no_return: Option<&str>,
        commands: Vec<String>,
    ) -> Self {
        Self {
            number: index + 1,
            id: step.id.to_string(),
            title: step.title.clone(),
            reason: step.reason.clone(),
            person: person(&step.owner),
            estimate: words::estimate(step.estimate_milliseconds),
            downtime: step.downtime,
            no_return: no_return.map(str::to_owned),
            may_skip: step.may_skip,
            act: words::act(&step.act),
            commands,
            verify: words::check(&step.verify),
            undo: words::undo(&step.undo),
        }
    }
}

impl<S> PhaseView<S> {
    /// Groups steps by phase without changing their order: a phase may come more than once.
    pub fn group(steps: impl IntoIterator<Item = (Phase, S)>) -> Vec<Self> {
        let mut phases: Vec<Self> = Vec::new();
        for (phase, step) in steps {
            match phases.last_mut() {
                Some(last) if last.phase == phase.word() => last.steps.push(step),
                _ => phases.push(Self { phase: phase.word(), steps: vec![step] }),
            }
        }
        phases
    }
}

fn person(owner: &Owner) -> Option<String> {
    match owner {
        Owner::Refit => None,
        Owner::Person(role) => Some(role.clone()),
    }
}
