//! Organisations.

use axum::response::Response;
use refit_desk::{Line, OrganisationId};
use refit_pages::forms::{
    FormData, FormErrors, OrganisationFields, read_organisation, support_plans,
};
use refit_pages::{OrganisationRow, OrganisationView, OrganisationsView, paths};
use refit_store::{CaseFilter, JsonText, Organisation, StoreError};
use serde_json::json;

use super::{all_organisations, record, status};
use crate::failure::Failure;
use crate::people;
use crate::person::OrganisationSettings;
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying, page_with};

/// The list, and the form of a new one.
pub(crate) async fn show_all(visit: Visit) -> Answer {
    shown_all(&visit, &FormData::new(), &FormErrors::default()).await
}

/// Makes one.
pub(crate) async fn make(visit: Visit) -> Answer {
    let form = visit.form()?;
    let fields = match read_organisation(form) {
        Ok(fields) => fields,
        Err(errors) => return shown_all(&visit, form, &errors).await,
    };
    match save(&visit, &fields, 0, "organisation-made").await {
        Ok(()) => go_saying(paths::ORGANISATIONS, Said::Saved),
        Err(StoreError::Stale { .. }) => {
            let errors = FormErrors::of_whole("There is an organisation with this key already.");
            shown_all(&visit, form, &errors).await
        }
        Err(error) => Err(error.into()),
    }
}

/// One of them, to be changed.
pub(crate) async fn show(visit: Visit) -> Answer {
    let (_, fields) = known(&visit).await?;
    shown(&visit, &fields, None, &FormErrors::default())
}

/// Changes one.
pub(crate) async fn change(visit: Visit) -> Answer {
    let (version, before) = known(&visit).await?;
    let form = visit.form()?;
    let fields = match read_organisation(form) {
        Ok(fields) if fields.id == before.id => fields,
        Ok(_) => {
            let errors = FormErrors::of_whole("The key cannot be changed.");
            return shown(&visit, &before, Some(form), &errors);
        }
        Err(errors) => return shown(&visit, &before, Some(form), &errors),
    };
    save(&visit, &fields, version, "organisation-changed").await?;
    go_saying(paths::ORGANISATIONS, Said::Saved)
}

/// The organisation of the path, with its version.
async fn known(visit: &Visit) -> Result<(u64, OrganisationFields), Failure> {
    let id: OrganisationId = visit.parameter("organisation")?;
    let found = visit.portal.store.organisation(id.as_str()).await?;
    let found = found.ok_or_else(Failure::not_found)?;
    let settings: OrganisationSettings = found.settings.read()?;
    let fields = OrganisationFields {
        id,
        name: Line::new(&found.name).map_err(Failure::internal)?,
        support_plan: settings.support_plan,
        calendar: settings.calendar,
    };
    Ok((found.version, fields))
}

async fn save(
    visit: &Visit,
    fields: &OrganisationFields,
    version: u64,
    kind: &str,
) -> Result<(), StoreError> {
    let settings = OrganisationSettings {
        support_plan: fields.support_plan.clone(),
        calendar: fields.calendar.clone(),
    };
    let organisation = Organisation {
        id: fields.id.to_string(),
        name: fields.name.to_string(),
        settings: JsonText::of(&settings)?,
        disabled: None,
        version,
    };
    let details = json!({ "organisation": fields.id, "name": fields.name, "settings": settings });
    let record = record(visit, kind, fields.id.as_str(), details)
        .map_err(|failure| StoreError::Invalid(failure.to_string()))?;
    visit.portal.store.save_organisation(&organisation, &record).await.map(drop)
}

async fn shown_all(
    visit: &Visit,
    data: &FormData,
    errors: &FormErrors,
) -> Result<Response, Failure> {
    let users = people::users(&visit.portal.store, None).await?;
    let mut rows = Vec::new();
    for one in all_organisations(visit).await? {
        let settings: OrganisationSettings = one.settings.read()?;
        let filter = CaseFilter {
            organisation: Some(one.id.clone()),
            states: vec!["open".to_owned()],
            ..CaseFilter::default()
        };
        let open_cases = visit.portal.store.count_cases(&filter).await?;
        rows.push(OrganisationRow {
            id: OrganisationId::new(&one.id).map_err(Failure::internal)?,
            name: one.name,
            support_plan: settings.support_plan.map(|plan| plan.to_string()),
            time_zone: settings.calendar.fields().time_zone.clone(),
            users: users.iter().filter(|user| user.organisation == one.id).count(),
            open_cases: usize::try_from(open_cases).unwrap_or(usize::MAX),
        });
    }
    rows.sort_by_key(|row| row.name.to_lowercase());
    let plans = support_plans(&visit.rules);
    let view = OrganisationsView { rows: &rows, data, errors, plans: &plans };
    page_with(status(errors), refit_pages::organisations(&visit.shell(), view))
}

fn shown(
    visit: &Visit,
    organisation: &OrganisationFields,
    data: Option<&FormData>,
    errors: &FormErrors,
) -> Answer {
    let plans = support_plans(&visit.rules);
    let view = OrganisationView { organisation, data, errors, plans: &plans };
    page_with(status(errors), refit_pages::organisation(&visit.shell(), view))
}
