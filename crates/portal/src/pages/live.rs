//! Runs: the page of each, what it shows sent anew as things happen, and what is done to it. What
//! is shown is mirrored in the records: the run's journal is the truth, this is for looking.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::response::IntoResponse as _;
use axum::response::sse::{Event, KeepAlive, Sse};
use refit_desk::{
    Action, ActionKind, ActivityState, ApprovalSubject, Case, RecordedRun, RunEnd, keys,
};
use refit_execute::Event as JournalEvent;
use refit_model::{Digest, RunId, with_causes};
use refit_pages::{CaseView, LiveRun, People, RunLink, StepTone, paths, run, run_region};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;

use super::actions::{Confirmed, Confirming, confirm};
use crate::cases;
use crate::failure::{Failure, FailureKind};
use crate::portal::Portal;
use crate::route::Answer;
use crate::runs::{self, Asked, Exit, Picture, PlannedStep, Upgrades, exits};
use crate::visit::{Said, Visit, go_saying, page, with_cookie};

/// How often it is looked for new events.
const PAUSE: Duration = Duration::from_millis(500);
/// How many events are read at once.
const AT_ONCE: u32 = 500;
/// How many messages wait for a slow browser.
const WAITING: usize = 4;
/// After this a browser has to come anew, and show that its session still holds.
const LONGEST: Duration = Duration::from_mins(5);
/// The field of the reason.
const WHY: &str = "why";
/// The most characters of a reason.
const LONGEST_WHY: usize = 1000;

/// The page of a run.
pub(crate) async fn show(visit: Visit) -> Answer {
    let run_id: RunId = visit.parameter("run")?;
    let case = visit.case()?;
    let mut looking = Looking::of(&visit, run_id).await?;
    let live = looking.look().await?;
    let people = People::default();
    page(run(&visit.shell(), visit.view(case, &people), &live))
}

/// What the page of a run shows, sent whenever it has changed, until the browser leaves, the run
/// goes on no more or the server ends.
pub(crate) async fn events(visit: Visit) -> Answer {
    let run: RunId = visit.parameter("run")?;
    let looking = Looking::of(&visit, run).await?;
    let (sender, receiver) = mpsc::channel(WAITING);
    tokio::spawn(follow(visit, looking, sender));
    let stream = Sse::new(ReceiverStream::new(receiver)).keep_alive(KeepAlive::default());
    Ok(stream.into_response())
}

async fn follow(
    visit: Visit,
    mut looking: Looking,
    sender: mpsc::Sender<Result<Event, Infallible>>,
) {
    let since = Instant::now();
    let mut before = None;
    while since.elapsed() < LONGEST {
        let live = match looking.look().await {
            Ok(live) => live,
            Err(failure) => {
                let cause = failure.cause.as_ref().map(|cause| with_causes(cause.as_ref()));
                tracing::error!(what = failure.what, cause, "a run cannot be followed");
                return;
            }
        };
        let is_over = !live.is_going_on;
        if before.as_ref() != Some(&live) {
            let Ok(event) = message(&visit, &live) else { return };
            if sender.send(Ok(event)).await.is_err() {
                return;
            }
            before = Some(live);
        }
        if is_over {
            return;
        }
        tokio::select! {
            () = tokio::time::sleep(PAUSE) => {}
            () = sender.closed() => return,
            () = visit.portal.ending.cancelled() => return,
        }
    }
}

fn message(visit: &Visit, live: &LiveRun) -> Result<Event, Failure> {
    let people = People::default();
    let case: CaseView<'_> = visit.view(visit.case()?, &people);
    let region = run_region(&visit.shell(), case, live);
    Ok(Event::default().id(live.events.to_string()).event("run").data(region))
}

