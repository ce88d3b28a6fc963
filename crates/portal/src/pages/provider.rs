//! Logging in with the OpenID provider: going there, and coming back.

use jiff::{SignedDuration, Timestamp};
use refit_model::with_causes;
use refit_pages::paths;
use refit_store::{JsonText, LoginAttempt, NewLink, User};
use serde_json::json;
use tracing::warn;

use super::entrance::{first_is_passed, inside};
use super::service::home;
use crate::cookie::Cookie;
use crate::failure::{Failure, FailureKind};
use crate::login;
use crate::oidc::{Identity, Provider, ProviderError, Ticket, Why};
use crate::route::Answer;
use crate::visit::{Said, Visit, go, go_saying, with_cookie};

/// What a ticket that was used is kept as.
const PURPOSE: &str = "provider-state";
/// How many ways back of one network address may fail, within the time of all attempts.
const MOST_FAILURES: u64 = 20;
/// How far the provider's clock may be behind.
const SKEW: SignedDuration = SignedDuration::from_mins(1);
/// The longest word of the provider that is written down, in characters.
const LONGEST_WORD: usize = 60;

/// Sends somebody to the provider. Nothing is kept of it.
pub(crate) async fn go_there(visit: Visit) -> Answer {
    let provider = provider(&visit)?;
    let why = match (&visit.person, visit.query.text("for")) {
        (None, _) => Why::Login,
        (Some(_), Some("connect")) => Why::Connect,
        (Some(_), Some("confirm")) => Why::Confirm,
        (Some(_), _) => return go(home(&visit)),
    };
    let next = visit.query.filled("next").and_then(inside);
    let ticket = Ticket::new(why, next, visit.origin.at, &visit.token);
    let place = provider.place(&ticket, &visit.token).await;
    go(&place.map_err(|error| not_vouched(provider, error))?)
}

/// Somebody comes back from the provider.
pub(crate) async fn come_back(visit: Visit) -> Answer {
    let provider = provider(&visit)?;
    let state = visit.query.text("state").unwrap_or_default();
    let Some(ticket) = Ticket::read(state, &visit.token, visit.origin.at) else {
        return Err(not_begun_here());
    };
    let address = visit.origin.address.clone().unwrap_or_default();
    let account = format!("{} from {address}", provider.name());
    let attempt = login::attempt(&visit, &account, MOST_FAILURES).await?;
    if !spend(&visit, &ticket).await? {
        return Err(not_begun_here());
    }
    let Some(code) = visit.query.filled("code") else {
        let told = visit.query.text("error").unwrap_or("nothing");
        let told = told.chars().filter(char::is_ascii_graphic).take(LONGEST_WORD).collect();
        return refused(&visit, provider, ProviderError::Code(told)).await;
    };
    let found = provider.who(code, &ticket, &visit.token, visit.origin.at).await;
    let identity = match found {
        Ok(identity) => identity,
        Err(error) => return refused(&visit, provider, error).await,
    };
    match ticket.why {
        Why::Login => enter(&visit, provider, &ticket, &identity, attempt).await,
        Why::Connect => connect(&visit, identity, attempt).await,
        Why::Confirm => confirm(&visit, provider, &ticket, &identity, attempt).await,
    }
}

/// Lets somebody in who was invited.
async fn enter(
    visit: &Visit,
    provider: &Provider,
    ticket: &Ticket,
    identity: &Identity,
    attempt: LoginAttempt,
) -> Answer {
    let Some(user) = invited(visit, identity).await? else {
        login::note_refused(visit, identity.email.as_deref(), "not invited").await?;
        return Err(not_invited(provider));
    };
    // Without the provider's word about when that was, it is not of now.
    let authenticated = identity.authenticated.unwrap_or(Timestamp::UNIX_EPOCH);
    first_is_passed(visit, &user, attempt, ticket.next.as_deref(), authenticated).await
}

/// The user whom the provider calls so. The first time it is the one who was invited under the
/// address that the provider has verified, and has come in by no other way yet.
async fn invited(visit: &Visit, identity: &Identity) -> Result<Option<User>, Failure> {
    let store = &visit.portal.store;
    if let Some(user) = store.user_by_identity(&identity.key).await? {
        return Ok(Some(user).filter(|user| user.disabled.is_none()));
    }
    let Some(email) = &identity.email else { return Ok(None) };
    let found = store.user_by_email(email).await?;
    let is_new = |user: &User| {
        user.disabled.is_none() && user.identity.is_none() && user.password_hash.is_none()
    };
    let Some(mut user) = found.filter(is_new) else { return Ok(None) };
    keep_identity(visit, &mut user, identity).await?;
    Ok(Some(user))
}

