//! Somebody looks at a run: what the records, and the machine that it is done from, know of it.

use std::sync::Arc;

use refit_app::AppError;
use refit_desk::{ActionKind, ApprovalSubject, Case, Role};
use refit_execute::{Event, RunState, SeenLine};
use refit_model::{Digest, Plan, RunId};
use refit_pages::{LiveRun, RunLink, StepTone};

use super::{Picture, PlannedStep, exits, to_do};
use crate::blocking::blocking;
use crate::documents;
use crate::failure::Failure;
use crate::portal::Portal;
use crate::visit::Visit;

/// How many events are read at once.
const AT_ONCE: u32 = 500;

/// Somebody looks at a run.
pub(crate) struct Looking {
    portal: Portal,
    run: RunId,
    picture: Picture,
    steps: Option<Arc<Vec<PlannedStep>>>,
    /// The run's plan, where this is the machine that it is done from.
    plan: Option<Digest>,
    role: Role,
}

impl Looking {
    /// A run of the case of the path: one that is mirrored for it, or the one that would do the
    /// plan that was accepted.
    pub(crate) async fn of(visit: &Visit, run: RunId) -> Result<Self, Failure> {
        let (portal, case) = (visit.portal.clone(), visit.case()?);
        let mirrored = portal.store.mirrored_run(&run).await?;
        let is_of_case = mirrored.is_some_and(|one| one.case.as_deref() == Some(case.id.as_str()));
        let plan = planned(&portal, case, &run, is_of_case).await?;
        if !is_of_case && plan.is_none() {
            return Err(Failure::not_found());
        }
        let (picture, role) = (picture(&portal, &run).await?, visit.person()?.role());
        let steps = match plan {
            Some(plan) => steps_of_state(&portal, &run, plan).await?,
            None => None,
        };
        let steps = match (steps, picture.plan()) {
            (None, Some(plan)) => steps_of_case(&portal, case, &run, plan).await?,
            (steps, _) => steps,
        };
        Ok(Self { portal, run, picture, steps, plan, role })
    }

    /// The run as it is known now.
    pub(crate) async fn look(&mut self) -> Result<LiveRun, Failure> {
        read_on(&self.portal, &mut self.picture).await?;
        let (is_worked_on, meanwhile) = match self.on_machine().await? {
            Some(seen) => (Some(seen.is_worked_on), seen.meanwhile),
            None => (None, Vec::new()),
        };
        let steps = self.steps.as_ref().map(|steps| steps.as_slice());
        let mut live = self.picture.live(steps, is_worked_on, &meanwhile, self.portal.now());
        live.finding = self.portal.known.finding(&self.run);
        if ActionKind::RecordRun.is_for(self.role)
            && let Some(is_worked_on) = is_worked_on
        {
            let state = self.picture.state();
            let all = exits(state, is_worked_on).iter();
            live.exits = all.map(|exit| exit.button(state)).collect();
        }
        if self.role.is_team() && is_worked_on != Some(true) {
            live.commands = self.picture.commands();
        }
        Ok(live)
    }

    /// The run's plan, where this is the machine that it is done from.
    pub(crate) fn plan(&self) -> Option<Digest> {
        self.plan
    }

    /// Whether nothing is recorded of it.
    pub(crate) fn is_new(&self) -> bool {
        self.picture.state() == RunState::New
    }

    /// What is seen of it now; none where this is not the machine that it is done from.
    async fn on_machine(&self) -> Result<Option<OnMachine>, Failure> {
        let upgrades = self.portal.settings.upgrades.clone().filter(|_| self.plan.is_some());
        let Some(upgrades) = upgrades else { return Ok(None) };
        let (packs, run) = (self.portal.settings.packs.clone(), self.run.clone());
        // When it is over, everything that is kept of it is in the journal.
        let is_open = self.picture.state().is_open();
        let seen = blocking(move || {
            let app = upgrades.app(&packs);
            let meanwhile = if is_open { app.meanwhile(&run)? } else { Vec::new() };
            let is_worked_on = app.worker(&run)?.is_some();
            Ok::<_, AppError>(OnMachine { is_worked_on, meanwhile })
        });
        seen.await?.map(Some).map_err(Failure::internal)
    }
}

