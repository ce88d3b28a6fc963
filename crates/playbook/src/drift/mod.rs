//! What differs between where a playbook was learned and where it is to be followed.

mod facts;
mod settings;
mod steps;
mod touches;

use refit_model::{
    Assessment, DecisionDrift, DriftReport, Finding, ParameterDrift, Plan, Playbook, Stored,
};

/// The environment that a playbook is to be followed in.
#[derive(Clone, Copy, Debug)]
pub struct Here<'a> {
    /// Its assessment.
    pub assessment: &'a Assessment,
    /// Findings that rest on observations.
    pub observed: &'a [Finding],
    /// The plan that follows the playbook.
    pub plan: &'a Plan,
    /// What becomes of the playbook's decisions.
    pub decisions: &'a [DecisionDrift],
}

/// Compares a playbook with an environment.
pub fn drift(playbook: &Stored<Playbook>, here: &Here<'_>) -> DriftReport {
    let learned = &playbook.body;
    DriftReport {
        playbook: playbook.digest,
        environment: here.plan.environment.clone(),
        installation: here.plan.installation.clone(),
        facts: facts::differences(learned, here),
        parameters: parameters(learned, here.plan),
        steps: steps::differences(&learned.steps, &here.plan.steps),
        settings: settings::differences(&learned.settlements, &here.plan.settlements),
        new_findings: new_findings(learned, here),
        decisions: here.decisions.to_vec(),
        questions: here.plan.questions.clone(),
    }
}

/// Every parameter that steps name here or there, where its value differs.
fn parameters(learned: &Playbook, plan: &Plan) -> Vec<ParameterDrift> {
    let there = |name: &str| learned.parameters.iter().find(|parameter| parameter.name == name);
    let mut names: Vec<_> = learned.parameters.iter().map(|one| one.name.as_str()).collect();
    // What cannot be read names nothing.
    let used = refit_model::used_parameters(&plan.steps).unwrap_or_default();
    names
        .extend(used.iter().map(String::as_str).filter(|name| plan.parameters.get(name).is_some()));
    names.sort_unstable();
    names.dedup();
    let drifts = names.into_iter().map(|name| ParameterDrift {
        name: name.to_owned(),
        learned: there(name).map(|parameter| parameter.learned.clone()),
        here: plan.parameters.get(name).map(str::to_owned),
    });
    drifts.filter(|drift| drift.learned != drift.here).collect()
}

fn new_findings(learned: &Playbook, here: &Here<'_>) -> Vec<Finding> {
    let known = |key: &str| learned.findings.iter().any(|finding| finding.key == key);
    let all = here.assessment.findings.iter().chain(here.observed);
    let mut new: Vec<_> = all.filter(|finding| !known(&finding.key)).cloned().collect();
    new.sort();
    new
}
