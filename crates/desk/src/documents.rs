//! Documents that go out to the customer and have to come back.

use jiff::Timestamp;
use refit_model::Digest;
use serde::{Deserialize, Serialize};

use crate::written::{line, name, prose};
use crate::{BusinessDuration, DocumentKey, Line, Prose, StateMachine};

/// The key of the document that is the questionnaire: it comes back by being submitted.
pub const QUESTIONNAIRE: &str = "questionnaire";

/// A document that goes out with the questionnaire.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DocumentTemplate {
    /// Its key.
    pub key: DocumentKey,
    /// Its title.
    pub title: Line,
    /// What it is for.
    pub purpose: Prose,
    /// How long the customer has for it, in the customer's calendar.
    pub due_in: BusinessDuration,
}

/// A document that was sent to the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// The template that it is made from.
    pub template: DocumentTemplate,
    /// When it is due back.
    pub due: Timestamp,
    /// Where it stands, and why.
    pub state: DocumentState,
    /// Since when.
    pub since: Timestamp,
    /// What came back, the latest last.
    pub returned: Vec<ReturnedFile>,
}

/// A file that came back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReturnedFile {
    /// Its name, as the customer has it.
    pub name: Line,
    /// Its content.
    pub digest: Digest,
    /// When it came.
    pub at: Timestamp,
}

/// Where a document stands, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DocumentState {
    /// The customer has it.
    Sent,
    /// It came back, and nobody has looked yet.
    Returned,
    /// It came back, and this is missing.
    Incomplete(Prose),
    /// It is complete, and what it says is used.
    Processed,
}

/// What can happen to a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DocumentEvent {
    /// The customer gives it back.
    Returned,
    /// Something is missing.
    FoundIncomplete(Prose),
    /// It is complete.
    Processed,
}

impl StateMachine for DocumentState {
    type Event = DocumentEvent;

    const NAME: &'static str = "A document";

    fn after(&self, event: &DocumentEvent) -> Option<Self> {
        use DocumentEvent as E;
        match (self, event) {
            (Self::Sent | Self::Returned | Self::Incomplete(_), E::Returned) => {
                Some(Self::Returned)
            }
            (Self::Returned, E::FoundIncomplete(what)) => Some(Self::Incomplete(what.clone())),
            (Self::Returned, E::Processed) => Some(Self::Processed),
            _ => None,
        }
    }

    fn word(&self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Returned => "returned",
            Self::Incomplete(_) => "incomplete",
            Self::Processed => "processed",
        }
    }

    fn event_word(event: &DocumentEvent) -> &'static str {
        match event {
            DocumentEvent::Returned => "returned",
            DocumentEvent::FoundIncomplete(_) => "found incomplete",
            DocumentEvent::Processed => "processed",
        }
    }

    fn all() -> Vec<Self> {
        vec![Self::Sent, Self::Returned, Self::Incomplete(prose("a part")), Self::Processed]
    }

    fn all_events() -> Vec<DocumentEvent> {
        let part = prose("a part");
        vec![
            DocumentEvent::Returned,
            DocumentEvent::FoundIncomplete(part),
            DocumentEvent::Processed,
        ]
    }
}

/// The documents before an administrator changes them.
pub(crate) fn default_templates() -> Vec<DocumentTemplate> {
    let template = |key, title, purpose| DocumentTemplate {
        key: name(key),
        title: line(title),
        purpose: prose(purpose),
        due_in: BusinessDuration::Days(5),
    };
    vec![
        template(
            QUESTIONNAIRE,
            "Questionnaire",
            "What is installed, where, how it is used, and what must not change.",
        ),
        template(
            "access-details",
            "Access to the environment",
            "How the development or staging environment is reached, with which rights, and who \
             helps when it does not work. Secrets are not written into it.",
        ),
        template(
            "environment-overview",
            "Overview of environments",
            "Hosts, installations and what connects to them, for each environment.",
        ),
    ]
}
