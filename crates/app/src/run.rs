//! `refit run`, `refit rollback`, `refit stop`, `refit note`, `refit status`.

use std::time::{Duration, Instant};

use refit_execute::{
    Charge, Ended, Event, Executor, Interrupt, Journal, Meanwhile, Observer, Payload, RunEvent,
    RunState, Status, StepEvent, agree, take_charge,
};
use refit_model::{
    Approval, ApprovalOf, Assessment, Observations, Plan, PointOfNoReturn, RunId, StepId, Stored,
};

use crate::fresh::check_fresh;
use crate::state::io_error;
use crate::world::AppWorld;
use crate::{App, AppError, Newest, Result, RunEntry, StateError, Target, reach, session_user};

/// What a person says of a step before the run goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByHand {
    /// The step.
    pub step: StepId,
    /// What: done, skipped, or failed (to be tried again); of taking back: undone, or failed.
    pub event: StepEvent,
}

/// How a run is to be done.
#[derive(Clone, Debug, Default)]
pub struct RunOptions {
    /// The plan that is meant, by its digest or the beginning of it; without it, whichever is
    /// approved.
    pub plan: Option<String>,
    /// How long the window is still open.
    pub window: Option<Duration>,
    /// What a person says of steps.
    pub by_hand: Vec<ByHand>,
    /// Who says so.
    pub by: String,
    /// Why.
    pub why: String,
}

/// A run as it stands.
#[derive(Clone, Debug)]
pub struct RunView {
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: Stored<Plan>,
    /// Its journal.
    pub events: Vec<Event>,
    /// Its status.
    pub status: Status,
}

