//! What controller and host say to each other.

use refit_model::{Command, Digest, HostPath, RunId, Secret};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_bytes::{ByteBuf, Bytes};

use crate::{Answer, Change, Fence, HostError, Outcome, ProcessId, Query, Recall, Seen};

/// The version of this language. Both ends are the same program, so there is but one.
pub(super) const LANGUAGE: u32 = 1;

/// From the controller to the host.
#[derive(Serialize, Deserialize)]
pub(super) enum ToHost {
    /// Do this, within so many milliseconds.
    Request { id: u64, request: Request, milliseconds: u64 },
    /// A part of a file that the host needs; or why it cannot be given.
    Part { id: u64, part: Result<ByteBuf, HostError> },
    /// The operator asks to stop.
    Cancel { id: u64 },
    /// The controller still waits.
    Here,
}

/// What a host is asked or told.
#[derive(Serialize, Deserialize)]
pub(super) enum Request {
    Ask(Vec<Query>),
    Change { fence: Fence, changes: Vec<SentChange> },
    Recall { control: HostPath, run: RunId, sequence: u64, operation: String },
    LastSeen { control: HostPath, run: RunId },
    TakeCharge { control: HostPath, run: RunId, sequence: u64 },
    Release { control: HostPath, run: RunId, epoch: u64 },
}

impl Request {
    /// What goes on while it is done, for people.
    pub(super) fn doing(&self) -> &'static str {
        match self {
            Self::Ask(_) => "something was asked",
            Self::Change { .. } => "something was changed",
            Self::Recall { .. } | Self::LastSeen { .. } => "it was asked what was done",
            Self::TakeCharge { .. } => "the run took charge",
            Self::Release { .. } => "the run gave its charge back",
        }
    }
}

/// From the host to the controller.
#[derive(Serialize, Deserialize)]
pub(super) enum FromHost {
    /// The first message.
    Hello { language: u32 },
    /// What came of a request.
    Reply { id: u64, reply: Reply },
    /// Lines that a command of a change wrote. Those that would have to be waited for are left out.
    Wrote { id: u64, lines: Vec<String> },
    /// Bytes of a file that a change fetches.
    NeedPart { id: u64, path: HostPath, offset: u64, bytes: u64 },
    /// What came of a request is longer than messages may be.
    TooLarge { id: u64 },
    /// The session still works.
    Here,
}

/// What came of a request, of its kind.
#[derive(Serialize, Deserialize)]
pub(super) enum Reply {
    Answers(Vec<Result<Answer, HostError>>),
    Outcomes(Vec<Result<Outcome, HostError>>),
    Recall(Result<Recall, HostError>),
    LastSeen(Result<Option<Seen>, HostError>),
    Epoch(Result<u64, HostError>),
    Released(Result<(), HostError>),
}

/// A change on its way. Only here can the content of a file be written into a message: a [`Change`]
/// itself cannot be serialised, since it may hold secrets.
#[derive(Serialize, Deserialize)]
pub(super) struct SentChange(#[serde(with = "Form")] pub(super) Change);

#[derive(Serialize, Deserialize)]
#[serde(remote = "Change")]
enum Form {
    MakeFolder {
        path: HostPath,
        mode: u32,
    },
    Write {
        path: HostPath,
        #[serde(serialize_with = "write_secret", deserialize_with = "read_secret")]
        content: Secret,
        mode: u32,
    },
    Link {
        path: HostPath,
        target: HostPath,
    },
    Move {
        from: HostPath,
        to: HostPath,
    },
    Copy {
        from: HostPath,
        to: HostPath,
    },
    Fetch {
        from: HostPath,
        digest: Digest,
        to: HostPath,
    },
    Remove(HostPath),
    Unpack {
        archive: HostPath,
        into: HostPath,
    },
    Terminate(ProcessId),
    Kill(ProcessId),
    Run(Command),
}

fn write_secret<S: Serializer>(secret: &Secret, to: S) -> Result<S::Ok, S::Error> {
    Bytes::new(secret.expose()).serialize(to)
}

fn read_secret<'de, D: Deserializer<'de>>(from: D) -> Result<Secret, D::Error> {
    Ok(Secret::new(ByteBuf::deserialize(from)?.into_vec()))
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;
    use std::io;
    use std::os::unix::ffi::OsStrExt as _;

    use super::super::frame::{decode, encode};
    use super::*;
    use crate::{Kind, Metadata};

    fn sent<T: Serialize + serde::de::DeserializeOwned>(value: &T) -> T {
        decode(&encode(value).unwrap()[4..]).unwrap()
    }

    #[test]
    fn changes_arrive_as_they_were() {
        let odd = HostPath::from(OsStr::from_bytes(b"/srv/caf\xe9"));
        let changes = [
            Change::Write { path: odd.clone(), content: Secret::new(vec![0, 255, 7]), mode: 0o640 },
            Change::Link { path: odd.clone(), target: "x".to_owned().into() },
            Change::Run(Command::new(["echo", "a b"], "/".to_owned().into())),
            Change::Terminate(ProcessId { pid: 7, started_ticks: u64::MAX }),
            Change::Fetch { from: odd.clone(), digest: Digest::of(b"x"), to: odd },
        ];
        for change in changes {
            assert_eq!(sent(&SentChange(change.clone())).0, change);
        }
    }

    #[test]
    fn answers_arrive_as_they_were() {
        let metadata = Metadata {
            kind: Kind::File,
            mode: 0o7777,
            uid: 1,
            gid: 2,
            size: u64::MAX,
            modified_nanoseconds: -1,
            target: None,
        };
        let later = i128::from(i64::MAX) + 1;
        let answers = [
            Answer::Stat(Some(metadata.clone())),
            Answer::Stat(Some(Metadata { modified_nanoseconds: later, ..metadata })),
            Answer::Stat(None),
            Answer::Bytes(vec![0; 70_000]),
            Answer::Writable,
            Answer::LockOwner(Some(1)),
        ];
        for answer in answers {
            assert_eq!(sent(&answer), answer);
        }
    }

    #[test]
    fn errors_say_the_same_on_the_other_side() {
        let full = io::Error::from_raw_os_error(rustix::io::Errno::NOSPC.raw_os_error());
        let errors = [
            HostError::io("write", "/x", full),
            HostError::io("write", "/x", io::Error::from_raw_os_error(30)),
            HostError::io("read", "/x", io::Error::other("odd")),
            HostError::NotFound("/x".to_owned().into()),
            HostError::JournalBehind { seen: 7, sequence: 6 },
        ];
        for error in errors {
            let arrived = sent(&error);
            assert_eq!(arrived.chain(), error.chain());
            let kind = std::mem::discriminant(&error);
            assert_eq!(std::mem::discriminant(&arrived), kind);
        }
    }
}
