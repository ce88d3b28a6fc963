//! The hand-off: Playbook, review, on-call support, other environments.

use std::collections::BTreeSet;

use jiff::Timestamp;
use refit_model::{Digest, EnvironmentName, StepId};

use super::{Draft, refuse_missing};
use crate::case::other_environment;
use crate::numbers::next_number;
use crate::process::keys;
use crate::{
    Action, ActivityEvent, Allotment, ApprovalSubject, Change, ChangeRequest, ChangeRequestEvent,
    ChangeRequestKind, ChangeRequestState, EngagementKind, OnCallWindow, OtherUpgrade, Party,
    PlaybookVersion, Problem, ProblemEvent, ProblemState, Prose, Refusal, RunEnd, StateMachine,
};

impl Draft<'_> {
    pub(super) fn act_on_hand_off(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::PostPlaybook { digest, summary, makes, corrects, steps } => {
                let posted = self.at;
                let number = next_number(self.case.playbooks.len());
                let version =
                    PlaybookVersion { number, digest, summary, steps, posted, delivered: None };
                self.post_playbook(version, &makes, &corrects)
            }
            Action::AskForChange { version, step, kind, text } => {
                self.ask_for_change(version, step, kind, text)
            }
            Action::DiscussChange { change, text } => {
                self.move_change(change, ChangeRequestEvent::Discussed(text))
            }
            Action::AgreeToChange { change, how } => {
                self.move_change(change, ChangeRequestEvent::Agreed(how))
            }
            Action::AnswerChange { change, text } => {
                self.move_change(change, ChangeRequestEvent::Answered(text))
            }
            Action::DeclineChange { change, why } => {
                self.move_change(change, ChangeRequestEvent::Declined(why))
            }
            Action::WithdrawChange { change } => {
                self.move_change(change, ChangeRequestEvent::Withdrawn)
            }
            Action::ApprovePlaybook { playbook } => self.approve_playbook(playbook),
            Action::DeliverPlaybook { playbook } => self.deliver_playbook(playbook),
            Action::OpenOnCall { playbook, from, until } => {
                self.open_on_call(playbook, from, until)
            }
            Action::ReportProblem { environment, step, text } => {
                self.report_problem(environment, step, text)
            }
            Action::RecordReplicated { problem, evidence } => {
                self.move_problem(problem, ProblemEvent::Replicated(evidence))
            }
            Action::RecordNotReplicated { problem, finding } => {
                self.move_problem(problem, ProblemEvent::NotReplicated(finding))?;
                self.offer_once(
                    EngagementKind::ProblemsElsewhere,
                    &format!("Problem {problem} is not seen in the environment that was upgraded."),
                )
            }
            Action::AnswerProblem { problem, text } => self.answer_problem(problem, text),
            Action::PlanEnvironment { environment } => self.plan_environment(environment),
            Action::RecordOtherUpgrade(other) => self.record_other(other),
            other => Err(Refusal::NotRouted(other.kind())),
        }
    }

    fn post_playbook(
        &mut self,
        version: PlaybookVersion,
        makes: &BTreeSet<u32>,
        corrects: &BTreeSet<u32>,
    ) -> Result<(), Refusal> {
        let (number, digest) = (version.number, version.digest);
        if self.case.playbooks.iter().any(|version| version.digest == digest) {
            return Err(Refusal::AlreadyThere("this version of the Playbook".to_owned()));
        }
        if self.case.playbooks.is_empty() {
            self.check_open_activity(keys::CREATE_PLAYBOOK)?;
        }
        self.emit(Change::PlaybookPosted(version))?;
        for change in makes {
            self.move_change(*change, ChangeRequestEvent::Made(number))?;
        }
        for problem in corrects {
            self.move_problem(*problem, ProblemEvent::Corrected(number))?;
        }
        self.done(keys::CREATE_PLAYBOOK)
    }

    fn ask_for_change(
        &mut self,
        version: u32,
        step: Option<StepId>,
        kind: ChangeRequestKind,
        text: Prose,
    ) -> Result<(), Refusal> {
        if !self.case.playbooks.iter().any(|one| one.number == version) {
            return Err(Refusal::NotFound(format!("version {version} of the Playbook")));
        }
        let number = next_number(self.case.changes.len());
        let (by, since) = (self.by.user.clone(), self.at);
        let state = ChangeRequestState::Submitted;
        let awaits = Party::Consultant;
        let change = ChangeRequest { number, version, step, kind, text, by, state, awaits, since };
        Ok(self.emit(Change::ChangeAsked(change))?)
    }

    fn move_change(&mut self, number: u32, event: ChangeRequestEvent) -> Result<(), Refusal> {
        let change = self.case.changes.iter().find(|change| change.number == number);
        let change = change.ok_or_else(|| Refusal::NotFound(format!("change request {number}")))?;
        change.state.moved(&event, &format!("change request {number}"))?;
        Ok(self.emit(Change::ChangeMoved { change: number, event })?)
    }

    /// Approving ends the review: the customer has looked at exactly this version.
    fn approve_playbook(&mut self, digest: Digest) -> Result<(), Refusal> {
        self.check_approver()?;
        self.current_playbook(digest)?;
        if self.case.approval(ApprovalSubject::Playbook, digest).is_some() {
            return Err(Refusal::Approved("version of the Playbook"));
        }
        self.approve(ApprovalSubject::Playbook, digest)?;
        self.done(keys::REVIEW)
    }

    fn deliver_playbook(&mut self, digest: Digest) -> Result<(), Refusal> {
        let version = self.current_playbook(digest)?;
        let (number, is_delivered) = (version.number, version.delivered.is_some());
        if is_delivered {
            return Err(Refusal::AlreadyThere("this final Playbook".to_owned()));
        }
        refuse_missing(self.case.missing_to_deliver())?;
        self.emit(Change::PlaybookDelivered { version: number })?;
        self.done(keys::CHANGES)
    }

    fn current_playbook(&self, digest: Digest) -> Result<&PlaybookVersion, Refusal> {
        let missing = || Refusal::NotFound("version of the Playbook".to_owned());
        let version = self.case.playbook().ok_or_else(missing)?;
        if version.digest == digest {
            return Ok(version);
        }
        Err(Refusal::Stale { what: "the Playbook", given: digest, current: version.digest })
    }

    /// A window is bound to a version that was delivered.
    fn open_on_call(
        &mut self,
        playbook: Digest,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<(), Refusal> {
        let version = self.current_playbook(playbook)?;
        if version.delivered.is_none() {
            return Err(Refusal::NotFound("final delivery of this Playbook".to_owned()));
        }
        let version = version.number;
        let most_days = self.on_call_days();
        let calendar = self.case.calendar().ok_or(Refusal::NoRequest)?;
        let most = jiff::Span::new().days(i64::from(most_days));
        let last = calendar.zone().to_datetime(from).saturating_add(most);
        let last = calendar.zone().to_timestamp(last).unwrap_or(from);
        if until <= from || until > last {
            return Err(Refusal::Window { most_days });
        }
        self.check_open_activity(keys::ON_CALL)?;
        let window = OnCallWindow { version, playbook, from, until };
        Ok(self.emit(Change::OnCallOpened(window))?)
    }

    fn on_call_days(&self) -> u16 {
        let rule = self.case.process.get(keys::ON_CALL);
        match rule.map(|rule| &rule.allotment) {
            Some(Allotment::AtMostDays(days)) => *days,
            _ => 7,
        }
    }

    fn report_problem(
        &mut self,
        environment: EnvironmentName,
        step: StepId,
        text: Prose,
    ) -> Result<(), Refusal> {
        let at = self.at;
        let windows = &self.case.on_call;
        let window = windows.iter().rev().find(|one| (one.from..one.until).contains(&at));
        let Some(window) = window else {
            let said = windows.last().map_or("none was opened".to_owned(), |last| {
                format!("the last is from {} to {}", last.from, last.until)
            });
            return Err(Refusal::NoOnCall { at, said });
        };
        let version = window.version;
        let number = next_number(self.case.problems.len());
        let by = self.by.user.clone();
        let state = ProblemState::Reported;
        let problem = Problem {
            number,
            environment,
            version,
            step,
            text,
            by,
            reported: at,
            state,
            since: at,
        };
        Ok(self.emit(Change::ProblemReported(problem))?)
    }

    /// A problem that is out of scope is answered where help with it was taken.
    fn answer_problem(&mut self, number: u32, text: Prose) -> Result<(), Refusal> {
        let kind = EngagementKind::ProblemsElsewhere;
        let is_it = |one: &&Problem| one.number == number;
        let state = self.case.problems.iter().find(is_it).map(|problem| &problem.state);
        let is_outside = matches!(state, Some(ProblemState::OutOfScope(_)));
        if is_outside && !self.case.has_engagement(kind) {
            return Err(Refusal::Engagement(kind));
        }
        self.move_problem(number, ProblemEvent::Answered(text))
    }

    fn move_problem(&mut self, number: u32, event: ProblemEvent) -> Result<(), Refusal> {
        let problem = self.case.problems.iter().find(|problem| problem.number == number);
        let problem = problem.ok_or_else(|| Refusal::NotFound(format!("problem {number}")))?;
        problem.state.moved(&event, &format!("problem {number}"))?;
        Ok(self.emit(Change::ProblemMoved { problem: number, event })?)
    }

    fn plan_environment(&mut self, environment: EnvironmentName) -> Result<(), Refusal> {
        let key = other_environment(&environment);
        let key = key.ok_or(Refusal::Say("the environment's name is too long: shorten it"))?;
        if self.case.activity(key.as_str()).is_some() {
            return Err(Refusal::AlreadyThere(format!("the environment `{environment}`")));
        }
        Ok(self.emit(Change::EnvironmentPlanned(environment))?)
    }

    /// What became of another environment; its activity is done when its run is.
    fn record_other(&mut self, other: OtherUpgrade) -> Result<(), Refusal> {
        let version = self.case.playbooks.iter().find(|one| one.number == other.version);
        if version.is_none_or(|version| version.delivered.is_none()) {
            let what = format!("delivered version {} of the Playbook", other.version);
            return Err(Refusal::NotFound(what));
        }
        let key = other_environment(&other.environment);
        let activity = key.and_then(|key| self.case.activity(key.as_str()));
        let missing = || Refusal::NotFound(format!("environment `{}`", other.environment));
        let key = activity.ok_or_else(missing)?.key.clone();
        self.check_open_activity(key.as_str())?;
        let is_done = other.end == RunEnd::Done;
        self.emit(Change::OtherUpgraded(other))?;
        if is_done {
            self.emit_activity(&key, ActivityEvent::Finished)?;
        }
        Ok(())
    }
}
