//! A plan that was made becomes the case's: in the name of the consultant, whose plan it is.

use refit_app::AnyDocument;
use refit_desk::{
    Action, ActivityState, AssessmentSummary, Case, Line, PostedPlan, Prose, Refusal, keys,
};
use refit_model::{Assessment, Stored};

use super::make::Made;
use super::refused;
use crate::cases::{self, NotActed};
use crate::complete::steps_of;
use crate::documents;
use crate::failure::Failure;
use crate::people;
use crate::portal::Portal;
use crate::record::Origin;

/// What stands behind what a plan means for the customer, where it was made here.
const WITH_DECISIONS: &str = "Made anew with what was decided.";

/// Keeps the plan with the case, and posts it. Where the installation is not as it was, the new
/// assessment is recorded before.
pub(super) async fn post(portal: &Portal, case: &Case, made: Made) -> Result<(), Failure> {
    let by = people::consultant(&portal.store, case).await?.map_err(refused)?;
    let before = case.plan().ok_or_else(Failure::not_found)?;
    let mut actions = Vec::new();
    if case.assessment().is_none_or(|one| one.digest != made.assessment.digest) {
        let why = prose("The installation was assessed anew, to plan with what was decided.")?;
        let activity = case.activity(keys::ASSESS);
        let settled = activity.filter(|one| matches!(one.state, ActivityState::Done));
        actions.extend(settled.map(|activity| {
            let activity = activity.key.clone();
            Action::ReopenActivity { activity, why }
        }));
        actions.push(Action::RecordAssessment(summary(case, &made.assessment)?));
    }
    actions.push(Action::PostPlan(PostedPlan {
        digest: made.plan.digest,
        assessment: made.plan.body.assessment,
        documentation: before.documentation.clone(),
        summary: told(&before.summary),
        steps: steps_of(&made.plan.body),
    }));
    let contents = portal.contents_of(&case.id).await?;
    for document in
        [AnyDocument::Assessment(Box::new(made.assessment)), AnyDocument::Plan(Box::new(made.plan))]
    {
        documents::keep(portal, &contents, &document).await?;
    }
    for action in actions {
        let origin = Origin::of_server(portal.now());
        match cases::act(portal, &case.id, action, &by, &origin).await {
            Ok(_) => {}
            Err(NotActed::Refused(refusal)) => return Err(not_posted(&refusal)),
            Err(NotActed::Failed(failure)) => return Err(failure),
        }
    }
    Ok(())
}

fn not_posted(refusal: &Refusal) -> Failure {
    refused(format!("the plan is made and cannot be posted: {refusal}"))
}

/// What people said of the installation before is said of it now.
fn summary(case: &Case, now: &Stored<Assessment>) -> Result<AssessmentSummary, Failure> {
    let line = |text: &str| Line::new(text).map_err(Failure::internal);
    let blocking: Result<_, _> = now.body.blocking().map(|finding| line(&finding.title)).collect();
    let before = case.assessment();
    Ok(AssessmentSummary {
        digest: now.digest,
        blocking: blocking?,
        customisations: before.map(|one| one.customisations.clone()).unwrap_or_default(),
        version: line(&now.body.installed.to_string())?,
        extension: before.and_then(|one| one.extension.clone()),
    })
}

fn told(before: &Prose) -> Prose {
    if before.as_str().ends_with(WITH_DECISIONS) {
        return before.clone();
    }
    // One that has no room for it any more stays as it is.
    Prose::new(&format!("{before}\n\n{WITH_DECISIONS}")).unwrap_or_else(|_| before.clone())
}

fn prose(text: &str) -> Result<Prose, Failure> {
    Prose::new(text).map_err(Failure::internal)
}
