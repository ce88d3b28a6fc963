//! What administrators do.

mod audit;
mod organisations;
mod rules;
mod users;
mod webhooks;

pub(crate) use audit::{audit, check_again};
pub(crate) use organisations::{
    change as change_organisation, make as make_organisation, show as organisation,
    show_all as organisations,
};
pub(crate) use rules::{save as save_rules, show as rules};
pub(crate) use users::{change as change_user, invite, show_all as users};
pub(crate) use webhooks::{change as change_webhooks, show as webhooks};

use axum::http::StatusCode;
use refit_pages::forms::FormErrors;
use refit_store::{NewRecord, Organisation};
use serde_json::Value;

use crate::failure::Failure;
use crate::visit::Visit;

/// How many organisations are read at once.
const AT_ONCE: u32 = 500;

/// All organisations.
async fn all_organisations(visit: &Visit) -> Result<Vec<Organisation>, Failure> {
    let mut all: Vec<Organisation> = Vec::new();
    loop {
        let after = all.last().map_or("", |one| &one.id).to_owned();
        let more = visit.portal.store.organisations(&after, AT_ONCE).await?;
        let is_all = more.len() < AT_ONCE as usize;
        all.extend(more);
        if is_all {
            return Ok(all);
        }
    }
}

/// The status of a page with a form.
fn status(errors: &FormErrors) -> StatusCode {
    if errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
}

fn record(visit: &Visit, kind: &str, of: &str, details: Value) -> Result<NewRecord, Failure> {
    visit.origin.record(kind, Some(&visit.person()?.user.id), Some(of), details)
}
