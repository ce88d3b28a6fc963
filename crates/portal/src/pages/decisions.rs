//! Decisions about what a plan leaves open: kept first, then planned with, where that is done here.

use std::time::Duration;

use axum::http::StatusCode;
use refit_desk::{Action, ActionKind, Case};
use refit_model::Plan;
use refit_pages::forms::{FormData, FormErrors, Supplied, parse, plain_choices};
use refit_pages::paths;

use super::project;
use crate::cases::{self, NotActed};
use crate::checks;
use crate::documents;
use crate::failure::{Failure, FailureKind};
use crate::planning;
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying, page_with};

/// How long it is waited for a plan, so that it is on the next page: most take a few seconds.
const PATIENCE: Duration = Duration::from_secs(20);
/// The field of what is to be done, where nothing is decided.
const THEN: (&str, &str) = ("then", "plan");

/// Takes the decisions of a form, and has a plan made with them.
pub(crate) async fn decide(visit: Visit) -> Answer {
    let (form, case, person) = (visit.form()?, visit.case()?, visit.person()?);
    if form.text(THEN.0) == Some(THEN.1) {
        // A plan is the consultant's to make.
        if !ActionKind::PostPlan.is_for(person.role()) {
            return Err(Failure::forbidden());
        }
        return planned(&visit, case).await;
    }
    let action = match read(form) {
        Ok(action) => news(action, case),
        Err(errors) => return wrong(&visit, &errors).await,
    };
    if let Err(errors) = checks::plan(&visit.portal, case, &action).await? {
        return wrong(&visit, &errors).await;
    }
    match cases::act(&visit.portal, &case.id, action, &person.actor, &visit.origin).await {
        Ok(acted) => planned(&visit, &acted.case).await,
        Err(NotActed::Refused(refusal)) => wrong(&visit, &FormErrors::of_refusal(&refusal)).await,
        Err(NotActed::Failed(failure)) => Err(failure),
    }
}

fn read(form: &FormData) -> Result<Action, FormErrors> {
    let zone = &jiff::tz::TimeZone::UTC;
    let supplied = Supplied { zone, customer: None, version: None, facts: None, additions: &[] };
    parse(ActionKind::TakeDecisions, &plain_choices(form), &supplied)
}

/// The action without what was said already: the page sends all of it again.
fn news(mut action: Action, case: &Case) -> Action {
    if let Action::TakeDecisions { choices, .. } = &mut action {
        let open = case.open_decisions();
        choices.retain(|one| open.iter().all(|said| said.chosen != *one));
    }
    action
}

/// Has a plan made, if that is done here, and waits a while for it.
async fn planned(visit: &Visit, case: &Case) -> Answer {
    if let Some(making) = planning::begin(&visit.portal, case).await?
        && let Ok(Err(broken)) = tokio::time::timeout(PATIENCE, making).await
    {
        return Err(Failure::internal(broken));
    }
    go_saying(&paths::part(&case.id, "upgrade"), Said::Acted(ActionKind::TakeDecisions))
}

/// The page with what was typed, and with what is wrong. Without the plan it has no place for that.
async fn wrong(visit: &Visit, errors: &FormErrors) -> Answer {
    let case = visit.case()?;
    let is_at_hand = match case.plan() {
        Some(plan) => documents::kept::<Plan>(&visit.portal, case, plan.digest).await?.is_some(),
        None => false,
    };
    if !is_at_hand {
        let what = "There is no plan here of which it is known what it leaves open";
        return Err(Failure::new(FailureKind::Refused, what, "Attach the plan, and try again."));
    }
    let page = project::upgrade_page(visit, Some((visit.form()?, errors))).await?;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, page)
}
