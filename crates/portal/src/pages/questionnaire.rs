//! Answers to the questionnaire: those that can be saved are, the others are shown again.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use refit_desk::{Action, GivenAnswers, Seen};
use refit_pages::forms::{FormErrors, SEEN, read_answers};
use refit_pages::{QuestionnaireView, paths, questionnaire};

use crate::cases::{self, NotActed};
use crate::failure::Failure;
use crate::people;
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying, page_with};

/// Saves answers; gives the questionnaire back, where that was asked for and nothing is wrong. What
/// others have answered since the form was shown stays.
pub(crate) async fn save(visit: Visit) -> Answer {
    let (form, case) = (visit.form()?, visit.case()?);
    let seen = form.filled(SEEN).and_then(|number| number.trim().parse::<u64>().ok());
    let mut errors = FormErrors::default();
    let mut actions = Vec::new();
    let answers = changed(&visit, seen, &mut errors).await?;
    if !answers.is_empty() {
        actions.push(Action::SaveAnswers { answers, seen: Some(case.events) });
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
    let case = cases::visible(&visit.portal.store, &case.id, actor).await?;
    let people = people::of_case(&visit.portal.store, &case).await?;
    let view = QuestionnaireView { data: Some(form), errors: Some(&errors), seen };
    let page = questionnaire(&visit.shell(), visit.view(&case, &people), view);
    page_with(StatusCode::UNPROCESSABLE_ENTITY, page)
}

/// The answers that the form has changed, which was shown after the event `seen`.
async fn changed(
    visit: &Visit,
    seen: Option<u64>,
    errors: &mut FormErrors,
) -> Result<GivenAnswers, Failure> {
    let (form, case, by) = (visit.form()?, visit.case()?, &visit.person()?.actor.user);
    let asked = case.questionnaire.as_ref().ok_or_else(Failure::not_found)?;
    let Some(seen) = seen.filter(|seen| asked.is_answered_since(*seen, by)) else {
        let read = read_answers(&asked.description, &asked.answers, form);
        *errors = read.errors;
        return Ok(read.answers);
    };
    let mut events = cases::events(&visit.portal.store, &case.id).await?;
    events.retain(|event| event.number <= case.events);
    let known = Seen::of(&events, seen, by);
    let read = read_answers(&asked.description, known.answers(), form);
    *errors = read.errors;
    let changed = asked.changed(read.answers, &known, &case.inventory);
    errors.add_clashes(&changed.clashes);
    Ok(changed.answers)
}

fn place(visit: &Visit) -> Result<String, Failure> {
    Ok(paths::part(&visit.case()?.id, "questionnaire"))
}
