//! The team's queue: open cases that lack a consultant or a project manager.

use jiff::Timestamp;
use serde::Serialize;

use crate::{Case, CaseId, DeadlineRisk, Post, Rules};

/// A case that waits for somebody to take it up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Queued {
    /// The case.
    pub case: CaseId,
    /// Its title.
    pub title: String,
    /// The vacant posts.
    pub vacant: Vec<Post>,
    /// Since when.
    pub since: Timestamp,
    /// When that escalates.
    pub escalates: Timestamp,
    /// Whether it has escalated.
    pub is_late: bool,
    /// Whether the hand-over may come after the customer's last day, as things stand.
    pub deadline_risk: Option<DeadlineRisk>,
}

/// The cases with a vacant post at the moment `now`, the one that has waited longest first.
pub fn queue<'a>(
    cases: impl IntoIterator<Item = &'a Case>,
    rules: &Rules,
    now: Timestamp,
) -> Vec<Queued> {
    let mut queue: Vec<_> = cases.into_iter().filter_map(|case| queued(case, rules, now)).collect();
    queue.sort_by(|a, b| (a.since, a.case.as_str()).cmp(&(b.since, b.case.as_str())));
    queue
}

fn queued(case: &Case, rules: &Rules, now: Timestamp) -> Option<Queued> {
    let request = case.request.as_ref()?;
    let vacant: Vec<_> =
        Post::ALL.into_iter().filter(|post| case.vacant_since(*post).is_some()).collect();
    let since = vacant.iter().filter_map(|post| case.vacant_since(*post)).min()?;
    let calendar = &rules.team_calendar;
    let escalates = calendar.add(since, calendar.work_in(rules.assign_within));
    Some(Queued {
        case: case.id.clone(),
        title: request.title.clone(),
        vacant,
        since,
        escalates,
        is_late: now >= escalates,
        deadline_risk: case.deadline_risk(now),
    })
}
