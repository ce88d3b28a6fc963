//! What is done to runs: for the case's plan alone, after the person has shown again who it is.

use refit_desk::{Action, ActivityState, ApprovalSubject, Case, RecordedRun, RunEnd, keys};
use refit_model::{Digest, RunId};
use refit_pages::paths;
use serde_json::json;

use super::actions::{Confirmed, Confirming, Renewed, anew, confirm};
use crate::cases::{self, NotActed};
use crate::failure::{Failure, FailureKind};
use crate::route::Answer;
use crate::runs::{self, Asked, Exit, Looking, Upgrades};
use crate::visit::{Said, Visit, go_saying};

/// The field of the reason.
const WHY: &str = "why";
/// The most characters of a reason.
const LONGEST_WHY: usize = 1000;

/// Does something to a run.
pub(crate) async fn act(visit: Visit) -> Answer {
    let run: RunId = visit.parameter("run")?;
    let word: String = visit.parameter("exit")?;
    let exit = Exit::of(&word).ok_or_else(Failure::not_found)?;
    let case = visit.case()?;
    let looking = Looking::of(&visit, run.clone()).await?;
    let plan = looking.plan().ok_or_else(elsewhere)?;
    let upgrades = visit.portal.settings.upgrades.clone().ok_or_else(elsewhere)?;
    let why = why(&visit, exit)?;
    let begins = exit == Exit::Run && looking.is_new();
    if exit == Exit::Run {
        check_is_accepted(case, plan)?;
    }
    if begins {
        check_may_begin(&visit, case, &run, plan)?;
    }
    let about = vec![("Run", run.to_string()), ("Plan", plan.to_string())];
    let (path, back) = (paths::run(&case.id, &run, exit.word()), paths::run_page(&case.id, &run));
    let what = Confirming { what: exit.words(), about: &about, path: &path, back: &back };
    let renewed = match confirm(&visit, &what).await? {
        Confirmed::Yes(renewed) => renewed,
        Confirmed::NotYet(answer) => return Ok(answer),
    };
    let asked = Asked { run, plan, exit, by: by(&visit)?, why };
    let done = do_it(&visit, &upgrades, asked, begins).await;
    let Some(Renewed { cookie, csrf }) = renewed else {
        return done.and_then(|()| go_saying(&back, said(exit)));
    };
    let visit = Visit { csrf, ..visit };
    anew(&visit, &cookie, done.and_then(|()| go_saying(&back, said(exit))))
}

fn said(exit: Exit) -> Said {
    match exit {
        Exit::Run | Exit::RollBack => Said::Begun,
        Exit::Pause => Said::Asked,
        Exit::Stop => Said::Done,
    }
}

async fn do_it(
    visit: &Visit,
    upgrades: &Upgrades,
    asked: Asked,
    begins: bool,
) -> Result<(), Failure> {
    let (portal, case, person) = (&visit.portal, visit.case()?, visit.person()?);
    if begins {
        // The run belongs to the case from now on, whatever is posted elsewhere.
        portal.store.mirror(&asked.run, Some(case.id.as_str()), &[], visit.origin.at).await?;
    }
    let details = json!({
        "case": case.id, "run": asked.run, "plan": asked.plan, "what": asked.exit.word(),
    });
    let (by, of) = (Some(person.user.id.as_str()), Some(person.organisation.id.as_str()));
    let record = visit.origin.record("run-asked", by, of, details)?;
    portal.store.record(&record).await?;
    let (upgrades, packs) = (upgrades.clone(), portal.settings.packs.clone());
    let exit = asked.exit;
    let done = tokio::task::spawn_blocking(move || runs::perform(&upgrades, &packs, &asked));
    done.await.map_err(Failure::internal)?.map_err(|why| {
        let what = format!("It was not possible to {}: {why}", exit.words());
        let remedy = "Put it right on the machine that upgrades are done from, and try again.";
        Failure::new(FailureKind::Refused, what, remedy)
    })?;
    if begins { start_activity(visit).await } else { Ok(()) }
}

/// Upgrading has begun with the run, unless that is recorded already.
async fn start_activity(visit: &Visit) -> Result<(), Failure> {
    let (portal, id) = (&visit.portal, &visit.case()?.id);
    let case = cases::load(&portal.store, id).await?;
    let activity = case.as_ref().and_then(|case| case.activity(keys::UPGRADE));
    let Some(activity) = activity.filter(|one| one.state == ActivityState::Planned) else {
        return Ok(());
    };
    let action = Action::StartActivity { activity: activity.key.clone() };
    match cases::act(portal, id, action, &visit.person()?.actor, &visit.origin).await {
        // The end of a short run may have been faster.
        Ok(_) | Err(NotActed::Refused(_)) => Ok(()),
        Err(NotActed::Failed(failure)) => Err(failure),
    }
}

/// What the customer has not accepted is not run from here, nor gone on with.
fn check_is_accepted(case: &Case, plan: Digest) -> Result<(), Failure> {
    if case.approval(ApprovalSubject::Plan, plan).is_some() {
        return Ok(());
    }
    let what = format!("The customer has not accepted the plan {}", plan.short());
    Err(Failure::new(FailureKind::Refused, what, "Wait until it is accepted."))
}

/// Only a run that the case could have recorded is begun.
fn check_may_begin(visit: &Visit, case: &Case, run: &RunId, plan: Digest) -> Result<(), Failure> {
    let (run, journal, end) = (run.clone(), plan, RunEnd::Done);
    let action = Action::RecordRun(RecordedRun { run, plan, journal, end, installed: None });
    let actor = &visit.person()?.actor;
    case.decide(action, actor, visit.origin.at, &visit.rules)?;
    Ok(())
}

/// Who it is, as the journal keeps it.
fn by(visit: &Visit) -> Result<String, Failure> {
    let user = &visit.person()?.user;
    let name: String = user.name.chars().filter(|c| !c.is_control()).collect();
    Ok(format!("{name} ({})", user.id))
}

fn why(visit: &Visit, exit: Exit) -> Result<String, Failure> {
    let why = visit.form()?.filled(WHY).unwrap_or_default();
    let why: String = why.chars().filter(|c| !c.is_control()).take(LONGEST_WHY).collect();
    if exit.is_grave() && why.trim().is_empty() {
        let what = "It is not said why";
        return Err(Failure::new(FailureKind::Refused, what, "Go back, and say it."));
    }
    Ok(why)
}

fn elsewhere() -> Failure {
    let what = "This server is not on the machine that the run is done from";
    Failure::new(FailureKind::Refused, what, "Use the command line on that machine.")
}
