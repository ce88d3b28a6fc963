//! Drift: what differs between where a playbook was learned and where it is to be followed.

mod page;
mod text;

use refit_model::{DecisionFate, DriftReport, StepDriftKind, Stored};

use crate::Style;
use crate::words::count;

/// A drift report as text for the terminal.
pub fn drift_text(report: &Stored<DriftReport>, style: Style) -> String {
    text::text(report, style)
}

/// A drift report as a page that needs nothing else.
pub fn drift_html(report: &Stored<DriftReport>) -> String {
    page::html(report)
}

fn title(drift: &DriftReport) -> String {
    format!("Drift of {} in {}", drift.installation, drift.environment)
}

/// What differs, in one sentence.
fn summary(drift: &DriftReport) -> String {
    if drift.is_empty() {
        return "Nothing differs but site values: the playbook fits as it is.".to_owned();
    }
    let again = |one: &&refit_model::DecisionDrift| one.fate == DecisionFate::AskedAgain;
    let asked_again = drift.decisions.iter().filter(again).count();
    let parts = [
        (drift.facts.len(), "fact", "facts"),
        (drift.steps.len(), "step", "steps"),
        (drift.settings.len(), "setting", "settings"),
        (drift.new_findings.len(), "new finding", "new findings"),
        (asked_again, "decision that is asked again", "decisions that are asked again"),
        (drift.questions.len(), "open question", "open questions"),
    ];
    let some = parts.into_iter().filter(|(number, ..)| *number > 0);
    let words: Vec<_> = some.map(|(number, one, many)| count(number, one, many)).collect();
    format!("Differs in {}.", words.join(", "))
}

fn kind(kind: StepDriftKind) -> &'static str {
    match kind {
        StepDriftKind::Added => "only here",
        StepDriftKind::Removed => "not here",
        StepDriftKind::Changed => "not the same",
    }
}

fn fate(fate: DecisionFate) -> &'static str {
    match fate {
        DecisionFate::Applies => "applies here",
        DecisionFate::AskedAgain => "is asked again",
        DecisionFate::NotHere => "is about nothing here",
        DecisionFate::DecidedHere => "was decided here before",
    }
}

/// A value, or what stands for a missing one.
fn value(value: Option<&String>) -> &str {
    value.map_or("(absent)", String::as_str)
}

/// What became of a setting, or what stands for nothing.
fn became(outcome: Option<&String>) -> &str {
    outcome.map_or("(as shipped or absent)", String::as_str)
}
