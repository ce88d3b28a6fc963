//! Requests over the API.

use axum::http::StatusCode;
use jiff::Timestamp;
use refit_desk::{
    Action, ActionKind, Case, CaseId, Event, NewRequest, OnBehalf, RequestFields, Role,
    StateMachine as _, Summary, Waiting,
};
use refit_pages::forms::word;
use refit_store::{CaseFilter, CaseList, CaseOrder, Cursor, Direction};
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{answer, answer_with, types};
use crate::cases;
use crate::checks;
use crate::complete::complete;
use crate::documents;
use crate::failure::{Failure, FailureKind};
use crate::pages::request::{customer, standing};
use crate::person::{Way, role_word};
use crate::planning;
use crate::route::Answer;
use crate::token::short_id;
use crate::visit::Visit;

/// How many requests are on a page, and how many at most.
const ON_PAGE: (u32, u32) = (25, 100);
/// How many events are on a page.
const EVENTS_ON_PAGE: u32 = 200;

/// Who the token is of.
pub(crate) async fn me(visit: Visit) -> Answer {
    let person = visit.person()?;
    let scopes = match &person.way {
        Way::Token { scopes } => scopes.clone(),
        Way::Session(_) => Vec::new(),
    };
    answer(&types::Me {
        user: person.user.id.clone(),
        name: person.user.name.clone(),
        role: role_word(person.role()).to_owned(),
        organisation: person.organisation.id.clone(),
        scopes,
    })
}

/// The requests that the person sees.
pub(crate) async fn list(visit: Visit) -> Answer {
    let person = visit.person()?;
    let after = visit.query.filled("after").map(str::parse::<Cursor>).transpose();
    let limit = match visit.query.filled("limit").map(str::parse::<u32>).transpose() {
        Ok(limit) => limit.unwrap_or(ON_PAGE.0),
        Err(_) => return Err(Failure::invalid("`limit` is no number")),
    };
    if !(1..=ON_PAGE.1).contains(&limit) {
        return Err(Failure::invalid(format!("`limit` is from 1 to {}", ON_PAGE.1)));
    }
    let list = CaseList {
        filter: CaseFilter {
            organisation: (person.role() == Role::Customer).then(|| person.organisation.id.clone()),
            states: visit.query.filled("state").map(str::to_owned).into_iter().collect(),
            visible_to: cases::viewer(&person.actor),
            ..CaseFilter::default()
        },
        order: CaseOrder::Changed,
        direction: Direction::Descending,
        after: after.map_err(|error| Failure::invalid(error.to_string()))?,
        limit,
    };
    let found = visit.portal.store.cases(&list).await?;
    let mut requests = Vec::new();
    for row in &found.rows {
        let entry = cases::entry(&visit.portal.store, row, &person.actor).await?;
        requests.extend(entry.map(|entry| summarised(&entry.summary(visit.origin.at))));
    }
    answer(&types::RequestPage { requests, next: found.next.map(|next| next.to_string()) })
}

/// A request.
pub(crate) async fn get(visit: Visit) -> Answer {
    answer(&detail(visit.case()?, &visit)?)
}

/// Makes a request.
pub(crate) async fn make(visit: Visit) -> Answer {
    let person = visit.person()?;
    let given: types::NewRequest = visit.json()?;
    let fields: RequestFields = converted(&given.fields)?;
    let version = standing(&visit, fields.platform.as_str(), fields.current_version.as_str());
    let on_behalf: Option<OnBehalf> = converted(&given.on_behalf)?;
    let requester = on_behalf.as_ref().map(|one| one.requester.as_str());
    let customer = customer(&visit, requester).await?.map_err(|why| {
        Failure::new(FailureKind::Refused, why, "Name one of a customer's people.")
    })?;
    let request = NewRequest { customer, fields, version, on_behalf };
    let action = Action::CreateRequest(Box::new(request));
    let id = CaseId::new(short_id("c")).map_err(Failure::internal)?;
    let acted = cases::act(&visit.portal, &id, action, &person.actor, &visit.origin).await?;
    answer_with(StatusCode::CREATED, &detail(&acted.case, &visit)?)
}

