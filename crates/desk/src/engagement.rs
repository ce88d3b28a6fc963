//! Paid engagements: what is outside of the service, and what the customer says to it.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{Prose, StateMachine};

/// A paid engagement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Engagement {
    /// Its number within the case, from 1.
    pub number: u32,
    /// What it is for.
    pub kind: EngagementKind,
    /// Why it is needed.
    pub why: Prose,
    /// Where it stands.
    pub state: EngagementState,
    /// Since when it stands there.
    pub since: Timestamp,
}

/// What a paid engagement is for.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum EngagementKind {
    /// No access is given: by screen sharing, with the customer's hands.
    NoAccess,
    /// Other environments are upgraded.
    OtherEnvironments,
    /// Problems in other environments are helped with.
    ProblemsElsewhere,
    /// Customised plugins or services are made to work.
    Customisations,
    /// The managed upgrade as a whole, for a customer who is not eligible for it.
    WholeUpgrade,
}

/// Where a paid engagement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngagementState {
    /// The customer has to answer.
    Offered,
    /// The customer wants it.
    Accepted,
    /// The customer does not want it.
    Declined,
    /// The offer was taken back before it was answered.
    Withdrawn,
}

/// What can happen to a paid engagement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EngagementEvent {
    /// The customer accepts.
    Accepted,
    /// The customer declines.
    Declined,
    /// The team takes the offer back.
    Withdrawn,
    /// It is offered once more.
    OfferedAgain,
}

impl Engagement {
    /// Whether it is of this kind, and the customer wants it.
    pub fn is_accepted(&self, kind: EngagementKind) -> bool {
        self.kind == kind && self.state == EngagementState::Accepted
    }
}

impl EngagementKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::NoAccess,
        Self::OtherEnvironments,
        Self::ProblemsElsewhere,
        Self::Customisations,
        Self::WholeUpgrade,
    ];

    /// What belongs to the project once it is accepted, in words for people.
    pub fn brings(self) -> &'static str {
        match self {
            Self::NoAccess => {
                "the upgrade by screen sharing: your hands carry out the steps, and both sides \
                 tick them"
            }
            Self::OtherEnvironments => {
                "the upgrade of your other environments, which are activities of the consultant now"
            }
            Self::ProblemsElsewhere => {
                "help with problems that are seen in your other environments alone"
            }
            Self::Customisations => {
                "making customised plugins or services work: their defects can be fixed"
            }
            Self::WholeUpgrade => "the managed upgrade as a whole, as if you were eligible for it",
        }
    }

    /// The words for people.
    pub fn words(self) -> &'static str {
        match self {
            Self::NoAccess => "upgrade without access, by screen sharing",
            Self::OtherEnvironments => "upgrade of other environments",
            Self::ProblemsElsewhere => "help with problems in other environments",
            Self::Customisations => "customised plugins or services",
            Self::WholeUpgrade => "managed upgrade without eligibility",
        }
    }
}

impl StateMachine for EngagementState {
    type Event = EngagementEvent;

    const NAME: &'static str = "A paid engagement";

    fn after(&self, event: &EngagementEvent) -> Option<Self> {
        use EngagementEvent as E;
        match (self, event) {
            (Self::Offered, E::Accepted) => Some(Self::Accepted),
            (Self::Offered, E::Declined) => Some(Self::Declined),
            (Self::Offered, E::Withdrawn) => Some(Self::Withdrawn),
            (Self::Declined | Self::Withdrawn, E::OfferedAgain) => Some(Self::Offered),
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Offered => "offered",
            Self::Accepted => "accepted",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn event_word(event: &EngagementEvent) -> &'static str {
        match event {
            EngagementEvent::Accepted => "accepted",
            EngagementEvent::Declined => "declined",
            EngagementEvent::Withdrawn => "withdrawn",
            EngagementEvent::OfferedAgain => "offered again",
        }
    }

    fn all() -> Vec<Self> {
        vec![Self::Offered, Self::Accepted, Self::Declined, Self::Withdrawn]
    }

    fn all_events() -> Vec<EngagementEvent> {
        use EngagementEvent as E;
        vec![E::Accepted, E::Declined, E::Withdrawn, E::OfferedAgain]
    }
}
