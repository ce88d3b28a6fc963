//! Making a request.

use axum::http::StatusCode;
use refit_desk::{Action, ActionKind, Case, CaseId, RequestRemark, VersionStanding};
use refit_pages::forms::{CHECK, FormData, FormErrors, Supplied, parse, parse_request};
use refit_pages::{Html, NewRequestView, new_request, paths};

use crate::cases::{self, NotActed};
use crate::failure::Failure;
use crate::route::Answer;
use crate::token::short_id;
use crate::visit::{Said, Visit, go_saying, page, page_with};

/// The form of a new request.
pub(crate) async fn show(visit: Visit) -> Answer {
    page(shown(&visit, &FormData::new(), &FormErrors::default(), &[]))
}

/// Makes the request; or says what would be said about it.
pub(crate) async fn make(visit: Visit) -> Answer {
    let form = visit.form()?;
    let wrong = |errors: &FormErrors| {
        page_with(StatusCode::UNPROCESSABLE_ENTITY, shown(&visit, form, errors, &[]))
    };
    let action = match read(&visit, form)? {
        Ok(action) => action,
        Err(errors) => return wrong(&errors),
    };
    let actor = &visit.person()?.actor;
    let id = CaseId::new(short_id("c")).map_err(Failure::internal)?;
    if form.filled(CHECK).is_some() {
        let case = Case::new(id);
        return match case.decide(action, actor, visit.origin.at, &visit.rules) {
            Ok(events) => {
                let case = Case::replay(case.id, &events).map_err(Failure::internal)?;
                let remarks = case.request_remarks();
                page(shown(&visit, form, &FormErrors::default(), &remarks))
            }
            Err(refusal) => wrong(&FormErrors::of_refusal(&refusal)),
        };
    }
    match cases::act(&visit.portal, &id, action, actor, &visit.origin).await {
        Ok(acted) => go_saying(&paths::case(&acted.case.id), Said::Saved),
        Err(NotActed::Refused(refusal)) => wrong(&FormErrors::of_refusal(&refusal)),
        Err(NotActed::Failed(failure)) => Err(failure),
    }
}

/// The action of a form, or what is wrong with it.
fn read(visit: &Visit, form: &FormData) -> Result<Result<Action, FormErrors>, Failure> {
    let customer = visit.person()?.customer()?;
    let fields = match parse_request(form) {
        Ok(fields) => fields,
        Err(errors) => return Ok(Err(errors)),
    };
    let version = standing(visit, fields.platform.as_str(), fields.current_version.as_str());
    let supplied = Supplied {
        zone: customer.calendar.zone(),
        customer: Some(&customer),
        version: Some(version),
        facts: None,
        additions: &[],
    };
    Ok(parse(ActionKind::CreateRequest, form, &supplied))
}

/// Whether the pack knows a version.
pub(crate) fn standing(visit: &Visit, platform: &str, version: &str) -> VersionStanding {
    if visit.portal.knows_version(platform, version) {
        VersionStanding::Known
    } else {
        VersionStanding::Unconfirmed
    }
}

fn shown(visit: &Visit, data: &FormData, errors: &FormErrors, remarks: &[RequestRemark]) -> Html {
    let view = NewRequestView { platforms: &visit.portal.platforms, data, errors, remarks };
    new_request(&visit.shell(), view)
}
