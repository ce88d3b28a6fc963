//! Whether a case is open.

use serde::{Deserialize, Serialize};

use crate::written::prose;
use crate::{Prose, StateMachine};

/// Whether a case is open, and if not, why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum CaseState {
    /// It is worked on.
    Open,
    /// The request was taken back.
    Withdrawn(Prose),
    /// Nothing more is to be done.
    Closed,
}

/// What can happen to a case as a whole.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum CaseEvent {
    /// The request is taken back.
    Withdrawn(Prose),
    /// It is closed.
    Closed,
    /// It is taken up again.
    Reopened(Prose),
}

impl StateMachine for CaseState {
    type Event = CaseEvent;

    const NAME: &'static str = "A case";

    fn after(&self, event: &CaseEvent) -> Option<Self> {
        match (self, event) {
            (Self::Open, CaseEvent::Withdrawn(why)) => Some(Self::Withdrawn(why.clone())),
            (Self::Open, CaseEvent::Closed) => Some(Self::Closed),
            (Self::Withdrawn(_) | Self::Closed, CaseEvent::Reopened(_)) => Some(Self::Open),
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Withdrawn(_) => "withdrawn",
            Self::Closed => "closed",
        }
    }

    fn event_word(event: &CaseEvent) -> &'static str {
        match event {
            CaseEvent::Withdrawn(_) => "withdrawn",
            CaseEvent::Closed => "closed",
            CaseEvent::Reopened(_) => "reopened",
        }
    }

    fn all() -> Vec<Self> {
        vec![Self::Open, Self::Withdrawn(prose("a reason")), Self::Closed]
    }

    fn all_events() -> Vec<CaseEvent> {
        let why = prose("a reason");
        vec![CaseEvent::Withdrawn(why.clone()), CaseEvent::Closed, CaseEvent::Reopened(why)]
    }
}