/// Does something to a run: for the case's plan alone, after the person has shown again who it is.
pub(crate) async fn act(visit: Visit) -> Answer {
    let run: RunId = visit.parameter("run")?;
    let word: String = visit.parameter("exit")?;
    let exit = Exit::of(&word).ok_or_else(Failure::not_found)?;
    let case = visit.case()?;
    let looking = Looking::of(&visit, run.clone()).await?;
    let plan = looking.plan.ok_or_else(elsewhere)?;
    let upgrades = visit.portal.settings.upgrades.clone().ok_or_else(elsewhere)?;
    let why = why(&visit, exit)?;
    let is_new = looking.picture.events() == 0;
    if is_new && exit == Exit::Run {
        check_may_begin(&visit, case, &run, plan)?;
    }
    let about = vec![("Run", run.to_string()), ("Plan", plan.to_string())];
    let (path, back) = (paths::run(&case.id, &run, exit.word()), paths::run_page(&case.id, &run));
    let what = Confirming { what: exit.words(), about: &about, path: &path, back: &back };
    let cookie = match confirm(&visit, &what).await? {
        Confirmed::Yes(cookie) => cookie,
        Confirmed::NotYet(answer) => return Ok(answer),
    };
    let answer = do_it(&visit, &upgrades, Asked { run, plan, exit, by: by(&visit)?, why }, is_new);
    match answer.await {
        Ok(()) => with_cookie(go_saying(&back, Said::Done), &cookie),
        // The session is a new one, whatever came of it.
        Err(failure) => {
            let page = crate::problem::page(&visit, &failure);
            with_cookie(page, &cookie)
        }
    }
}

async fn do_it(
    visit: &Visit,
    upgrades: &Upgrades,
    asked: Asked,
    is_new: bool,
) -> Result<(), Failure> {
    let (portal, case, person) = (&visit.portal, visit.case()?, visit.person()?);
    if is_new && asked.exit == Exit::Run {
        start_activity(visit, case).await?;
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
    })
}

/// Upgrading begins with the run.
async fn start_activity(visit: &Visit, case: &Case) -> Result<(), Failure> {
    let Some(activity) = case.activity(keys::UPGRADE) else { return Ok(()) };
    if activity.state != ActivityState::Planned {
        return Ok(());
    }
    let action = Action::StartActivity { activity: activity.key.clone() };
    let actor = &visit.person()?.actor;
    cases::act(&visit.portal, &case.id, action, actor, &visit.origin).await?;
    Ok(())
}

