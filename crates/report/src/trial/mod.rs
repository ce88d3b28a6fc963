//! Trials: what was measured before and after, and what it means.

mod page;
mod text;

use refit_model::Stored;
use refit_model::TrialVerdict;
use refit_trial::report::{Design, Rule, TestResult, TrialReport};

use crate::Style;
use crate::words::{count, measure, microseconds, millionths};

/// A trial as text for the terminal.
pub fn trial_text(report: &Stored<TrialReport>, style: Style) -> String {
    text::text(report, style)
}

/// A trial as a page that needs nothing else.
pub fn trial_html(report: &Stored<TrialReport>) -> String {
    page::html(report)
}

fn title(trial: &TrialReport) -> String {
    let subject = &trial.subject;
    format!("Trial of {} in {}", subject.installation, subject.environment)
}

/// The head of a trial's report: labels and texts.
pub fn trial_facts(trial: &TrialReport) -> Vec<(&'static str, String)> {
    let subject = &trial.subject;
    let design = match subject.design {
        Design::Alternating => "in turn, so that a drift of the machine hits both sides",
        Design::BeforeAndAfter => {
            "one side after the other: a drift of the machine looks like the upgrade"
        }
    };
    let canary: Vec<_> = subject
        .canary
        .iter()
        .map(|reading| {
            let (computing, syncing) =
                (reading.computing_microseconds, reading.syncing_microseconds);
            format!("{} and {}", microseconds(computing), microseconds(syncing))
        })
        .collect();
    let mut lines = vec![
        ("before", format!("{} ({})", subject.before.version, subject.before.what)),
        ("after", format!("{} ({})", subject.after.version, subject.after.what)),
        ("measured", design.to_owned()),
        ("trial number", subject.series.to_string()),
        ("rules", format!("`{}`", trial.rules_digest)),
    ];
    if !canary.is_empty() {
        lines
            .push(("the machine itself", format!("{} (computing and writing)", canary.join("; "))));
    }
    lines
}

/// The word by which pages and colours tell verdicts apart.
fn level(verdict: TrialVerdict) -> &'static str {
    match verdict {
        TrialVerdict::Pass => "good",
        TrialVerdict::Fail => "bad",
        TrialVerdict::Inconclusive | TrialVerdict::Invalid => "care",
    }
}

/// One attempt of one test, made ready.
#[derive(Clone, Debug)]
pub struct TestView<'a> {
    /// What was measured and judged.
    pub result: &'a TestResult,
    /// Whether this attempt counts; the others stay for the record.
    pub counts: bool,
    /// What must hold.
    pub rule: String,
    /// What the pairs say, where the rule is a ratio.
    pub ratio: Option<String>,
    /// The figures: names, and values with their units.
    pub figures: Vec<(String, String)>,
}

/// All attempts of all tests, by test.
pub fn trial_tests(trial: &TrialReport) -> Vec<TestView<'_>> {
    let view = |result| TestView {
        result,
        counts: trial.deciding(&result.test) == Some(result),
        rule: trial.rules.rules.get(&result.test).map(rule).unwrap_or_default(),
        ratio: ratio(result),
        figures: result.figures.iter().map(|(name, value)| measure(name, *value)).collect(),
    };
    let mut views: Vec<_> = trial.tests.iter().map(view).collect();
    views.sort_by_key(|view| (&view.result.test, view.result.attempt));
    views
}

fn rule(rule: &Rule) -> String {
    match rule {
        Rule::Absolute { holds } => holds.clone(),
        Rule::Ratio(ratio) => {
            let (whole, tenth) = (ratio.margin_per_mille / 10, ratio.margin_per_mille % 10);
            format!("`{}` may be at most {whole}.{tenth} % worse than before", ratio.metric)
        }
    }
}

/// What the pairs say, for example `1.012 of before (0.981 to 1.044), by 10 pairs`.
fn ratio(result: &TestResult) -> Option<String> {
    let judgement = &result.ratio.as_ref()?.judgement;
    let interval = judgement.interval.as_ref()?;
    Some(format!(
        "{} of before ({} to {}; more is worse), by {}",
        millionths(interval.estimate_millionths),
        millionths(interval.lower_millionths),
        millionths(interval.upper_millionths),
        count(judgement.pairs, "pair", "pairs")
    ))
}
