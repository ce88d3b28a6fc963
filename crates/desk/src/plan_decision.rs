//! Decisions about what a plan leaves open. They are bound to the plan that the person saw: a later
//! plan is made with them, and what that one still leaves open is decided on it anew.
//!
//! The desk knows who may decide, and when. What a plan asks stands in its document, which the
//! server has: [`Case::check_choices`] is the rule for both together.

use jiff::Timestamp;
use refit_model::{
    Decision, Digest, KeyOutcome, OWN_VALUE, Plan, Question, QuestionOption, Seen, Settlement,
    Shown,
};
use serde::{Deserialize, Serialize};

use crate::{Case, Prose, Refusal, Role, UserId};

/// What is said about one question of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanChoice {
    /// What is decided, as the plan names it.
    pub subject: Prose,
    /// What is chosen; none takes back what was decided.
    pub choice: Option<Prose>,
}

/// What somebody has decided about a question of a plan.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanDecision {
    /// The plan that the person saw.
    pub plan: Digest,
    /// What was decided.
    pub chosen: PlanChoice,
    /// Why.
    pub why: Prose,
    /// How the customer has given its word, where a consultant has decided on it.
    pub word: Option<Prose>,
    /// Who decided.
    pub by: UserId,
    /// As what.
    pub role: Role,
    /// When.
    pub at: Timestamp,
}

impl PlanChoice {
    /// What it says, for people.
    pub fn words(&self) -> String {
        match &self.choice {
            Some(choice) => format!("{}: {choice}", self.subject),
            None => format!("{}: taken back", self.subject),
        }
    }
}

impl PlanDecision {
    /// The decision as a plan is made with it, with the sides that `plan` has shown to the person;
    /// none for one that takes another one back. `name` is the person's.
    pub fn to_plan_with(&self, plan: &Plan, name: &str) -> Option<Decision> {
        let (subject, choice) = (self.chosen.subject.to_string(), self.chosen.choice.as_ref()?);
        let key = plan_key(plan, &subject);
        let why = match &self.word {
            Some(word) => format!("{} (on the customer's word: {word})", self.why),
            None => self.why.to_string(),
        };
        Some(Decision {
            seen: key.map(|key| Seen { site: key.site.clone(), new: key.new.clone() }),
            choice: choice.to_string(),
            by: format!("{name} ({})", self.by),
            subject,
            why,
        })
    }
}

impl Case {
    /// What was decided about the plan that counts and is in no plan yet: the last word about each
    /// subject, in the order in which they were said. What was decided and taken back on the same
    /// plan is as if it were never said.
    pub fn open_decisions(&self) -> Vec<&PlanDecision> {
        let Some(plan) = self.plan() else { return Vec::new() };
        let mut open: Vec<&PlanDecision> = Vec::new();
        for decision in self.decisions.iter().filter(|one| one.plan == plan.digest) {
            let is_same = |one: &&PlanDecision| one.chosen.subject == decision.chosen.subject;
            let before = open.iter().position(is_same).map(|at| open.remove(at));
            let is_undone = decision.chosen.choice.is_none()
                && before.is_some_and(|one| one.chosen.choice.is_some());
            if !is_undone {
                open.push(decision);
            }
        }
        open
    }

    /// Whether these choices are about the plan that counts, of which `plan` is the document: each
    /// answers a question that it leaves open with one of that question's answers, or takes back
    /// what was decided.
    pub fn check_choices(&self, plan: &Plan, choices: &[PlanChoice]) -> Result<(), Refusal> {
        choices.iter().try_for_each(|one| match &one.choice {
            Some(choice) => check_answer(plan, one.subject.as_str(), choice.as_str()),
            None => self.check_decided(plan, &one.subject),
        })
    }

    fn check_decided(&self, plan: &Plan, subject: &Prose) -> Result<(), Refusal> {
        let is_planned = plan.decisions.iter().any(|one| one.subject == subject.as_str());
        let is_open = || self.open_decisions().iter().any(|one| one.chosen.subject == *subject);
        let is_decided = is_planned || is_open();
        is_decided.then_some(()).ok_or_else(|| Refusal::NotFound("decision to take back".into()))
    }
}

fn check_answer(plan: &Plan, subject: &str, choice: &str) -> Result<(), Refusal> {
    let question = plan.questions.iter().find(|question| question.subject == subject);
    let question = question
        .ok_or_else(|| Refusal::NotFound("question like this that the plan leaves open".into()))?;
    let options = plan_options(plan, question);
    let is_one = options.iter().any(|option| match option.choice.as_str() {
        OWN_VALUE => choice.strip_prefix(OWN_VALUE).is_some_and(|value| !value.is_empty()),
        known => known == choice,
    });
    let known = options.iter().map(|option| option.choice.clone()).collect();
    is_one.then_some(()).ok_or_else(|| Refusal::NoAnswer { subject: subject.to_owned(), known })
}

/// What can be chosen here of a question's answers. A secret is typed into no plan: where a side is
/// one, no value of one's own is taken.
pub fn plan_options<'a>(plan: &Plan, question: &'a Question) -> Vec<&'a QuestionOption> {
    let is_secret = plan_key(plan, &question.subject).is_some_and(|key| {
        [&key.base, &key.site, &key.new].into_iter().any(|side| *side == Some(Shown::Secret))
    });
    let is_offered = |option: &&QuestionOption| !(is_secret && option.choice == OWN_VALUE);
    question.options.iter().filter(is_offered).collect()
}

/// The key of a configuration file that a subject names, if it names one.
pub fn plan_key<'a>(plan: &'a Plan, subject: &str) -> Option<&'a KeyOutcome> {
    let keys = plan.settlements.iter().flat_map(|settlement| {
        settlement.outcomes.iter().map(move |outcome| (settlement, outcome))
    });
    let is_it = |(settlement, outcome): &(&Settlement, &KeyOutcome)| {
        let rest = subject.strip_prefix(settlement.file.as_str());
        rest.and_then(|rest| rest.strip_prefix('#')) == Some(outcome.key.as_str())
    };
    keys.into_iter().find(is_it).map(|(_, outcome)| outcome)
}
