//! What administrators do: organisations, users.

use axum::http::StatusCode;
use axum::response::Response;
use refit_desk::{BusinessCalendar, Line, OrganisationId, Role, TimeOfDay, UserId};
use refit_pages::forms::FormData;
use refit_pages::{OrganisationRow, OrganisationsView, UserRow, UsersView, paths};
use refit_store::{JsonText, NewRecord, Organisation, User};
use serde_json::{Value, json};

use super::entrance::known_user;
use crate::failure::{Failure, FailureKind};
use crate::first::TEAM;
use crate::letters;
use crate::link::{self, Invited, Why};
use crate::people;
use crate::person::{OrganisationSettings, role_of, role_word};
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying, page_with};

/// How many organisations are read at once.
const AT_ONCE: u32 = 500;

/// The organisations.
pub(crate) async fn organisations(visit: Visit) -> Answer {
    shown_organisations(&visit, &FormData::new(), None).await
}

/// Makes an organisation.
pub(crate) async fn make_organisation(visit: Visit) -> Answer {
    let form = visit.form()?;
    let organisation = match organisation_of(form) {
        Ok(organisation) => organisation,
        Err(why) => return shown_organisations(&visit, form, Some(&why)).await,
    };
    let organisation = Organisation { settings: JsonText::of(&organisation.1)?, ..organisation.0 };
    let details = json!({ "organisation": organisation.id, "name": organisation.name });
    let record = record(&visit, "organisation-made", &organisation.id, details)?;
    match visit.portal.store.save_organisation(&organisation, &record).await {
        Ok(_) => go_saying(paths::ORGANISATIONS, Said::Saved),
        Err(refit_store::StoreError::Stale { .. }) => {
            shown_organisations(&visit, form, Some("There is one with this id already.")).await
        }
        Err(error) => Err(error.into()),
    }
}

/// An organisation as it was typed, or what is wrong with it.
fn organisation_of(form: &FormData) -> Result<(Organisation, OrganisationSettings), String> {
    let text = |name: &'static str| form.filled(name).map(str::trim).unwrap_or_default();
    let id = OrganisationId::new(text("id")).map_err(|error| format!("Id: {error}."))?;
    let name = Line::new(text("name")).map_err(|error| format!("Name: {error}."))?;
    let plan = form.filled("support-plan").map(Line::new).transpose();
    let support_plan = plan.map_err(|error| format!("Support plan: {error}."))?;
    let hour = |name: &'static str| {
        text(name).parse::<TimeOfDay>().map_err(|error| format!("Hours of work: {error}."))
    };
    let calendar = BusinessCalendar::weekdays(text("time-zone"), hour("from")?, hour("to")?)
        .map_err(|error| format!("Calendar: {error}."))?;
    let settings = OrganisationSettings { support_plan, calendar };
    let organisation = Organisation {
        id: id.to_string(),
        name: name.to_string(),
        settings: JsonText::of(&settings).map_err(|error| error.to_string())?,
        disabled: None,
        version: 0,
    };
    Ok((organisation, settings))
}

async fn shown_organisations(
    visit: &Visit,
    data: &FormData,
    error: Option<&str>,
) -> Result<Response, Failure> {
    let users = people::users(&visit.portal.store, None).await?;
    let mut rows = Vec::new();
    for one in visit.portal.store.organisations("", AT_ONCE).await? {
        let settings: OrganisationSettings = one.settings.read()?;
        rows.push(OrganisationRow {
            users: users.iter().filter(|user| user.organisation == one.id).count(),
            support_plan: settings.support_plan.map(|plan| plan.to_string()),
            time_zone: settings.calendar.fields().time_zone.clone(),
            id: one.id,
            name: one.name,
        });
    }
    let view = OrganisationsView { organisations: &rows, data, error };
    page_with(status(error), refit_pages::organisations(&visit.shell(), view))
}

/// The users.
pub(crate) async fn users(visit: Visit) -> Answer {
    shown_users(&visit, &FormData::new(), None, None).await
}

/// Invites a user, or does something to one.
pub(crate) async fn invite(visit: Visit) -> Answer {
    let form = visit.form()?;
    if form.text("do").is_some_and(|what| what != "invite") {
        return change_user(&visit).await;
    }
    let user = match user_of(&visit, form).await? {
        Ok(user) => user,
        Err(why) => return shown_users(&visit, form, Some(&why), None).await,
    };
    let details = json!({ "user": user.id, "role": user.role });
    let record = record(&visit, "user-made", &user.organisation, details)?;
    match visit.portal.store.save_user(&user, &record).await {
        Ok(_) => {}
        Err(refit_store::StoreError::Stale { .. }) => {
            let why = "There is a user with this id already.";
            return shown_users(&visit, form, Some(why), None).await;
        }
        Err(error) => {
            let failure = Failure::from(error);
            if failure.kind != FailureKind::Conflict {
                return Err(failure);
            }
            return shown_users(&visit, form, Some(&failure.to_string()), None).await;
        }
    }
    give_link(&visit, &user, Why::Invitation).await
}

