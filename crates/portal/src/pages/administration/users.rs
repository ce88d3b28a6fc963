//! Users: invited by one-time links.

use axum::response::Response;
use refit_desk::{Action, CaseId, OrganisationId, Post, Prose, UserId, Vacancy};
use refit_pages::forms::{FormData, FormErrors, UserFields, read_user};
use refit_pages::{UserRow, UsersView, paths};
use refit_store::{Assignee, CaseFilter, CaseList, CaseOrder, Cursor, Direction, StoreError, User};
use serde_json::json;

use super::{all_organisations, record, status};
use crate::cases;
use crate::failure::{Failure, FailureKind};
use crate::first::TEAM;
use crate::letters;
use crate::link::{self, Invited, Why};
use crate::pages::entrance::known_user;
use crate::people;
use crate::person::{role_of, role_word};
use crate::route::Answer;
use crate::visit::{Said, Visit, go_saying, page_with};

/// How many cases are read at once.
const AT_ONCE: u32 = 500;

/// What the page says besides what is kept.
#[derive(Default)]
struct Told<'a> {
    data: FormData,
    errors: FormErrors,
    link: Option<&'a str>,
}

/// The list, and the form of an invitation.
pub(crate) async fn show_all(visit: Visit) -> Answer {
    shown(&visit, Told::default()).await
}

/// Invites somebody.
pub(crate) async fn invite(visit: Visit) -> Answer {
    let form = visit.form()?;
    let wrong = |errors| Told { data: form.clone(), errors, link: None };
    let fields = match read_user(form) {
        Ok(fields) => fields,
        Err(errors) => return shown(&visit, wrong(errors)).await,
    };
    if let Err(why) = fits(&visit, &fields).await? {
        return shown(&visit, wrong(FormErrors::of_whole(why))).await;
    }
    let user = new_user(&fields);
    let details = json!({ "user": user.id, "role": user.role });
    let record = record(&visit, "user-made", &user.organisation, details)?;
    match visit.portal.store.save_user(&user, &record).await {
        Ok(_) => give_link(&visit, &user, Why::Invitation).await,
        Err(StoreError::Stale { .. }) => {
            let errors = FormErrors::of_whole("There is a user with this key already.");
            shown(&visit, wrong(errors)).await
        }
        Err(error) => shown(&visit, wrong(not_kept(error)?)).await,
    }
}

/// Why a user is not kept, where that is the fields' fault: another one has the address.
fn not_kept(error: StoreError) -> Result<FormErrors, Failure> {
    match Failure::from(error) {
        failure if failure.kind == FailureKind::Conflict => {
            Ok(FormErrors::of_whole(failure.to_string()))
        }
        failure => Err(failure),
    }
}

/// Whether the organisation is there, and the role is one of its people's.
async fn fits(visit: &Visit, fields: &UserFields) -> Result<Result<(), &'static str>, Failure> {
    let organisation = visit.portal.store.organisation(fields.organisation.as_str()).await?;
    if organisation.is_none() {
        return Ok(Err("There is no such organisation."));
    }
    let is_of_team = fields.organisation.as_str() == TEAM;
    if fields.role.is_team() != is_of_team {
        return Ok(Err("Customers are of a customer's organisation, all others of the team's."));
    }
    if fields.email.as_str().parse::<lettre::Address>().is_err() {
        return Ok(Err("No letter can be sent to this e-mail address."));
    }
    Ok(Ok(()))
}

fn new_user(fields: &UserFields) -> User {
    User {
        id: fields.id.to_string(),
        organisation: fields.organisation.to_string(),
        role: role_word(fields.role).to_owned(),
        groups: Vec::new(),
        name: fields.name.to_string(),
        email: fields.email.to_string(),
        identity: None,
        password_hash: None,
        disabled: None,
        version: 0,
    }
}

