//! What a document says of the fields beside it, and whether it belongs to the case.

use refit_app::AnyDocument;
use refit_desk::Case;
use refit_model::{AccessNeed, DriftReport};

/// What a document says of another field.
pub(super) enum Said {
    /// It is this, and nothing else.
    Is(&'static str, String),
    /// It is this, if nothing else is typed.
    Suggests(&'static str, String),
    /// These lines belong to it, whatever else is typed.
    Has(&'static str, Vec<String>),
    /// A tick stands there, or none.
    Ticks(&'static str, bool),
}

/// What a document says of the fields beside it.
pub(super) fn says(document: &AnyDocument) -> Vec<Said> {
    match document {
        AnyDocument::Access(report) => vec![
            Said::Is("environment", report.body.environment.to_string()),
            Said::Ticks("can_read", report.body.can(AccessNeed::Read)),
            Said::Ticks("can_write", report.body.can(AccessNeed::Write)),
        ],
        AnyDocument::Assessment(assessment) => {
            let blocking = assessment.body.blocking().map(|finding| finding.title.clone());
            vec![
                Said::Suggests("version", assessment.body.installed.to_string()),
                Said::Has("blocking", blocking.collect()),
            ]
        }
        AnyDocument::Plan(plan) => {
            vec![Said::Is("assessment", plan.body.assessment.to_string())]
        }
        AnyDocument::Trial(trial) => {
            vec![Said::Is("verdict", trial.body.verdict.word().to_lowercase())]
        }
        AnyDocument::Drift(drift) => {
            let (differences, steps) = counts(&drift.body);
            vec![
                Said::Is("drift.differences", differences.to_string()),
                Said::Is("drift.steps", steps.to_string()),
                Said::Is("environment", drift.body.environment.to_string()),
            ]
        }
        AnyDocument::Playbook(_) | AnyDocument::Rehearsal(_) | AnyDocument::Approval(_) => {
            Vec::new()
        }
    }
}

/// How many facts, parameters and settings differ, and how many steps.
fn counts(drift: &DriftReport) -> (usize, usize) {
    (drift.facts.len() + drift.parameters.len() + drift.settings.len(), drift.steps.len())
}

/// Why a document does not belong to the case, if it does not.
pub(super) fn misfit(case: &Case, document: &AnyDocument) -> Option<String> {
    let platform = match document {
        AnyDocument::Access(one) => &one.body.platform,
        AnyDocument::Assessment(one) => &one.body.pack.platform,
        AnyDocument::Plan(one) => &one.body.pack.platform,
        AnyDocument::Playbook(one) => &one.body.pack.platform,
        _ => return None,
    };
    let asked = &case.request.as_ref()?.fields.platform;
    if platform != asked {
        return Some(format!("it is of {platform}, and the request is about {asked}"));
    }
    match document {
        AnyDocument::Playbook(playbook) => {
            let plan = playbook.body.plan;
            let is_of_case = case.plans.iter().any(|posted| posted.digest == plan);
            (!is_of_case).then(|| {
                format!("it is made from the plan {plan}, which was not posted in this case")
            })
        }
        _ => None,
    }
}
