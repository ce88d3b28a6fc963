//! Drift reports as a page.

use askama::Template;
use refit_model::{DriftReport, Finding, Stored};

use super::{summary, title};
use crate::html::{Head, render};
use crate::view::{QuestionView, sorted};

#[derive(Template)]
#[template(path = "drift.html", whitespace = "minimize")]
struct DriftPage<'a> {
    head: Head,
    summary: String,
    drift: &'a DriftReport,
    findings: Vec<&'a Finding>,
    questions: Vec<QuestionView<'a>>,
}

pub(super) fn html(report: &Stored<DriftReport>) -> String {
    let drift = &report.body;
    let facts = vec![
        ("installation", format!("{} in {}", drift.installation, drift.environment)),
        ("playbook", format!("`{}`", drift.playbook)),
    ];
    render(&DriftPage {
        head: Head::of("Drift report", title(drift), facts, report),
        summary: summary(drift),
        drift,
        findings: sorted(&[&drift.new_findings]),
        questions: drift
            .questions
            .iter()
            .map(|question| QuestionView::of(&drift.environment, question))
            .collect(),
    })
}
