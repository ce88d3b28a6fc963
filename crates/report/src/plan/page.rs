//! Plans as a page.

use askama::Template;
use refit_model::{Decision, ParameterError};

use super::PlanReport;
use crate::html::{Head, render};
use crate::view::{FileView, PhaseView, QuestionView, StepView};

#[derive(Template)]
#[template(path = "plan.html", whitespace = "minimize")]
struct PlanPage<'a> {
    head: Head,
    questions: Vec<QuestionView<'a>>,
    phases: Vec<PhaseView<StepView>>,
    files: Vec<FileView<'a>>,
    decisions: &'a [Decision],
}

pub(super) fn html(report: &PlanReport<'_>) -> Result<String, ParameterError> {
    Ok(render(&PlanPage {
        head: Head::of("Plan", report.title(), report.facts(), report.plan),
        questions: report.questions(),
        phases: report.phases()?,
        files: report.files(),
        decisions: &report.body().decisions,
    }))
}