/// What the machine that a run is done from knows of it besides its journal.
struct OnMachine {
    /// Whether a process works on it.
    is_worked_on: bool,
    /// What was seen while steps went on.
    meanwhile: Vec<SeenLine>,
}

/// A run as the mirror has it now. What was read of it is kept at hand: a journal only grows.
async fn picture(portal: &Portal, run: &RunId) -> Result<Picture, Failure> {
    let mut picture = portal.known.picture(run).unwrap_or_else(|| Picture::new(run.clone()));
    let before = picture.events();
    read_on(portal, &mut picture).await?;
    if picture.events() > before {
        portal.known.keep(&picture);
    }
    Ok(picture)
}

async fn read_on(portal: &Portal, picture: &mut Picture) -> Result<(), Failure> {
    loop {
        let after = picture.events();
        let events = portal.store.run_events(picture.run(), after, AT_ONCE).await?;
        for event in &events {
            picture.take(&event.body.read::<Event>()?).map_err(Failure::internal)?;
        }
        if events.len() < AT_ONCE as usize {
            return Ok(());
        }
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
    blocking(move || {
        if is_of_case && let Ok(entry) = upgrades.state.run(&run) {
            return Some(entry.plan);
        }
        let plan = accepted?;
        to_do(&upgrades, &packs, plan).is_ok_and(|to_do| to_do == run).then_some(plan)
    })
    .await
}

/// The plan that counts, if it was accepted.
fn accepted_plan(case: &Case) -> Option<Digest> {
    let plan = case.plan()?.digest;
    case.approval(ApprovalSubject::Plan, plan).map(|_| plan)
}

/// The steps of a plan of this machine's.
async fn steps_of_state(
    portal: &Portal,
    run: &RunId,
    plan: Digest,
) -> Result<Option<Arc<Vec<PlannedStep>>>, Failure> {
    let (portal, run) = (portal.clone(), run.clone());
    blocking(move || {
        let upgrades = portal.settings.upgrades.as_ref()?;
        portal.known.steps(&run, || {
            let plan = upgrades.state.load(plan).ok()?;
            PlannedStep::of(&plan, &run).ok()
        })
    })
    .await
}

/// The steps of a plan that is kept with the case: where the run is done from another machine.
async fn steps_of_case(
    portal: &Portal,
    case: &Case,
    run: &RunId,
    plan: Digest,
) -> Result<Option<Arc<Vec<PlannedStep>>>, Failure> {
    if let Some(steps) = portal.known.steps(run, || None) {
        return Ok(Some(steps));
    }
    let plan = documents::kept::<Plan>(portal, case, plan).await?;
    Ok(portal.known.steps(run, || PlannedStep::of(&plan?, run).ok()))
}

/// The ways to the runs of a case.
#[derive(Debug, Default)]
pub(crate) struct Ways {
    /// The latest first.
    pub(crate) links: Vec<RunLink>,
    /// Why the accepted plan cannot be run from here, for those who could.
    pub(crate) lacking: Option<String>,
}

/// The ways to the runs of the case of the path.
pub(crate) async fn ways(visit: &Visit) -> Result<Ways, Failure> {
    let (portal, case) = (&visit.portal, visit.case()?);
    let mut mirrored = portal.store.runs_of(case.id.as_str()).await?;
    mirrored.sort_by_key(|one| std::cmp::Reverse(one.changed));
    let mut ways = Ways::default();
    for one in mirrored.iter().filter(|one| one.events > 0) {
        let run = one.run.parse().map_err(Failure::internal)?;
        ways.links.push(picture(portal, &run).await?.link());
    }
    let Some(upgrades) = portal.settings.upgrades.clone() else { return Ok(ways) };
    let Some(plan) = accepted_plan(case) else { return Ok(ways) };
    if !ActionKind::RecordRun.is_for(visit.person()?.role()) {
        return Ok(ways);
    }
    let packs = portal.settings.packs.clone();
    match blocking(move || to_do(&upgrades, &packs, plan)).await? {
        Ok(run) if ways.links.iter().all(|link| link.run != run) => {
            let (state, tone) = ("not begun".to_owned(), StepTone::Planned);
            ways.links.insert(0, RunLink { run, state, tone });
        }
        Ok(_) => {}
        Err(why) => ways.lacking = Some(why).filter(|_| ways.links.is_empty()),
    }
    Ok(ways)
}
