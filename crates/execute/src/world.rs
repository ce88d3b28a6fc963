//! What the executor needs of the world around it.

use refit_hosts::{Deadline, Host, Reader};
use refit_model::{BrokerCheck, Digest, Fingerprint, HostName, HostPath, Secret};
use thiserror::Error;

/// Everything outside a plan and its journal. Implemented by `refit-app`, and by tests.
pub trait World {
    /// The host of this name.
    fn host(&self, name: &HostName) -> Result<&dyn Host, WorldError>;

    /// The path of an artifact on the controlling machine.
    fn artifact(&self, file: &str) -> HostPath;

    /// A template's text with its secrets, which come from files below `secrets_from`.
    fn content(
        &self,
        reader: Reader<'_>,
        template: Digest,
        secrets_from: &HostPath,
    ) -> Result<Secret, WorldError>;

    /// The keyed fingerprint of a file's content.
    fn fingerprint(&self, content: &[u8]) -> Fingerprint;

    /// Asks a broker what it is.
    fn broker(
        &self,
        reader: Reader<'_>,
        check: &BrokerCheck,
        deadline: Deadline,
    ) -> Result<Finding, WorldError>;

    /// `text` without any secret that this run knows.
    fn redact(&self, text: &str) -> String;
}

/// The answer to a condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// It holds, as this shows.
    Holds(String),
    /// It does not hold, because of this.
    Not(String),
}

/// The world could not answer.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct WorldError(pub String);

impl Finding {
    /// `Holds` with the first text if `holds`, else `Not` with the second.
    pub fn of(holds: bool, evidence: impl Into<String>, reason: impl Into<String>) -> Self {
        if holds { Self::Holds(evidence.into()) } else { Self::Not(reason.into()) }
    }

    /// Whether it holds.
    pub fn holds(&self) -> bool {
        matches!(self, Self::Holds(_))
    }

    /// The evidence or the reason.
    pub fn text(&self) -> &str {
        match self {
            Self::Holds(text) | Self::Not(text) => text,
        }
    }
}
