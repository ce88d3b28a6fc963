//! An assessment, as the page of the upgrade shows it.

use refit_model::{Assessment, Digest, Finding, ScopeLine, Stored};
use refit_report::AssessmentReport;

/// An assessment in detail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssessmentDetail {
    /// Its digest.
    pub digest: Digest,
    /// What it is of: labels and texts.
    pub facts: Vec<(&'static str, String)>,
    /// What was found; those that matter most first.
    pub findings: Vec<Finding>,
    /// What is upgraded and what is not.
    pub scope: Vec<ScopeLine>,
}

impl AssessmentDetail {
    /// Of a document.
    pub fn of(assessment: &Stored<Assessment>) -> Self {
        let report = AssessmentReport { assessment, observations: None };
        Self {
            digest: assessment.digest,
            facts: report.facts(),
            findings: report.findings().into_iter().cloned().collect(),
            scope: assessment.body.scope.clone(),
        }
    }
}
