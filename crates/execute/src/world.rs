//! What the executor needs of the world around it.

use std::collections::BTreeMap;

use refit_hosts::{Deadline, Host, HostError, Reader};
use refit_model::{BrokerCheck, Digest, Fingerprint, HostName, HostPath, Secret};
use thiserror::Error;

use crate::{Clock, SystemClock};

/// Everything outside a plan and its journal. Implemented by `refit-app`, and by tests.
pub trait World: Sync {
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

    /// The content of a configuration file (relative to its home, for example `conf/jetty.xml`)
    /// with other values.
    fn with_values(
        &self,
        file: &str,
        content: &[u8],
        changes: &[KeyChange],
    ) -> Result<Secret, WorldError>;

    /// What a running broker holds: messages by destination. `None` where it cannot be asked.
    fn holdings(
        &self,
        reader: Reader<'_>,
        check: &BrokerCheck,
        deadline: Deadline,
    ) -> Result<Option<BTreeMap<String, u64>>, WorldError>;

    /// `text` without any secret that this run knows.
    fn redact(&self, text: &str) -> String;

    /// What time it is.
    fn clock(&self) -> &dyn Clock {
        &SystemClock
    }
}

/// Another value for a key of a configuration file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyChange {
    /// The key's whole value.
    Value {
        /// The key path.
        key: String,
        /// The value.
        to: String,
    },
    /// Host and port of the URI that is the key's value.
    UriAddress {
        /// The key path.
        key: String,
        /// The host.
        host: String,
        /// The port.
        port: u16,
    },
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
pub enum WorldError {
    /// A host could not.
    #[error(transparent)]
    Host(#[from] HostError),
    /// For another reason.
    #[error("{0}")]
    Other(String),
}

impl WorldError {
    /// For this reason.
    pub fn new(text: impl Into<String>) -> Self {
        Self::Other(text.into())
    }
}

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
