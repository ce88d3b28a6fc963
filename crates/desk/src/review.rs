//! Playbook versions, and what their reviewers ask for.

use jiff::Timestamp;
use refit_model::{Digest, StepId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::written::prose;
use crate::{Party, PlanStep, Prose, Role, StateMachine, UserId};

/// A version of the Playbook, posted for review.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaybookVersion {
    /// Its number within the case, from 1.
    pub number: u32,
    /// Its content.
    pub digest: Digest,
    /// What is new in it.
    pub summary: Prose,
    /// Its steps, in their order, as far as the server has it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<PlanStep>,
    /// When it was posted.
    pub posted: Timestamp,
    /// When it was delivered as the final one, if it was. After on-call support has corrected a
    /// version there is a later final one.
    pub delivered: Option<Timestamp>,
}

/// What a reviewer asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChangeRequest {
    /// Its number within the case, from 1.
    pub number: u32,
    /// The version that it is about, by number.
    pub version: u32,
    /// The step that it is about, if it is about one.
    pub step: Option<StepId>,
    /// What kind.
    pub kind: ChangeRequestKind,
    /// What is asked.
    pub text: Prose,
    /// By whom.
    pub by: UserId,
    /// Where it stands, and why.
    pub state: ChangeRequestState,
    /// Who has to say or do something, as long as it is not settled.
    #[serde(default = "asked_first")]
    pub awaits: Party,
    /// Since when.
    pub since: Timestamp,
}

/// What was just asked for is the consultant's to answer.
fn asked_first() -> Party {
    Party::Consultant
}

/// What kind of thing a reviewer asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ChangeRequestKind {
    /// The Playbook should be changed.
    Change,
    /// Something should be explained.
    Clarification,
}

/// Where a change request or clarification stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ChangeRequestState {
    /// Nobody has answered yet.
    Submitted,
    /// Customer and consultant talk about it; the last word so far.
    Discussed(Prose),
    /// It will be made, as said here.
    Agreed(Prose),
    /// It is made, in the version of this number.
    Made(u32),
    /// It is answered.
    Answered(Prose),
    /// It will not be made, for this reason.
    Declined(Prose),
    /// Who asked does not ask any more.
    Withdrawn,
}

/// What can happen to a change request or clarification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ChangeRequestEvent {
    /// Somebody says something about it.
    Discussed(Prose),
    /// The consultant agrees to make it.
    Agreed(Prose),
    /// A version has it, by number.
    Made(u32),
    /// The consultant answers.
    Answered(Prose),
    /// The consultant says why not.
    Declined(Prose),
    /// Who asked takes it back.
    Withdrawn,
}

impl ChangeRequestEvent {
    /// Whose turn it is after it, if somebody of this role brought it about: in a discussion, the
    /// other side's.
    pub(crate) fn next_turn(&self, by: Role) -> Party {
        match self {
            Self::Discussed(_) if by.is_team() => Party::Customer,
            _ => Party::Consultant,
        }
    }
}

impl ChangeRequestState {
    /// Whether it is answered, one way or another.
    pub fn is_settled(&self) -> bool {
        matches!(self, Self::Made(_) | Self::Answered(_) | Self::Declined(_) | Self::Withdrawn)
    }
}

impl StateMachine for ChangeRequestState {
    type Event = ChangeRequestEvent;

    const NAME: &'static str = "A change request or clarification";

    fn after(&self, event: &ChangeRequestEvent) -> Option<Self> {
        use ChangeRequestEvent as E;
        match (self, event) {
            (Self::Submitted | Self::Discussed(_), E::Agreed(how)) => {
                Some(Self::Agreed(how.clone()))
            }
            (Self::Submitted | Self::Discussed(_), E::Answered(text)) => {
                Some(Self::Answered(text.clone()))
            }
            (Self::Agreed(_), E::Made(version)) => Some(Self::Made(*version)),
            (Self::Submitted | Self::Discussed(_) | Self::Agreed(_), E::Discussed(text)) => {
                Some(Self::Discussed(text.clone()))
            }
            (Self::Submitted | Self::Discussed(_) | Self::Agreed(_), E::Declined(why)) => {
                Some(Self::Declined(why.clone()))
            }
            (Self::Submitted | Self::Discussed(_) | Self::Agreed(_), E::Withdrawn) => {
                Some(Self::Withdrawn)
            }
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Submitted => "submitted",
            Self::Discussed(_) => "discussed",
            Self::Agreed(_) => "agreed",
            Self::Made(_) => "made",
            Self::Answered(_) => "answered",
            Self::Declined(_) => "declined",
            Self::Withdrawn => "withdrawn",
        }
    }

    fn event_word(event: &ChangeRequestEvent) -> &'static str {
        match event {
            ChangeRequestEvent::Discussed(_) => "discussed",
            ChangeRequestEvent::Agreed(_) => "agreed",
            ChangeRequestEvent::Made(_) => "made",
            ChangeRequestEvent::Answered(_) => "answered",
            ChangeRequestEvent::Declined(_) => "declined",
            ChangeRequestEvent::Withdrawn => "withdrawn",
        }
    }

    fn all() -> Vec<Self> {
        let text = prose("a text");
        vec![
            Self::Submitted,
            Self::Discussed(text.clone()),
            Self::Agreed(text.clone()),
            Self::Made(2),
            Self::Answered(text.clone()),
            Self::Declined(text),
            Self::Withdrawn,
        ]
    }

    fn all_events() -> Vec<ChangeRequestEvent> {
        use ChangeRequestEvent as E;
        let text = prose("a text");
        vec![
            E::Discussed(text.clone()),
            E::Agreed(text.clone()),
            E::Made(2),
            E::Answered(text.clone()),
            E::Declined(text),
            E::Withdrawn,
        ]
    }
}
