//! `refit approve`: a person's word for one plan, one environment and one run.

use refit_model::{Approval, ApprovalOf, Digest, Plan, RehearsalReport, RunId, Stored};

use crate::rehearse::check_no_open_questions;
use crate::state::run_id;
use crate::{App, AppError, Newest, Result, Target};

/// An approval that is asked for.
#[derive(Clone, Debug)]
pub struct ApprovalRequest {
    /// What is approved.
    pub of: ApprovalOf,
    /// The plan that the approver saw, by its digest or the beginning of it; the newest one where
    /// it is not given.
    pub plan: Option<String>,
    /// Who approves.
    pub by: String,
    /// How long it holds, in seconds.
    pub valid_seconds: i64,
}

impl App<'_> {
    /// Stores an approval. The plan must have no open question and a rehearsal that it passed.
    pub fn approve(&self, target: &Target, request: &ApprovalRequest) -> Result<Stored<Approval>> {
        if request.by.trim().is_empty() {
            return Err(AppError::Usage("an approval needs a name: --by NAME".into()));
        }
        let newest = self.newest(target)?;
        let (plan, run) = match self.run_in_question(&newest, request.of)? {
            Some(begun) => begun,
            None => self.run_to_begin(target, &newest, request.of)?,
        };
        self.check_meant(request.plan.as_deref(), &plan)?;
        let given = jiff::Timestamp::now().as_second();
        let approval = self.state.save(Approval {
            of: request.of,
            plan: plan.digest,
            environment: target.environment_name().clone(),
            run: run.clone(),
            by: request.by.clone(),
            given_unix_seconds: given,
            expires_unix_seconds: given.saturating_add(request.valid_seconds),
        })?;
        let digest = Some(approval.digest);
        self.update(target, |newest| match request.of {
            ApprovalOf::Run => {
                newest.approval = digest;
                if !newest.runs.contains(&run) {
                    newest.runs.push(run);
                }
            }
            ApprovalOf::Restore => newest.restore_approval = digest,
            ApprovalOf::PointOfNoReturn => newest.no_return_approval = digest,
            ApprovalOf::Finalise => newest.finalise_approval = digest,
        })?;
        Ok(approval)
    }

    /// The run that was begun and is meant: one that goes on, or, where it is not about running,
    /// the last one. An approval that has expired is renewed like this.
    fn run_in_question(
        &self,
        newest: &Newest,
        of: ApprovalOf,
    ) -> Result<Option<(Stored<Plan>, RunId)>> {
        let Some(last) = newest.runs.last() else { return Ok(None) };
        let Some(status) = self.status_of(last)? else { return Ok(None) };
        if of == ApprovalOf::Run && !status.state.is_open() {
            return Ok(None);
        }
        Ok(Some((self.state.load(self.state.run(last)?.plan)?, last.clone())))
    }

    /// The newest plan, which must be ready to be run, and the run that is to do it.
    fn run_to_begin(
        &self,
        target: &Target,
        newest: &Newest,
        of: ApprovalOf,
    ) -> Result<(Stored<Plan>, RunId)> {
        let plan = self.newest_plan(target)?;
        check_no_open_questions(target, &plan)?;
        self.check_not_blocked(target, newest)?;
        self.passed_rehearsal(target, newest, plan.digest)?;
        let run = self.run_to_approve(target, newest, of, plan.digest)?;
        Ok((plan, run))
    }

    /// The plan that a person saw, by its digest or the beginning of it, must be the one that it is
    /// about.
    pub(crate) fn check_meant(&self, given: Option<&str>, plan: &Stored<Plan>) -> Result<()> {
        let Some(given) = given else { return Ok(()) };
        let seen: Stored<Plan> = self.state.find(given)?;
        if seen.digest == plan.digest {
            return Ok(());
        }
        let (seen, meant) = (seen.digest.short(), plan.digest.short());
        Err(AppError::Stale {
            what: format!("the plan {seen}"),
            why: format!("the one that it is about is {meant}"),
            how: format!("look at it with `refit show {meant}`"),
        })
    }

    /// The rehearsal that the plan passed.
    pub(crate) fn passed_rehearsal(
        &self,
        target: &Target,
        newest: &Newest,
        plan: Digest,
    ) -> Result<Stored<RehearsalReport>> {
        let first = |what: &str| AppError::First {
            what: format!("the plan {} {what}", plan.short()),
            how: format!("rehearse it with `refit rehearse {}`", target.shown()),
        };
        let digest = newest.rehearsal.ok_or_else(|| first("was not rehearsed"))?;
        let report: Stored<RehearsalReport> = self.state.load(digest)?;
        if report.body.plan != plan {
            return Err(first("was not rehearsed (an earlier one was)"));
        }
        if report.body.passed() { Ok(report) } else { Err(first("did not pass its rehearsal")) }
    }

    /// A valid approval, or what is wrong with the one that is there.
    pub(crate) fn valid_approval(
        &self,
        target: &Target,
        digest: Option<Digest>,
        of: ApprovalOf,
        plan: Digest,
        run: Option<&RunId>,
    ) -> Result<Stored<Approval>> {
        let how = || {
            let option =
                if of == ApprovalOf::Run { String::new() } else { format!(" --of {}", of.word()) };
            format!("approve it with `refit approve {}{option} --by NAME`", target.shown())
        };
        let missing = |what: String| AppError::First { what, how: how() };
        let digest = digest.ok_or_else(|| {
            missing(format!("there is no approval ({}) of the plan {}", of.word(), plan.short()))
        })?;
        let approval: Stored<Approval> = self.state.load(digest)?;
        let body = &approval.body;
        if body.of != of || body.plan != plan || run.is_some_and(|run| body.run != *run) {
            return Err(missing(format!(
                "the approval by {} is for the plan {} and the run {}, not for this one",
                body.by,
                body.plan.short(),
                body.run
            )));
        }
        if body.environment != *target.environment_name() {
            let text = format!("the approval is for the environment {}", body.environment);
            return Err(missing(text));
        }
        if jiff::Timestamp::now().as_second() > body.expires_unix_seconds {
            return Err(missing(format!("the approval by {} has expired", body.by)));
        }
        Ok(approval)
    }

    /// What an assessment forbids is neither rehearsed nor approved.
    pub(crate) fn check_not_blocked(&self, target: &Target, newest: &Newest) -> Result<()> {
        let blocking = self.blocking_findings(newest)?;
        if blocking.is_empty() {
            return Ok(());
        }
        let target = target.shown();
        Err(AppError::Blocked { keys: blocking, target })
    }

    /// A new run for the first approval of a plan; the same one while it has not begun.
    fn run_to_approve(
        &self,
        target: &Target,
        newest: &Newest,
        of: ApprovalOf,
        plan: Digest,
    ) -> Result<RunId> {
        let last = newest.runs.last();
        if of != ApprovalOf::Run {
            return last.cloned().ok_or_else(|| AppError::First {
                what: "there is no run to approve anything of".into(),
                how: format!("begin with `refit approve {} --by NAME`", target.shown()),
            });
        }
        // One that was approved and never begun is approved again, for the plan as it is now.
        let unused = match last {
            Some(last) => self.status_of(last)?.is_none(),
            None => false,
        };
        let again = run_id(target.environment_name(), newest.runs.len(), plan);
        if unused && last == Some(&again) {
            return Ok(again);
        }
        Ok(run_id(target.environment_name(), newest.runs.len() + 1, plan))
    }
}
