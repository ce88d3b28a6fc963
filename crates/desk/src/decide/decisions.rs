//! Decisions about what a plan leaves open.

use std::collections::BTreeSet;

use refit_model::Digest;

use super::Draft;
use super::project::limit;
use crate::process::keys;
use crate::written::prose;
use crate::{
    ActivityEvent, ActivityState, ApprovalSubject, Change, Contact, Duty, Party, PlanChoice,
    PlanDecision, Prose, Refusal, Role, Wait,
};

impl Draft<'_> {
    /// Decisions are about the plan that counts, as long as the customer has not accepted it.
    pub(super) fn take_decisions(
        &mut self,
        plan: Digest,
        choices: Vec<PlanChoice>,
        why: &Prose,
        word: Option<&Prose>,
    ) -> Result<(), Refusal> {
        self.check_decider(word)?;
        self.current_plan(plan)?;
        if self.case.approval(ApprovalSubject::Plan, plan).is_some() {
            return Err(Refusal::Approved("plan"));
        }
        limit("decisions", choices.len())?;
        check_each_once(&choices)?;
        let (role, at) = (self.by.role, self.at);
        for chosen in choices {
            let (why, word, by) = (why.clone(), word.cloned(), self.by.user.clone());
            let decision = PlanDecision { plan, chosen, why, word, by, role, at };
            self.emit(Change::PlanDecided(decision))?;
        }
        self.hand_plan_over()
    }

    /// A consultant decides on the customer's word alone, and says how it was given.
    fn check_decider(&self, word: Option<&Prose>) -> Result<(), Refusal> {
        if self.by.role == Role::Consultant {
            let missing = Refusal::Say("say how the customer has given its word for it");
            return word.map(drop).ok_or(missing);
        }
        let may = |one: &&Contact| matches!(one.duty, Duty::Approver | Duty::TechnicalContact);
        let deciders: Vec<_> = self.case.contacts.iter().filter(may).collect();
        if deciders.iter().any(|contact| contact.user == self.by.user) {
            return Ok(());
        }
        let names: BTreeSet<_> = deciders.iter().map(|contact| contact.name.to_string()).collect();
        Err(Refusal::NotDecider(names.into_iter().collect()))
    }

    /// What was decided waits for whoever makes a plan with it; a plan about which nothing is
    /// decided waits for the customer.
    fn hand_plan_over(&mut self) -> Result<(), Refusal> {
        let Some(activity) = self.case.activity(keys::PLAN) else { return Ok(()) };
        let ActivityState::Waiting(wait) = &activity.state else { return Ok(()) };
        let (key, waits_for) = (activity.key.clone(), wait.waits_for);
        match (self.case.open_decisions().is_empty(), waits_for) {
            (true, Party::Consultant) => self.wait_for_acceptance(),
            (false, Party::Customer) => {
                self.emit_activity(&key, ActivityEvent::Released)?;
                let why = prose("A plan that is made with what was decided");
                let wait = Wait { waits_for: Party::Consultant, why, since: self.at };
                Ok(self.emit_activity(&key, ActivityEvent::Held(wait))?)
            }
            _ => Ok(()),
        }
    }
}

fn check_each_once(choices: &[PlanChoice]) -> Result<(), Refusal> {
    if choices.is_empty() {
        return Err(Refusal::Say("choose an answer to at least one question"));
    }
    let subjects: BTreeSet<_> = choices.iter().map(|one| &one.subject).collect();
    let is_once = subjects.len() == choices.len();
    is_once.then_some(()).ok_or(Refusal::Say("decide each question once"))
}
