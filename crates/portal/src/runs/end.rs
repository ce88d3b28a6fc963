//! How runs end: recorded in the case, once for each end.

use refit_app::{RunEntry, StateDir};
use refit_desk::{Action, CaseId, Installed, Line, RecordedRun, RunEnd};
use refit_execute::RunState;
use refit_model::{Digest, Plan, RunId, Stored, with_causes};
use tracing::warn;

use crate::cases::{self, NotActed};
use crate::failure::Failure;
use crate::people;
use crate::portal::Portal;
use crate::record::Origin;

/// A run that has come to an end.
pub(super) struct Ended<'a> {
    pub(super) run: &'a RunId,
    pub(super) plan: Digest,
    /// The digest of the journal's last event.
    pub(super) journal: Digest,
    pub(super) end: RunEnd,
    /// What is installed since, if it is known.
    pub(super) installed: Option<Installed>,
}

/// Why an end is not in the case.
pub(super) enum NotRecorded {
    /// The desk refuses it, for a reason that people can do something about.
    Refused(String),
    /// It could not be done now.
    Failed(Failure),
}

/// The end that a state is, if it is one.
pub(super) fn of(state: RunState) -> Option<RunEnd> {
    match state {
        RunState::Done | RunState::Finalised => Some(RunEnd::Done),
        RunState::RolledBack => Some(RunEnd::RolledBack),
        RunState::Stopped => Some(RunEnd::Stopped),
        RunState::New
        | RunState::Running
        | RunState::Halted(_)
        | RunState::RollingBack
        | RunState::RollBackHalted(_) => None,
    }
}

/// What a run has installed, by its plan. None where the plan is not at hand: the case is then told
/// how the run ended, and nothing more.
pub(super) fn installed(state: &StateDir, entry: &RunEntry) -> Option<Installed> {
    let plan: Stored<Plan> = state
        .load(entry.plan)
        .map_err(|error| warn!(run = %entry.run, cause = with_causes(&error), "no plan at hand"))
        .ok()?;
    let RunEntry { environment, installation, .. } = entry.clone();
    let version = Line::new(&plan.body.to.to_string()).ok()?;
    Some(Installed { environment, installation, version })
}

/// Records the end, unless it is there. It is recorded in the name of the case's consultant, whose
/// run it is; who began it stands in the journal.
pub(super) async fn record(
    portal: &Portal,
    id: &CaseId,
    ended: &Ended<'_>,
) -> Result<(), NotRecorded> {
    let case = cases::load(&portal.store, id).await?.ok_or_else(Failure::not_found)?;
    let is_it = |one: &RecordedRun| one.run == *ended.run && one.end == ended.end;
    if case.runs.iter().any(is_it) {
        return Ok(());
    }
    let not = |why: String| {
        let (run, end) = (ended.run, ended.end.word());
        NotRecorded::Refused(format!("The run {run} is {end}, which is not in the history: {why}"))
    };
    let by = people::consultant(&portal.store, &case).await?.map_err(not)?;
    let action = Action::RecordRun(RecordedRun {
        run: ended.run.clone(),
        plan: ended.plan,
        journal: ended.journal,
        end: ended.end,
        installed: ended.installed.clone(),
    });
    match cases::act(portal, id, action, &by, &Origin::of_server(portal.now())).await {
        Ok(_) => Ok(()),
        Err(NotActed::Refused(refusal)) => Err(not(format!("{refusal}."))),
        Err(NotActed::Failed(failure)) => Err(failure.into()),
    }
}

impl From<Failure> for NotRecorded {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}
