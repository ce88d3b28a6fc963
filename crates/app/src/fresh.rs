//! Whether a plan still fits what it was made from.

use refit_execute::{Finding, Status, StepState, evaluate};
use refit_hosts::{Cancel, Reader};
use refit_model::{Condition, Plan, Step, Stored};

use crate::world::AppWorld;
use crate::{AppError, Result, Target};

/// How long reading the planned files may take.
const QUESTION_SECONDS: u32 = 120;

/// Refuses a plan whose files were changed since: what came later would be lost without a word.
///
/// Asked as long as clients are served by the old version, so also before a run goes on; from then
/// on the old files are read by nobody.
pub(crate) fn check_fresh(
    target: &Target,
    plan: &Stored<Plan>,
    world: &AppWorld,
    status: Option<&Status>,
) -> Result<()> {
    let steps = plan.body.bound_steps("fresh")?;
    if !is_old_served(&steps, status) {
        return Ok(());
    }
    let cancel = Cancel::new();
    let reader = Reader::new(world.managed(), &cancel, QUESTION_SECONDS);
    for planned in steps.iter().flat_map(|step| unchanged(&step.verify.condition)) {
        if let Finding::Not(why) = evaluate(world, reader, planned)? {
            return Err(AppError::Stale {
                what: format!("the plan {}", plan.digest.short()),
                why,
                how: how(target, status),
            });
        }
    }
    Ok(())
}

fn is_old_served(steps: &[Step], status: Option<&Status>) -> bool {
    let first_down = steps.iter().find(|step| step.downtime);
    let state = |step: &Step| status.map_or(StepState::Pending, |status| status.step(&step.id));
    first_down.is_some_and(|step| state(step) == StepState::Pending)
}

fn unchanged(condition: &Condition) -> Vec<&Condition> {
    match condition {
        Condition::All(all) => all.iter().flat_map(unchanged).collect(),
        Condition::Unchanged(_) => vec![condition],
        _ => Vec::new(),
    }
}

fn how(target: &Target, status: Option<&Status>) -> String {
    let target = target.shown();
    let again = format!("plan anew with `refit plan {target}`, then rehearse and approve that");
    match status {
        None => format!("put the file back, or {again}"),
        Some(_) => format!(
            "put the file back and run again, or take this run back with `refit rollback {target}` \
             and {again}"
        ),
    }
}
