//! A version of the Playbook, as its page shows it.

use refit_model::{Playbook, PlaybookNote, PlaybookStep, PointOfNoReturn};
use refit_report::{PhaseView, measured};

/// A version of the Playbook in detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaybookDetail {
    /// Its number within the case.
    pub number: u32,
    /// What it is: labels and texts.
    pub facts: Vec<(&'static str, String)>,
    /// Site values, which another environment has its own of: name and meaning.
    pub parameters: Vec<(String, String)>,
    /// The steps, by phase.
    pub phases: Vec<PhaseView<LearnedStep>>,
    /// Notes that belong to no step.
    pub notes: Vec<PlaybookNote>,
}

/// A step as it was learned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LearnedStep {
    /// Its id: what change requests and problems name.
    pub id: String,
    /// What it does.
    pub title: String,
    /// Why it is there.
    pub reason: String,
    /// Whether clients cannot reach the broker meanwhile.
    pub downtime: bool,
    /// How long it took where it was measured.
    pub took: Option<String>,
    /// What a person did instead of Refit, or why it was left out.
    pub by_hand: Option<String>,
    /// What people saw at this step.
    pub notes: Vec<PlaybookNote>,
}

impl PlaybookDetail {
    /// Of a document, as the version of this number.
    pub fn of(number: u32, playbook: &Playbook) -> Self {
        let steps = playbook.steps.iter().map(|one| (one.step.phase, LearnedStep::of(one)));
        let parameter =
            |one: &refit_model::PlaybookParameter| (one.name.clone(), one.meaning.clone());
        Self {
            number,
            facts: facts(playbook),
            parameters: playbook.parameters.iter().map(parameter).collect(),
            phases: PhaseView::group(steps),
            notes: playbook.notes.clone(),
        }
    }
}

impl LearnedStep {
    fn of(learned: &PlaybookStep) -> Self {
        let step = &learned.step;
        Self {
            id: step.id.to_string(),
            title: step.title.clone(),
            reason: step.reason.clone(),
            downtime: step.downtime,
            took: learned.measured_milliseconds.map(measured),
            by_hand: learned.by_hand.clone(),
            notes: learned.notes.clone(),
        }
    }
}

fn facts(playbook: &Playbook) -> Vec<(&'static str, String)> {
    let steps = crate::show::count(playbook.steps.len(), "step", "steps");
    let mut facts = vec![
        ("what it does", playbook.title.clone()),
        ("learned in", format!("{} ({})", playbook.environment, playbook.installation)),
        ("made from", format!("the run {}", playbook.run)),
        ("work", steps),
    ];
    if let Some(downtime) = playbook.downtime_milliseconds {
        facts.push(("clients were cut off for", measured(downtime)));
    }
    facts.push(match &playbook.point_of_no_return {
        PointOfNoReturn::None(why) => ("point of no return", format!("none: {why}")),
        PointOfNoReturn::At { step, cost } => {
            ("point of no return", format!("the step {step}: {cost}"))
        }
    });
    for (index, trial) in playbook.trials.iter().enumerate() {
        let lines = trial.lines.iter().map(|(test, verdict)| format!("{test} {verdict}"));
        let label = if index == 0 { "trial" } else { "another trial" };
        facts.push((label, lines.collect::<Vec<_>>().join(", ")));
    }
    facts
}
