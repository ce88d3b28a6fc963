//! Open questions, with the command that answers them.

use refit_model::{EnvironmentName, Question};

use crate::words::shell_word;

/// An open question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuestionView<'a> {
    /// What is to be decided.
    pub subject: &'a str,
    /// The question.
    pub text: &'a str,
    /// What can be chosen.
    pub options: Vec<OptionView<'a>>,
}

/// One possible answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionView<'a> {
    /// The word to choose it with.
    pub choice: &'a str,
    /// What it means.
    pub meaning: &'a str,
    /// What is typed to choose it.
    pub command: String,
}

impl<'a> QuestionView<'a> {
    pub(crate) fn of(environment: &EnvironmentName, question: &'a Question) -> Self {
        let options = question.options.iter().map(|option| {
            let decision = shell_word(&format!("{}={}", question.subject, option.choice));
            OptionView {
                choice: &option.choice,
                meaning: &option.meaning,
                command: format!("refit plan {environment} --decide {decision}"),
            }
        });
        Self { subject: &question.subject, text: &question.text, options: options.collect() }
    }
}
