//! Plans that are made with what was decided in a case, where the server stands on the machine
//! that the upgrade is done from. A decision is kept before anything is done with it: whatever
//! becomes of the planning, it is there, and can be planned with again.
//!
//! `docs/decisions/0024-decisions-are-bound-to-the-plan-that-was-seen.md` says why.

mod make;
mod post;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use refit_desk::{Case, CaseId, PlanDecision};
use refit_hosts::Cancel;
use refit_pages::Planning;
use tokio::task::JoinHandle;
use tracing::{info, warn};

use crate::blocking::blocking;
use crate::cases;
use crate::failure::Failure;
use crate::people;
use crate::portal::Portal;
use make::{Made, make};
use post::post;

/// How often a plan is made anew because something else was decided meanwhile.
const ROUNDS: usize = 3;

/// What is going on in which case. Nothing of it is needed after a restart.
#[derive(Debug, Default)]
pub(crate) struct Plannings(Mutex<BTreeMap<CaseId, Stage>>);

#[derive(Clone, Debug)]
enum Stage {
    GoesOn,
    Failed(String),
}

impl Plannings {
    fn get(&self, case: &CaseId) -> Option<Stage> {
        self.all().get(case).cloned()
    }

    /// Notes that a plan is being made; `false` if that was so already.
    fn begin(&self, case: &CaseId) -> bool {
        !matches!(self.all().insert(case.clone(), Stage::GoesOn), Some(Stage::GoesOn))
    }

    fn end(&self, case: &CaseId, failed: Option<String>) {
        match failed {
            Some(why) => self.all().insert(case.clone(), Stage::Failed(why)),
            None => self.all().remove(case),
        };
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<CaseId, Stage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What comes of what was decided in a case.
pub(crate) async fn standing(portal: &Portal, case: &Case) -> Result<Planning, Failure> {
    Ok(match portal.plannings.get(&case.id) {
        Some(Stage::GoesOn) => Planning::GoesOn,
        Some(Stage::Failed(why)) if !case.open_decisions().is_empty() => Planning::Failed(why),
        _ if is_here(portal, case).await? => Planning::Here,
        _ => Planning::Elsewhere,
    })
}

/// Whether this is the machine that the case's plan was made on.
async fn is_here(portal: &Portal, case: &Case) -> Result<bool, Failure> {
    let (Some(upgrades), Some(plan)) = (portal.settings.upgrades.clone(), case.plan()) else {
        return Ok(false);
    };
    let (packs, plan) = (portal.settings.packs.clone(), plan.digest);
    blocking(move || make::target_of(&upgrades.app(&packs), plan).is_ok()).await
}

/// Begins to make a plan with what was decided, where that can be done here and does not go on
/// already. It goes on if the person who asked for it goes away.
pub(crate) async fn begin(portal: &Portal, case: &Case) -> Result<Option<JoinHandle<()>>, Failure> {
    let is_wanted = !case.open_decisions().is_empty() && is_here(portal, case).await?;
    if !is_wanted || !portal.plannings.begin(&case.id) {
        return Ok(None);
    }
    let (portal, id) = (portal.clone(), case.id.clone());
    Ok(Some(tokio::spawn(async move {
        let failed = match Box::pin(plan(&portal, &id)).await {
            Ok(()) => None,
            Err(failure) => {
                let cause = failure.causes().unwrap_or_default();
                warn!(case = %id, what = failure.what, cause, "no plan could be made");
                Some(failure.what)
            }
        };
        portal.plannings.end(&id, failed);
    })))
}

/// Makes a plan with everything that was decided, and posts it.
async fn plan(portal: &Portal, id: &CaseId) -> Result<(), Failure> {
    let mut case = cases::load(&portal.store, id).await?.ok_or_else(Failure::not_found)?;
    for _ in 0..ROUNDS {
        let decisions = open(&case);
        let Some(plan) = case.plan().filter(|_| !decisions.is_empty()) else { return Ok(()) };
        let made = made(portal, &case, plan.digest, decisions.clone()).await?;
        let now = cases::load(&portal.store, id).await?.ok_or_else(Failure::not_found)?;
        if open(&now) == decisions {
            info!(case = %id, plan = %made.plan.digest, "a plan was made with what was decided");
            return Box::pin(post(portal, &now, made)).await;
        }
        case = now;
    }
    Err(refused("something else was decided while plans were made".to_owned()))
}

fn open(case: &Case) -> Vec<PlanDecision> {
    case.open_decisions().into_iter().cloned().collect()
}

/// A plan that is made as the command line makes one. Where the server ends meanwhile, it is given
/// up.
async fn made(
    portal: &Portal,
    case: &Case,
    plan: refit_model::Digest,
    decisions: Vec<PlanDecision>,
) -> Result<Made, Failure> {
    let upgrades = portal.settings.upgrades.clone().ok_or_else(Failure::not_found)?;
    let packs = portal.settings.packs.clone();
    let people = people::of_case(&portal.store, case).await?;
    let cancel = Cancel::new();
    let stops = cancel.clone();
    let making = blocking(move || {
        let app = refit_app::App { cancel, ..upgrades.app(&packs) };
        make(&app, plan, &decisions, &people)
    });
    tokio::pin!(making);
    let made = tokio::select! {
        made = &mut making => made,
        () = portal.ending.cancelled() => {
            stops.cancel();
            making.await
        }
    };
    made?.map_err(refused)
}

fn refused(why: String) -> Failure {
    let remedy = "Put it right, and make the plan again.";
    Failure::new(crate::failure::FailureKind::Refused, why, remedy)
}
