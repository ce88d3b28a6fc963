//! Questionnaires: what is asked, what was answered, and what does not fit together.

mod answers;
mod description;
mod generic;
mod view;

pub use answers::{Answer, Answers, AnswersVersion, Attachment, Given, MAX_ATTACHMENTS};
pub use description::{InvalidAnswer, Question, QuestionKind, QuestionnaireDescription, Section};
pub(crate) use generic::generic;
pub use view::{Questionnaire, ViewedQuestion, ViewedSection};
