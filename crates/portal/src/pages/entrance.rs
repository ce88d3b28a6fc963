//! Logging in and out, and setting a password with a one-time link.

use axum::http::StatusCode;
use jiff::Timestamp;
use refit_desk::UserId;
use refit_model::Secret;
use refit_pages::{
    Elsewhere, LoginView, PasswordPurpose, SetPasswordView, login, paths, set_password,
};
use refit_store::{LinkUse, LoginAttempt, User};
use serde_json::json;

use super::second_factor;
use super::service::{home, home_of};
use crate::cookie::Cookie;
use crate::failure::{Failure, FailureKind};
use crate::link::{self, Invited};
use crate::login::{self as who, Checked};
use crate::password::{self, LEAST};
use crate::person::role_of;
use crate::route::Answer;
use crate::token::Token;
use crate::visit::{Said, Visit, go, go_saying, page, page_with, with_cookie};

/// What is told where name and password do not belong together; never which of them is wrong.
const WRONG: &str = "Address and password do not belong together.";

/// The login page.
pub(crate) async fn show_login(visit: Visit) -> Answer {
    if visit.person.is_some() {
        return go(home(&visit));
    }
    let next = visit.query.filled("next").and_then(inside);
    let path = elsewhere("login", next);
    let view = LoginView { next, provider: provider(&visit, &path), ..LoginView::default() };
    page(login(&visit.shell(), view))
}

/// Looks at name and password.
pub(crate) async fn log_in(visit: Visit) -> Answer {
    let form = visit.form()?;
    let name = form.text("name").unwrap_or_default();
    let next = form.filled("next").and_then(inside);
    let password = secret(&visit, "password")?;
    let (status, error) = match who::check(&visit.portal, name, password, &visit.origin).await? {
        Checked::Right(user, attempt) => {
            return first_is_passed(&visit, &user, attempt, next, visit.origin.at).await;
        }
        Checked::Wrong => (StatusCode::UNPROCESSABLE_ENTITY, WRONG.to_owned()),
        Checked::Shut(again_at) => {
            (StatusCode::TOO_MANY_REQUESTS, Failure::too_many(again_at).to_string())
        }
    };
    let path = elsewhere("login", next);
    let provider = provider(&visit, &path);
    let view = LoginView { name, error: Some(&error), next, provider };
    page_with(status, login(&visit.shell(), view))
}

/// Goes on with somebody who was shown to be who it is, at `authenticated`: asks for the second
/// factor, or lets in who has none.
pub(crate) async fn first_is_passed(
    visit: &Visit,
    user: &User,
    attempt: LoginAttempt,
    next: Option<&str>,
    authenticated: Timestamp,
) -> Answer {
    if visit.portal.store.second_factor(&user.id).await?.is_none() {
        return let_in(visit, user, attempt, next, authenticated).await;
    }
    visit.portal.store.passed(attempt).await?;
    second_factor::ask(visit, user, next, authenticated).await
}

/// Lets somebody in: with a new session, in a new cookie.
pub(crate) async fn let_in(
    visit: &Visit,
    user: &User,
    attempt: LoginAttempt,
    next: Option<&str>,
    authenticated: Timestamp,
) -> Answer {
    let token = who::open_since(visit, user, Some(attempt), "login", authenticated).await?;
    let cookie = Cookie::Session.set(&token, visit.portal.is_https())?;
    let home = home_of(role_of(&user.role)?);
    with_cookie(go(next.unwrap_or(home)), &cookie)
}

/// The provider as a page shows it, with where the way to it begins.
pub(crate) fn provider<'a>(visit: &'a Visit, path: &'a str) -> Option<Elsewhere<'a>> {
    let provider = visit.portal.provider.as_ref()?;
    Some(Elsewhere { name: provider.name(), path })
}

/// Where the way to the provider begins.
pub(crate) fn elsewhere(why: &str, next: Option<&str>) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("for", why);
    if let Some(next) = next {
        query.append_pair("next", next);
    }
    format!("{}?{}", paths::LOGIN_ELSEWHERE, query.finish())
}

/// Ends the session.
pub(crate) async fn log_out(visit: Visit) -> Answer {
    let person = visit.person()?;
    if let Some(session) = person.session() {
        let (by, of) = (Some(person.user.id.as_str()), Some(person.organisation.id.as_str()));
        let record = visit.origin.record("logout", by, of, json!({}))?;
        visit.portal.store.revoke_session(&session.hash, &record).await?;
    }
    let cookie = Cookie::Session.forget(visit.portal.is_https())?;
    with_cookie(go_saying(paths::LOGIN, Said::LoggedOut), &cookie)
}

