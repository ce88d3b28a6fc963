//! The own account: password, sessions, tokens.

use axum::http::StatusCode;
use axum::response::Response;
use jiff::SignedDuration;
use refit_pages::{AccountView, NewToken, SessionRow, TokenRow, TokenScope, account, paths};
use refit_store::{ApiToken, NewApiToken, Session};
use serde_json::json;

use super::entrance::{elsewhere, provider, secret};
use crate::cookie::Cookie;
use crate::failure::{Failure, FailureKind};
use crate::login::{self, Checked, later};
use crate::password::{self, LEAST};
use crate::person::Person;
use crate::route::{Answer, Scope};
use crate::token::{Token, short_id};
use crate::visit::{Said, Visit, go_saying, page_with, with_cookie};

/// How long tokens may live, in days.
const LIVES: [i64; 3] = [30, 90, 365];
/// The most tokens of a person.
const MOST_TOKENS: usize = 20;
/// The longest name of a token, in characters.
const LONGEST_NAME: usize = 200;

/// What the page says besides what is kept.
#[derive(Default)]
struct Told<'a> {
    password_error: Option<&'a str>,
    token_error: Option<&'a str>,
    new_token: Option<NewToken<'a>>,
}

/// The own account.
pub(crate) async fn show(visit: Visit) -> Answer {
    shown(&visit, Told::default()).await
}

async fn shown(visit: &Visit, told: Told<'_>) -> Result<Response, Failure> {
    let person = visit.person()?;
    let (store, user) = (&visit.portal.store, person.user.id.as_str());
    let this = person.session().map(key);
    let sessions = store.sessions_of(user, visit.origin.at).await?;
    let sessions: Vec<_> = sessions
        .iter()
        .map(|one| SessionRow { is_this: Some(key(one)) == this, ..session_row(one) })
        .collect();
    let tokens: Vec<_> = store.api_tokens_of(user).await?.iter().map(token_row).collect();
    let scopes = Scope::ALL.map(|scope| TokenScope {
        word: scope.word().to_owned(),
        meaning: scope.meaning().to_owned(),
    });
    let is_wrong = told.password_error.or(told.token_error).is_some();
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let way = elsewhere("connect", None);
    let view = AccountView {
        has_password: person.user.password_hash.is_some(),
        least: LEAST,
        password_error: told.password_error,
        has_second_factor: store.second_factor(user).await?.is_some(),
        provider: provider(visit, &way).map(|one| (one, person.user.identity.is_some())),
        sessions: &sessions,
        tokens: &tokens,
        scopes: &scopes,
        token_error: told.token_error,
        new_token: told.new_token,
    };
    page_with(status, account(&visit.shell(), view))
}

fn session_row(session: &Session) -> SessionRow {
    SessionRow {
        key: key(session),
        from: format!("{} at {}", agent_words(&session.agent), session.address),
        begun: session.begun,
        used: session.seen,
        is_this: false,
    }
}

/// Browsers and systems by what they call themselves; one that stands in another's name comes
/// before it.
const BROWSERS: [(&str, &str); 6] = [
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome or Chromium"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
];
const SYSTEMS: [(&str, &str); 6] = [
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
];
/// How much of the name of something else is shown, in characters.
const LONGEST_AGENT: usize = 40;

/// A browser and its system in words; what is none of them by the begin of its own name.
fn agent_words(agent: &str) -> String {
    let known = |all: &[(&str, &'static str)]| {
        all.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, word)| *word)
    };
    match (known(&BROWSERS), known(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => agent.chars().take(LONGEST_AGENT).collect(),
    }
}

/// What names a session among those of its user: never its secret.
fn key(session: &Session) -> String {
    session.hash.key().to_owned()
}

fn token_row(token: &ApiToken) -> TokenRow {
    TokenRow {
        key: token.id.clone(),
        name: token.name.clone(),
        scopes: token.scopes.clone(),
        made: token.made,
        ends: Some(token.ends),
        used: token.seen,
    }
}

/// Changes the password: with the one until now; all other sessions end.
pub(crate) async fn set_password(visit: Visit) -> Answer {
    let person = visit.person()?;
    let current = secret(&visit, "current")?;
    let checked = login::check(&visit.portal, &person.user.id, current, &visit.origin).await?;
    let (mut user, attempt) = match checked {
        Checked::Right(user, attempt) => (user, attempt),
        Checked::Wrong => {
            let password_error = Some("This is not your current password.");
            return shown(&visit, Told { password_error, ..Told::default() }).await;
        }
        Checked::Shut(again_at) => return Err(Failure::too_many(again_at)),
    };
    let (new, again) = (secret(&visit, "password")?, secret(&visit, "again")?);
    let known_by = vec![user.name.clone(), user.email.clone(), user.organisation.clone()];
    if let Err(weak) = password::check(&new, &again, known_by).await {
        let why = weak.to_string();
        return shown(&visit, Told { password_error: Some(&why), ..Told::default() }).await;
    }
    user.password_hash = Some(password::hash(new).await?);
    let (by, of) = (Some(user.id.as_str()), Some(user.organisation.as_str()));
    let record = visit.origin.record("password-set", by, of, json!({}))?;
    let store = &visit.portal.store;
    store.save_user(&user, &record).await?;
    let record = visit.origin.record("sessions-ended", by, of, json!({}))?;
    store.revoke_sessions_of(&user.id, &record).await?;
    let token = login::open(&visit, &user, Some(attempt), "login").await?;
    let cookie = Cookie::Session.set(&token, visit.portal.is_https())?;
    with_cookie(go_saying(paths::ACCOUNT, Said::Saved), &cookie)
}

