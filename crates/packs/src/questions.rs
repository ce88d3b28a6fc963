//! `questions.toml`: what people are asked about a platform besides what is asked about every
//! broker. A pack may have none.

use std::collections::BTreeSet;

use refit_model::When;
use serde::{Deserialize, Serialize};

use crate::files::Files;
use crate::pack::parse;
use crate::{PackError, Place, Problem, Source};

/// The file's name.
pub(crate) const QUESTIONS: &str = "questions.toml";

/// The content of `questions.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackQuestions {
    /// The sections, in order. One with the id of a section that every questionnaire has adds to
    /// that.
    pub section: Vec<QuestionSection>,
}

/// Questions that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionSection {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The questions, in order.
    pub question: Vec<PackQuestion>,
}

/// A question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PackQuestion {
    /// Its id, unique among all questions.
    pub id: String,
    /// What is asked.
    pub text: String,
    /// What an answer looks like.
    pub kind: PackQuestionKind,
    /// What helps to answer.
    #[serde(default)]
    pub help: Option<String>,
    /// Whether the questionnaire is incomplete without an answer.
    #[serde(default)]
    pub required: bool,
    /// When it is asked: over the answers to earlier questions, by their ids. Always, if not said.
    #[serde(default)]
    pub when: Option<When>,
    /// The fact of an inventory that answers it.
    #[serde(default)]
    pub fact: Option<String>,
    /// Which file is wanted with the answer.
    #[serde(default)]
    pub attachment: Option<String>,
    /// Why it is asked: what the upgrade needs the answer for.
    pub reason: String,
    /// Where the reason is known from.
    pub source: Source,
}

/// What an answer looks like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum PackQuestionKind {
    /// One line.
    Text,
    /// Several lines.
    LongText,
    /// A whole number.
    Number {
        /// Its unit.
        unit: String,
        /// The smallest.
        least: i64,
        /// The largest.
        most: i64,
    },
    /// Yes or no.
    YesNo,
    /// A day.
    Date,
    /// One of these.
    Choice(Vec<String>),
    /// Some of these.
    Choices(Vec<String>),
}

impl PackQuestions {
    /// Reads the questions of a pack from the files of its folder, which is called `name`.
    pub(crate) fn read(name: &str, files: &Files) -> Result<Self, PackError> {
        if !files.contains_key(QUESTIONS) {
            return Ok(Self::default());
        }
        let questions: Self = parse(name, files, QUESTIONS)?;
        match questions.problem() {
            None => Ok(questions),
            Some(what) => {
                let place = Place::of_file(format!("{name}/{QUESTIONS}"));
                Err(PackError::Invalid(vec![Problem { place, what }]))
            }
        }
    }

    /// All questions, in order.
    pub fn questions(&self) -> impl Iterator<Item = &PackQuestion> {
        self.section.iter().flat_map(|section| &section.question)
    }

    fn problem(&self) -> Option<String> {
        let mut seen = BTreeSet::new();
        self.questions().find_map(|question| {
            let id = &question.id;
            if !seen.insert(id) {
                return Some(format!("the question `{id}` is there twice"));
            }
            let has_no_reason = question.reason.trim().is_empty();
            has_no_reason.then(|| format!("the question `{id}` does not say why it is asked"))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[[section]]\nid = 's'\ntitle = 'S'\n[[section.question]]\nid = 'q'\n\
                        text = 'Q?'\nkind = 'yes-no'\nreason = 'R'\nsource = 'unconfirmed'\n";

    fn read(text: &str) -> Result<PackQuestions, String> {
        let files = Files::from([(QUESTIONS.to_owned(), text.as_bytes().to_vec())]);
        PackQuestions::read("p", &files).map_err(|error| error.to_string())
    }

    #[test]
    fn a_question_has_a_reason_a_source_and_an_id_of_its_own() {
        assert_eq!(read(GOOD).unwrap().questions().count(), 1);
        let (_, question) = GOOD.split_once("[[section.question]]").unwrap();
        let twice = read(&format!("{GOOD}[[section.question]]{question}")).unwrap_err();
        assert!(twice.contains("`q` is there twice"), "{twice}");
        let silent = read(&GOOD.replace("'R'", "' '")).unwrap_err();
        assert!(silent.contains("does not say why"), "{silent}");
        let unsourced = read(&GOOD.replace("source = 'unconfirmed'\n", "")).unwrap_err();
        assert!(unsourced.contains("missing field `source`"), "{unsourced}");
        assert_eq!(PackQuestions::read("p", &Files::new()).unwrap(), PackQuestions::default());
    }
}
