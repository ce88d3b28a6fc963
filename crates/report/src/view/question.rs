//! Open questions, with the command that answers them.

use refit_model::{EnvironmentName, Question};

use crate::words::shell_word;

/// An open question.
pub(crate) struct QuestionView<'a> {
    pub(crate) subject: &'a str,
    pub(crate) text: &'a str,
    pub(crate) options: Vec<OptionView<'a>>,
}

/// One possible answer.
pub(crate) struct OptionView<'a> {
    pub(crate) choice: &'a str,
    pub(crate) meaning: &'a str,
    /// What is typed to choose it.
    pub(crate) command: String,
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