/// Only a run that the case could have recorded is begun.
fn check_may_begin(visit: &Visit, case: &Case, run: &RunId, plan: Digest) -> Result<(), Failure> {
    let (run, journal, end) = (run.clone(), plan, RunEnd::Done);
    let action = Action::RecordRun(RecordedRun { run, plan, journal, end });
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

/// Somebody looks at a run.
struct Looking {
    portal: Portal,
    run: RunId,
    picture: Picture,
    steps: Option<Arc<Vec<PlannedStep>>>,
    /// The run's plan, where this machine knows it.
    plan: Option<Digest>,
    may_act: bool,
    is_team: bool,
}

impl Looking {
    /// A run of the case of the path: one that is mirrored for it, or the one that would do the
    /// plan that was accepted.
    async fn of(visit: &Visit, run: RunId) -> Result<Self, Failure> {
        let (portal, case) = (visit.portal.clone(), visit.case()?);
        let mirrored = portal.store.mirrored_run(&run).await?;
        let is_of_case = mirrored.is_some_and(|one| one.case.as_deref() == Some(case.id.as_str()));
        let role = visit.person()?.role();
        let may_act = ActionKind::RecordRun.is_for(role);
        let plan = planned(&portal, case, &run, is_of_case).await?;
        if !is_of_case && plan.is_none() {
            return Err(Failure::not_found());
        }
        let steps = match plan {
            Some(plan) => steps(&portal, &run, plan).await?,
            None => None,
        };
        let picture = Picture::new(run.clone());
        let is_team = role.is_team();
        let mut looking = Self { portal, run, picture, steps, plan, may_act, is_team };
        looking.read_on().await?;
        Ok(looking)
    }

    /// The run as it is known now.
    async fn look(&mut self) -> Result<LiveRun, Failure> {
        self.read_on().await?;
        let is_worked_on = self.is_worked_on().await?;
        let steps = self.steps.as_ref().map(|steps| steps.as_slice());
        let mut live = self.picture.live(steps, is_worked_on, self.portal.now());
        live.finding = self.portal.known.finding(&self.run);
        if self.may_act && self.plan.is_some() && is_worked_on.is_some() {
            let state = self.picture.status().state;
            let all = exits(state, is_worked_on == Some(true)).iter();
            live.exits = all.map(|exit| exit.button(state)).collect();
        }
        if self.is_team && is_worked_on != Some(true) {
            live.commands = self.picture.commands();
        }
        Ok(live)
    }

    async fn read_on(&mut self) -> Result<(), Failure> {
        loop {
            let after = self.picture.events();
            let events = self.portal.store.run_events(&self.run, after, AT_ONCE).await?;
            for event in &events {
                let event: JournalEvent = event.body.read()?;
                self.picture.take(&event).map_err(Failure::internal)?;
            }
            if events.len() < AT_ONCE as usize {
                return Ok(());
            }
        }
    }

    /// Whether a process works on it now; none where this server is on another machine.
    async fn is_worked_on(&self) -> Result<Option<bool>, Failure> {
        let Some(upgrades) = self.portal.settings.upgrades.clone() else { return Ok(None) };
        if self.plan.is_none() {
            return Ok(None);
        }
        let (packs, run) = (self.portal.settings.packs.clone(), self.run.clone());
        let asked = move || upgrades.app(&packs).worker(&run);
        let worker = tokio::task::spawn_blocking(asked).await.map_err(Failure::internal)?;
        Ok(Some(worker.map_err(Failure::internal)?.is_some()))
    }
}

/// The plan of a run, as this machine knows it: of one that has begun, or of the one that would do
/// what was accepted.
async fn planned(
    portal: &Portal,
    case: &Case,
    run: &RunId,
    is_of_case: bool,
) -> Result<Option<Digest>, Failure> {
    let Some(upgrades) = portal.settings.upgrades.clone() else { return Ok(None) };
    let (packs, accepted) = (portal.settings.packs.clone(), accepted_plan(case));
    let run = run.clone();
    let look = move || {
        if is_of_case && let Ok(entry) = upgrades.state.run(&run) {
            return Some(entry.plan);
        }
        let plan = accepted?;
        runs::to_do(&upgrades, &packs, plan).is_ok_and(|to_do| to_do == run).then_some(plan)
    };
    tokio::task::spawn_blocking(look).await.map_err(Failure::internal)
}

/// The plan that counts, if it was accepted.
fn accepted_plan(case: &Case) -> Option<Digest> {
    let plan = case.plan()?.digest;
    case.approval(ApprovalSubject::Plan, plan).map(|_| plan)
}

async fn steps(
    portal: &Portal,
    run: &RunId,
    plan: Digest,
) -> Result<Option<Arc<Vec<PlannedStep>>>, Failure> {
    let (portal, run) = (portal.clone(), run.clone());
    let read = move || {
        let upgrades = portal.settings.upgrades.as_ref()?;
        portal.known.steps(&run, || {
            let plan = upgrades.state.load(plan).ok()?;
            PlannedStep::of(&plan, &run).ok()
        })
    };
    tokio::task::spawn_blocking(read).await.map_err(Failure::internal)
}

/// The ways to the pages of a case's runs, the latest first; and why the accepted plan cannot be run
/// from here, for those who could.
pub(crate) async fn links(visit: &Visit) -> Result<(Vec<RunLink>, Option<String>), Failure> {
    let (portal, case) = (&visit.portal, visit.case()?);
    let mut mirrored = portal.store.runs_of(case.id.as_str()).await?;
    mirrored.sort_by(|one, other| other.changed.cmp(&one.changed));
    let mut links = Vec::new();
    for one in mirrored.iter().filter(|one| one.events > 0) {
        let run = one.run.parse().map_err(Failure::internal)?;
        let mut picture = Picture::new(run);
        for event in portal.store.run_events(&one.run.parse().map_err(Failure::internal)?, 0, u32::MAX).await? {
            picture.take(&event.body.read()?).map_err(Failure::internal)?;
        }
        links.push(picture.link());
    }
    let (Some(upgrades), Some(plan)) = (portal.settings.upgrades.clone(), accepted_plan(case))
    else {
        return Ok((links, None));
    };
    if !ActionKind::RecordRun.is_for(visit.person()?.role()) {
        return Ok((links, None));
    }
    let packs = portal.settings.packs.clone();
    let look = move || runs::to_do(&upgrades, &packs, plan);
    match tokio::task::spawn_blocking(look).await.map_err(Failure::internal)? {
        Ok(run) if links.iter().all(|link| link.run != run) => {
            links.insert(0, RunLink { run, state: "not begun".to_owned(), tone: StepTone::Planned });
            Ok((links, None))
        }
        Ok(_) => Ok((links, None)),
        Err(why) => Ok((links, Some(why))),
    }
}
