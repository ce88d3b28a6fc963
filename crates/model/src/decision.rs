//! Decisions: what a person or a rule settled where there was a choice.

use serde::{Deserialize, Serialize};

use crate::Shown;

/// A choice that was made. Kept, and replayed in the next environment.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What was decided: `FILE#KEY` for a key of a configuration file, or a question of the plan,
    /// for example `data-location`.
    pub subject: String,
    /// What was chosen: one of the question's options, or `value:TEXT` for a key's value.
    pub choice: String,
    /// What the chooser saw on the site's and on the vendor's side. Where the next environment
    /// shows something else, it is asked again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
    /// Who decided: a person's name, or `default` where the pack's default was taken.
    pub by: String,
    /// Why.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// The two sides that a decision was made between.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seen {
    /// The site's value.
    pub site: Option<Shown>,
    /// The vendor's new value.
    pub new: Option<Shown>,
}

/// A choice that waits for a person.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is to be decided, as in [`Decision::subject`].
    pub subject: String,
    /// The question, for people.
    pub text: String,
    /// What can be chosen: the word, and what it means.
    pub options: Vec<QuestionOption>,
}

/// One possible answer to a [`Question`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuestionOption {
    /// The word to choose it with.
    pub choice: String,
    /// What it means.
    pub meaning: String,
}

/// The choice that keeps the site's value of a key.
pub const KEEP_SITE: &str = "keep-site";
/// The choice that takes the vendor's new value of a key.
pub const TAKE_NEW: &str = "take-new";
/// The beginning of a choice that gives a value of its own.
pub const OWN_VALUE: &str = "value:";