impl App<'_> {
    /// Runs the approved plan, or goes on with it.
    pub fn run(
        &self,
        target: &Target,
        options: &RunOptions,
        observer: &mut dyn Observer,
        interrupt: Interrupt,
    ) -> Result<(RunId, Ended)> {
        let newest = self.newest(target)?;
        let run = approved_run(target, &newest)?;
        let _lock = self.state.lock_run(&run)?;
        let begun = self.status_of(&run)?;
        check_can_go_on(target, &run, begun.as_ref().map_or(RunState::New, |status| status.state))?;
        let plan = self.plan_to_run(target)?;
        self.check_meant(options.plan.as_deref(), &plan)?;
        let approval =
            self.valid_approval(target, newest.approval, ApprovalOf::Run, plan.digest, Some(&run))?;
        if begun.is_none() {
            self.passed_rehearsal(target, &newest, plan.digest)?;
        }
        self.check_no_return(target, &newest, &plan, &run)?;
        let world = self.world(target, &plan.body)?;
        check_fresh(target, &plan, &world, begun.as_ref())?;
        self.begin(target, &newest, &plan, &approval)?;
        // What a person says goes into the journal, and from there into playbooks.
        let why = refit_execute::World::redact(&world, &options.why);
        let options = &RunOptions { why, ..options.clone() };
        let charge = charge(&plan, &approval, options);
        let journal = Journal::open(&self.state.journal_path(&run), &run)?;
        let meanwhile = self.begin_meanwhile(&run)?;
        let mut executor = Executor::take_charge(
            &plan.body,
            &world,
            journal,
            observer,
            interrupt,
            charge,
            RunEvent::Begun,
        )?
        .telling(&meanwhile);
        for said in &options.by_hand {
            executor.settle_by_hand(&said.step, said.event, &options.by, &options.why)?;
        }
        Ok((run, executor.run()?))
    }

    /// The plan that [`App::run`] does. A run goes on with its own plan, whatever was planned
    /// since.
    pub fn plan_to_run(&self, target: &Target) -> Result<Stored<Plan>> {
        let run = approved_run(target, &self.newest(target)?)?;
        match self.state.run(&run) {
            Ok(entry) => Ok(self.state.load(entry.plan)?),
            Err(StateError::Missing { .. }) => self.newest_plan(target),
            Err(error) => Err(error.into()),
        }
    }

    /// The run that [`App::run`] does: the one that was approved last.
    pub fn run_to_do(&self, target: &Target) -> Result<RunId> {
        approved_run(target, &self.newest(target)?)
    }

    /// Takes the last run back.
    pub fn roll_back(
        &self,
        target: &Target,
        options: &RunOptions,
        observer: &mut dyn Observer,
        interrupt: Interrupt,
    ) -> Result<(RunId, Ended)> {
        let view = self.last_run(target)?;
        self.check_meant(options.plan.as_deref(), &view.plan)?;
        let _lock = self.state.lock_run(&view.run)?;
        let newest = self.newest(target)?;
        let entry = self.state.run(&view.run)?;
        let approval: Stored<Approval> = self.state.load(entry.approval)?;
        let restore = self
            .valid_approval(
                target,
                newest.restore_approval,
                ApprovalOf::Restore,
                view.plan.digest,
                Some(&view.run),
            )
            .is_ok();
        let world = self.world(target, &view.plan.body)?;
        let why = refit_execute::World::redact(&world, &options.why);
        let options = &RunOptions { why, ..options.clone() };
        let charge = charge(&view.plan, &approval, options);
        let journal = Journal::open(&self.state.journal_path(&view.run), &view.run)?;
        let meanwhile = self.begin_meanwhile(&view.run)?;
        let mut executor = Executor::take_charge(
            &view.plan.body,
            &world,
            journal,
            observer,
            interrupt,
            charge,
            RunEvent::RollBackBegun,
        )?
        .telling(&meanwhile);
        for said in &options.by_hand {
            executor.settle_by_hand(&said.step, said.event, &options.by, &options.why)?;
        }
        Ok((view.run, executor.roll_back(restore)?))
    }

    /// Ends the last run as it stands.
    pub fn stop(
        &self,
        target: &Target,
        by: &str,
        why: &str,
        observer: &mut dyn Observer,
    ) -> Result<RunId> {
        let view = self.last_run(target)?;
        if !view.status.state.is_open() {
            return Err(AppError::Usage(format!(
                "the run {} has ended already: {}",
                view.run,
                view.status.state.word()
            )));
        }
        let _lock = self.state.lock_run(&view.run)?;
        let mut journal = Journal::open(&self.state.journal_path(&view.run), &view.run)?;
        let world = self.world(target, &view.plan.body)?;
        release(&world, &view.plan.body, &journal)?;
        let mut status = view.status;
        let why = refit_execute::World::redact(&world, why);
        let payload = Payload::Ended { event: RunEvent::Stopped, why: format!("{by}: {why}") };
        let event = journal.append(payload)?;
        status.take(event)?;
        observer.recorded(event, &status);
        Ok(view.run)
    }

    /// Gives up the way back of the last run, after an approval of that.
    pub fn finalise(
        &self,
        target: &Target,
        by: &str,
        why: &str,
        observer: &mut dyn Observer,
    ) -> Result<RunId> {
        let view = self.last_run(target)?;
        view.status.state.after(RunEvent::Finalised).map_err(|_| AppError::First {
            what: format!("the run {} is {}", view.run, view.status.state.word()),
            how: "only a run that is done can be finalised".into(),
        })?;
        let newest = self.newest(target)?;
        let (given, of) = (newest.finalise_approval, ApprovalOf::Finalise);
        self.valid_approval(target, given, of, view.plan.digest, Some(&view.run))?;
        let _lock = self.state.lock_run(&view.run)?;
        let mut journal = Journal::open(&self.state.journal_path(&view.run), &view.run)?;
        let mut status = view.status;
        let payload = Payload::Ended { event: RunEvent::Finalised, why: format!("{by}: {why}") };
        let event = journal.append(payload)?;
        status.take(event)?;
        observer.recorded(event, &status);
        Ok(view.run)
    }

    /// Records what a person saw.
    pub fn note(
        &self,
        target: &Target,
        step: Option<StepId>,
        by: &str,
        text: &str,
    ) -> Result<RunId> {
        let view = self.last_run(target)?;
        if let Some(step) = &step
            && view.plan.body.step(step).is_none()
        {
            let known: Vec<_> =
                view.plan.body.steps.iter().map(|step| step.id.to_string()).collect();
            let text = format!("the plan has no step `{step}`; it has: {}", known.join(", "));
            return Err(AppError::Usage(text));
        }
        let world = self.world(target, &view.plan.body)?;
        let text = refit_execute::World::redact(&world, text);
        let _lock = self.state.lock_run(&view.run)?;
        let mut journal = Journal::open(&self.state.journal_path(&view.run), &view.run)?;
        journal.append(Payload::Note { step, by: by.to_owned(), text })?;
        Ok(view.run)
    }

    /// The last run of an installation that has begun.
    pub fn last_run(&self, target: &Target) -> Result<RunView> {
        let runs = self.state.runs_of(target.environment_name(), &target.installation)?;
        let entry = runs.last().ok_or_else(|| AppError::First {
            what: format!("nothing was run for {}", target.shown()),
            how: format!("begin with `refit run {}`", target.shown()),
        })?;
        self.view(&entry.run)
    }

    /// A run by its id.
    pub fn view(&self, run: &RunId) -> Result<RunView> {
        let entry = self.state.run(run)?;
        let events = Journal::read_only(&self.state.journal_path(run), run)?;
        let status = Status::of(&events)?;
        Ok(RunView { run: run.clone(), plan: self.state.load(entry.plan)?, events, status })
    }

    /// Compares a journal with what the host remembers of its run: a chain of digests alone cannot
    /// show that its end is missing. Gives what was compared, in words.
    pub fn compare_with_host(&self, target: &Target, view: &RunView) -> Result<String> {
        let host = reach::host(target)?;
        let control = view.plan.body.parameters.get("control").unwrap_or_default().to_owned();
        let seen = host.last_seen(&control.into(), &view.run)?;
        let Some(seen) = seen else {
            return Ok("the host remembers nothing of this run (it has ended)".into());
        };
        match agree(&view.events, seen) {
            Ok(()) => Ok(format!("the host has seen event {} of it", seen.sequence)),
            Err(error) => Err(AppError::Stale {
                what: format!("the journal of the run {}", view.run),
                why: error.to_string(),
                how: "use the state directory that the run was made with".into(),
            }),
        }
    }

    /// The status of a run; `None` if it has not begun.
    pub(crate) fn status_of(&self, run: &RunId) -> Result<Option<Status>> {
        let path = self.state.journal_path(run);
        if !path.exists() {
            return Ok(None);
        }
        Ok(Some(Status::of(&Journal::read_only(&path, run)?)?))
    }

    /// Begins the file anew that tells those who look on what goes on within a step.
    fn begin_meanwhile(&self, run: &RunId) -> Result<Meanwhile> {
        let path = self.state.meanwhile_path(run);
        Ok(Meanwhile::begin(&path).map_err(io_error("write", &path))?)
    }

    fn check_no_return(
        &self,
        target: &Target,
        newest: &Newest,
        plan: &Stored<Plan>,
        run: &RunId,
    ) -> Result<()> {
        if matches!(plan.body.point_of_no_return, PointOfNoReturn::None(_)) {
            return Ok(());
        }
        let of = ApprovalOf::PointOfNoReturn;
        self.valid_approval(target, newest.no_return_approval, of, plan.digest, Some(run))?;
        Ok(())
    }

    fn begin(
        &self,
        target: &Target,
        newest: &Newest,
        plan: &Stored<Plan>,
        approval: &Stored<Approval>,
    ) -> Result<()> {
        Ok(self.state.begin_run(&RunEntry {
            run: approval.body.run.clone(),
            environment: target.environment_name().clone(),
            installation: target.installation.clone(),
            plan: plan.digest,
            approval: approval.digest,
            artifacts: self.artifacts_folder(newest),
        })?)
    }

    /// The keys of the findings of the newest assessment that forbid a run.
    pub fn blocking(&self, target: &Target) -> Result<Vec<String>> {
        self.blocking_findings(&self.newest(target)?)
    }

    /// The keys of the findings that forbid a run.
    pub(crate) fn blocking_findings(&self, newest: &Newest) -> Result<Vec<String>> {
        let mut keys = Vec::new();
        if let Some(digest) = newest.assessment {
            let assessment: Stored<Assessment> = self.state.load(digest)?;
            keys.extend(assessment.body.blocking().map(|finding| finding.key.clone()));
        }
        if let Some(digest) = newest.observations {
            let observed: Stored<Observations> = self.state.load(digest)?;
            let blocking = observed.body.findings.iter().filter(|finding| finding.blocks);
            keys.extend(blocking.map(|finding| finding.key.clone()));
        }
        Ok(keys)
    }
}

