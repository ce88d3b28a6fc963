//! Actions: the form of each, and what comes of it.

use axum::http::{HeaderValue, StatusCode};
use jiff::SignedDuration;
use refit_desk::{Action, ActionKind, Case};
use refit_model::Facts;
use refit_pages::forms::{
    CHECK, FormData, FormErrors, Supplied, kind, needs_reauthentication, parse, parse_request,
};
use refit_pages::{
    ActionView, CheckedRequest, ReauthenticationView, action, paths, reauthenticate,
};

use super::confirmed::confirm_action;
use super::entrance::{elsewhere, provider, secret};
use super::request::standing;
use crate::cases::{self, NotActed};
use crate::checks;
use crate::complete::complete;
use crate::cookie::Cookie;
use crate::documents::{self, Taken};
use crate::failure::Failure;
use crate::login::{self, Checked};
use crate::people;
use crate::problem;
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying, page_with, with_cookie};

/// The field of the password that confirms.
const PASSWORD: &str = "password";
/// How long the provider's word counts, where there is no password.
const FRESH: SignedDuration = SignedDuration::from_mins(5);

/// The form of an action.
pub(crate) async fn show(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    shown(&visit, StatusCode::OK, kind, &FormData::new(), &FormErrors::default(), None).await
}

/// Does an action: reads the form, checks what the server alone can check, asks for the password
/// where somebody's word is given, and has the desk decide.
pub(crate) async fn act(visit: Visit) -> Answer {
    let kind = kind_of(&visit)?;
    if kind == ActionKind::SaveAnswers {
        return Box::pin(super::questionnaire::save(visit)).await;
    }
    if kind == ActionKind::TakeDecisions {
        return Box::pin(super::decisions::decide(visit)).await;
    }
    let case = visit.case()?;
    let Taken { mut form, facts, errors, .. } =
        documents::take(&visit, kind, visit.form()?).await?;
    if kind == ActionKind::NameContact {
        name_contact(&visit, &mut form).await?;
    }
    let form = &form;
    if !errors.is_empty() {
        return wrong(&visit, kind, form, &errors).await;
    }
    let mut action = match read(&visit, kind, form, facts.as_ref()) {
        Ok(action) => action,
        Err(errors) => return wrong(&visit, kind, form, &errors).await,
    };
    if form.filled(CHECK).is_some() {
        return checked(&visit, kind, action).await;
    }
    complete(&visit, case, &mut action).await?;
    if let Err(errors) = checks::people(&visit.portal, case, &action).await? {
        return wrong(&visit, kind, form, &errors).await;
    }
    if let Err(errors) = checks::contents(&visit.portal, case, &action).await? {
        return wrong(&visit, kind, form, &errors).await;
    }
    if let Err(errors) = checks::plan(&visit.portal, case, &action).await? {
        return wrong(&visit, kind, form, &errors).await;
    }
    if !needs_reauthentication(kind) {
        return done(&visit, kind, action, form).await;
    }
    // Nobody types a password for what is refused afterwards.
    let (actor, at) = (&visit.person()?.actor, visit.origin.at);
    let has_password = visit.person()?.user.password_hash.is_some();
    if has_password && let Err(refusal) = case.decide(action.clone(), actor, at, &visit.rules) {
        return wrong(&visit, kind, form, &FormErrors::of_refusal(&refusal)).await;
    }
    let renewed = match confirm_action(&visit, kind).await? {
        Confirmed::Yes(renewed) => renewed,
        Confirmed::NotYet(answer) => return Ok(answer),
    };
    let Some(Renewed { cookie, csrf }) = renewed else {
        return done(&visit, kind, action, form).await;
    };
    let visit = Visit { csrf, ..visit };
    anew(&visit, &cookie, done(&visit, kind, action, form).await)
}

