//! The second factor: asked for after the first, set up and removed.

use axum::http::StatusCode;
use data_encoding::BASE32_NOPAD;
use jiff::{SignedDuration, Timestamp};
use refit_desk::UserId;
use refit_model::Secret;
use refit_pages::{CodeView, FactorState, SecondFactorView, code, paths, second_factor};
use refit_store::{JsonText, LinkUse, NewLink, NewSecondFactor, SecondFactor, TokenHash, User};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::entrance::let_in;
use crate::failure::{Failure, FailureKind};
use crate::login::{self, later};
use crate::route::Answer;
use crate::token::Token;
use crate::totp;
use crate::visit::{Said, Visit, go, go_saying, page_with};

/// What a login that is not over is kept as.
const PURPOSE: &str = "second-factor";
/// How long somebody may look for a code.
const PATIENCE: SignedDuration = SignedDuration::from_mins(5);
/// How many codes may be wrong, within the time of all attempts: there are a million, and three
/// count at a time.
const MOST_WRONG: u64 = 5;
/// How many recovery codes there are, and of how many random bytes each is made.
const CODES: usize = 10;
const CODE_BYTES: usize = 16;
/// What is told where a code is none.
const WRONG: &str = "This is not the code that counts now. Each code counts once.";

/// A login after its first factor.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pending {
    user: UserId,
    next: Option<String>,
    authenticated: Timestamp,
}

/// Asks for the second factor of somebody whose first one was right.
pub(crate) async fn ask(
    visit: &Visit,
    user: &User,
    next: Option<&str>,
    authenticated: Timestamp,
) -> Answer {
    let token = Token::random();
    let user = UserId::new(&user.id).map_err(Failure::internal)?;
    let pending = Pending { user, next: next.map(str::to_owned), authenticated };
    let link = NewLink {
        hash: token.hash(),
        purpose: PURPOSE.to_owned(),
        body: JsonText::of(&pending)?,
        at: visit.origin.at,
        ends: later(visit.origin.at, PATIENCE),
    };
    let by = Some(pending.user.as_str());
    let record = visit.origin.record("first-factor-passed", by, None, json!({}))?;
    visit.portal.store.make_link(&link, &record).await?;
    asked(visit, &token, None)
}

fn asked(visit: &Visit, token: &Token, error: Option<&str>) -> Answer {
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    page_with(status, code(&visit.shell(), CodeView { pending: token.expose(), error }))
}

/// Looks at the code of a login, and lets in whose it is.
pub(crate) async fn check(visit: Visit) -> Answer {
    let store = &visit.portal.store;
    let given = visit.form()?.text("pending").unwrap_or_default();
    let Some(token) = Token::given(given) else { return Err(over()) };
    let found = store.look_at_link(&token.hash(), PURPOSE, visit.origin.at).await?;
    let LinkUse::Good(link) = found else { return Err(over()) };
    let pending: Pending = link.body.read()?;
    let user = store.user(pending.user.as_str()).await?;
    let Some(user) = user.filter(|user| user.disabled.is_none()) else { return Err(over()) };
    let attempt = login::attempt(&visit, &account(&user), MOST_WRONG).await?;
    if !is_right(&visit, &user).await? {
        return asked(&visit, &token, Some(WRONG));
    }
    let by = Some(user.id.as_str());
    let record = visit.origin.record("second-factor-passed", by, None, json!({}))?;
    if !matches!(store.use_link(&token.hash(), PURPOSE, &record).await?, LinkUse::Good(_)) {
        return Err(over());
    }
    let_in(&visit, &user, attempt, pending.next.as_deref(), pending.authenticated).await
}

fn over() -> Failure {
    let what = "This login is over, or took too long";
    Failure::new(FailureKind::Refused, what, "Begin it again on the login page.")
}

/// What attempts at codes are counted as.
fn account(user: &User) -> String {
    format!("code of {}", user.id)
}