/// Does an action. What needs a person's word, given with the password, is not done by programs.
pub(crate) async fn act(visit: Visit) -> Answer {
    let (person, case) = (visit.person()?, visit.case()?);
    let given: types::Action = visit.json()?;
    let mut action: Action = converted(&given)?;
    let kind = action.kind();
    if !types::is_for_programs(kind) {
        let what = format!("A program may not {kind} by this address");
        let remedy = "Do it in the portal, where a person confirms it; requests and answers have \
                      addresses of their own.";
        return Err(Failure::new(FailureKind::Forbidden, what, remedy));
    }
    if kind.is_for(person.role()) {
        action = documents::of_action(&visit, action).await??;
    }
    complete(&visit, case, &mut action).await?;
    checks::people(&visit.portal, case, &action).await??;
    checks::contents(&visit.portal, case, &action).await??;
    checks::plan(&visit.portal, case, &action).await??;
    let acted = cases::act(&visit.portal, &case.id, action, &person.actor, &visit.origin).await?;
    if kind == ActionKind::TakeDecisions {
        planning::begin(&visit.portal, &acted.case).await?;
    }
    let lines = lines(&acted.events, &acted.case, person.role());
    answer(&types::Acted { version: acted.case.events, events: lines })
}

/// The history.
pub(crate) async fn events(visit: Visit) -> Answer {
    let (person, case) = (visit.person()?, visit.case()?);
    let after = match visit.query.filled("after").map(str::parse::<u64>).transpose() {
        Ok(after) => after.unwrap_or(0).min(case.events),
        Err(_) => return Err(Failure::invalid("`after` is no number of an event")),
    };
    let records = visit.portal.store.events(case.id.as_str(), after, EVENTS_ON_PAGE).await?;
    let events: Result<Vec<Event>, _> =
        records.iter().map(|record| record.content.body.read::<Event>()).collect();
    let events = events?;
    let last = events.last().map(|event| event.number);
    let next = last.filter(|last| *last < case.events);
    answer(&types::EventPage { events: lines(&events, case, person.role()), next })
}

fn lines(events: &[Event], case: &Case, role: Role) -> Vec<types::EventLine> {
    let line = |event: &Event| {
        let line = event.line(case);
        types::EventLine {
            number: line.number,
            at: line.at.to_string(),
            by: line.by.to_string(),
            role: role_word(line.role).to_owned(),
            what: line.what,
        }
    };
    events.iter().filter(|event| event.is_for(role)).map(line).collect()
}

fn detail(case: &Case, visit: &Visit) -> Result<types::RequestDetail, Failure> {
    let summary = case.summary(visit.origin.at).ok_or_else(Failure::not_found)?;
    let request = case.request.as_ref().ok_or_else(Failure::not_found)?;
    let role = visit.person()?.role();
    let actions = ActionKind::ALL.iter().filter(|kind| kind.is_for(role));
    Ok(types::RequestDetail {
        summary: summarised(&summary),
        version: case.events,
        fields: converted(&request.fields)?,
        remarks: case.request_remarks().iter().map(refit_desk::RequestRemark::words).collect(),
        activities: case
            .activities
            .iter()
            .map(|activity| types::Activity {
                key: activity.key.to_string(),
                title: activity.title(),
                state: activity.state.word().to_owned(),
            })
            .collect(),
        waits: case.waits().into_iter().map(waiting).collect(),
        actions: actions.map(|kind| word(*kind)).collect(),
    })
}

fn waiting(wait: Waiting) -> types::Waiting {
    types::Waiting {
        title: wait.title,
        waits_for: wait.waits_for.word().to_owned(),
        why: wait.why,
        since: wait.since.to_string(),
    }
}

fn summarised(summary: &Summary) -> types::RequestSummary {
    let moment = |at: &Option<Timestamp>| at.map(|at| at.to_string());
    types::RequestSummary {
        case: summary.id.to_string(),
        title: summary.title.clone(),
        customer: summary.customer.to_string(),
        state: summary.state.word().to_owned(),
        phase: summary.phase.as_ref().map(ToString::to_string),
        waits_for: summary.waits_for.map(|party| party.word().to_owned()),
        waits_since: moment(&summary.waits_since),
        due: moment(&summary.due),
        is_late: summary.is_late,
        consultant: summary.consultant.as_ref().map(ToString::to_string),
        project_manager: summary.project_manager.as_ref().map(ToString::to_string),
        deadline: summary.deadline.to_string(),
        changed: summary.changed.to_string(),
    }
}

/// The same as another type: both are written down alike.
fn converted<T: DeserializeOwned>(value: &impl Serialize) -> Result<T, Failure> {
    let json = serde_json::to_value(value).map_err(Failure::internal)?;
    serde_json::from_value(json)
        .map_err(|error| Failure::invalid(format!("The JSON cannot be taken: {error}")))
}