/// Has the desk decide, and tells what comes of it.
async fn done(visit: &Visit, kind: ActionKind, action: Action, form: &FormData) -> Answer {
    let (case, actor) = (visit.case()?, &visit.person()?.actor);
    match cases::act(&visit.portal, &case.id, action, actor, &visit.origin).await {
        Ok(acted) => go_saying(&place_of(&acted.case, kind), Said::Acted(kind)),
        Err(NotActed::Refused(refusal)) => {
            wrong(visit, kind, form, &FormErrors::of_refusal(&refusal)).await
        }
        Err(NotActed::Failed(failure)) => Err(failure),
    }
}

/// The name of the person who is chosen as a contact, where no other was typed.
async fn name_contact(visit: &Visit, form: &mut FormData) -> Result<(), Failure> {
    let Some(user) = form.filled("user").filter(|_| form.filled("name").is_none()) else {
        return Ok(());
    };
    // Somebody who is not there is told of where the people are checked.
    let known = visit.portal.store.user(user.trim()).await?;
    let name = known.map_or_else(|| user.to_owned(), |user| user.name);
    form.push("name", name);
    Ok(())
}

/// The kind of action of the path, if it is for the person's role.
fn kind_of(visit: &Visit) -> Result<ActionKind, Failure> {
    let word: String = visit.parameter("kind")?;
    let kind = kind(&word).ok_or_else(Failure::not_found)?;
    if kind == ActionKind::CreateRequest {
        return Err(Failure::not_found());
    }
    if kind.is_for(visit.person()?.role()) { Ok(kind) } else { Err(Failure::forbidden()) }
}

fn read(
    visit: &Visit,
    kind: ActionKind,
    form: &FormData,
    facts: Option<&Facts>,
) -> Result<Action, FormErrors> {
    let version = if kind == ActionKind::AmendRequest {
        let fields = parse_request(form)?;
        Some(standing(visit, fields.platform.as_str(), fields.current_version.as_str()))
    } else {
        None
    };
    let zone = &visit.zone;
    parse(kind, form, &Supplied { zone, customer: None, version, facts, additions: &[] })
}

/// What would be said about a changed request.
async fn checked(visit: &Visit, kind: ActionKind, action: Action) -> Answer {
    let (form, case) = (visit.form()?, visit.case()?);
    let decided = case.decide(action, &visit.person()?.actor, visit.origin.at, &visit.rules);
    match decided {
        Ok(events) => {
            let mut case = case.clone();
            for event in &events {
                case.apply(event).map_err(Failure::internal)?;
            }
            let remarks = case.request_remarks();
            let (none, at) = (FormErrors::default(), visit.origin.at);
            let checked = Some(super::request::checked(&case, &remarks, at));
            shown(visit, StatusCode::OK, kind, form, &none, checked).await
        }
        Err(refusal) => wrong(visit, kind, form, &FormErrors::of_refusal(&refusal)).await,
    }
}

async fn wrong(visit: &Visit, kind: ActionKind, form: &FormData, errors: &FormErrors) -> Answer {
    shown(visit, StatusCode::UNPROCESSABLE_ENTITY, kind, form, errors, None).await
}

async fn shown(
    visit: &Visit,
    status: StatusCode,
    kind: ActionKind,
    data: &FormData,
    errors: &FormErrors,
    checked: Option<CheckedRequest<'_>>,
) -> Answer {
    let case = visit.case()?;
    let people = people::of_case(&visit.portal.store, case).await?;
    let known = documents::known(visit, &[kind]).await?;
    let view = ActionView {
        case,
        rules: &visit.rules,
        now: visit.origin.at,
        people: &people,
        documents: &known,
        kind,
        data,
        errors,
        checked,
    };
    page_with(status, action(&visit.shell(), view))
}

/// Whether the person has confirmed.
pub(super) enum Confirmed {
    /// With a new session, if there is one.
    Yes(Option<Renewed>),
    /// The page that asks for it.
    NotYet(axum::response::Response),
}

/// The session of a person who has shown again who it is.
pub(super) struct Renewed {
    /// Its cookie.
    pub(super) cookie: HeaderValue,
    /// What its forms are known by.
    pub(super) csrf: String,
}

