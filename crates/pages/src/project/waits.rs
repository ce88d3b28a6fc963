//! For whom a case waits, what for, and since when.

use jiff::Timestamp;
use refit_desk::{
    ActivityState, Arithmetic, Case, CaseState, EngagementState, Party, Post, ProblemState,
};

use crate::show::parties;

/// Something that a case waits for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What.
    pub what: String,
    /// For whom, in words.
    pub whom: String,
    /// The sides that hold the ball.
    pub parties: Vec<Party>,
    /// What has to happen, if somebody said so.
    pub why: Option<String>,
    /// Since when.
    pub since: Option<Timestamp>,
    /// When it is due, and how that comes about.
    pub due: Option<Arithmetic>,
    /// Whether it is late.
    pub is_late: bool,
}

impl Wait {
    fn new(what: impl Into<String>, parties: &[Party], since: Option<Timestamp>) -> Self {
        Self {
            what: what.into(),
            whom: self::parties(parties),
            parties: parties.to_vec(),
            why: None,
            since,
            due: None,
            is_late: false,
        }
    }
}

/// Everything that an open case waits for at the moment `now`: what is late first, then in the
/// order of the process.
pub(crate) fn waits(case: &Case, now: Timestamp) -> Vec<Wait> {
    if case.state != CaseState::Open {
        return Vec::new();
    }
    let mut waits = posts(case);
    waits.extend(activities(case, now));
    waits.extend(answers(case));
    waits.sort_by_key(|wait| !wait.is_late);
    waits
}

fn posts(case: &Case) -> Vec<Wait> {
    let vacant = Post::ALL.into_iter().filter_map(|post| {
        let since = case.vacant_since(post)?;
        let what = format!("a {} is to be assigned", post.role());
        Some(Wait { whom: "the team".to_owned(), ..Wait::new(what, &[], Some(since)) })
    });
    vacant.collect()
}

fn activities(case: &Case, now: Timestamp) -> Vec<Wait> {
    let Some(timeline) = case.timeline(now) else { return Vec::new() };
    let open = case.activities.iter().zip(timeline.bars).filter_map(|(activity, bar)| {
        let wait = match &activity.state {
            ActivityState::Waiting(wait) => Wait {
                why: Some(wait.why.to_string()),
                ..Wait::new(bar.title, &[wait.waits_for], Some(wait.since))
            },
            ActivityState::Running => Wait::new(bar.title, &bar.owners, activity.started),
            _ => return None,
        };
        Some(Wait { due: bar.due, is_late: bar.is_late, ..wait })
    });
    open.collect()
}

/// What people asked each other, and did not answer yet.
fn answers(case: &Case) -> Vec<Wait> {
    let offered = case.engagements.iter().filter(|one| one.state == EngagementState::Offered);
    let offered = offered.map(|one| {
        let what = format!("answer to the offer: {}", one.kind.words());
        Wait::new(what, &[Party::Customer], Some(one.since))
    });
    let changes = case.changes.iter().filter(|one| !one.state.is_settled());
    let changes = changes.map(|one| {
        let what = format!("answer to change request {}", one.number);
        Wait::new(what, &[Party::Consultant], None)
    });
    let problems = case.problems.iter().filter(|one| !one.state.is_settled());
    let problems = problems.map(|one| {
        let what = match one.state {
            ProblemState::Replicated(_) => format!("correction of problem {}", one.number),
            _ => format!("replication of problem {}", one.number),
        };
        Wait::new(what, &[Party::Consultant], Some(one.reported))
    });
    offered.chain(changes).chain(problems).collect()
}
