//! For whom a case waits, what for, and since when.

use jiff::Timestamp;
use refit_desk::{ActivityState, Bar, Case, CaseState, Party, Post, Waiting, WaitingOf};

use crate::show::{due, parties};

/// Something that a case waits for.
pub(crate) struct Wait {
    /// What.
    pub(crate) what: String,
    /// For whom, in words.
    pub(crate) whom: String,
    /// What has to happen, if somebody said so.
    pub(crate) why: Option<String>,
    pub(crate) since: Timestamp,
    pub(crate) due: Option<Due>,
    pub(crate) is_late: bool,
}

/// When something is due.
pub(crate) enum Due {
    /// By a clock, with how that comes about.
    Clock(String),
    /// On a day that was set.
    Day(Timestamp),
}

/// Everything that an open case waits for at the moment `now`: what the desk says, who is at it
/// otherwise, and vacant posts. What is late comes first, then what has waited longest.
pub(crate) fn waits(case: &Case, now: Timestamp) -> Vec<Wait> {
    if case.state != CaseState::Open {
        return Vec::new();
    }
    let bars = case.timeline(now).map(|timeline| timeline.bars).unwrap_or_default();
    let mut waits = posts(case);
    waits.extend(running(case, &bars));
    waits.extend(case.waits().into_iter().map(|waiting| of_desk(waiting, case, &bars, now)));
    waits.sort_by_key(|wait| (!wait.is_late, wait.since));
    waits
}

fn posts(case: &Case) -> Vec<Wait> {
    let vacant = Post::ALL.into_iter().filter_map(|post| {
        Some(Wait {
            what: format!("A {} is to be assigned", post.role()),
            whom: "the team".to_owned(),
            why: None,
            since: case.vacant_since(post)?,
            due: None,
            is_late: false,
        })
    });
    vacant.collect()
}

/// Activities that somebody is at.
fn running(case: &Case, bars: &[Bar]) -> Vec<Wait> {
    let activities = case.activities.iter().zip(bars);
    let running = activities.filter(|(activity, _)| activity.state == ActivityState::Running);
    let wait = |(activity, bar): (&refit_desk::Activity, &Bar)| {
        Some(Wait {
            what: bar.title.clone(),
            whom: parties(&bar.owners),
            why: None,
            since: activity.started?,
            due: clock(bar),
            is_late: bar.is_late,
        })
    };
    running.filter_map(wait).collect()
}

fn of_desk(waiting: Waiting, case: &Case, bars: &[Bar], now: Timestamp) -> Wait {
    let (due, is_late) = match &waiting.of {
        WaitingOf::Activity(key) => {
            let bar = bars.iter().find(|bar| bar.key == *key);
            (bar.and_then(clock), bar.is_some_and(|bar| bar.is_late))
        }
        WaitingOf::Document(key) => {
            let document = case.document(key.as_str());
            let is_customers = waiting.waits_for == Party::Customer;
            let due = document.map(|one| one.due).filter(|_| is_customers);
            (due.map(Due::Day), due.is_some_and(|due| due < now))
        }
        WaitingOf::Dependency(number) => {
            let mut unmet = case.unmet_dependencies();
            let dependency = unmet.find(|(one, _)| one == number).map(|(_, one)| one);
            let due = dependency.zip(case.calendar()).map(|(one, all)| all.end_of(one.due));
            (due.map(Due::Day), due.is_some_and(|due| due < now))
        }
        WaitingOf::Change(_)
        | WaitingOf::Version(_)
        | WaitingOf::Problem(_)
        | WaitingOf::Engagement(_)
        | WaitingOf::Eligibility
        | WaitingOf::Contacts
        | WaitingOf::Run(_) => (None, false),
    };
    Wait {
        what: waiting.title,
        whom: waiting.waits_for.word().to_owned(),
        why: Some(waiting.why),
        since: waiting.since,
        due,
        is_late,
    }
}

fn clock(bar: &Bar) -> Option<Due> {
    bar.due.as_ref().map(|arithmetic| Due::Clock(due(arithmetic)))
}
