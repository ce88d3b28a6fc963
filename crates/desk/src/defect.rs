//! Trials and the defects that they found.

use jiff::Timestamp;
use refit_model::{Digest, TrialVerdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::written::prose;
use crate::{Line, Prose, StateMachine};

/// A trial that was run. The first is the test, those after it are retests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Trial {
    /// Its number within the case, from 1; the retest with the number n is trial n + 1.
    pub number: u32,
    /// When it was recorded.
    pub at: Timestamp,
    /// Its report.
    pub report: Digest,
    /// What came out.
    pub verdict: TrialVerdict,
    /// The defects that it found, by number.
    pub defects: Vec<u32>,
}

/// A failure that was traced to a component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Failure {
    /// The component, for example a plugin's name.
    pub component: Line,
    /// Whose it is.
    pub kind: ComponentKind,
    /// What does not hold.
    pub what: Prose,
}

/// Whose a component is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ComponentKind {
    /// The vendor ships it.
    Standard,
    /// It is the customer's own, or a third party's.
    Custom,
}

/// A defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Defect {
    /// Its number within the case, from 1.
    pub number: u32,
    /// The trial that found it.
    pub trial: u32,
    /// What was traced.
    pub failure: Failure,
    /// Where it stands, and why.
    pub state: DefectState,
}

/// Where a defect stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DefectState {
    /// Nothing was done about it yet.
    Open,
    /// Something was done; a retest has to show that it helped.
    Fixed(Prose),
    /// A retest, this trial, has shown that it is gone.
    Solved(u32),
    /// It stays, and is documented.
    Documented(Prose),
    /// It is of a custom component: documented, and not part of the service.
    Excluded(Prose),
}

/// What can happen to a defect.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DefectEvent {
    /// Something was done about it.
    Fixed(Prose),
    /// A trial passed after it was fixed.
    RetestPassed(u32),
    /// A trial did not pass after it was fixed.
    RetestFailed,
    /// It stays, and is documented.
    Documented(Prose),
    /// It is of a custom component.
    Excluded(Prose),
}

impl DefectState {
    /// Whether nothing more is to be done.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Solved(_) | Self::Documented(_) | Self::Excluded(_))
    }
}

impl StateMachine for DefectState {
    type Event = DefectEvent;

    const NAME: &'static str = "A defect";

    fn after(&self, event: &DefectEvent) -> Option<Self> {
        use DefectEvent as E;
        match (self, event) {
            (Self::Open | Self::Fixed(_) | Self::Excluded(_), E::Fixed(how)) => {
                Some(Self::Fixed(how.clone()))
            }
            (Self::Fixed(_), E::RetestPassed(trial)) => Some(Self::Solved(*trial)),
            (Self::Fixed(_), E::RetestFailed) => Some(Self::Open),
            (Self::Open | Self::Fixed(_), E::Documented(text)) => {
                Some(Self::Documented(text.clone()))
            }
            (Self::Open, E::Excluded(why)) => Some(Self::Excluded(why.clone())),
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Fixed(_) => "fixed, to be retested",
            Self::Solved(_) => "solved",
            Self::Documented(_) => "documented",
            Self::Excluded(_) => "excluded",
        }
    }

    fn event_word(event: &DefectEvent) -> &'static str {
        match event {
            DefectEvent::Fixed(_) => "fixed",
            DefectEvent::RetestPassed(_) => "retested with success",
            DefectEvent::RetestFailed => "retested without success",
            DefectEvent::Documented(_) => "documented",
            DefectEvent::Excluded(_) => "excluded",
        }
    }

    fn all() -> Vec<Self> {
        let text = prose("a text");
        vec![
            Self::Open,
            Self::Fixed(text.clone()),
            Self::Solved(2),
            Self::Documented(text.clone()),
            Self::Excluded(text),
        ]
    }

    fn all_events() -> Vec<DefectEvent> {
        use DefectEvent as E;
        let text = prose("a text");
        vec![
            E::Fixed(text.clone()),
            E::RetestPassed(2),
            E::RetestFailed,
            E::Documented(text.clone()),
            E::Excluded(text),
        ]
    }
}