fn approved_run(target: &Target, newest: &Newest) -> Result<RunId> {
    newest.runs.last().cloned().ok_or_else(|| AppError::First {
        what: "no run was approved".into(),
        how: format!("approve the plan with `refit approve {} --by NAME`", target.shown()),
    })
}

fn check_can_go_on(target: &Target, run: &RunId, state: RunState) -> Result<()> {
    let target = target.shown();
    match state {
        RunState::New | RunState::Running | RunState::Halted(_) => Ok(()),
        RunState::RollingBack | RunState::RollBackHalted(_) => Err(AppError::First {
            what: format!("the run {run} is being rolled back"),
            how: format!("go on with `refit rollback {target}`"),
        }),
        RunState::Done | RunState::RolledBack | RunState::Stopped | RunState::Finalised => {
            Err(AppError::First {
                what: format!("the run {run} has ended: {}", state.word()),
                how: format!(
                    "a new run needs a fresh assessment, plan, rehearsal and approval: begin with \
                 `refit assess {target}`"
                ),
            })
        }
    }
}

fn charge(plan: &Stored<Plan>, approval: &Stored<Approval>, options: &RunOptions) -> Charge {
    let by = if options.by.is_empty() { session_user() } else { options.by.clone() };
    Charge {
        plan: plan.digest,
        approval: approval.digest,
        by,
        why: options.why.clone(),
        control: "${control}".to_owned().into(),
        stop_by: options.window.map(|window| Instant::now() + window),
    }
}

/// Ends the charge of a run on its host, whoever had it.
fn release(world: &AppWorld, plan: &Plan, journal: &Journal) -> Result<()> {
    let control = plan.parameters.get("control").unwrap_or_default().to_owned().into();
    let epoch = take_charge(world.managed(), &control, journal)?;
    Ok(world.managed().release(&control, journal.run(), epoch)?)
}
