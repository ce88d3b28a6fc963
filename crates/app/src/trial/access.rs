//! Who may connect and send: as before, and nobody else.
//!
//! The old version's copy is asked first. What it lets in, the new version must let in, and what it
//! refuses the new one must refuse: on its copy, and, where nothing but connecting is tried, at the
//! running broker.

use refit_model::HostPath;
use refit_trial::report::{TestResult, judge_access};
use refit_trial::statistics::Side;
use refit_trial::{AccessCase, AccessOutcome, AccessResult, Attempt, try_access};
use refit_wire::Credentials;

use super::bench::Bench;
use super::rules::ACCESS;
use crate::Result;

/// The users of JAAS by properties.
const USERS: &str = "conf/users.properties";
/// How many users and destinations are tried with each other.
const MOST: usize = 20;
const FILE_LIMIT: u64 = 64 << 20;

/// Tries everything on both sides.
pub(super) fn compare_access(bench: &Bench<'_>, destinations: &[String]) -> Result<TestResult> {
    let users = users(bench)?;
    let mut cases: Vec<_> = users.iter().cloned().map(AccessCase::user).collect();
    // Strangers are known by the users that they are not.
    cases.extend(users.first().into_iter().flat_map(AccessCase::strangers));
    for user in users.iter().take(MOST) {
        let sends = destinations.iter().take(MOST).map(|destination| {
            AccessCase::user(user.clone()).sending_to(destination.clone(), true)
        });
        cases.extend(sends);
    }
    let before = try_access(bench.side(Side::Before).stomp()?, &cases);
    let expected = as_before(cases, &before);
    let mut after = try_access(bench.side(Side::After).stomp()?, &expected);
    if let Some(running) = bench.running() {
        let connects = expected.into_iter().filter(|case| case.attempt == Attempt::Connect);
        let named = connects
            .map(|case| AccessCase { who: format!("at the running broker, {}", case.who), ..case });
        after.lines.extend(try_access(running, &named.collect::<Vec<_>>()).lines);
    }
    Ok(judge_access(ACCESS, &after))
}

/// The same cases with what the old version did as what is expected. Where it did something
/// unclear, users must be let in and strangers refused.
fn as_before(cases: Vec<AccessCase>, before: &AccessResult) -> Vec<AccessCase> {
    let expected = cases.into_iter().zip(&before.lines).map(|(case, line)| match line.outcome {
        AccessOutcome::LetIn => AccessCase { allowed: true, ..case },
        AccessOutcome::Refused => AccessCase { allowed: false, ..case },
        AccessOutcome::Unknown { .. } => case,
    });
    expected.collect()
}

/// The site's users with their passwords; where they are kept elsewhere, the one that the operator
/// named.
fn users(bench: &Bench<'_>) -> Result<Vec<Credentials>> {
    let home: HostPath = bench.before.site_home()?;
    let found = bench.before.scratch.reader().read(&home.join(USERS), FILE_LIMIT);
    let document = found.ok().and_then(|bytes| bench.world.parse(USERS, &bytes));
    let mut users = Vec::new();
    if let Some(document) = document {
        for key in document.keys().into_iter().filter(|key| key.live) {
            users.extend(
                document
                    .secret(&key.path)
                    .map(|password| Credentials::new(key.path.clone(), password)),
            );
        }
    }
    if users.is_empty() {
        users.extend(bench.world.logins().broker.clone());
    }
    Ok(users)
}