/// Makes a one-time link, shows it this once, and has it sent where letters are sent.
async fn give_link(visit: &Visit, user: &User, why: Why) -> Answer {
    let id = UserId::new(&user.id).map_err(Failure::internal)?;
    let by = visit.person()?.user.id.as_str();
    if visit.portal.settings.mail.is_some() && why == Why::Invitation {
        let letter = letters::invitation(&id, &visit.person()?.organisation.name);
        let key = format!("invitation/{id}/{}", visit.origin.request);
        let entry = letters::entry(key, &letter, visit.origin.at)?;
        let details = json!({ "user": user.id });
        let record = record(visit, "user-invited", &user.organisation, details)?;
        visit.portal.store.send(&[entry], &record).await?;
    }
    let invited = Invited { user: id, why };
    let url = link::make(&visit.portal, &invited, Some(by), &visit.origin).await?;
    shown_users(visit, &FormData::new(), None, Some((&user.name, &url))).await
}

/// What an administrator does to a user.
async fn change_user(visit: &Visit) -> Answer {
    let form = visit.form()?;
    let id = UserId::new(form.text("user").unwrap_or_default());
    let mut user = known_user(visit, &id.map_err(|_| Failure::not_found())?).await?;
    let what = form.text("do").unwrap_or_default();
    let store = &visit.portal.store;
    let (details, of) = (json!({ "user": user.id }), user.organisation.clone());
    let kind = match what {
        "link" => {
            let why = if user.password_hash.is_some() { Why::Reset } else { Why::Invitation };
            return give_link(visit, &user, why).await;
        }
        "end-sessions" => "sessions-ended",
        "disable" if user.id == visit.person()?.user.id => {
            let why = Some("Nobody can disable oneself.");
            return shown_users(visit, &FormData::new(), why, None).await;
        }
        "disable" => "user-disabled",
        "enable" => "user-enabled",
        _ => return Err(Failure::invalid("There is no such thing to do")),
    };
    let record = record(visit, kind, &of, details)?;
    if what == "end-sessions" {
        store.revoke_sessions_of(&user.id, &record).await?;
    } else {
        user.disabled = (what == "disable").then_some(visit.origin.at);
        store.save_user(&user, &record).await?;
    }
    go_saying(paths::USERS, Said::Done)
}

/// A user as it was typed, or what is wrong with it.
async fn user_of(visit: &Visit, form: &FormData) -> Result<Result<User, String>, Failure> {
    let text = |name: &'static str| form.filled(name).map(str::trim).unwrap_or_default();
    let organisation = match OrganisationId::new(text("organisation")) {
        Ok(id) => visit.portal.store.organisation(id.as_str()).await?,
        Err(_) => None,
    };
    let Some(organisation) = organisation else {
        return Ok(Err("There is no such organisation.".to_owned()));
    };
    let Ok(role) = role_of(text("role")) else {
        return Ok(Err("There is no such role.".to_owned()));
    };
    if role.is_team() != (organisation.id == TEAM) {
        let why = "Customers are of a customer's organisation, all others of the team.";
        return Ok(Err(why.to_owned()));
    }
    let id = match UserId::new(text("id")) {
        Ok(id) => id,
        Err(error) => return Ok(Err(format!("User: {error}."))),
    };
    let name = match Line::new(text("name")) {
        Ok(name) => name,
        Err(error) => return Ok(Err(format!("Name: {error}."))),
    };
    let email = text("email");
    if email.parse::<lettre::Address>().is_err() || email.len() > 254 {
        return Ok(Err("This is no e-mail address.".to_owned()));
    }
    Ok(Ok(User {
        id: id.to_string(),
        organisation: organisation.id,
        role: role_word(role).to_owned(),
        groups: Vec::new(),
        name: name.to_string(),
        email: email.to_owned(),
        identity: None,
        password_hash: None,
        disabled: None,
        version: 0,
    }))
}

async fn shown_users(
    visit: &Visit,
    data: &FormData,
    error: Option<&str>,
    link: Option<(&str, &str)>,
) -> Result<Response, Failure> {
    let row = |user: User| {
        Ok(UserRow {
            role: role_of(&user.role)?,
            standing: match (&user.disabled, &user.password_hash, &user.identity) {
                (Some(_), ..) => "disabled",
                (None, None, None) => "invited",
                _ => "yes",
            },
            id: user.id,
            name: user.name,
            email: user.email,
            organisation: user.organisation,
        })
    };
    let users = people::users(&visit.portal.store, None).await?;
    let users: Vec<_> = users.into_iter().map(row).collect::<Result<_, Failure>>()?;
    let organisations = visit.portal.store.organisations("", AT_ONCE).await?;
    let organisations: Vec<_> = organisations.into_iter().map(|one| (one.id, one.name)).collect();
    let roles = Role::ALL.map(|role| (role_word(role), role));
    let view = UsersView {
        users: &users,
        organisations: &organisations,
        roles: &roles,
        data,
        error,
        link,
    };
    page_with(status(error), refit_pages::users(&visit.shell(), view))
}

fn status(error: Option<&str>) -> StatusCode {
    if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK }
}

fn record(visit: &Visit, kind: &str, of: &str, details: Value) -> Result<NewRecord, Failure> {
    visit.origin.record(kind, Some(&visit.person()?.user.id), Some(of), details)
}
