//! Two people who answer at the same time: what a form was shown with, what came in meanwhile, and
//! what of the form is new.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use refit_model::Facts;
use serde::{Deserialize, Serialize};

use crate::{Answer, Change, Event, QuestionId, Questionnaire, UserId};

/// Answers by question; none where an answer is taken back.
pub type GivenAnswers = BTreeMap<QuestionId, Option<Answer>>;

/// Who saved or removed an answer, and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Saved {
    /// The event, by number.
    pub event: u64,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
}

/// An answer that somebody else has given meanwhile, and another one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AnswerClash {
    /// The question.
    pub question: QuestionId,
    /// What was to be saved.
    pub yours: Option<Answer>,
    /// What is saved.
    pub theirs: Option<Answer>,
    /// By whom, and when.
    pub saved: Saved,
}

/// What somebody knew when filling in a form.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// The answers that the form was shown with.
    answers: BTreeMap<QuestionId, Answer>,
    /// What the person saved since.
    own: BTreeMap<QuestionId, Vec<Option<Answer>>>,
    /// The questions that others have answered since.
    others: BTreeSet<QuestionId>,
}

/// What of a form is new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// What the form has changed, and can be saved.
    pub answers: GivenAnswers,
    /// What the form has changed, and somebody else, too.
    pub clashes: Vec<AnswerClash>,
}

impl Seen {
    /// What somebody knew who was shown a form after the event `seen`, by all events of the case.
    pub fn of(events: &[Event], seen: u64, by: &UserId) -> Self {
        let mut known = Self::default();
        for event in events {
            let Change::AnswersSaved(answers) = &event.change else { continue };
            for (id, answer) in answers {
                if event.number > seen && event.by.user == *by {
                    known.own.entry(id.clone()).or_default().push(answer.clone());
                } else if event.number > seen {
                    known.others.insert(id.clone());
                } else if let Some(answer) = answer {
                    known.answers.insert(id.clone(), answer.clone());
                } else {
                    known.answers.remove(id);
                }
            }
        }
        known
    }

    /// The answers that the form was shown with.
    pub fn answers(&self) -> &BTreeMap<QuestionId, Answer> {
        &self.answers
    }

    /// Whether the person had this answer before its eyes, or has given it, and has not changed it
    /// since.
    fn knows(&self, question: &QuestionId, answer: Option<&Answer>) -> bool {
        let own = self.own.get(question).into_iter().flatten();
        self.answers.get(question) == answer || own.map(Option::as_ref).any(|own| own == answer)
    }
}

impl Questionnaire {
    /// Whether anybody else has answered since a form was shown to somebody.
    pub fn is_answered_since(&self, seen: u64, by: &UserId) -> bool {
        self.saved.values().any(|saved| saved.event > seen && saved.by != *by)
    }

    /// What of a form is new. A form has every answer that was shown in it: one that is as it was
    /// shown does not take the place of what somebody else has answered meanwhile.
    pub fn changed(&self, form: GivenAnswers, seen: &Seen, inventory: &Facts) -> Changed {
        let mut changed = Changed::default();
        for (question, yours) in form {
            if self.answers.get(&question) == yours.as_ref() {
                continue;
            }
            let shown = self.shown_fact(&question, inventory);
            let is_as_shown =
                seen.knows(&question, yours.as_ref()) || (shown.is_some() && shown == yours);
            match self.saved.get(&question).filter(|_| seen.others.contains(&question)) {
                Some(_) if is_as_shown => {}
                Some(saved) => changed.clashes.push(self.clash(question, yours, saved)),
                None => {
                    changed.answers.insert(question, yours);
                }
            }
        }
        changed
    }

    /// Those answers whose place somebody has taken since `seen`.
    pub(crate) fn clashes(&self, answers: &GivenAnswers, seen: u64) -> Vec<AnswerClash> {
        let clash = |(question, yours): (&QuestionId, &Option<Answer>)| {
            let saved = self.saved.get(question).filter(|saved| saved.event > seen)?;
            let differs = self.answers.get(question) != yours.as_ref();
            differs.then(|| self.clash(question.clone(), yours.clone(), saved))
        };
        answers.iter().filter_map(clash).collect()
    }

    fn clash(&self, question: QuestionId, yours: Option<Answer>, saved: &Saved) -> AnswerClash {
        let theirs = self.answers.get(&question).cloned();
        AnswerClash { question, yours, theirs, saved: saved.clone() }
    }

    /// What an inventory has filled in beforehand.
    fn shown_fact(&self, question: &QuestionId, inventory: &Facts) -> Option<Answer> {
        let fact = self.description.get(question)?.fact.as_ref()?;
        inventory.get(fact).cloned().map(Answer::of)
    }
}

impl std::fmt::Display for AnswerClash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` by {}", self.question, self.saved.by)
    }
}
