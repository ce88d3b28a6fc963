//! A questionnaire as it is shown: what is asked now, what is known, what contradicts.

use std::collections::BTreeMap;

use jiff::Timestamp;
use refit_model::{FactValue, Facts, Truth};
use serde::{Deserialize, Serialize};

use super::answers::as_facts;
use crate::numbers::next_number;
use crate::{
    Answer, Answers, AnswersVersion, GivenAnswers, Line, Question, QuestionId,
    QuestionnaireDescription, Saved, UserId,
};

/// The questionnaire of a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Questionnaire {
    /// What is asked.
    pub description: QuestionnaireDescription,
    /// The answers as they stand.
    pub answers: Answers,
    /// The answers as they were submitted, the latest last.
    pub versions: Vec<AnswersVersion>,
    /// When missing answers were asked for.
    pub asked: Vec<Timestamp>,
    /// What was saved or removed the last time, and by whom, by question.
    pub saved: BTreeMap<QuestionId, Saved>,
}

/// A section as it is shown; those without a question that is asked are left out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ViewedSection<'a> {
    /// Its id.
    pub id: &'a QuestionId,
    /// Its title.
    pub title: &'a Line,
    /// The questions that are asked now.
    pub questions: Vec<ViewedQuestion<'a>>,
}

/// A question as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ViewedQuestion<'a> {
    /// The question.
    pub question: &'a Question,
    /// The answer, if there is one.
    pub answer: Option<&'a Answer>,
    /// What the inventory says, where nothing was answered yet.
    pub prefilled: Option<&'a FactValue>,
    /// What the inventory says, where the answer says something else.
    pub contradicted_by: Option<&'a FactValue>,
    /// Whether an answer is missing.
    pub is_missing: bool,
}

impl Questionnaire {
    /// A questionnaire that nobody has answered.
    pub fn new(description: QuestionnaireDescription) -> Self {
        let (answers, versions, asked) = (Answers::new(), Vec::new(), Vec::new());
        Self { description, answers, versions, asked, saved: BTreeMap::new() }
    }

    /// Saves answers; nothing removes one.
    pub(crate) fn save(&mut self, answers: &GivenAnswers, saved: &Saved) {
        for (id, answer) in answers {
            self.saved.insert(id.clone(), saved.clone());
            match answer {
                Some(answer) => self.answers.insert(id.clone(), answer.clone()),
                None => self.answers.remove(id),
            };
        }
    }

    /// Makes a version of the answers as they stand.
    pub(crate) fn submit(&mut self, at: Timestamp, by: UserId) {
        let number = next_number(self.versions.len());
        self.versions.push(AnswersVersion { number, at, by, answers: self.answers.clone() });
    }

    /// Everything that is asked now, beside what an inventory says.
    pub fn view<'a>(&'a self, inventory: &'a Facts) -> Vec<ViewedSection<'a>> {
        let facts = as_facts(&self.answers);
        let sections = self.description.sections.iter().map(|section| ViewedSection {
            id: &section.id,
            title: &section.title,
            questions: section
                .questions
                .iter()
                .filter(|question| is_asked(question, &facts))
                .map(|question| self.viewed(question, inventory))
                .collect(),
        });
        sections.filter(|section| !section.questions.is_empty()).collect()
    }

    /// Required questions without an answer.
    pub fn missing(&self) -> Vec<QuestionId> {
        let facts = as_facts(&self.answers);
        let asked = self.description.questions().filter(|question| is_asked(question, &facts));
        let missing = asked.filter(|question| self.is_missing(question));
        missing.map(|question| question.id.clone()).collect()
    }

    fn viewed<'a>(&'a self, question: &'a Question, inventory: &'a Facts) -> ViewedQuestion<'a> {
        let answer = self.answers.get(&question.id);
        let known = question.fact.as_ref().and_then(|fact| inventory.get(fact));
        let value = answer.and_then(Answer::value);
        ViewedQuestion {
            question,
            answer,
            prefilled: known.filter(|_| answer.is_none()),
            contradicted_by: known.filter(|known| value.is_some_and(|value| !agree(value, known))),
            is_missing: self.is_missing(question),
        }
    }

    fn is_missing(&self, question: &Question) -> bool {
        question.required && !self.answers.contains_key(&question.id)
    }
}

fn is_asked(question: &Question, answers: &Facts) -> bool {
    question.when.as_ref().is_none_or(|when| when.evaluate(answers) == Truth::Yes)
}

/// Whether an answer and a fact say the same: people write texts in other cases, and lists in
/// other orders.
fn agree(answer: &FactValue, fact: &FactValue) -> bool {
    let words = |value: &FactValue| {
        let mut words: Vec<_> = match value {
            FactValue::List(items) => items.iter().map(|item| item.trim().to_lowercase()).collect(),
            other => vec![other.to_string().trim().to_lowercase()],
        };
        words.sort_unstable();
        words
    };
    words(answer) == words(fact)
}
