//! The delivery: assessment, plan, software, runs, trials, defects.

use refit_model::{Digest, StepId, TrialVerdict};

use super::Draft;
use super::project::limit;
use crate::numbers::next_number;
use crate::process::keys;
use crate::{
    Action, Activity, ActivityEvent, ActivityState, Approval, ApprovalSubject, AssessmentSummary,
    Change, ComponentKind, Contact, Defect, DefectEvent, DefectState, Duty, EngagementKind,
    Failure, GoingOn, HaltedRun, Missing, Party, PostedPlan, Prose, RecordedRun, Refusal, RunEnd,
    SoftwarePlaced, StateMachine, StepTick, Trial, Wait,
};

impl Draft<'_> {
    pub(super) fn act_on_delivery(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::RecordAssessment(assessment) => self.assess(assessment),
            Action::PostPlan(plan) => self.post_plan(plan),
            Action::TakeDecisions { plan, choices, why, word } => {
                self.take_decisions(plan, choices, &why, word.as_ref())
            }
            Action::AcceptPlan { plan, accepts_extension } => {
                self.accept_plan(plan, accepts_extension)
            }
            Action::ObjectToPlan { plan, why } => self.object_to_plan(plan, why),
            Action::RecordSoftware(software) => self.record_software(software),
            Action::RecordRun(run) => self.record_run(run),
            Action::RecordHalt(halted) => self.record_halt(halted),
            Action::RecordGoingOn(GoingOn { run }) => {
                if !self.case.halted.iter().any(|halted| halted.run == run) {
                    return Err(Refusal::NotFound(format!("run `{run}` that stands still")));
                }
                Ok(self.emit(Change::RunWentOn { run })?)
            }
            Action::TickStep { plan, step } => self.tick(plan, step),
            Action::RecordTrial { report, verdict, failures } => {
                self.record_trial(report, verdict, failures)
            }
            Action::FixDefect { defect, how } => self.move_defect(defect, DefectEvent::Fixed(how)),
            Action::DocumentDefect { defect, text } => {
                self.move_defect(defect, DefectEvent::Documented(text))
            }
            Action::DeliverResources(resources) => {
                limit("entries", resources.contents.len())?;
                self.check_open_activity(keys::DELIVER_RESOURCES)?;
                self.emit(Change::ResourcesDelivered(resources))?;
                self.done(keys::DELIVER_RESOURCES)
            }
            other => Err(Refusal::NotRouted(other.kind())),
        }
    }

    fn assess(&mut self, assessment: AssessmentSummary) -> Result<(), Refusal> {
        limit("findings", assessment.blocking.len())?;
        limit("customisations", assessment.customisations.len())?;
        self.check_open_activity(keys::ASSESS)?;
        self.emit(Change::AssessmentRecorded(assessment))?;
        self.done(keys::ASSESS)
    }

    /// The plan is of the assessment that counts, and waits for the customer.
    fn post_plan(&mut self, plan: PostedPlan) -> Result<(), Refusal> {
        let missing = || Refusal::NotFound("assessment".to_owned());
        let current = self.case.assessment().ok_or_else(missing)?.digest;
        if plan.assessment != current {
            return Err(Refusal::Stale { what: "the assessment", given: plan.assessment, current });
        }
        let files = &self.case.files;
        let is_posted = |digest: &Digest| files.iter().any(|one| one.file.digest == *digest);
        if let Some(unknown) = plan.documentation.iter().find(|digest| !is_posted(digest)) {
            return Err(Refusal::NotFound(format!("posted file with the digest {unknown}")));
        }
        if self.case.plan().is_some_and(|posted| posted.digest == plan.digest) {
            return Err(Refusal::AlreadyThere("this plan".to_owned()));
        }
        self.check_planning()?;
        self.emit(Change::PlanPosted(plan))?;
        self.wait_for_acceptance()
    }

    /// A changed plan can be posted while the plan is made, and later, when the activity is taken
    /// up again for it.
    fn check_planning(&self) -> Result<(), Refusal> {
        let Some(activity) = self.case.activity(keys::PLAN) else { return Ok(()) };
        match &activity.state {
            ActivityState::Planned => Err(Refusal::Missing(self.case.missing_to_start(activity))),
            _ => Ok(()),
        }
    }

    pub(super) fn wait_for_acceptance(&mut self) -> Result<(), Refusal> {
        let Some(activity) = self.case.activity(keys::PLAN) else { return Ok(()) };
        let (key, state) = (activity.key.clone(), activity.state.clone());
        match state {
            ActivityState::Waiting(_) => self.emit_activity(&key, ActivityEvent::Released)?,
            ActivityState::Running => {}
            _ => {
                let why = crate::written::prose("The plan has changed.");
                self.emit_activity(&key, ActivityEvent::Reopened(why))?;
            }
        }
        let why = crate::written::prose("Acceptance of the plan and its timeline");
        let wait = Wait { waits_for: Party::Customer, why, since: self.at };
        Ok(self.emit_activity(&key, ActivityEvent::Held(wait))?)
    }

    fn accept_plan(&mut self, digest: Digest, accepts_extension: bool) -> Result<(), Refusal> {
        self.check_approver()?;
        let plan = self.current_plan(digest)?;
        if self.case.approval(ApprovalSubject::Plan, digest).is_some() {
            return Err(Refusal::Approved("plan"));
        }
        let assessment = plan.assessment;
        if !self.case.open_decisions().is_empty() {
            let what = "a plan that is made with what was decided";
            return Err(Refusal::Missing(vec![Missing::from(Party::Consultant, what)]));
        }
        let of_plan = self.case.assessments.iter().find(|one| one.digest == assessment);
        let is_longer = of_plan.is_some_and(|one| one.extension.is_some());
        if is_longer {
            if !accepts_extension {
                let what = "acceptance of the longer time, which the plan needs";
                return Err(Refusal::Missing(vec![Missing::from(Party::Customer, what)]));
            }
            if self.case.approval(ApprovalSubject::Extension, assessment).is_none() {
                self.approve(ApprovalSubject::Extension, assessment)?;
            }
        }
        self.approve(ApprovalSubject::Plan, digest)?;
        self.done(keys::PLAN)
    }

    fn object_to_plan(&mut self, digest: Digest, why: Prose) -> Result<(), Refusal> {
        self.check_approver()?;
        self.current_plan(digest)?;
        if self.case.approval(ApprovalSubject::Plan, digest).is_some() {
            return Err(Refusal::Approved("plan"));
        }
        self.emit(Change::PlanObjected { plan: digest, why })?;
        let activity = self.case.activity(keys::PLAN);
        let is_waiting = |one: &&crate::Activity| matches!(one.state, ActivityState::Waiting(_));
        match activity.filter(is_waiting).map(|one| one.key.clone()) {
            Some(key) => Ok(self.emit_activity(&key, ActivityEvent::Released)?),
            None => Ok(()),
        }
    }

    pub(super) fn current_plan(&self, digest: Digest) -> Result<&PostedPlan, Refusal> {
        let plan = self.case.plan().ok_or_else(|| Refusal::NotFound("plan".to_owned()))?;
        if plan.digest == digest {
            return Ok(plan);
        }
        Err(Refusal::Stale { what: "the plan", given: digest, current: plan.digest })
    }

    pub(super) fn approve(
        &mut self,
        subject: ApprovalSubject,
        digest: Digest,
    ) -> Result<(), Refusal> {
        let (by, role, at) = (self.by.user.clone(), self.by.role, self.at);
        Ok(self.emit(Change::Approved(Approval { subject, digest, by, role, at }))?)
    }

    /// Only a person whom the customer has named approves.
    pub(super) fn check_approver(&self) -> Result<(), Refusal> {
        let contacts = self.case.contacts.iter();
        let approvers: Vec<&Contact> =
            contacts.filter(|contact| contact.duty == Duty::Approver).collect();
        if approvers.iter().any(|contact| contact.user == self.by.user) {
            return Ok(());
        }
        let names = approvers.iter().map(|contact| contact.name.to_string());
        Err(Refusal::NotApprover(names.collect()))
    }

    /// Both sides tick each step of the plan that counts, where the customer's hands carry it out.
    fn tick(&mut self, plan: Digest, step: StepId) -> Result<(), Refusal> {
        if !self.case.has_engagement(EngagementKind::NoAccess) {
            return Err(Refusal::Engagement(EngagementKind::NoAccess));
        }
        let posted = self.current_plan(plan)?;
        if !posted.steps.iter().any(|known| known.id == step) {
            return Err(Refusal::NotFound(format!("step `{step}` in the plan")));
        }
        let role = self.by.role;
        if self.case.has_ticked(role, plan, &step) {
            return Err(Refusal::AlreadyThere(format!("a tick of step `{step}`")));
        }
        self.check_open_activity(keys::UPGRADE)?;
        let (by, at) = (self.by.user.clone(), self.at);
        let tick = StepTick { plan: Some(plan), run: None, step, role, by, at };
        Ok(self.emit(Change::StepTicked(tick))?)
    }

    /// What is the expected software is said by what was compared, or by somebody's word.
    fn record_software(&mut self, software: SoftwarePlaced) -> Result<(), Refusal> {
        if software.is_verified && software.against.is_empty() && software.word.is_none() {
            let say =
                "say the digest of the file on the host, or on whose word it is the right one";
            return Err(Refusal::Say(say));
        }
        self.check_open_activity(keys::PREPARE_ENVIRONMENT)?;
        let is_verified = software.is_verified;
        self.emit(Change::SoftwareRecorded(software))?;
        if is_verified { self.done(keys::PREPARE_ENVIRONMENT) } else { Ok(()) }
    }

    /// A run is of a plan that the customer accepted, and of the one that counts. One that was
    /// recorded is recorded again only where it has come to another end: it was taken back.
    fn record_run(&mut self, run: RecordedRun) -> Result<(), Refusal> {
        if let Some(before) = self.case.run(&run.run) {
            let is_later = before.plan == run.plan && run.end.may_follow(before.end);
            let there = || Refusal::AlreadyThere(format!("the run `{}`", run.run));
            return if is_later { self.record_later_end(run) } else { Err(there()) };
        }
        self.check_open_activity(keys::UPGRADE)?;
        self.current_plan(run.plan)?;
        if self.case.approval(ApprovalSubject::Plan, run.plan).is_none() {
            let what = "acceptance of the plan";
            return Err(Refusal::Missing(vec![Missing::from(Party::Customer, what)]));
        }
        let is_done = run.end == RunEnd::Done;
        self.emit(Change::RunRecorded(run))?;
        if is_done { self.done(keys::UPGRADE) } else { Ok(()) }
    }

    /// A run stands still: the same is not told twice. It may be one that is taken back after its
    /// end.
    fn record_halt(&mut self, halted: HaltedRun) -> Result<(), Refusal> {
        if !self.case.plans.iter().any(|plan| plan.digest == halted.plan) {
            return Err(Refusal::NotFound(format!("plan {}", halted.plan)));
        }
        let is_same = |one: &HaltedRun| {
            (&one.run, one.why, &one.step, one.waits_for)
                == (&halted.run, halted.why, &halted.step, halted.waits_for)
        };
        if self.case.halted.iter().any(is_same) {
            return Err(Refusal::AlreadyThere(format!("this halt of the run `{}`", halted.run)));
        }
        let since = halted.since.min(self.at);
        Ok(self.emit(Change::RunHalted(HaltedRun { since, ..halted }))?)
    }

    /// What was upgraded by a run that is taken back has to be upgraded again.
    fn record_later_end(&mut self, run: RecordedRun) -> Result<(), Refusal> {
        self.emit(Change::RunRecorded(run))?;
        let activity = self.case.activity(keys::UPGRADE);
        let is_done = |one: &&Activity| one.state == ActivityState::Done;
        match activity.filter(is_done).map(|one| one.key.clone()) {
            Some(key) => {
                let why = crate::written::prose("The run was taken back.");
                Ok(self.emit_activity(&key, ActivityEvent::Reopened(why))?)
            }
            None => Ok(()),
        }
    }

    /// The first trial is the test, later ones are retests: they say of each fixed defect whether
    /// that helped.
    fn record_trial(
        &mut self,
        report: Digest,
        verdict: TrialVerdict,
        failures: Vec<Failure>,
    ) -> Result<(), Refusal> {
        limit("failures", failures.len())?;
        let is_open =
            |key| self.case.activity(key).is_some_and(|activity| activity.state.is_open());
        if !is_open(keys::TEST) && !is_open(keys::FIX) {
            self.check_open_activity(keys::TEST)?;
        }
        if verdict == TrialVerdict::Pass && !failures.is_empty() {
            return Err(Refusal::Say("a trial that passed has no failures"));
        }
        let first = self.case.defects.len();
        let number = next_number(self.case.trials.len());
        let defects = (0..failures.len()).map(|more| next_number(first + more)).collect();
        let at = self.at;
        self.emit(Change::TrialRecorded(Trial { number, at, report, verdict, defects }))?;
        self.judge_fixes(number, verdict, &failures)?;
        for (more, failure) in failures.into_iter().enumerate() {
            self.find_defect(next_number(first + more), number, failure)?;
        }
        Ok(())
    }

    /// A defect that was fixed is solved if the retest passed, or failed and was traced to other
    /// components. A failure that was traced to nothing may be its own.
    fn judge_fixes(
        &mut self,
        trial: u32,
        verdict: TrialVerdict,
        failures: &[Failure],
    ) -> Result<(), Refusal> {
        let is_telling = match verdict {
            TrialVerdict::Pass => true,
            TrialVerdict::Fail => !failures.is_empty(),
            TrialVerdict::Inconclusive | TrialVerdict::Invalid => false,
        };
        if !is_telling {
            return Ok(());
        }
        let is_fixed = |defect: &&Defect| matches!(defect.state, DefectState::Fixed(_));
        let fixed: Vec<_> = self.case.defects.iter().filter(is_fixed).cloned().collect();
        for defect in fixed {
            let is_named = |failure: &Failure| failure.component == defect.failure.component;
            let event = if failures.iter().any(is_named) {
                DefectEvent::RetestFailed
            } else {
                DefectEvent::RetestPassed(trial)
            };
            self.emit(Change::DefectMoved { defect: defect.number, event })?;
        }
        Ok(())
    }

    /// A defect of a custom component is documented and excluded at once.
    fn find_defect(&mut self, number: u32, trial: u32, failure: Failure) -> Result<(), Refusal> {
        let is_custom = failure.kind == ComponentKind::Custom;
        let what = failure.what.clone();
        let state = DefectState::Open;
        self.emit(Change::DefectFound(Defect { number, trial, failure, state }))?;
        if is_custom {
            let event = DefectEvent::Excluded(what);
            self.emit(Change::DefectMoved { defect: number, event })?;
        }
        Ok(())
    }

    fn move_defect(&mut self, number: u32, event: DefectEvent) -> Result<(), Refusal> {
        let defect = self.case.defects.iter().find(|defect| defect.number == number);
        let defect = defect.ok_or_else(|| Refusal::NotFound(format!("defect {number}")))?;
        defect.state.moved(&event, &format!("defect {number}"))?;
        let is_excluded = matches!(defect.state, DefectState::Excluded(_));
        if is_excluded && !self.case.has_engagement(EngagementKind::Customisations) {
            return Err(Refusal::Engagement(EngagementKind::Customisations));
        }
        Ok(self.emit(Change::DefectMoved { defect: number, event })?)
    }

    /// What belongs to an activity is recorded while it is open. One that can start, does.
    pub(super) fn check_open_activity(&mut self, key: &str) -> Result<(), Refusal> {
        let Some(activity) = self.case.activity(key) else { return Ok(()) };
        let (key, state) = (activity.key.clone(), activity.state.clone());
        match state {
            ActivityState::Planned => self.start(&key),
            ActivityState::Running | ActivityState::Waiting(_) => Ok(()),
            ActivityState::Done | ActivityState::Skipped(_) | ActivityState::Excluded(_) => {
                let what = format!("`{}`", activity.rule.name);
                Err(state
                    .moved(&ActivityEvent::Finished, &what)
                    .err()
                    .map_or(Refusal::NotFound(what), Refusal::Illegal))
            }
        }
    }
}
