//! A plan with what was decided, made as `refit plan` makes one. All of this blocks.

use refit_app::{App, AppError, PlanRequest, Target};
use refit_desk::PlanDecision;
use refit_model::{Assessment, Digest, Plan, Stored};
use refit_pages::People;

use crate::runs;

/// A plan, and what it is made from.
pub(super) struct Made {
    pub(super) plan: Stored<Plan>,
    pub(super) assessment: Stored<Assessment>,
}

/// The installation of a plan that was made on this machine.
pub(super) fn target_of(app: &App<'_>, plan: Digest) -> Result<Target, AppError> {
    let plan: Stored<Plan> = app.state.load(plan)?;
    runs::target_of(app, &plan.body)
}

/// Assesses the installation anew, and plans with these decisions about the plan `before`; what
/// stands in the way, in words.
pub(super) fn make(
    app: &App<'_>,
    before: Digest,
    decisions: &[PlanDecision],
    people: &People,
) -> Result<Made, String> {
    let make = || {
        let target = target_of(app, before)?;
        check_can_be_planned(app, &target)?;
        let before: Stored<Plan> = app.state.load(before)?;
        let plan = plan(app, &target, &before.body, &request(&before.body, decisions, people))?;
        let assessment = app.state.load(plan.body.assessment)?;
        Ok(Made { plan, assessment })
    };
    make().map_err(|error: AppError| error.chain())
}

/// Plans for the same version as before, chosen in the same way: so the assessment of what has not
/// changed is the same, too. Where another one is the newest by now, the earlier one is asked for.
fn plan(
    app: &App<'_>,
    target: &Target,
    before: &Plan,
    request: &PlanRequest,
) -> Result<Stored<Plan>, AppError> {
    if before.why_this_version != refit_model::Target::ASKED_FOR
        && let Ok(plan) = app.plan(target, request)
        && plan.body.to == before.to
    {
        return Ok(plan);
    }
    app.plan(target, &PlanRequest { to: Some(before.to.clone()), ..request.clone() })
}

fn request(before: &Plan, decisions: &[PlanDecision], people: &People) -> PlanRequest {
    let decide = decisions.iter();
    let decide = decide.filter_map(|one| one.to_plan_with(before, people.name(&one.by)));
    let back = decisions.iter().filter(|one| one.chosen.choice.is_none());
    PlanRequest {
        to: None,
        decide: decide.collect(),
        undecide: back.map(|one| one.chosen.subject.to_string()).collect(),
    }
}

/// Nobody sits at a terminal here; and what a run has half done is not assessed.
fn check_can_be_planned(app: &App<'_>, target: &Target) -> Result<(), AppError> {
    runs::check_asks_nobody(target)?;
    match app.last_run(target) {
        Ok(last) if last.status.state.is_open() => Err(AppError::First {
            what: format!("the run {} goes on", last.run),
            how: "end it or take it back, and make the plan again".to_owned(),
        }),
        Ok(_) | Err(AppError::First { .. }) => Ok(()),
        Err(error) => Err(error),
    }
}
