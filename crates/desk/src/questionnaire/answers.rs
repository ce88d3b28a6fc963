//! What was answered.

use std::collections::BTreeMap;

use jiff::Timestamp;
use refit_model::{Digest, FactValue, Facts};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Line, QuestionId, UserId};

/// The most files with one answer.
pub const MAX_ATTACHMENTS: usize = 20;

/// Answers by question.
pub type Answers = BTreeMap<QuestionId, Answer>;

/// An answer to a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// What was answered.
    pub given: Given,
    /// Files with it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<Attachment>,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Given {
    /// This.
    Value(FactValue),
    /// The customer does not know.
    NotKnown,
}

/// A file with an answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// Its name, as the customer has it.
    pub name: Line,
    /// Its content.
    pub digest: Digest,
}

/// Answers as they were submitted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AnswersVersion {
    /// Its number, from 1.
    pub number: u32,
    /// When it was submitted.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
    /// The answers.
    pub answers: Answers,
}

impl Answer {
    /// An answer without files.
    pub fn of(value: impl Into<FactValue>) -> Self {
        Self { given: Given::Value(value.into()), attachments: Vec::new() }
    }

    /// The value, if one was given.
    pub fn value(&self) -> Option<&FactValue> {
        match &self.given {
            Given::Value(value) => Some(value),
            Given::NotKnown => None,
        }
    }
}

/// The answers as facts, by the ids of their questions.
pub(super) fn as_facts(answers: &Answers) -> Facts {
    let mut facts = Facts::new();
    for (id, answer) in answers {
        if let Some(value) = answer.value() {
            facts.set(id.as_str(), value.clone());
        }
    }
    facts
}
