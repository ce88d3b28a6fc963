//! Decisions: which events an action brings about, or why it is refused.

mod activity;
mod decisions;
mod delivery;
mod engagement;
mod hand_off;
mod inputs;
mod project;
mod request;

use jiff::Timestamp;

use crate::event::EVENT_FORMAT;
use crate::{
    Action, ActivityEvent, ActivityKey, ActivityState, Actor, ApplyError, Case, CaseState, Change,
    Event, Refusal, Rules, Start, StateMachine as _, Verdict,
};

impl Case {
    /// What happens if `by` does `action` at `at`: the events, in order, with all that follows by
    /// the rules; or why it is refused. Nothing is changed. Applying the events to this case
    /// always succeeds. A moment before the last event counts as the last event's.
    pub fn decide(
        &self,
        action: Action,
        by: &Actor,
        at: Timestamp,
        rules: &Rules,
    ) -> Result<Vec<Event>, Refusal> {
        let kind = action.kind();
        if !kind.is_for(by.role) {
            return Err(Refusal::Role { role: by.role, action: kind });
        }
        if !self.is_visible_to(by) {
            return Err(Refusal::NotVisible);
        }
        let at = self.changed.map_or(at, |changed| at.max(changed));
        let mut draft = Draft { case: self.clone(), events: Vec::new(), by, at, rules };
        draft.check_open(&action)?;
        draft.act(action)?;
        draft.follow()?;
        Ok(draft.events)
    }
}

/// A case to which events are applied as they are decided, so that each is decided with those
/// before it.
struct Draft<'a> {
    case: Case,
    events: Vec<Event>,
    by: &'a Actor,
    at: Timestamp,
    rules: &'a Rules,
}

