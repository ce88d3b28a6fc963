//! Questionnaires: what is asked, what was answered, and what does not fit together.

mod answers;
mod description;
mod generic;
mod merge;
mod view;

pub use answers::{Answer, Answers, AnswersVersion, Attachment, Given, MAX_ATTACHMENTS};
pub use description::{InvalidAnswer, Question, QuestionKind, QuestionnaireDescription, Section};
pub(crate) use generic::generic;
pub use merge::{AnswerClash, Changed, GivenAnswers, Saved, Seen};
pub use view::{Questionnaire, ViewedQuestion, ViewedSection};
