//! Activities: what is to be done, by whom, and where it stands.

use jiff::Timestamp;
use refit_model::EnvironmentName;
use serde::{Deserialize, Serialize};

use crate::{ActivityKey, ActivityRule, Party, Prose, StateMachine};

/// An activity of a case's project.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Activity {
    /// Its key, unique within the case.
    pub key: ActivityKey,
    /// What the process says about it, as it stood when the case was opened.
    pub rule: ActivityRule,
    /// The environment, for activities of which there is one for each environment.
    pub environment: Option<EnvironmentName>,
    /// Where it stands, and why.
    pub state: ActivityState,
    /// When it was started for the first time.
    pub started: Option<Timestamp>,
    /// When it was done, skipped or excluded.
    pub ended: Option<Timestamp>,
}

/// Where an activity stands, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ActivityState {
    /// Not begun.
    Planned,
    /// Somebody is at it.
    Running,
    /// It stands still until somebody else has done something.
    Waiting(Wait),
    /// Done.
    Done,
    /// Nobody will do it.
    Skipped(Prose),
    /// It does not belong to the service.
    Excluded(Prose),
}

/// For whom an activity waits, for what, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wait {
    /// Who holds the ball.
    pub waits_for: Party,
    /// What has to happen.
    pub why: Prose,
    /// Since when.
    pub since: Timestamp,
}

/// What can happen to an activity.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ActivityEvent {
    /// Somebody begins.
    Started,
    /// It has to wait.
    Held(Wait),
    /// What it waited for has happened.
    Released,
    /// It is done.
    Finished,
    /// It will not be done, for this reason.
    Skipped(Prose),
    /// It turned out not to belong to the service, for this reason.
    Excluded(Prose),
    /// It is taken up again, for this reason.
    Reopened(Prose),
}

impl ActivityState {
    /// Whether nothing more is to be done.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Done | Self::Skipped(_) | Self::Excluded(_))
    }

    /// Whether somebody is at it, or it waits.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Running | Self::Waiting(_))
    }
}

impl StateMachine for ActivityState {
    type Event = ActivityEvent;

    const NAME: &'static str = "An activity";

    fn after(&self, event: &ActivityEvent) -> Option<Self> {
        use ActivityEvent as E;
        match (self, event) {
            (Self::Planned, E::Started)
            | (Self::Waiting(_), E::Released)
            | (Self::Done, E::Reopened(_)) => Some(Self::Running),
            (Self::Running, E::Held(wait)) => Some(Self::Waiting(wait.clone())),
            (Self::Running | Self::Waiting(_), E::Finished) => Some(Self::Done),
            (Self::Planned | Self::Running | Self::Waiting(_), E::Skipped(why)) => {
                Some(Self::Skipped(why.clone()))
            }
            (Self::Planned | Self::Running | Self::Waiting(_), E::Excluded(why)) => {
                Some(Self::Excluded(why.clone()))
            }
            (Self::Skipped(_) | Self::Excluded(_), E::Reopened(_)) => Some(Self::Planned),
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Planned => "planned",
            Self::Running => "running",
            Self::Waiting(_) => "waiting",
            Self::Done => "done",
            Self::Skipped(_) => "skipped",
            Self::Excluded(_) => "excluded",
        }
    }

    fn event_word(event: &ActivityEvent) -> &'static str {
        match event {
            ActivityEvent::Started => "started",
            ActivityEvent::Held(_) => "held",
            ActivityEvent::Released => "released",
            ActivityEvent::Finished => "finished",
            ActivityEvent::Skipped(_) => "skipped",
            ActivityEvent::Excluded(_) => "excluded",
            ActivityEvent::Reopened(_) => "reopened",
        }
    }

    fn all() -> Vec<Self> {
        let why = crate::written::prose("a reason");
        vec![
            Self::Planned,
            Self::Running,
            Self::Waiting(Wait::example()),
            Self::Done,
            Self::Skipped(why.clone()),
            Self::Excluded(why),
        ]
    }

    fn all_events() -> Vec<ActivityEvent> {
        let why = crate::written::prose("a reason");
        vec![
            ActivityEvent::Started,
            ActivityEvent::Held(Wait::example()),
            ActivityEvent::Released,
            ActivityEvent::Finished,
            ActivityEvent::Skipped(why.clone()),
            ActivityEvent::Excluded(why.clone()),
            ActivityEvent::Reopened(why),
        ]
    }
}

impl Wait {
    fn example() -> Self {
        let why = crate::written::prose("a reason");
        Self { waits_for: Party::Customer, why, since: Timestamp::UNIX_EPOCH }
    }
}
