//! Trials as a page.

use askama::Template;
use refit_model::Stored;
use refit_trial::report::TrialReport;

use super::{TestView, title, trial_facts, trial_tests};
use crate::html::{Head, render};

#[derive(Template)]
#[template(path = "trial.html", whitespace = "minimize")]
struct TrialPage<'a> {
    head: Head,
    trial: &'a TrialReport,
    tests: Vec<TestView<'a>>,
}

pub(super) fn html(report: &Stored<TrialReport>) -> String {
    let trial = &report.body;
    render(&TrialPage {
        head: Head::of("Trial", title(trial), trial_facts(trial), report),
        trial,
        tests: trial_tests(trial),
    })
}
