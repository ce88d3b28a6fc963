//! What a questionnaire asks.

use std::collections::BTreeSet;

use jiff::civil::Date;
use refit_model::{FactValue, When};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::{InvalidText, Line, Prose, QuestionId};

/// The questions of a questionnaire.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionnaireDescription {
    /// The sections, in order.
    pub sections: Vec<Section>,
}

/// Questions that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Its id.
    pub id: QuestionId,
    /// Its title.
    pub title: Line,
    /// The questions, in order.
    pub questions: Vec<Question>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Its id, unique within the questionnaire.
    pub id: QuestionId,
    /// What is asked.
    pub text: Line,
    /// What an answer looks like.
    pub kind: QuestionKind,
    /// What helps to answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Prose>,
    /// Whether the questionnaire is incomplete without an answer.
    pub required: bool,
    /// When the question is asked: over the answers to earlier questions, by their ids. Always, if
    /// not said; not as long as the answers that decide it are missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// The fact of an inventory that answers it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fact: Option<String>,
    /// Which file is wanted with the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Line>,
}

/// What an answer looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum QuestionKind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A whole number.
    Number {
        /// Its unit.
        unit: Line,
        /// The smallest.
        least: i64,
        /// The largest.
        most: i64,
    },
    /// Yes or no.
    YesNo,
    /// A day, `YYYY-MM-DD`.
    Date,
    /// One of these.
    Choice(Vec<Line>),
    /// Some of these.
    Choices(Vec<Line>),
}

/// An answer does not look as it should.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum InvalidAnswer {
    /// It is of another type.
    #[error("this is not {0}")]
    WrongType(&'static str),
    /// The number is too small or too large.
    #[error("the number must be from {least} to {most} {unit}")]
    OutOfRange {
        /// The smallest.
        least: i64,
        /// The largest.
        most: i64,
        /// The unit.
        unit: Line,
    },
    /// It is none of the choices.
    #[error("this is none of the choices")]
    NoChoice,
    /// A choice is there twice.
    #[error("a choice is there twice")]
    Twice,
    /// The text cannot be taken.
    #[error(transparent)]
    Text(#[from] InvalidText),
}

impl QuestionnaireDescription {
    /// These questions and those of a pack: sections with the same id become one.
    #[must_use]
    pub fn with(mut self, additions: &[Section]) -> Self {
        for addition in additions {
            match self.sections.iter_mut().find(|section| section.id == addition.id) {
                Some(section) => section.questions.extend(addition.questions.iter().cloned()),
                None => self.sections.push(addition.clone()),
            }
        }
        self
    }

    /// All questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.sections.iter().flat_map(|section| &section.questions)
    }

    /// A question.
    pub fn get(&self, id: &QuestionId) -> Option<&Question> {
        self.questions().find(|question| question.id == *id)
    }

    /// Questions that are there twice, or hang on one that is not before them.
    pub fn problems(&self) -> Vec<QuestionId> {
        let mut seen = BTreeSet::new();
        let mut wrong = Vec::new();
        for question in self.questions() {
            let asked_about = question.when.as_ref().map(When::fact_names).unwrap_or_default();
            let is_dangling = asked_about.iter().any(|fact| !seen.contains(*fact));
            if !seen.insert(question.id.as_str()) || is_dangling {
                wrong.push(question.id.clone());
            }
        }
        wrong
    }
}

impl Question {
    /// Whether `value` is an answer to this question.
    pub fn check(&self, value: &FactValue) -> Result<(), InvalidAnswer> {
        match (&self.kind, value) {
            (QuestionKind::Text, FactValue::Text(text)) => Ok(Line::new(text).map(drop)?),
            (QuestionKind::LongText, FactValue::Text(text)) => Ok(Prose::new(text).map(drop)?),
            (QuestionKind::Number { unit, least, most }, FactValue::Number(number)) => {
                let (least, most, unit) = (*least, *most, unit.clone());
                let is_within = (least..=most).contains(number);
                is_within.then_some(()).ok_or(InvalidAnswer::OutOfRange { least, most, unit })
            }
            (QuestionKind::YesNo, FactValue::Flag(_)) => Ok(()),
            (QuestionKind::Date, FactValue::Text(text)) => {
                let is_date = text.len() == 10 && text.parse::<Date>().is_ok();
                is_date.then_some(()).ok_or(InvalidAnswer::WrongType("a day, YYYY-MM-DD"))
            }
            (QuestionKind::Choice(choices), FactValue::Text(text)) => is_choice(choices, text),
            (QuestionKind::Choices(choices), FactValue::List(texts)) => {
                let unique: BTreeSet<_> = texts.iter().collect();
                if unique.len() < texts.len() {
                    return Err(InvalidAnswer::Twice);
                }
                texts.iter().try_for_each(|text| is_choice(choices, text))
            }
            (kind, _) => Err(InvalidAnswer::WrongType(kind.words())),
        }
    }
}

impl QuestionKind {
    /// The words for people.
    pub fn words(&self) -> &'static str {
        match self {
            Self::Text => "a line of text",
            Self::LongText => "a text",
            Self::Number { .. } => "a whole number",
            Self::YesNo => "yes or no",
            Self::Date => "a day, YYYY-MM-DD",
            Self::Choice(_) => "one of the choices",
            Self::Choices(_) => "some of the choices",
        }
    }
}

fn is_choice(choices: &[Line], text: &str) -> Result<(), InvalidAnswer> {
    let is_one = choices.iter().any(|choice| choice.as_str() == text);
    is_one.then_some(()).ok_or(InvalidAnswer::NoChoice)
}