/// Connects the account of the session with who came back.
async fn connect(visit: &Visit, identity: Identity, attempt: LoginAttempt) -> Answer {
    let mut user = visit.person()?.user.clone();
    if user.identity.is_some() {
        let remedy = "An administrator can make a new account for another one.";
        let what = "Your account is connected already";
        return Err(Failure::new(FailureKind::Conflict, what, remedy));
    }
    keep_identity(visit, &mut user, &identity).await?;
    visit.portal.store.passed(attempt).await?;
    go_saying(paths::ACCOUNT, Said::Connected)
}

async fn keep_identity(visit: &Visit, user: &mut User, identity: &Identity) -> Result<(), Failure> {
    user.identity = Some(identity.key.clone());
    let (by, of) = (Some(user.id.as_str()), Some(user.organisation.as_str()));
    let details = json!({ "user": user.id, "identity": identity.key });
    let record = visit.origin.record("identity-connected", by, of, details)?;
    user.version = visit.portal.store.save_user(user, &record).await?;
    Ok(())
}

/// Notes that it is the same person who just now has shown it: in a new session.
async fn confirm(
    visit: &Visit,
    provider: &Provider,
    ticket: &Ticket,
    identity: &Identity,
    attempt: LoginAttempt,
) -> Answer {
    let person = visit.person()?;
    let is_same = person.user.identity.as_ref() == Some(&identity.key);
    // Whoever was asked to show it again and did not has only an old session there.
    let shown = identity.authenticated.filter(|at| ticket.at.duration_since(*at) <= SKEW);
    let Some(authenticated) = shown.filter(|_| is_same) else {
        let why = if is_same { "not shown again" } else { "somebody else" };
        return refused(visit, provider, ProviderError::Claims(why.to_owned())).await;
    };
    let token = login::renew(visit, person, attempt, authenticated).await?;
    let cookie = Cookie::Session.set(&token, visit.portal.is_https())?;
    let next = ticket.next.as_deref().unwrap_or_else(|| home(visit));
    with_cookie(go_saying(next, Said::Confirmed), &cookie)
}

/// Uses the ticket: it counts once.
async fn spend(visit: &Visit, ticket: &Ticket) -> Result<bool, Failure> {
    let once = NewLink {
        hash: refit_store::TokenHash::of(&refit_model::Secret::new(ticket.state.as_str())),
        purpose: PURPOSE.to_owned(),
        body: JsonText::of(ticket.why.word())?,
        at: visit.origin.at,
        ends: login::later(ticket.at, crate::oidc::LIFE),
    };
    let details = json!({ "why": ticket.why.word() });
    let record = visit.origin.record("came-back", None, None, details)?;
    Ok(visit.portal.store.spend(&once, &record).await?)
}

fn provider(visit: &Visit) -> Result<&Provider, Failure> {
    visit.portal.provider.as_ref().ok_or_else(Failure::not_found)
}

/// Keeps that somebody was not let in, and why; the person is told that alone.
async fn refused(visit: &Visit, provider: &Provider, error: ProviderError) -> Answer {
    warn!(why = with_causes(&error), "nobody is vouched for");
    login::note_refused(visit, Some(provider.name()), &error.to_string()).await?;
    Err(not_vouched(provider, error))
}

fn not_vouched(provider: &Provider, error: ProviderError) -> Failure {
    let kind = match &error {
        ProviderError::Away(_) => FailureKind::Unavailable,
        _ => FailureKind::Forbidden,
    };
    let what = format!("{} did not vouch for you", provider.name());
    let remedy = "Log in once more; if it stays so, tell your administrator the id below.";
    Failure { cause: Some(error.into()), ..Failure::new(kind, what, remedy) }
}

fn not_begun_here() -> Failure {
    let what = "This login was not begun in this browser, is over, or took too long";
    Failure::new(FailureKind::Forbidden, what, "Begin it again on the login page.")
}

fn not_invited(provider: &Provider) -> Failure {
    let what = format!("{} knows you, and Refit does not", provider.name());
    let remedy = "If you have a password, log in with it, and connect your account on its page. \
                  Otherwise ask your administrator for an invitation.";
    Failure::new(FailureKind::Forbidden, what, remedy)
}
