//! What is wrong with a form, by field.

use std::collections::BTreeMap;

use refit_desk::{AnswerClash, CalendarError, InvalidAnswer, InvalidText, Refusal, RequestProblem};
use thiserror::Error;

use super::data::RefusedFile;

/// What is wrong with a form. What was typed is not repeated here; the form shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormErrors {
    /// By the field's name.
    pub fields: BTreeMap<String, FieldError>,
    /// What concerns the form as a whole.
    pub whole: Vec<String>,
}

/// What is wrong with a field, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FieldError {
    /// Nothing was filled in.
    #[error("this is missing: fill it in")]
    Missing,
    /// The text cannot be taken.
    #[error(transparent)]
    Text(#[from] InvalidText),
    /// It is no name.
    #[error(
        "this is no name: use lower-case letters, digits, `-`, `_` and `.`, begin with a letter \
         or digit, at most 80 characters"
    )]
    NoName,
    /// It is no day.
    #[error("this is no day: write YYYY-MM-DD, for example 2027-01-29")]
    NoDate,
    /// It is no moment.
    #[error("this is no moment: write day and time, for example 2027-01-29T14:00")]
    NoMoment,
    /// A last day is before the first.
    #[error("this day is before the first one: choose a later day")]
    Backwards,
    /// It is no number, or too small or large.
    #[error("this is no whole number from {least} to {most}")]
    NoNumber {
        /// The smallest.
        least: u32,
        /// The largest.
        most: u32,
    },
    /// It is no amount of work.
    #[error(
        "this is no amount of work: write a number up to 1000 and hours, days or weeks, for example 2 days"
    )]
    NoDuration,
    /// It is no digest.
    #[error("this is no digest: it looks like sha256: and 64 digits from 0 to f")]
    NoDigest,
    /// These are no hours of work.
    #[error("these are no hours of work: write for example 09:00-12:00, 13:00-17:00")]
    NoHours,
    /// It does not say how long an activity may take.
    #[error(
        "this does not say how long: write `2 days`, `1 week to 2 weeks`, `within KEY`, \
         `at most 7 days`, `-` or `N/A`"
    )]
    NoTime,
    /// It is no address to send to.
    #[error("this is no address: it begins with https:// and has no blank space")]
    NoAddress,
    /// It is no e-mail address.
    #[error("this is no e-mail address: write for example name@company.example")]
    NoEmail,
    /// The calendar does not fit together.
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    /// It is none of the choices.
    #[error("this is none of the choices: choose one")]
    NoChoice,
    /// It is not the document that is wanted, or the document says something else.
    #[error("{0}")]
    Document(String),
    /// A file is not taken.
    #[error("{}", refused(*.0))]
    File(RefusedFile),
    /// A list is too long.
    #[error("there are more than {0} entries: shorten the list, or attach a file")]
    TooMany(usize),
    /// The answer is not as the question wants it.
    #[error(transparent)]
    Answer(#[from] InvalidAnswer),
    /// Somebody else has answered meanwhile; the page shows both answers.
    #[error("somebody has answered this meanwhile: save again to put yours in its place")]
    Answered(Box<AnswerClash>),
    /// It does not fit to other fields.
    #[error(transparent)]
    Request(#[from] RequestProblem),
}

impl FormErrors {
    /// Whether nothing is wrong.
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.whole.is_empty()
    }

    /// One error that concerns the whole.
    pub fn of_whole(text: impl Into<String>) -> Self {
        Self { whole: vec![text.into()], ..Self::default() }
    }

    pub(crate) fn push(&mut self, field: impl Into<String>, error: impl Into<FieldError>) {
        self.fields.entry(field.into()).or_insert_with(|| error.into());
    }

    /// Answers that others have given meanwhile, beside those that were typed.
    pub fn add_clashes(&mut self, clashes: &[AnswerClash]) {
        for clash in clashes {
            let field = super::answer_field(&clash.question);
            self.push(field, FieldError::Answered(Box::new(clash.clone())));
        }
    }

    /// Why the desk refused the form's action, beside the fields that it is about.
    pub fn of_refusal(refusal: &Refusal) -> Self {
        let mut errors = Self::default();
        match refusal {
            Refusal::Request(problems) => {
                for problem in problems {
                    errors.push(field_of(problem), problem.clone());
                }
            }
            Refusal::Answer { question, why } => {
                errors.push(super::answer_field(question), why.clone());
            }
            Refusal::Answered(clashes) => errors.add_clashes(clashes),
            other => errors.whole.push(capital(&other.to_string())),
        }
        errors
    }
}

fn refused(why: RefusedFile) -> &'static str {
    match why {
        RefusedFile::Empty => "this file is empty: choose the file again, with something in it",
        RefusedFile::Kind => {
            "this file is of a kind that is not taken: choose text, PDF, PNG, JPEG, an office \
             document or an archive"
        }
        RefusedFile::TooLarge => "this file has more than 64 MiB: choose a smaller one",
    }
}

fn field_of(problem: &RequestProblem) -> &'static str {
    match problem {
        RequestProblem::InThePast(_) => "fields.earliest_start",
        RequestProblem::IdealBeforeEarliest { .. } => "fields.ideal_start",
        RequestProblem::DeadlineBeforeStart { .. } | RequestProblem::TooFar(_) => "fields.deadline",
        RequestProblem::NoEnvironment => "fields.environments",
    }
}

/// The text with a capital at its begin, and a full stop.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
    let end = if text.ends_with(['.', '!', '?']) { "" } else { "." };
    format!("{first}{}{end}", chars.as_str())
}
