//! Making a request.

use axum::http::StatusCode;
use jiff::Timestamp;
use refit_desk::{
    Action, ActionKind, Case, CaseId, Customer, Recommendation, RequestRemark, Upgraded, UserId,
    VersionStanding,
};
use refit_pages::forms::{CHECK, FormData, FormErrors, Supplied, parse, parse_request};
use refit_pages::{CheckedRequest, Html, NewRequestView, new_request, paths};
use refit_store::User;

use crate::cases::{self, NotActed};
use crate::failure::Failure;
use crate::installations;
use crate::people;
use crate::person::customer_of;
use crate::route::Answer;
use crate::token::short_id;
use crate::visit::{Said, Visit, go_saying, page, page_with};

/// The form of a new request.
pub(crate) async fn show(visit: Visit) -> Answer {
    let data = next(&visit).await?;
    page(shown(&visit, &data, &FormErrors::default(), None).await?)
}

/// What is known of an installation that is due, where the list of those leads here.
async fn next(visit: &Visit) -> Result<FormData, Failure> {
    let mut data = FormData::new();
    let told = ["case", "environment", "installation"].map(|name| visit.query.filled(name));
    let [Some(case), Some(environment), Some(installation)] = told else { return Ok(data) };
    let is_it = |one: &Recommendation| {
        let Upgraded { case: of, environment: there, installation: it, .. } = &one.of;
        (of.as_str(), there.as_str(), it.as_str()) == (case, environment, installation)
    };
    let due = installations::due(&visit.portal).await?.into_iter().find(is_it);
    let Some(Recommendation { of, reasons, .. }) = due else { return Ok(data) };
    let Some(case) = cases::load(&visit.portal.store, &of.case).await? else { return Ok(data) };
    let person = visit.person()?;
    if !case.is_visible_to(&person.actor) {
        return Ok(data);
    }
    if let Some(request) = case.request.as_ref().filter(|_| person.role().is_team()) {
        data.push("on_behalf.requester", request.requester.as_str());
    }
    data.push("fields.platform", of.platform.as_str());
    data.push("fields.current_version", of.version.as_str());
    let reasons = reasons.iter().map(|reason| reason.words()).collect::<Vec<_>>().join(" ");
    let why = format!("The next upgrade of {} in {}. {reasons}", of.installation, of.environment);
    data.push("fields.deadline_reason", why);
    Ok(data)
}

/// Makes the request; or says what would be said about it.
pub(crate) async fn make(visit: Visit) -> Answer {
    let form = visit.form()?;
    let action = match read(&visit, form).await? {
        Ok(action) => action,
        Err(errors) => return wrong(&visit, form, &errors).await,
    };
    let actor = &visit.person()?.actor;
    let id = CaseId::new(short_id("c")).map_err(Failure::internal)?;
    if form.filled(CHECK).is_some() {
        let case = Case::new(id);
        return match case.decide(action, actor, visit.origin.at, &visit.rules) {
            Ok(events) => {
                let case = Case::replay(case.id, &events).map_err(Failure::internal)?;
                let (remarks, fine) = (case.request_remarks(), FormErrors::default());
                let checked = checked(&case, &remarks, visit.origin.at);
                page(shown(&visit, form, &fine, Some(checked)).await?)
            }
            Err(refusal) => wrong(&visit, form, &FormErrors::of_refusal(&refusal)).await,
        };
    }
    match cases::act(&visit.portal, &id, action, actor, &visit.origin).await {
        Ok(acted) => {
            go_saying(&paths::case(&acted.case.id), Said::Acted(ActionKind::CreateRequest))
        }
        Err(NotActed::Refused(refusal)) => {
            wrong(&visit, form, &FormErrors::of_refusal(&refusal)).await
        }
        Err(NotActed::Failed(failure)) => Err(failure),
    }
}

async fn wrong(visit: &Visit, form: &FormData, errors: &FormErrors) -> Answer {
    page_with(StatusCode::UNPROCESSABLE_ENTITY, shown(visit, form, errors, None).await?)
}

/// The customer of a request: the person's own organisation, or that of the one for whom somebody
/// of the team makes it; or why there is none.
pub(crate) async fn customer(
    visit: &Visit,
    requester: Option<&str>,
) -> Result<Result<Customer, &'static str>, Failure> {
    let person = visit.person()?;
    if !person.role().is_team() {
        return person.customer().map(Ok);
    }
    let store = &visit.portal.store;
    let user = store.user(requester.unwrap_or_default()).await?;
    let is_one = |user: &User| user.role == "customer" && user.disabled.is_none();
    let Some(user) = user.filter(is_one) else {
        return Ok(Err("A request is made for one of a customer's people"));
    };
    let organisation = store.organisation(&user.organisation).await?;
    let organisation = organisation.ok_or_else(|| Failure::internal("a user is of none"))?;
    customer_of(&organisation).map(Ok)
}

/// The action of a form, or what is wrong with it.
async fn read(visit: &Visit, form: &FormData) -> Result<Result<Action, FormErrors>, Failure> {
    let customer = match customer(visit, form.filled("on_behalf.requester")).await? {
        Ok(customer) => customer,
        Err(why) => return Ok(Err(FormErrors::of_whole(format!("{why}.")))),
    };
    let fields = match parse_request(form) {
        Ok(fields) => fields,
        Err(errors) => return Ok(Err(errors)),
    };
    let version = standing(visit, fields.platform.as_str(), fields.current_version.as_str());
    let supplied = Supplied {
        zone: &visit.zone,
        customer: Some(&customer),
        version: Some(version),
        facts: None,
        additions: &[],
    };
    Ok(parse(ActionKind::CreateRequest, form, &supplied))
}

/// What is told of a request that was checked, and could be taken.
pub(crate) fn checked<'a>(
    case: &Case,
    remarks: &'a [RequestRemark],
    now: Timestamp,
) -> CheckedRequest<'a> {
    let expected = case.timeline(now).and_then(|timeline| timeline.handed_over);
    let days = case.calendar().zip(expected);
    let days =
        days.map(|(calendar, (first, last))| (calendar.date_of(first), calendar.date_of(last)));
    CheckedRequest { remarks, handed_over: days }
}

/// Whether the pack knows a version.
pub(crate) fn standing(visit: &Visit, platform: &str, version: &str) -> VersionStanding {
    if visit.portal.knows_version(platform, version) {
        VersionStanding::Known
    } else {
        VersionStanding::Unconfirmed
    }
}

async fn shown(
    visit: &Visit,
    data: &FormData,
    errors: &FormErrors,
    checked: Option<CheckedRequest<'_>>,
) -> Result<Html, Failure> {
    let is_team = visit.person()?.role().is_team();
    let people = if is_team { requesters(visit).await? } else { Vec::new() };
    let view = NewRequestView {
        platforms: &visit.portal.platforms,
        requesters: is_team.then_some(&people),
        data,
        errors,
        checked,
    };
    Ok(new_request(&visit.shell(), view))
}

/// The customers' people: id, and name with organisation.
async fn requesters(visit: &Visit) -> Result<Vec<(UserId, String)>, Failure> {
    let users = people::users(&visit.portal.store, None).await?;
    let can_ask = users.into_iter().filter(|one| one.role == "customer" && one.disabled.is_none());
    let named = |user: User| {
        let id = UserId::new(&user.id).map_err(Failure::internal)?;
        Ok((id, format!("{} ({})", user.name, user.organisation)))
    };
    can_ask.map(named).collect()
}