/// The answer to a person whose session is a new one: it gets to know that one whatever comes of
/// what was done, and what is shown belongs to it.
pub(super) fn anew(visit: &Visit, cookie: &HeaderValue, done: Answer) -> Answer {
    let answer = done.or_else(|failure| {
        failure.log();
        problem::page(visit, &failure)
    });
    with_cookie(answer, cookie)
}

/// What is confirmed.
pub(super) struct Confirming<'a> {
    /// What is about to be done.
    pub(super) what: &'a str,
    /// What it is about.
    pub(super) about: &'a [(&'static str, String)],
    /// Where the form goes.
    pub(super) path: &'a str,
    /// Where to go instead.
    pub(super) back: &'a str,
}

/// Asks for the password once more, or looks at it. Who has shown again who it is gets a new
/// session.
pub(super) async fn confirm(visit: &Visit, what: &Confirming<'_>) -> Result<Confirmed, Failure> {
    let (form, person) = (visit.form()?, visit.person()?);
    let Confirming { what, about, path, back } = *what;
    let way = elsewhere("confirm", Some(back));
    let has_password = person.user.password_hash.is_some();
    let ask = |status, error: Option<&str>| {
        let elsewhere = provider(visit, &way).filter(|_| !has_password);
        let view = ReauthenticationView { what, about, path, data: form, back, elsewhere, error };
        page_with(status, reauthenticate(&visit.shell(), view)).map(Confirmed::NotYet)
    };
    if !has_password {
        // The provider has vouched for the person just now, or is to do so.
        let shown = person.session().map(|session| session.authenticated);
        let is_fresh = shown.is_some_and(|at| visit.origin.at.duration_since(at) <= FRESH);
        return if is_fresh { Ok(Confirmed::Yes(None)) } else { ask(StatusCode::OK, None) };
    }
    if form.filled(PASSWORD).is_none() {
        return ask(StatusCode::OK, None);
    }
    let password = secret(visit, PASSWORD)?;
    match login::check(&visit.portal, &person.user.id, password, &visit.origin).await? {
        Checked::Right(_, attempt) => {
            let token = login::renew(visit, person, attempt, visit.origin.at).await?;
            let cookie = Cookie::Session.set(&token, visit.portal.is_https())?;
            Ok(Confirmed::Yes(Some(Renewed { cookie, csrf: token.csrf() })))
        }
        Checked::Wrong => ask(StatusCode::UNPROCESSABLE_ENTITY, Some("This is not your password.")),
        Checked::Shut(again_at) => Err(Failure::too_many(again_at)),
    }
}

/// The page on which what was done is seen.
fn place_of(case: &Case, kind: ActionKind) -> String {
    use ActionKind as A;
    let part = match kind {
        A::StartActivity
        | A::HoldActivity
        | A::ReleaseActivity
        | A::FinishActivity
        | A::SkipActivity
        | A::ExcludeActivity
        | A::ReopenActivity => "activities",
        A::SendQuestionnaire | A::SaveAnswers | A::SubmitAnswers | A::AskForMissing => {
            "questionnaire"
        }
        A::PostFile
        | A::SendDocument
        | A::ReturnDocument
        | A::FindIncomplete
        | A::ProcessDocument => "documents",
        A::RecordAccessCheck
        | A::RecordAssessment
        | A::PostPlan
        | A::TakeDecisions
        | A::AcceptPlan
        | A::ObjectToPlan
        | A::RecordSoftware
        | A::RecordRun
        | A::TickStep
        | A::RecordTrial
        | A::FixDefect
        | A::DocumentDefect
        | A::DeliverResources => "upgrade",
        A::PostPlaybook
        | A::AskForChange
        | A::DiscussChange
        | A::AgreeToChange
        | A::AnswerChange
        | A::DeclineChange
        | A::WithdrawChange
        | A::ApprovePlaybook
        | A::DeliverPlaybook
        | A::OpenOnCall
        | A::ReportProblem
        | A::RecordReplicated
        | A::RecordNotReplicated
        | A::AnswerProblem
        | A::PlanEnvironment
        | A::RecordOtherUpgrade => "playbook",
        _ => return paths::case(&case.id),
    };
    paths::part(&case.id, part)
}
