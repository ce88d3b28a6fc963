//! The addresses of pages, and those that forms go to. Names in them need no escaping.

use refit_desk::{ActionKind, CaseId, OrganisationId, Upgraded, UserId};
use refit_model::{Digest, RunId};

use crate::forms;

/// The service page; needs no login.
pub const SERVICE: &str = "/service";
/// Log in.
pub const LOGIN: &str = "/login";
/// Begin to log in with an identity provider.
pub const LOGIN_ELSEWHERE: &str = "/login/provider";
/// Where an identity provider sends people back to.
pub const LOGIN_BACK: &str = "/login/provider/back";
/// The code of a second factor, after name and password.
pub const CODE: &str = "/login/code";
/// Log out.
pub const LOGOUT: &str = "/logout";
/// The own account.
pub const ACCOUNT: &str = "/account";
/// Change the own password.
pub const PASSWORD: &str = "/account/password";
/// End sessions.
pub const SESSIONS: &str = "/account/sessions";
/// Make and revoke API tokens.
pub const TOKENS: &str = "/account/tokens";
/// Set up or remove the own second factor.
pub const SECOND_FACTOR: &str = "/account/second-factor";
/// The list of requests.
pub const REQUESTS: &str = "/requests";
/// The list as a file for spreadsheets.
pub const REQUESTS_CSV: &str = "/requests.csv";
/// Make a request.
pub const NEW_REQUEST: &str = "/requests/new";
/// The team's queue.
pub const QUEUE: &str = "/queue";
/// Installations that are due for an upgrade.
pub const RECOMMENDATIONS: &str = "/recommendations";
/// Organisations.
pub const ORGANISATIONS: &str = "/administration/organisations";
/// Users.
pub const USERS: &str = "/administration/users";
/// Rules.
pub const RULES: &str = "/administration/rules";
/// Webhooks.
pub const WEBHOOKS: &str = "/administration/webhooks";
/// The audit log.
pub const AUDIT: &str = "/administration/audit";

/// Set a password by a one-time link.
pub fn set_password(token: &str) -> String {
    format!("/password/{token}")
}

/// A case: its overview.
pub fn case(case: &CaseId) -> String {
    format!("{REQUESTS}/{case}")
}

/// Make a request for the next upgrade of an installation that is due.
pub fn next_request(of: &Upgraded) -> String {
    let Upgraded { case, environment, installation, .. } = of;
    format!("{NEW_REQUEST}?case={case}&environment={environment}&installation={installation}")
}

/// A part of a case.
pub fn part(case: &CaseId, part: &str) -> String {
    format!("{REQUESTS}/{case}/{part}")
}

/// Where the form of an action goes; with `GET`, the form alone.
pub fn action(case: &CaseId, kind: ActionKind) -> String {
    format!("{REQUESTS}/{case}/do/{}", forms::word(kind))
}

/// A content of a case, to be downloaded.
pub fn content(case: &CaseId, digest: Digest) -> String {
    format!("{REQUESTS}/{case}/content/{}", digest.to_hex())
}

/// A run.
pub fn run_page(case: &CaseId, run: &RunId) -> String {
    format!("{REQUESTS}/{case}/runs/{run}")
}

/// A document of the upgrade that a case names: its report, to be read; with `POST`, where its file
/// is sent to be kept with the case.
pub fn document(case: &CaseId, digest: Digest) -> String {
    format!("{REQUESTS}/{case}/documents/{}", digest.to_hex())
}

/// A version of the Playbook with all that belongs to it, as one archive.
pub fn bundle(case: &CaseId, version: u32) -> String {
    format!("{REQUESTS}/{case}/playbooks/{version}/bundle")
}

/// What a run's page shows, sent anew as things happen, as server-sent events.
pub fn run_events(case: &CaseId, run: &RunId) -> String {
    format!("{REQUESTS}/{case}/runs/{run}/events")
}

/// Something to be done to a run: an exit's word, for example `roll-back`.
pub fn run(case: &CaseId, run: &RunId, exit: &str) -> String {
    format!("{REQUESTS}/{case}/runs/{run}/{exit}")
}

/// Take a decision of a settlement.
pub fn decide(case: &CaseId) -> String {
    format!("{REQUESTS}/{case}/decisions")
}

/// An organisation.
pub fn organisation(organisation: &OrganisationId) -> String {
    format!("{ORGANISATIONS}/{organisation}")
}

/// A user.
pub fn user(user: &UserId) -> String {
    format!("{USERS}/{user}")
}
