//! Who somebody is: sessions of browsers, tokens of programs, passwords.

use std::time::Duration;

use axum::http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use refit_model::Secret;
use refit_store::{LoginAttempt, LoginGate, LoginLimits, NewSession, User};
use serde_json::json;

use crate::failure::Failure;
use crate::password;
use crate::person::{Person, Way};
use crate::portal::Portal;
use crate::record::Origin;
use crate::token::Token;
use crate::visit::Visit;

/// A session that is not used ends after this.
const IDLE: SignedDuration = SignedDuration::from_mins(30);
/// A session ends after this in any case.
const LONGEST: SignedDuration = SignedDuration::from_hours(12);
/// How often it is noted that a session or token is used.
const NOTED: SignedDuration = SignedDuration::from_mins(1);
/// How many attempts may fail.
const LIMITS: LoginLimits =
    LoginLimits { window: Duration::from_mins(15), per_account: 10, per_address: 50 };
/// The most characters of a name that is looked up.
const LONGEST_NAME: usize = 320;

/// The person of a session, if it is live; that it is used is noted.
pub(crate) async fn session(
    portal: &Portal,
    token: &Token,
    origin: &Origin,
) -> Result<Option<Person>, Failure> {
    let hash = token.hash();
    let Some(session) = portal.store.session(&hash, origin.at).await? else { return Ok(None) };
    if origin.at.duration_since(session.seen) >= NOTED {
        portal.store.touch_session(&hash, origin.at, later(origin.at, IDLE)).await?;
    }
    let user = session.user.clone();
    let way = Way::Session(Box::new(session));
    Person::of(&portal.store, user, way).await.map(Some)
}

/// The person whose token a program has, if it counts.
pub(crate) async fn program(
    portal: &Portal,
    headers: &HeaderMap,
    origin: &Origin,
) -> Result<Option<Person>, Failure> {
    let line = headers.get(header::AUTHORIZATION).and_then(|line| line.to_str().ok());
    let told = line.and_then(|line| line.split_once(' '));
    let told = told.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let Some(token) = told.and_then(|(_, token)| Token::given(token.trim())) else {
        return Ok(None);
    };
    let Some(found) = portal.store.api_token(&token.hash(), origin.at).await? else {
        return Ok(None);
    };
    if found.seen.is_none_or(|seen| origin.at.duration_since(seen) >= NOTED) {
        portal.store.touch_api_token(&found.id, origin.at).await?;
    }
    let way = Way::Token { scopes: found.scopes };
    Person::of(&portal.store, found.user, way).await.map(Some)
}

/// What came of a name and a password.
pub(crate) enum Checked {
    /// They belong together.
    Right(Box<User>, LoginAttempt),
    /// They do not, or there is no such name: nobody is told which.
    Wrong,
    /// Too many attempts have failed.
    Shut(Timestamp),
}

/// Whether name and password belong together. It takes as long if there is no such name.
pub(crate) async fn check(
    portal: &Portal,
    name: &str,
    password: Secret,
    origin: &Origin,
) -> Result<Checked, Failure> {
    let name: String = name.trim().chars().filter(|c| *c != '\0').take(LONGEST_NAME).collect();
    let attempt = match gate(portal, origin, &name, &LIMITS).await? {
        LoginGate::Open(attempt) => attempt,
        LoginGate::Shut { again_at } => return Ok(Checked::Shut(again_at)),
    };
    let user = match portal.store.user_by_email(&name).await? {
        Some(user) => Some(user),
        None => portal.store.user(&name).await?,
    };
    let user = user.filter(|user| user.disabled.is_none());
    let kept = user.as_ref().and_then(|user| user.password_hash.clone());
    let is_right = password::is_right(password, kept).await?;
    if let Some(user) = user.filter(|_| is_right) {
        return Ok(Checked::Right(Box::new(user), attempt));
    }
    let details = json!({ "account": name });
    portal.store.record(&origin.record("login-refused", None, None, details)?).await?;
    Ok(Checked::Wrong)
}

/// Opens a session of somebody who has shown just now who it is.
pub(crate) async fn open(
    visit: &Visit,
    user: &User,
    attempt: Option<LoginAttempt>,
    kind: &str,
) -> Result<Token, Failure> {
    open_since(visit, user, attempt, kind, visit.origin.at).await
}

/// Opens a session of somebody who has shown at `authenticated` who it is; its token is new with
/// each login.
pub(crate) async fn open_since(
    visit: &Visit,
    user: &User,
    attempt: Option<LoginAttempt>,
    kind: &str,
    authenticated: Timestamp,
) -> Result<Token, Failure> {
    let (token, origin) = (Token::random(), &visit.origin);
    let session = NewSession {
        hash: token.hash(),
        user: user.id.clone(),
        address: origin.address.clone().unwrap_or_default(),
        agent: visit.agent.clone(),
        at: origin.at,
        authenticated,
        idle_until: later(origin.at, IDLE),
        ends: later(origin.at, LONGEST),
    };
    let (by, of) = (Some(user.id.as_str()), Some(user.organisation.as_str()));
    let record = origin.record(kind, by, of, json!({ "agent": visit.agent }))?;
    visit.portal.store.open_session(&session, attempt, &record).await?;
    Ok(token)
}

/// A new session in place of the one that the person has, who has shown again at `authenticated`
/// who it is.
pub(crate) async fn renew(
    visit: &Visit,
    person: &Person,
    attempt: LoginAttempt,
    authenticated: Timestamp,
) -> Result<Token, Failure> {
    let token = open_since(visit, &person.user, Some(attempt), "confirmed", authenticated).await?;
    if let Some(session) = person.session() {
        let by = Some(person.user.id.as_str());
        let record = visit.origin.record("session-replaced", by, None, json!({}))?;
        visit.portal.store.revoke_session(&session.hash, &record).await?;
    }
    Ok(token)
}

/// Begins an attempt that is no name and password, of an account of its own; so many may fail.
pub(crate) async fn attempt(
    visit: &Visit,
    account: &str,
    per_account: u64,
) -> Result<LoginAttempt, Failure> {
    let limits = LoginLimits { per_account, ..LIMITS };
    match gate(&visit.portal, &visit.origin, account, &limits).await? {
        LoginGate::Open(attempt) => Ok(attempt),
        LoginGate::Shut { again_at } => Err(Failure::too_many(again_at)),
    }
}

/// Counts an attempt, unless too many have failed. That it is not taken is kept.
async fn gate(
    portal: &Portal,
    origin: &Origin,
    account: &str,
    limits: &LoginLimits,
) -> Result<LoginGate, Failure> {
    let address = origin.address.clone().unwrap_or_default();
    let refusal = origin.record("login-shut", None, None, json!({ "account": account }))?;
    Ok(portal.store.begin_login(account, &address, limits, &refusal).await?)
}

/// Keeps that somebody was not let in who has shown something, and why.
pub(crate) async fn note_refused(
    visit: &Visit,
    account: Option<&str>,
    why: &str,
) -> Result<(), Failure> {
    let details = json!({ "account": account, "why": why });
    let record = visit.origin.record("login-refused", None, None, details)?;
    visit.portal.store.record(&record).await?;
    Ok(())
}

/// A moment so long after another one.
pub(crate) fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.checked_add(by).unwrap_or(Timestamp::MAX)
}
