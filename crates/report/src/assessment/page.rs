//! Assessments as a page.

use askama::Template;
use refit_model::{Assessment, Finding};

use super::AssessmentReport;
use super::files::FileRow;
use crate::html::{Head, render};
use crate::view::totals;
use crate::words;

#[derive(Template)]
#[template(path = "assessment.html", whitespace = "minimize")]
struct AssessmentPage<'a> {
    head: Head,
    totals: String,
    findings: Vec<&'a Finding>,
    body: &'a Assessment,
    way_back: &'static str,
    files: Vec<FileRow<'a>>,
    shipped: usize,
    observed: Vec<(&'a str, String)>,
}

pub(super) fn html(report: &AssessmentReport<'_>) -> String {
    let findings = report.findings();
    let facts = report.observations.into_iter().flat_map(|observed| observed.facts.iter());
    render(&AssessmentPage {
        head: Head::of("Assessment", report.title(), report.facts(), report.assessment),
        totals: totals(&findings),
        findings,
        body: report.body(),
        way_back: report.way_back(),
        files: report.differing_files(),
        shipped: report.shipped_configuration(),
        observed: facts.map(|(name, value)| (name, words::fact(name, value))).collect(),
    })
}