/// Has a one-time link sent; where no letters are sent, it is shown this once.
async fn give_link(visit: &Visit, user: &User, why: Why) -> Answer {
    let id = UserId::new(&user.id).map_err(Failure::internal)?;
    let person = visit.person()?;
    if visit.portal.settings.mail.is_some() && why == Why::Invitation {
        let letter = letters::invitation(&id, &person.organisation.name);
        let key = format!("invitation/{id}/{}", visit.origin.request);
        let entry = letters::entry(key, &letter, visit.origin.at)?;
        let details = json!({ "user": user.id });
        let record = record(visit, "user-invited", &user.organisation, details)?;
        visit.portal.store.send(&[entry], &record).await?;
    }
    let (invited, by) = (Invited { user: id, why }, Some(person.user.id.as_str()));
    let url = link::make(&visit.portal, &invited, by, &visit.origin).await?;
    shown(visit, Told { link: Some(&url), ..Told::default() }).await
}

/// Does something to a user.
pub(crate) async fn change(visit: Visit) -> Answer {
    let mut user = known_user(&visit, &visit.parameter("user")?).await?;
    let what = visit.form()?.text("do").unwrap_or_default().to_owned();
    let store = &visit.portal.store;
    let kind = match what.as_str() {
        "link" => {
            let why = if user.password_hash.is_some() { Why::Reset } else { Why::Invitation };
            return give_link(&visit, &user, why).await;
        }
        "change" => return change_person(&visit, user).await,
        "end-sessions" => "sessions-ended",
        "revoke-tokens" => return revoke_tokens(&visit, &user).await,
        "disable" if user.id == visit.person()?.user.id => {
            let errors = FormErrors::of_whole("Nobody can disable oneself.");
            return shown(&visit, Told { errors, ..Told::default() }).await;
        }
        "remove-factor" => "second-factor-removed",
        "disable" => "user-disabled",
        "enable" => "user-enabled",
        _ => return Err(Failure::invalid("There is no such thing to do")),
    };
    let record = record(&visit, kind, &user.organisation, json!({ "user": user.id }))?;
    if what == "end-sessions" {
        store.revoke_sessions_of(&user.id, &record).await?;
    } else if what == "remove-factor" {
        store.remove_second_factor(&user.id, &record).await?;
    } else {
        if what == "disable" {
            vacate_posts(&visit, &user).await?;
        }
        user.disabled = (what == "disable").then_some(visit.origin.at);
        store.save_user(&user, &record).await?;
    }
    go_saying(paths::USERS, Said::Done)
}

/// Gives a user another name, address or role.
async fn change_person(visit: &Visit, user: User) -> Answer {
    let form = visit.form()?;
    let typed = |name: &str| form.text(name).unwrap_or_default().to_owned();
    let whole = FormData::new()
        .with("id", &user.id)
        .with("organisation", &user.organisation)
        .with("name", typed("name"))
        .with("email", typed("email"))
        .with("role", typed("role"));
    let wrong = |errors| Told { errors, ..Told::default() };
    let fields = match read_user(&whole) {
        Ok(fields) => fields,
        Err(errors) => return shown(visit, wrong(about(&user, &errors))).await,
    };
    if let Err(why) = fits(visit, &fields).await? {
        return shown(visit, wrong(FormErrors::of_whole(why))).await;
    }
    let role = role_word(fields.role).to_owned();
    if user.id == visit.person()?.user.id && role != user.role {
        let why = "Nobody can change the own role.";
        return shown(visit, wrong(FormErrors::of_whole(why))).await;
    }
    let details = json!({ "user": user.id, "role": role, "role-before": user.role });
    let record = record(visit, "user-changed", &user.organisation, details)?;
    let (name, email) = (fields.name.to_string(), fields.email.to_string());
    match visit.portal.store.save_user(&User { name, email, role, ..user }, &record).await {
        Ok(_) => go_saying(paths::USERS, Said::Saved),
        Err(error) => shown(visit, wrong(not_kept(error)?)).await,
    }
}

