//! A plan, as the page of the upgrade shows it.

use refit_model::{Digest, Plan, Question, Stored};
use refit_report::{PhaseView, PlanReport, StepView};

/// What stands for the run's id where there is no run yet.
const RUN: &str = "RUN";

/// A plan in detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDetail {
    /// Its digest.
    pub digest: Digest,
    /// What it means: labels and texts.
    pub facts: Vec<(&'static str, String)>,
    /// The steps, by phase; none where a step names a value that the plan does not have.
    pub phases: Vec<PhaseView<StepView>>,
    /// What was decided: what, and how and by whom.
    pub decisions: Vec<(String, String)>,
}

impl PlanDetail {
    /// Of a document.
    pub fn of(plan: &Stored<Plan>) -> Self {
        let report = PlanReport { plan, run: RUN, commands: &|_| Vec::new() };
        let decided = |one: &refit_model::Decision| {
            let why = if one.why.is_empty() { String::new() } else { format!(": {}", one.why) };
            (one.subject.clone(), format!("{} ({}{why})", one.choice, one.by))
        };
        Self {
            digest: plan.digest,
            facts: report.facts(),
            phases: report.phases().unwrap_or_default(),
            decisions: plan.body.decisions.iter().map(decided).collect(),
        }
    }
}

/// The configuration file of a plan that a question is about, if it is about one.
pub(super) fn file_of<'a>(plan: &'a Plan, question: &Question) -> Option<&'a str> {
    let files = plan.settlements.iter().map(|settlement| settlement.file.as_str());
    let subject = question.subject.as_str();
    files
        .into_iter()
        .find(|file| subject.strip_prefix(file).is_some_and(|key| key.starts_with('#')))
}
