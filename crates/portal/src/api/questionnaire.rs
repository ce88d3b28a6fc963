//! The questionnaire over the API: what is asked, what is answered, and answers that come in.

use std::collections::BTreeMap;

use refit_desk::{
    Action, Answer, Case, DocumentState, GivenAnswers, QUESTIONNAIRE, Question, QuestionId,
    QuestionKind, StateMachine as _, ViewedQuestion, ViewedSection,
};
use refit_model::FactValue;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::answer;
use crate::cases;
use crate::checks;
use crate::failure::{Failure, FailureKind};
use crate::route;
use crate::visit::Visit;

/// The questionnaire of a request.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Questionnaire {
    /// How many events the request has: what answers are given in view of.
    version: u64,
    /// Where it stands: `sent`, `returned`, `incomplete` or `processed`.
    state: Option<String>,
    /// When it is due back.
    due: Option<String>,
    /// The sections with the questions that are asked now.
    sections: Vec<SectionShown>,
    /// The questions without an answer, of those that need one.
    missing: Vec<QuestionId>,
}

/// Questions that belong together.
#[derive(Debug, Serialize, JsonSchema)]
struct SectionShown {
    id: QuestionId,
    title: String,
    questions: Vec<QuestionShown>,
}

/// A question, with its answer and with what an inventory says.
#[derive(Debug, Serialize, JsonSchema)]
struct QuestionShown {
    id: QuestionId,
    /// What is asked.
    text: String,
    /// What an answer looks like.
    kind: QuestionKind,
    /// What helps to answer.
    help: Option<String>,
    /// Whether the questionnaire is incomplete without an answer.
    required: bool,
    /// Which file is wanted with the answer.
    attachment: Option<String>,
    /// The answer.
    answer: Option<Answer>,
    /// What the inventory says, where nothing was answered yet.
    prefilled: Option<FactValue>,
    /// What the inventory says, where the answer says something else.
    contradicted_by: Option<FactValue>,
    /// Whether an answer is missing.
    is_missing: bool,
}

/// Answers to save.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswersToSave {
    /// The `version` of the questionnaire that they are given in view of. What somebody has
    /// answered since is not overwritten.
    version: u64,
    /// The answers by question; `null` takes one back. Files are named by their digests.
    answers: BTreeMap<QuestionId, Option<Answer>>,
}

/// What is asked, what is answered, and what is missing.
pub(crate) async fn show(visit: Visit) -> route::Answer {
    answer(&shown(visit.case()?)?)
}

/// Saves answers: all of them or, where somebody has answered one of the questions meanwhile, none.
pub(crate) async fn save(visit: Visit) -> route::Answer {
    let (person, case) = (visit.person()?, visit.case()?);
    let AnswersToSave { version, answers } = visit.json()?;
    if version > case.events {
        let what = format!("There is no version {version} yet; it is {}", case.events);
        return Err(Failure::new(FailureKind::Refused, what, "Read the questionnaire first."));
    }
    let answers: GivenAnswers = answers;
    let action = Action::SaveAnswers { answers, seen: Some(version) };
    checks::contents(&visit.portal, case, &action).await??;
    let acted = cases::act(&visit.portal, &case.id, action, &person.actor, &visit.origin).await?;
    answer(&shown(&acted.case)?)
}

fn shown(case: &Case) -> Result<Questionnaire, Failure> {
    let not_sent = || {
        let remedy = "It is there when a consultant has sent it.";
        Failure::new(FailureKind::NotFound, "The questionnaire was not sent yet", remedy)
    };
    let asked = case.questionnaire.as_ref().ok_or_else(not_sent)?;
    let document = case.document(QUESTIONNAIRE);
    let is_open = |state: &DocumentState| *state != DocumentState::Processed;
    Ok(Questionnaire {
        version: case.events,
        state: document.map(|document| document.state.word().to_owned()),
        due: document.filter(|one| is_open(&one.state)).map(|one| one.due.to_string()),
        sections: asked.view(&case.inventory).iter().map(section).collect(),
        missing: asked.missing(),
    })
}

fn section(section: &ViewedSection<'_>) -> SectionShown {
    SectionShown {
        id: section.id.clone(),
        title: section.title.to_string(),
        questions: section.questions.iter().map(question).collect(),
    }
}

fn question(viewed: &ViewedQuestion<'_>) -> QuestionShown {
    let Question { id, text, kind, help, required, attachment, .. } = viewed.question;
    QuestionShown {
        id: id.clone(),
        text: text.to_string(),
        kind: kind.clone(),
        help: help.as_ref().map(ToString::to_string),
        required: *required,
        attachment: attachment.as_ref().map(ToString::to_string),
        answer: viewed.answer.cloned(),
        prefilled: viewed.prefilled.cloned(),
        contradicted_by: viewed.contradicted_by.cloned(),
        is_missing: viewed.is_missing,
    }
}