/// What is wrong with a user's new fields, told in one sentence: the form is one of many on the
/// page.
fn about(user: &User, errors: &FormErrors) -> FormErrors {
    let fields = errors.fields.iter().map(|(name, error)| format!("{name}: {error}"));
    let all: Vec<_> = fields.chain(errors.whole.iter().cloned()).collect();
    FormErrors::of_whole(format!("{} was not changed. {}", user.name, all.join(" ")))
}

/// Revokes all tokens of a user.
async fn revoke_tokens(visit: &Visit, user: &User) -> Answer {
    for token in visit.portal.store.api_tokens_of(&user.id).await? {
        let details = json!({ "user": user.id, "token": token.id });
        let record = record(visit, "token-revoked", &user.organisation, details)?;
        visit.portal.store.revoke_api_token(&token.id, &record).await?;
    }
    go_saying(paths::USERS, Said::Done)
}

/// The posts that somebody has in open cases are vacant before nobody can come in for them: where
/// that fails, the person still can.
async fn vacate_posts(visit: &Visit, user: &User) -> Result<(), Failure> {
    let (portal, by) = (&visit.portal, &visit.person()?.actor);
    let filter = CaseFilter {
        states: vec!["open".to_owned()],
        assignee: Some(Assignee::User(user.id.clone())),
        ..CaseFilter::default()
    };
    let mut list = CaseList {
        filter,
        order: CaseOrder::Opened,
        direction: Direction::Ascending,
        after: None::<Cursor>,
        limit: AT_ONCE,
    };
    let mut cases = Vec::new();
    loop {
        let page = portal.store.cases(&list).await?;
        cases.extend(page.rows.into_iter().map(|row| row.id));
        list.after = page.next;
        if list.after.is_none() {
            break;
        }
    }
    for id in cases {
        let id = CaseId::new(&id).map_err(Failure::internal)?;
        let Some(case) = cases::load(&portal.store, &id).await? else { continue };
        let is_holder = |post: &Post| case.holder(*post).is_some_and(|one| one.as_str() == user.id);
        for post in Post::ALL.into_iter().filter(is_holder) {
            let why = Prose::new("The account is disabled.").map_err(Failure::internal)?;
            let action = Action::VacatePost(Vacancy { post, why });
            cases::act(portal, &id, action, by, &visit.origin).await.map_err(Failure::from)?;
        }
    }
    Ok(())
}

async fn shown(visit: &Visit, told: Told<'_>) -> Result<Response, Failure> {
    let id = |id: &str| OrganisationId::new(id).map_err(Failure::internal);
    let named = all_organisations(visit).await?;
    let organisations: Result<Vec<_>, Failure> =
        named.iter().map(|one| Ok((id(&one.id)?, one.name.clone()))).collect();
    let mut rows = Vec::new();
    for user in people::users(&visit.portal.store, None).await? {
        let sessions = visit.portal.store.sessions_of(&user.id, visit.origin.at).await?;
        let factor = visit.portal.store.second_factor(&user.id).await?;
        let tokens = visit.portal.store.api_tokens_of(&user.id).await?.len();
        let organisation = named.iter().find(|one| one.id == user.organisation);
        rows.push(UserRow {
            id: UserId::new(&user.id).map_err(Failure::internal)?,
            name: user.name,
            email: user.email,
            role: role_of(&user.role)?,
            organisation: organisation.map_or(user.organisation, |one| one.name.clone()),
            has_second_factor: factor.is_some(),
            tokens,
            is_active: user.disabled.is_none(),
            seen: sessions.first().map(|session| session.seen),
        });
    }
    rows.sort_by_key(|row| row.name.to_lowercase());
    let view = UsersView {
        rows: &rows,
        organisations: &organisations?,
        link: told.link,
        data: &told.data,
        errors: &told.errors,
    };
    page_with(status(&told.errors), refit_pages::users(&visit.shell(), view))
}
