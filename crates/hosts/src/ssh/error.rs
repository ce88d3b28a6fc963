//! Why a host cannot be talked to.

use refit_model::HostPath;
use serde::{Deserialize, Serialize};
use thiserror::Error;

/// A host cannot be talked to, or not any more. What it was told to do meanwhile may have been done
/// or not.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum SshError {
    /// No connection came about.
    #[error("the host {host} cannot be reached: {why}")]
    Unreachable {
        /// The host.
        host: String,
        /// What OpenSSH says.
        why: String,
    },
    /// The host did not prove that it is the one that is meant.
    #[error("{}", .trouble.text(.host, .known_hosts))]
    HostKey {
        /// The host.
        host: String,
        /// What is wrong.
        trouble: HostKeyTrouble,
        /// The file with the pinned keys.
        known_hosts: HostPath,
    },
    /// The host does not let this user in.
    #[error(
        "the host {host} does not let this user log in: {why}; Refit asks for no password, so give \
         a key that the host accepts (`identity`, or an agent)"
    )]
    LoginRefused {
        /// The host.
        host: String,
        /// What OpenSSH says.
        why: String,
    },
    /// Refit could not be placed or started there.
    #[error("Refit cannot work on the host {host}: {why}")]
    NoSession {
        /// The host.
        host: String,
        /// Why.
        why: String,
    },
    /// The connection ended while something was asked or told.
    #[error(
        "the connection to the host {host} was lost while {doing}: whether that was done is not \
         known ({why})"
    )]
    Lost {
        /// The host.
        host: String,
        /// What was going on.
        doing: String,
        /// What is known of the reason.
        why: String,
    },
    /// What came from the host is no answer.
    #[error("the host {host} sent what Refit did not send there: {why}")]
    Garbled {
        /// The host.
        host: String,
        /// What.
        why: String,
    },
}

/// What is wrong with the key that a host showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HostKeyTrouble {
    /// None is pinned.
    Unknown,
    /// Another one is pinned.
    Changed,
    /// It is marked as revoked.
    Revoked,
}

impl HostKeyTrouble {
    fn text(self, host: &str, known_hosts: &HostPath) -> String {
        match self {
            Self::Unknown => format!(
                "no key of the host {host} is in {known_hosts}; get it from whoever runs the host, \
                 not over this network, and add it there"
            ),
            Self::Changed => format!(
                "the host {host} shows another key than the one in {known_hosts}: somebody may \
                 stand in its place. Ask whoever runs it whether its key was changed, and replace \
                 the line only then"
            ),
            Self::Revoked => format!(
                "the host {host} shows a key that {known_hosts} marks as revoked: somebody may use \
                 a stolen key. Do not go on before whoever runs it has explained that"
            ),
        }
    }
}

impl SshError {
    /// Whether the host may be back soon without anybody doing something.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::Lost { .. } | Self::Garbled { .. } => true,
            Self::HostKey { .. } | Self::LoginRefused { .. } | Self::NoSession { .. } => false,
        }
    }
}
