//! Answers to the questionnaire: those that can be saved are, the others are shown again.

use axum::http::StatusCode;
use axum::response::IntoResponse as _;
use refit_desk::{Action, ActionKind, Case, GivenAnswers, Seen};
use refit_pages::forms::{FormErrors, SEEN, read_answers};
use refit_pages::{QuestionnaireView, paths, questionnaire};

use crate::cases::{self, NotActed};
use crate::failure::Failure;
use crate::people;
use crate::route::Answer;
use crate::visit::{Said, Visit, go, go_saying, page_with};

/// The field of an address that is there if somebody wants to give the questionnaire back although
/// answers are missing.
pub(crate) const GIVE_BACK: &str = "give-back";

/// Saves answers; gives the questionnaire back, where that was asked for, nothing is wrong and no
/// answer is missing. If some are, it is asked first. What others have answered since the form was
/// shown stays.
pub(crate) async fn save(visit: Visit) -> Answer {
    let (form, case) = (visit.form()?, visit.case()?);
    let asked = case.questionnaire.as_ref().ok_or_else(Failure::not_found)?;
    let seen = form.filled(SEEN).and_then(|number| number.trim().parse::<u64>().ok());
    let mut errors = FormErrors::default();
    let answers = changed(&visit, seen, &mut errors).await?;
    let mut is_complete = asked.missing().is_empty();
    if !answers.is_empty() {
        match act(&visit, Action::SaveAnswers { answers, seen: Some(case.events) }).await? {
            Ok(case) => {
                is_complete = case.questionnaire.is_some_and(|one| one.missing().is_empty());
            }
            Err(refused) => errors = refused,
        }
    }
    let mut done = ActionKind::SaveAnswers;
    if errors.is_empty() && form.text("then") == Some("submit") {
        if !is_complete {
            let place = paths::part(&case.id, "questionnaire");
            return go(&format!("{place}?{GIVE_BACK}=yes"));
        }
        done = ActionKind::SubmitAnswers;
        errors = act(&visit, Action::SubmitAnswers).await?.err().unwrap_or_default();
    }
    // The page's script keeps answers while the form is filled: it shows no page.
    let is_kept_alone = form.text("then") == Some("keep");
    if is_kept_alone && errors.is_empty() {
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    if errors.is_empty() {
        return go_saying(&paths::part(&case.id, "questionnaire"), Said::Acted(done));
    }
    let case = cases::visible(&visit.portal.store, &case.id, &visit.person()?.actor).await?;
    let people = people::of_case(&visit.portal.store, &case).await?;
    let view =
        QuestionnaireView { data: Some(form), errors: Some(&errors), seen, gives_back: false };
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

/// The case after an action, or why the desk refused it.
async fn act(visit: &Visit, action: Action) -> Result<Result<Case, FormErrors>, Failure> {
    let (case, actor) = (visit.case()?, &visit.person()?.actor);
    match cases::act(&visit.portal, &case.id, action, actor, &visit.origin).await {
        Ok(acted) => Ok(Ok(acted.case)),
        Err(NotActed::Refused(refusal)) => Ok(Err(FormErrors::of_refusal(&refusal))),
        Err(NotActed::Failed(failure)) => Err(failure),
    }
}