/// The page that a one-time link opens.
pub(crate) async fn show_set_password(visit: Visit) -> Answer {
    let (token, invited, user) = invited(&visit).await?;
    page(shown(&visit, &token, &invited, &user, None))
}

/// Sets the password; the link works once.
pub(crate) async fn do_set_password(visit: Visit) -> Answer {
    let (token, invited, mut user) = invited(&visit).await?;
    let (new, again) = (secret(&visit, "password")?, secret(&visit, "again")?);
    let known_by = vec![user.name.clone(), user.email.clone(), user.organisation.clone()];
    if let Err(weak) = password::check(&new, &again, known_by).await {
        let why = weak.to_string();
        let page = shown(&visit, &token, &invited, &user, Some(&why));
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, page);
    }
    let hash = password::hash(new).await?;
    let (by, of) = (Some(user.id.as_str()), Some(user.organisation.as_str()));
    let used = visit.origin.record("link-used", by, of, json!({ "why": invited.why }))?;
    let store = &visit.portal.store;
    if !matches!(store.use_link(&token.hash(), link::PURPOSE, &used).await?, LinkUse::Good(_)) {
        return Err(dead_link());
    }
    let record = visit.origin.record("password-set", by, of, json!({}))?;
    let id = user.id.clone();
    user.password_hash = Some(hash);
    store.save_user(&user, &record).await?;
    let record = visit.origin.record("sessions-ended", Some(&id), None, json!({}))?;
    store.revoke_sessions_of(&id, &record).await?;
    go_saying(paths::LOGIN, Said::PasswordSet)
}

/// Whose link it is. Whoever comes with one that does not work is told the same.
async fn invited(visit: &Visit) -> Result<(Token, Invited, User), Failure> {
    let text: String = visit.parameter("token")?;
    let token = Token::given(&text).ok_or_else(dead_link)?;
    let store = &visit.portal.store;
    let found = store.look_at_link(&token.hash(), link::PURPOSE, visit.origin.at).await?;
    let LinkUse::Good(link) = found else { return Err(dead_link()) };
    let invited: Invited = link.body.read()?;
    let user = store.user(invited.user.as_str()).await?;
    let user = user.filter(|user| user.disabled.is_none()).ok_or_else(dead_link)?;
    Ok((token, invited, user))
}

fn dead_link() -> Failure {
    let what = "This link does not work, or does not work any more";
    let remedy = "A link works once, and for a few days. Ask your administrator for a new one.";
    Failure::new(FailureKind::NotFound, what, remedy)
}

fn shown(
    visit: &Visit,
    token: &Token,
    invited: &Invited,
    user: &User,
    error: Option<&str>,
) -> refit_pages::Html {
    let purpose = match invited.why {
        link::Why::FirstAdministrator => PasswordPurpose::FirstAdministrator,
        link::Why::Invitation => PasswordPurpose::Invitation,
        link::Why::Reset => PasswordPurpose::Reset,
    };
    let (token, name) = (token.expose(), user.email.as_str());
    let view = SetPasswordView { token, name, purpose, least: LEAST, error };
    set_password(&visit.shell(), view)
}

/// A secret out of the form.
pub(crate) fn secret(visit: &Visit, field: &str) -> Result<Secret, Failure> {
    Ok(Secret::new(visit.form()?.text(field).unwrap_or_default()))
}

/// A path of this server; anything else is nothing.
pub(crate) fn inside(path: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_graphic() && c != '\\';
    let is_inside = path.starts_with('/') && !path.starts_with("//") && path.chars().all(is_plain);
    is_inside.then_some(path)
}

/// The user of an id that was typed.
pub(crate) async fn known_user(visit: &Visit, id: &UserId) -> Result<User, Failure> {
    visit.portal.store.user(id.as_str()).await?.ok_or_else(Failure::not_found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_elsewhere_after_the_login() {
        for good in ["/requests", "/requests/c-1?said=done"] {
            assert_eq!(inside(good), Some(good));
        }
        for bad in ["https://evil.example", "//evil.example", "/\\evil", "", "/a\nb", "/a b"] {
            assert_eq!(inside(bad), None, "{bad:?}");
        }
    }
}
