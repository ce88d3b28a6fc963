//! Answers to the questionnaire: those that can be saved are, the others are shown again.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use refit_desk::Action;
use refit_pages::forms::{FormErrors, read_answers};
use refit_pages::{QuestionnaireView, paths, questionnaire};

use crate::cases::{self, NotActed};
use crate::failure::Failure;
use crate::people;
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying, page_with};

/// Saves answers; gives the questionnaire back, where that was asked for and nothing is wrong.
pub(crate) async fn save(visit: Visit) -> Answer {
    let (form, case) = (visit.form()?, visit.case()?);
    let asked = case.questionnaire.as_ref().ok_or_else(Failure::not_found)?;
    let read = read_answers(&asked.description, &asked.answers, form);
    let mut errors = read.errors;
    let mut actions = Vec::new();
    if !read.answers.is_empty() {
        actions.push(Action::SaveAnswers { answers: read.answers });
    }
    if form.text("then") == Some("submit") && errors.is_empty() {
        actions.push(Action::SubmitAnswers);
    }
    let actor = &visit.person()?.actor;
    for action in actions {
        match cases::act(&visit.portal, &case.id, action, actor, &visit.origin).await {
            Ok(_) => {}
            Err(NotActed::Refused(refusal)) => {
                errors = FormErrors::of_refusal(&refusal);
                break;
            }
            Err(NotActed::Failed(failure)) => return Err(failure),
        }
    }
    // The page's script keeps answers while the form is filled: it shows no page.
    let is_kept_alone = form.text("then") == Some("keep");
    if is_kept_alone && errors.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    if errors.is_empty() {
        return go_saying(&place(&visit)?, Said::Saved);
    }
    let people = people::of_case(&visit.portal.store, case).await?;
    let view = QuestionnaireView { data: Some(form), errors: Some(&errors) };
    let page = questionnaire(&visit.shell(), visit.view(case, &people), view);
    page_with(StatusCode::UNPROCESSABLE_ENTITY, page)
}

fn place(visit: &Visit) -> Result<String, Failure> {
    Ok(paths::part(&visit.case()?.id, "questionnaire"))
}
