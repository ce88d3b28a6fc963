//! What the server says of an action, whatever the person or program has said: what it can see,
//! nobody types.

use refit_desk::{Action, Case, Line, PlanStep};
use refit_model::{Digest, Plan, Playbook, Step};

use crate::documents::kept;
use crate::failure::Failure;
use crate::pages::request::standing;
use crate::questions;
use crate::software;
use crate::visit::Visit;

/// The longest title of a step that is kept in a case, in characters.
const LONGEST_TITLE: usize = refit_desk::MAX_LINE;

/// Fills in what the server knows itself.
pub(crate) async fn complete(
    visit: &Visit,
    case: &Case,
    action: &mut Action,
) -> Result<(), Failure> {
    match action {
        Action::AmendRequest { fields, version } => {
            *version = standing(visit, fields.platform.as_str(), fields.current_version.as_str());
        }
        Action::SendQuestionnaire { additions } => {
            *additions = questions::of_case(&visit.portal, case)?;
        }
        Action::RecordSoftware(software) => {
            software::verify(&visit.portal, case, software).await?;
        }
        Action::PostPlan(plan) => plan.steps = steps_of_plan(visit, case, plan.digest).await?,
        Action::PostPlaybook { digest, steps, .. } => {
            *steps = steps_of_playbook(visit, case, *digest).await?;
        }
        _ => {}
    }
    Ok(())
}

async fn steps_of_plan(
    visit: &Visit,
    case: &Case,
    digest: Digest,
) -> Result<Vec<PlanStep>, Failure> {
    let plan = kept::<Plan>(&visit.portal, case, digest).await?;
    Ok(plan.map(|plan| steps_of(&plan.body)).unwrap_or_default())
}

/// The steps of a plan, as a case names them.
pub(crate) fn steps_of(plan: &Plan) -> Vec<PlanStep> {
    plan.steps.iter().filter_map(step).collect()
}

async fn steps_of_playbook(
    visit: &Visit,
    case: &Case,
    digest: Digest,
) -> Result<Vec<PlanStep>, Failure> {
    let playbook = kept::<Playbook>(&visit.portal, case, digest).await?;
    let Some(playbook) = playbook else { return Ok(Vec::new()) };
    Ok(playbook.body.steps.iter().filter_map(|one| step(&one.step)).collect())
}

/// A step as people have to know it.
fn step(step: &Step) -> Option<PlanStep> {
    let title: String = step.title.chars().take(LONGEST_TITLE).collect();
    let title = Line::new(&title).or_else(|_| Line::new(step.id.as_str())).ok()?;
    let phase = Line::new(step.phase.word()).ok()?;
    Some(PlanStep { id: step.id.clone(), title, phase })
}