impl Draft<'_> {
    fn act(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::CreateRequest(_)
            | Action::AmendRequest { .. }
            | Action::Respond { .. }
            | Action::AcknowledgeFormally { .. }
            | Action::TakeUp
            | Action::Assign { .. }
            | Action::VacatePost(_)
            | Action::DecideEligibility { .. }
            | Action::Withdraw { .. }
            | Action::Close
            | Action::Reopen { .. } => self.act_on_request(action),
            Action::SetGroup(_)
            | Action::RecordKickOff(_)
            | Action::MeetDependency { .. }
            | Action::NameContact(_)
            | Action::RemoveContact { .. }
            | Action::PostFile(_)
            | Action::AddNote { .. } => self.act_on_project(action),
            Action::StartActivity { .. }
            | Action::HoldActivity { .. }
            | Action::ReleaseActivity { .. }
            | Action::FinishActivity { .. }
            | Action::SkipActivity { .. }
            | Action::ExcludeActivity { .. }
            | Action::ReopenActivity { .. } => self.act_on_activity(action),
            Action::SendQuestionnaire { .. }
            | Action::SendDocument { .. }
            | Action::RecordInventory { .. }
            | Action::SaveAnswers { .. }
            | Action::SubmitAnswers
            | Action::AskForMissing
            | Action::ReturnDocument { .. }
            | Action::FindIncomplete { .. }
            | Action::ProcessDocument { .. }
            | Action::RecordAccessCheck(_) => self.act_on_inputs(action),
            Action::RecordAssessment(_)
            | Action::PostPlan(_)
            | Action::TakeDecisions { .. }
            | Action::AcceptPlan { .. }
            | Action::ObjectToPlan { .. }
            | Action::RecordSoftware(_)
            | Action::RecordRun(_)
            | Action::RecordHalt(_)
            | Action::RecordGoingOn(_)
            | Action::TickStep { .. }
            | Action::RecordTrial { .. }
            | Action::FixDefect { .. }
            | Action::DocumentDefect { .. }
            | Action::DeliverResources(_) => self.act_on_delivery(action),
            Action::OfferEngagement { .. }
            | Action::AnswerOffer { .. }
            | Action::WithdrawOffer { .. } => self.act_on_engagement(action),
            Action::PostPlaybook { .. }
            | Action::AskForChange { .. }
            | Action::DiscussChange { .. }
            | Action::AgreeToChange { .. }
            | Action::AnswerChange { .. }
            | Action::DeclineChange { .. }
            | Action::WithdrawChange { .. }
            | Action::ApprovePlaybook { .. }
            | Action::DeliverPlaybook { .. }
            | Action::OpenOnCall { .. }
            | Action::ReportProblem { .. }
            | Action::RecordReplicated { .. }
            | Action::RecordNotReplicated { .. }
            | Action::AnswerProblem { .. }
            | Action::PlanEnvironment { .. }
            | Action::RecordOtherUpgrade(_) => self.act_on_hand_off(action),
        }
    }

    /// Applies a change, and keeps its event.
    fn emit(&mut self, change: Change) -> Result<(), ApplyError> {
        let event = Event {
            format: EVENT_FORMAT,
            number: self.case.events + 1,
            at: self.at,
            by: self.by.clone(),
            change,
        };
        self.case.apply(&event)?;
        self.events.push(event);
        Ok(())
    }

    fn emit_activity(&mut self, key: &ActivityKey, event: ActivityEvent) -> Result<(), ApplyError> {
        self.emit(Change::ActivityMoved { activity: key.clone(), event })
    }

    /// The activity was done by what the action was, if it is open; a state machine that does not
    /// allow it has been asked before.
    fn done(&mut self, key: &str) -> Result<(), Refusal> {
        let Some(activity) = self.case.activity(key) else { return Ok(()) };
        let (key, state) = (activity.key.clone(), activity.state.clone());
        if state == ActivityState::Planned {
            self.start(&key)?;
        }
        if !state.is_settled() {
            self.emit_activity(&key, ActivityEvent::Finished)?;
        }
        Ok(())
    }

    /// What an activity is there for cannot be done any more once it is settled: it has to be taken
    /// up again first.
    fn check_unsettled(&self, key: &str) -> Result<(), Refusal> {
        match self.case.activity(key) {
            Some(activity) if activity.state.is_settled() => {
                let name = format!("`{}`", activity.rule.name);
                Ok(activity.state.moved(&ActivityEvent::Finished, &name).map(drop)?)
            }
            _ => Ok(()),
        }
    }

    fn start(&mut self, key: &ActivityKey) -> Result<(), Refusal> {
        if let Some(activity) = self.case.activity(key.as_str()) {
            let missing = self.case.missing_to_start(activity);
            if !missing.is_empty() {
                return Err(Refusal::Missing(missing));
            }
        }
        Ok(self.emit_activity(key, ActivityEvent::Started)?)
    }

    /// What follows by itself: activities that have become possible, the execution's clock, and
    /// engagements that the rules ask for.
    fn follow(&mut self) -> Result<(), Refusal> {
        if self.case.state != CaseState::Open || self.case.request.is_none() {
            return Ok(());
        }
        self.judge_eligibility()?;
        self.open_engagements()?;
        self.start_execution_clock()?;
        while let Some(key) = self.next_ready() {
            self.emit_activity(&key, ActivityEvent::Started)?;
        }
        Ok(())
    }

    /// What the rules say is kept where they do not say yes, so that it waits from then on.
    fn judge_eligibility(&mut self) -> Result<(), Refusal> {
        let verdict = self.case.eligibility_by_rules(self.rules);
        let before = self.case.judged.as_ref().map_or(Verdict::Holds, |judged| judged.verdict);
        if verdict == before {
            return Ok(());
        }
        let judgements = self.case.eligibility_judgements(self.rules);
        let why = judgements.into_iter().filter_map(|judgement| judgement.why).collect();
        Ok(self.emit(Change::EligibilityJudged { verdict, why })?)
    }

    fn next_ready(&self) -> Option<ActivityKey> {
        let is_ready = |activity: &&crate::Activity| {
            activity.state == ActivityState::Planned
                && activity.rule.start == Start::WhenReady
                && self.case.missing_to_start(activity).is_empty()
        };
        self.case.activities.iter().find(is_ready).map(|activity| activity.key.clone())
    }

    fn start_execution_clock(&mut self) -> Result<(), Refusal> {
        let Some(clock) = self.case.execution_clock().cloned() else { return Ok(()) };
        if !self.case.clocks.contains_key(&clock) && self.case.missing_inputs().is_empty() {
            self.emit(Change::ExecutionClockStarted { clock })?;
        }
        Ok(())
    }

    fn check_open(&self, action: &Action) -> Result<(), Refusal> {
        let is_making = matches!(action, Action::CreateRequest(_));
        match (&self.case.request, is_making) {
            (None, false) => return Err(Refusal::NoRequest),
            (Some(_), true) => return Err(Refusal::RequestExists),
            _ => {}
        }
        let is_possible = match self.case.state {
            CaseState::Open => true,
            // The customer's own upgrades go on after the service has ended.
            CaseState::Closed => matches!(
                action,
                Action::Reopen { .. }
                    | Action::AddNote { .. }
                    | Action::PlanEnvironment { .. }
                    | Action::RecordOtherUpgrade(_)
            ),
            CaseState::Withdrawn(_) => {
                matches!(action, Action::Reopen { .. } | Action::AddNote { .. })
            }
        };
        let word = crate::StateMachine::word(&self.case.state);
        is_possible.then_some(()).ok_or(Refusal::NotOpen(word))
    }
}

fn refuse_missing(missing: Vec<crate::Missing>) -> Result<(), Refusal> {
    if missing.is_empty() { Ok(()) } else { Err(Refusal::Missing(missing)) }
}
