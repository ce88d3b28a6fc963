//! What can go wrong on a host.

use std::borrow::Cow;
use std::io;

use refit_model::{HostPath, with_causes};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::ssh::SshError;

/// A question was not answered, or a change was not made.
#[derive(Debug, Error, Serialize, Deserialize)]
pub enum HostError {
    /// Nothing is at the path.
    #[error("{0}: no such file or folder")]
    NotFound(HostPath),
    /// The user who runs Refit may not do this.
    #[error(
        "{action} {path}: permission denied; run Refit as the broker's own user, or change the permissions"
    )]
    Denied {
        /// What was tried, for example `read`.
        action: Cow<'static, str>,
        /// Where.
        path: HostPath,
    },
    /// There is no space left.
    #[error("{action} {path}: no space left on the file system")]
    Full {
        /// What was tried.
        action: Cow<'static, str>,
        /// Where.
        path: HostPath,
    },
    /// Another failure of the file system.
    #[error("{action} {path} failed")]
    Io {
        /// What was tried.
        action: Cow<'static, str>,
        /// Where.
        path: HostPath,
        /// Why.
        #[source]
        #[serde(with = "system_error")]
        source: io::Error,
    },
    /// Something is larger than it may be.
    #[error("{path}: larger than the limit of {limit} {unit}")]
    TooLarge {
        /// What.
        path: HostPath,
        /// How much is allowed.
        limit: u64,
        /// Of what.
        unit: Cow<'static, str>,
    },
    /// Something is already there.
    #[error("{0} exists already")]
    Exists(HostPath),
    /// A command could not be started.
    #[error("`{program}` could not be started")]
    Spawn {
        /// The program.
        program: String,
        /// Why.
        #[source]
        #[serde(with = "system_error")]
        source: io::Error,
    },
    /// A command ended with a code that does not count as success.
    #[error("`{command}` ended with {status}{}", tail_text(.tail))]
    Exit {
        /// The command line, for people.
        command: String,
        /// How it ended.
        status: String,
        /// The last lines of what it wrote.
        tail: Vec<String>,
    },
    /// The deadline passed.
    #[error("{0}: not done within its time limit")]
    Deadline(String),
    /// The operator asked to stop.
    #[error("{0}: interrupted")]
    Cancelled(String),
    /// The archive is damaged, or not what it should be.
    #[error("{path}: {reason}")]
    Archive {
        /// The archive.
        path: HostPath,
        /// What is wrong.
        reason: String,
    },
    /// What runs under this pid is not the process that was meant.
    #[error("process {pid} is not the one that was verified before; nothing was signalled")]
    OtherProcess {
        /// The process id.
        pid: u32,
    },
    /// Another run has taken the installation over.
    #[error(
        "this run is no longer in charge: {control} is held by run {holder} with epoch {found}, this run has epoch {epoch}"
    )]
    StaleEpoch {
        /// The control folder.
        control: HostPath,
        /// Who is in charge.
        holder: String,
        /// The epoch found.
        found: u64,
        /// Our epoch.
        epoch: u64,
    },
    /// Another run is in charge and has not ended.
    #[error(
        "{control} is held by run {holder}, which has not ended; finish it, roll it back or stop it first"
    )]
    Held {
        /// The control folder.
        control: HostPath,
        /// Who is in charge.
        holder: String,
    },
    /// The host has seen later steps of this run than the journal knows.
    #[error(
        "the journal is behind: the host has seen event {seen} of this run, the journal is at {sequence}; it was restored from an old copy or lost its end"
    )]
    JournalBehind {
        /// The sequence that the host has seen.
        seen: u64,
        /// Ours.
        sequence: u64,
    },
    /// The host has seen another event under this number than the journal has.
    #[error(
        "the journal is another one: its event {sequence} is not the one that the host has seen; \
         a copy of the state directory was worked with, use that one"
    )]
    JournalForked {
        /// The event's number.
        sequence: u64,
    },
    /// Another process works on this installation right now.
    #[error(
        "{control} is locked by another process of Refit, or by a copy that one began and that \
         still runs; wait until it has ended, then run the command again"
    )]
    Locked {
        /// The control folder.
        control: HostPath,
    },
    /// The host cannot be talked to.
    #[error(transparent)]
    Ssh(#[from] SshError),
    /// The host's answer belongs to another question: a defect of the transport.
    #[error("the host gave an answer to another question")]
    Unexpected,
    /// The control folder's content makes no sense.
    #[error("{path}: {reason}")]
    Control {
        /// The file.
        path: HostPath,
        /// What is wrong.
        reason: String,
    },
}

fn tail_text(tail: &[String]) -> String {
    if tail.is_empty() { String::new() } else { format!("; it wrote:\n  {}", tail.join("\n  ")) }
}

impl HostError {
    /// Sorts a failure of the file system into the kinds that operators can do something about.
    pub fn io(action: &'static str, path: impl AsRef<std::path::Path>, source: io::Error) -> Self {
        let path = HostPath::from(path.as_ref());
        match source.kind() {
            io::ErrorKind::NotFound => Self::NotFound(path),
            io::ErrorKind::PermissionDenied => Self::Denied { action: action.into(), path },
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                Self::Full { action: action.into(), path }
            }
            io::ErrorKind::AlreadyExists => Self::Exists(path),
            _ => Self::Io { action: action.into(), path, source },
        }
    }

    /// Whether this says that nothing is there.
    pub fn is_not_found(&self) -> bool {
        matches!(self, Self::NotFound(_))
    }

    /// Whether the host is away, so that nothing is known of what it was told to do.
    pub fn is_away(&self) -> bool {
        matches!(self, Self::Ssh(_))
    }

    /// Whether the host may be back soon without anybody doing something.
    pub fn may_pass(&self) -> bool {
        match self {
            Self::Ssh(error) => error.may_pass(),
            Self::Locked { .. } => true,
            _ => false,
        }
    }

    /// The message with all its causes, in one line each.
    pub fn chain(&self) -> String {
        with_causes(self)
    }
}

/// Errors of the system on their way from host to controller: by number, or by their text.
mod system_error {
    use std::io;

    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    #[derive(Serialize, Deserialize)]
    enum Sent {
        Number(i32),
        Text(String),
    }

    pub(super) fn serialize<S: Serializer>(error: &io::Error, to: S) -> Result<S::Ok, S::Error> {
        let number = error.raw_os_error().map(Sent::Number);
        number.unwrap_or_else(|| Sent::Text(error.to_string())).serialize(to)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<io::Error, D::Error> {
        Ok(match Sent::deserialize(from)? {
            Sent::Number(number) => io::Error::from_raw_os_error(number),
            Sent::Text(text) => io::Error::other(text),
        })
    }
}

/// Results of hosts.
pub type Result<T> = std::result::Result<T, HostError>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn io_errors_are_sorted() {
        let of = |kind| HostError::io("write", "/x", io::Error::from(kind));
        assert!(of(io::ErrorKind::NotFound).is_not_found());
        assert!(matches!(of(io::ErrorKind::StorageFull), HostError::Full { .. }));
        assert!(matches!(of(io::ErrorKind::PermissionDenied), HostError::Denied { .. }));
        assert_eq!(
            of(io::ErrorKind::ReadOnlyFilesystem).chain(),
            "write /x failed: read-only filesystem or storage medium"
        );
    }
}
