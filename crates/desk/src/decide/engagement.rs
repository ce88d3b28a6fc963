//! Paid engagements: offered by a person or by a rule, answered by the customer.

use refit_model::EnvironmentName;

use super::Draft;
use crate::case::other_environment;
use crate::eligibility::Verdict;
use crate::numbers::next_number;
use crate::written::{name, prose};
use crate::{
    Action, Change, Engagement, EngagementEvent, EngagementKind, EngagementState, Prose, Refusal,
    ScopeRule, StateMachine,
};

/// So many environments at most are planned at once; more are planned one by one.
const MOST_ENVIRONMENTS: u16 = 20;

impl Draft<'_> {
    pub(super) fn act_on_engagement(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::OfferEngagement { kind, why } => self.offer(kind, why),
            Action::AnswerOffer { engagement, accepts } => {
                let event =
                    if accepts { EngagementEvent::Accepted } else { EngagementEvent::Declined };
                self.move_engagement(engagement, event)?;
                self.open_environments(engagement)
            }
            Action::WithdrawOffer { engagement } => {
                self.move_engagement(engagement, EngagementEvent::Withdrawn)
            }
            other => Err(Refusal::NotRouted(other.kind())),
        }
    }

    /// One that was declined or taken back is offered again; an open one is not doubled.
    fn offer(&mut self, kind: EngagementKind, why: Prose) -> Result<(), Refusal> {
        match self.last_of(kind).map(|one| (one.number, one.state)) {
            Some((number, EngagementState::Declined | EngagementState::Withdrawn)) => {
                self.move_engagement(number, EngagementEvent::OfferedAgain)
            }
            Some(_) => Err(Refusal::AlreadyThere(format!("an engagement: {}", kind.words()))),
            None => self.open_engagement(kind, why),
        }
    }

    /// Offers what is outside of the service, unless it is offered or accepted already.
    pub(super) fn offer_once(&mut self, kind: EngagementKind, why: &str) -> Result<(), Refusal> {
        let state = self.last_of(kind).map(|one| one.state);
        match state {
            Some(EngagementState::Offered | EngagementState::Accepted) => Ok(()),
            _ => self.offer(kind, prose(why)),
        }
    }

    /// Takes an offer back that is not needed any more.
    pub(super) fn withdraw_offer_of(&mut self, kind: EngagementKind) -> Result<(), Refusal> {
        match self.last_of(kind).map(|one| (one.number, one.state)) {
            Some((number, EngagementState::Offered)) => {
                self.move_engagement(number, EngagementEvent::Withdrawn)
            }
            _ => Ok(()),
        }
    }

    /// Other environments that the team upgrades are activities: as many as were asked for. Their
    /// names are numbers until the customer says more.
    fn open_environments(&mut self, engagement: u32) -> Result<(), Refusal> {
        let is_it = |one: &Engagement| {
            one.number == engagement && one.is_accepted(EngagementKind::OtherEnvironments)
        };
        if !self.case.engagements.iter().any(is_it) {
            return Ok(());
        }
        let asked = self.case.request.as_ref().map_or(1, |request| request.fields.environments);
        let there = self.case.activities.iter().filter(|one| one.environment.is_some()).count();
        let there = u16::try_from(there).unwrap_or(u16::MAX);
        for number in (2..=asked.clamp(2, MOST_ENVIRONMENTS)).skip(usize::from(there)) {
            let environment: EnvironmentName = name(&format!("environment-{number}"));
            let key = other_environment(&environment);
            if key.is_some_and(|key| self.case.activity(key.as_str()).is_none()) {
                self.emit(Change::EnvironmentPlanned(environment))?;
            }
        }
        Ok(())
    }

    /// What the rules of scope ask for is offered by itself, once.
    pub(super) fn open_engagements(&mut self) -> Result<(), Refusal> {
        let facts = self.case.facts();
        let applies = |rule: &&ScopeRule| rule.judge(&facts).verdict == Verdict::Holds;
        let rules: Vec<_> = self.rules.scope.iter().filter(applies).cloned().collect();
        for rule in rules {
            if self.last_of(rule.engagement).is_none() {
                self.open_engagement(rule.engagement, rule.why)?;
            }
        }
        Ok(())
    }

    fn open_engagement(&mut self, kind: EngagementKind, why: Prose) -> Result<(), Refusal> {
        let number = next_number(self.case.engagements.len());
        let (state, since) = (EngagementState::Offered, self.at);
        let engagement = Engagement { number, kind, why, state, since };
        Ok(self.emit(Change::EngagementOpened(engagement))?)
    }

    fn move_engagement(&mut self, number: u32, event: EngagementEvent) -> Result<(), Refusal> {
        let engagement = self.case.engagements.iter().find(|one| one.number == number);
        let engagement =
            engagement.ok_or_else(|| Refusal::NotFound(format!("engagement {number}")))?;
        engagement.state.moved(&event, &format!("engagement {number}"))?;
        Ok(self.emit(Change::EngagementMoved { engagement: number, event })?)
    }

    fn last_of(&self, kind: EngagementKind) -> Option<&Engagement> {
        self.case.engagements.iter().rev().find(|one| one.kind == kind)
    }
}