/// Whether the code of the form is one that counts; it counts no more then. That it is not is kept.
async fn is_right(visit: &Visit, user: &User) -> Result<bool, Failure> {
    let store = &visit.portal.store;
    let typed = visit.form()?.text("code").unwrap_or_default();
    let by = Some(user.id.as_str());
    let Some(factor) = store.second_factor(&user.id).await? else { return Ok(false) };
    if let Some(step) = totp::step_of(&factor.secret, typed, visit.origin.at)
        && store.use_code(&user.id, step).await?
    {
        return Ok(true);
    }
    let used = visit.origin.record("recovery-code-used", by, None, json!({}))?;
    if store.use_recovery_code(&user.id, &recovery_hash(typed), &used).await? {
        return Ok(true);
    }
    login::note_refused(visit, by, "code").await?;
    Ok(false)
}

/// The page of the own second factor.
pub(crate) async fn show(visit: Visit) -> Answer {
    let user = &visit.person()?.user.id;
    match visit.portal.store.second_factor(user).await? {
        Some(factor) => shown(&visit, present(&factor), None),
        None => offered(&visit, &totp::new_secret(), None),
    }
}

fn shown(visit: &Visit, state: FactorState<'_>, error: Option<&str>) -> Answer {
    let is_required = visit.rules.asks_second_factor(visit.person()?.role());
    let status = if error.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    let view = SecondFactorView { state, is_required, error };
    page_with(status, second_factor(&visit.shell(), view))
}

fn present(factor: &SecondFactor) -> FactorState<'static> {
    FactorState::Present { since: factor.made, left: factor.recovery_left }
}

fn offered(visit: &Visit, secret: &Secret, error: Option<&str>) -> Answer {
    let address = totp::address(secret, &visit.person()?.user.email);
    let secret = secret.expose_text().unwrap_or_default();
    shown(visit, FactorState::Absent { secret, address: &address }, error)
}

/// Sets the own second factor up, or removes it: both with a code of it.
pub(crate) async fn change(visit: Visit) -> Answer {
    match visit.form()?.filled("secret").and_then(totp::read_secret) {
        Some(secret) => set_up(visit, secret).await,
        None => remove(visit).await,
    }
}

async fn set_up(visit: Visit, secret: Secret) -> Answer {
    let user = &visit.person()?.user;
    let typed = visit.form()?.text("code").unwrap_or_default();
    let Some(step) = totp::step_of(&secret, typed, visit.origin.at) else {
        return offered(&visit, &secret, Some(WRONG));
    };
    let codes: Vec<String> = (0..CODES).map(|_| recovery_code()).collect();
    let factor = NewSecondFactor {
        user: user.id.clone(),
        secret,
        step,
        recovery: codes.iter().map(|code| recovery_hash(code)).collect(),
    };
    let record = record(&visit, "second-factor-added")?;
    if !visit.portal.store.add_second_factor(&factor, &record).await? {
        return Err(Failure::stale());
    }
    shown(&visit, FactorState::New { codes: &codes }, None)
}

async fn remove(visit: Visit) -> Answer {
    let (user, store) = (&visit.person()?.user, &visit.portal.store);
    let Some(factor) = store.second_factor(&user.id).await? else {
        return go(paths::SECOND_FACTOR);
    };
    let attempt = login::attempt(&visit, &account(user), MOST_WRONG).await?;
    if !is_right(&visit, user).await? {
        return shown(&visit, present(&factor), Some(WRONG));
    }
    store.passed(attempt).await?;
    store.remove_second_factor(&user.id, &record(&visit, "second-factor-removed")?).await?;
    go_saying(paths::SECOND_FACTOR, Said::FactorRemoved)
}

fn record(visit: &Visit, kind: &str) -> Result<refit_store::NewRecord, Failure> {
    let user = &visit.person()?.user;
    let (by, of) = (Some(user.id.as_str()), Some(user.organisation.as_str()));
    visit.origin.record(kind, by, of, json!({ "user": user.id }))
}

/// A recovery code as it is shown: letters in groups.
fn recovery_code() -> String {
    let mut bytes = [0; CODE_BYTES];
    crate::token::fill(&mut bytes);
    let letters: Vec<_> = BASE32_NOPAD.encode(&bytes).to_lowercase().chars().collect();
    letters.chunks(5).map(String::from_iter).collect::<Vec<_>>().join("-")
}

/// What is kept of a code that was shown, or typed in any way.
fn recovery_hash(code: &str) -> TokenHash {
    let letters = code.chars().filter(char::is_ascii_alphanumeric).take(CODE_BYTES * 2);
    TokenHash::of(&Secret::new(letters.collect::<String>().to_lowercase()))
}
