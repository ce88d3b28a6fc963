//! The questionnaire as a form.

use std::collections::BTreeMap;

use refit_desk::{
    Answer, Answers, Attachment, Given, Line, Question, QuestionId, QuestionKind,
    QuestionnaireDescription,
};
use refit_model::FactValue;

use super::data::{FormData, Upload};
use super::error::{FieldError, FormErrors};

/// The field that names, for each question that the form shows, the question.
pub(crate) const SHOWN: &str = "shown";
/// The field that says what the form was shown with: the number of the last event.
pub const SEEN: &str = "seen";
/// What stands in the field beside an answer if the customer does not know it.
const NOT_KNOWN: &str = "yes";

/// Answers as they came in: those that can be saved, and what is wrong with the others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReadAnswers {
    /// The answers by question; none where an answer was taken back.
    pub answers: BTreeMap<QuestionId, Option<Answer>>,
    /// What is wrong, by the names of fields.
    pub errors: FormErrors,
}

/// The field of a question's answer.
pub fn answer_field(question: &QuestionId) -> String {
    format!("answer.{question}")
}

/// The field that says that the customer does not know.
pub fn unknown_field(question: &QuestionId) -> String {
    format!("unknown.{question}")
}

/// The field of files with an answer.
pub fn files_field(question: &QuestionId) -> String {
    format!("files.{question}")
}

/// The field that names, by digest, the files that stay with an answer.
pub fn keep_field(question: &QuestionId) -> String {
    format!("keep.{question}")
}

/// Reads the answers to the questions that the form has shown; `current` are those before.
pub fn read_answers(
    description: &QuestionnaireDescription,
    current: &Answers,
    data: &FormData,
) -> ReadAnswers {
    let mut read = ReadAnswers { errors: data.refused(), ..ReadAnswers::default() };
    let is_shown =
        |question: &&Question| data.texts(SHOWN).any(|shown| shown == question.id.as_str());
    for question in description.questions().filter(is_shown) {
        match answer(question, current.get(&question.id), data) {
            Ok(answer) => {
                read.answers.insert(question.id.clone(), answer);
            }
            Err(error) => read.errors.push(answer_field(&question.id), error),
        }
    }
    read
}

fn answer(
    question: &Question,
    before: Option<&Answer>,
    data: &FormData,
) -> Result<Option<Answer>, FieldError> {
    let attachments = attachments(question, before, data)?;
    if data.text(&unknown_field(&question.id)) == Some(NOT_KNOWN) {
        return Ok(Some(Answer { given: Given::NotKnown, attachments }));
    }
    let Some(value) = value(question, data)? else {
        // Files without an answer: the answer is in them.
        let has_files = !attachments.is_empty();
        return Ok(has_files.then_some(Answer { given: Given::NotKnown, attachments }));
    };
    question.check(&value)?;
    Ok(Some(Answer { given: Given::Value(value), attachments }))
}

fn value(question: &Question, data: &FormData) -> Result<Option<FactValue>, FieldError> {
    let name = answer_field(&question.id);
    if let QuestionKind::Choices(_) = question.kind {
        let chosen: Vec<_> = data.texts(&name).map(str::to_owned).collect();
        return Ok((!chosen.is_empty()).then_some(FactValue::List(chosen)));
    }
    let Some(text) = data.filled(&name) else { return Ok(None) };
    Ok(Some(match &question.kind {
        QuestionKind::Number { unit, least, most } => {
            let out_of_range = || refit_desk::InvalidAnswer::OutOfRange {
                least: *least,
                most: *most,
                unit: unit.clone(),
            };
            FactValue::Number(text.trim().parse().map_err(|_| out_of_range())?)
        }
        QuestionKind::YesNo => FactValue::Flag(match text {
            "yes" => true,
            "no" => false,
            _ => return Err(FieldError::NoChoice),
        }),
        QuestionKind::LongText => FactValue::Text(text.trim().replace("\r\n", "\n")),
        QuestionKind::Choice(_) => FactValue::Text(text.to_owned()),
        _ => FactValue::Text(text.trim().to_owned()),
    }))
}

fn attachments(
    question: &Question,
    before: Option<&Answer>,
    data: &FormData,
) -> Result<Vec<Attachment>, FieldError> {
    let keep = keep_field(&question.id);
    let is_kept =
        |file: &&Attachment| data.texts(&keep).any(|digest| digest == file.digest.to_string());
    let kept = before.iter().flat_map(|answer| &answer.attachments).filter(is_kept).cloned();
    let attached = |file: &Upload| {
        Ok::<_, FieldError>(Attachment { name: Line::new(&file.name)?, digest: file.digest })
    };
    let files = files_field(&question.id);
    let new = data.files(&files).map(attached);
    kept.map(Ok).chain(new).collect()
}

/// A question's answer, as the form shows it.
pub fn fill_answer(question: &Question, answer: &Answer) -> FormData {
    let mut data = FormData::new().with(SHOWN, question.id.as_str());
    let name = answer_field(&question.id);
    match &answer.given {
        Given::NotKnown => data.push(unknown_field(&question.id), NOT_KNOWN),
        Given::Value(FactValue::List(chosen)) => {
            for one in chosen {
                data.push(name.clone(), one.as_str());
            }
        }
        Given::Value(FactValue::Flag(is_so)) => data.push(name, if *is_so { "yes" } else { "no" }),
        Given::Value(FactValue::Text(text)) => data.push(name, text.as_str()),
        Given::Value(FactValue::Number(number)) => data.push(name, number.to_string()),
    }
    for file in &answer.attachments {
        data.push(keep_field(&question.id), file.digest.to_string());
    }
    data
}
