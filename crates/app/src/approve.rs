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
        let plan = self.newest_plan(target)?;
        if let Some(given) = &request.plan {
            let seen: Stored<Plan> = self.state.find(given)?;
            if seen.digest != plan.digest {
                return Err(AppError::Stale {
                    what: format!("the plan {}", seen.digest.short()),
                    why: format!("the newest one is {}", plan.digest.short()),
                    how: format!("look at it with `refit show {}`", plan.digest.short()),
                });
            }
        }
        check_no_open_questions(target, &plan)?;
        self.check_not_blocked(target, &newest)?;
        self.passed_rehearsal(target, &newest, plan.digest)?;
        let run = self.run_to_approve(target, &newest, request.of, plan.digest)?;
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

    fn check_not_blocked(&self, target: &Target, newest: &Newest) -> Result<()> {
        let blocking = self.blocking_findings(newest)?;
        if blocking.is_empty() {
            return Ok(());
        }
        let target = target.shown();
        Err(AppError::Blocked { count: blocking.len(), keys: blocking, target })
    }

    /// A new run for the first approval of a plan after an earlier run ended; the same one while
    /// it has not begun or goes on.
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
        if let Some(last) = last {
            match self.status_of(last)? {
                None => {
                    let id = run_id(target.environment_name(), newest.runs.len(), plan);
                    if id == *last {
                        return Ok(id);
                    }
                }
                Some(status) if status.state.is_open() => {
                    return Err(AppError::First {
                        what: format!("the run {last} has not ended ({})", status.state.word()),
                        how: format!(
                            "go on with `refit run {0}`, or end it with `refit rollback {0}` or \
                             `refit stop {0}`",
                            target.shown()
                        ),
                    });
                }
                Some(_) => {}
            }
        }
        Ok(run_id(target.environment_name(), newest.runs.len() + 1, plan))
    }
}