/// Ends one of the own sessions, or all others.
pub(crate) async fn end_sessions(visit: Visit) -> Answer {
    let person = visit.person()?;
    let which = visit.form()?.text("end").unwrap_or_default();
    let this = person.session().map(key);
    let store = &visit.portal.store;
    for session in store.sessions_of(&person.user.id, visit.origin.at).await? {
        let is_meant = match which {
            "others" => Some(key(&session)) != this,
            _ => key(&session) == which,
        };
        if is_meant {
            let record = record(&visit, person, "session-ended", json!({}))?;
            store.revoke_session(&session.hash, &record).await?;
        }
    }
    go_saying(paths::ACCOUNT, Said::SessionEnded)
}

/// Makes a token, or revokes one of the own.
pub(crate) async fn tokens(visit: Visit) -> Answer {
    let person = visit.person()?;
    let store = &visit.portal.store;
    let tokens = store.api_tokens_of(&person.user.id).await?;
    if let Some(id) = visit.form()?.filled("revoke") {
        let token = tokens.iter().find(|token| token.id == id).ok_or_else(Failure::not_found)?;
        let record = record(&visit, person, "token-revoked", json!({ "token": token.id }))?;
        store.revoke_api_token(&token.id, &record).await?;
        return go_saying(paths::ACCOUNT, Said::Done);
    }
    if tokens.len() >= MOST_TOKENS {
        let token_error = Some("You have too many tokens: revoke one that is not used.");
        return shown(&visit, Told { token_error, ..Told::default() }).await;
    }
    let (new, secret) = match asked(&visit, person) {
        Ok(asked) => asked,
        Err(failure) if failure.kind == FailureKind::Invalid => {
            let what = failure.what;
            return shown(&visit, Told { token_error: Some(&what), ..Told::default() }).await;
        }
        Err(failure) => return Err(failure),
    };
    let details = json!({ "token": new.id, "name": new.name, "scopes": new.scopes });
    store.make_api_token(&new, &record(&visit, person, "token-made", details)?).await?;
    let new_token = Some(NewToken { name: &new.name, secret: secret.expose() });
    shown(&visit, Told { new_token, ..Told::default() }).await
}

/// The token that was asked for.
fn asked(visit: &Visit, person: &Person) -> Result<(NewApiToken, Token), Failure> {
    let form = visit.form()?;
    let name = form.filled("name").map(str::trim).unwrap_or_default();
    let is_name = !name.is_empty()
        && name.chars().count() <= LONGEST_NAME
        && !name.chars().any(char::is_control);
    if !is_name {
        return Err(Failure::invalid("A token needs a name that tells where it is used."));
    }
    let known = |word: &str| Scope::ALL.into_iter().find(|scope| scope.word() == word);
    let scopes: Vec<_> = form.texts("scope").filter_map(known).collect();
    if scopes.is_empty() {
        return Err(Failure::invalid("Say what the token is for."));
    }
    let days = form.text("days").and_then(|days| days.parse().ok()).unwrap_or(LIVES[0]);
    if !LIVES.contains(&days) {
        return Err(Failure::invalid("Choose how long the token lives."));
    }
    let token = Token::random_for_program();
    let new = NewApiToken {
        id: short_id("t"),
        hash: token.hash(),
        user: person.user.id.clone(),
        name: name.to_owned(),
        scopes: scopes.iter().map(|scope| scope.word().to_owned()).collect(),
        at: visit.origin.at,
        ends: later(visit.origin.at, SignedDuration::from_hours(24 * days)),
    };
    Ok((new, token))
}

fn record(
    visit: &Visit,
    person: &Person,
    kind: &str,
    details: serde_json::Value,
) -> Result<refit_store::NewRecord, Failure> {
    let (by, of) = (Some(person.user.id.as_str()), Some(person.organisation.id.as_str()));
    visit.origin.record(kind, by, of, details)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browsers_are_told_in_words() {
        for (agent, words) in [
            (
                "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
                 Chrome/140.0.0.0 Safari/537.36",
                "Chrome or Chromium on Linux",
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0",
                "Firefox on Windows",
            ),
            ("curl/8.5.0", "curl"),
            ("", ""),
        ] {
            assert_eq!(agent_words(agent), words);
        }
        assert_eq!(agent_words(&"x".repeat(500)).len(), LONGEST_AGENT);
    }
}
