//! Paid engagements: offered by a person or by a rule, answered by the customer.

use super::Draft;
use crate::eligibility::Verdict;
use crate::numbers::next_number;
use crate::{
    Action, Change, Engagement, EngagementEvent, EngagementKind, EngagementState, Prose, Refusal,
    ScopeRule, StateMachine,
};

impl Draft<'_> {
    pub(super) fn act_on_engagement(&mut self, action: Action) -> Result<(), Refusal> {
        match action {
            Action::OfferEngagement { kind, why } => self.offer(kind, why),
            Action::AnswerOffer { engagement, accepts } => {
                let event =
                    if accepts { EngagementEvent::Accepted } else { EngagementEvent::Declined };
                self.move_engagement(engagement, event)
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
