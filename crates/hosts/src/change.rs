//! Changes on a host, and the fence that they must pass.

use refit_model::{Command, Digest, HostPath, RunId, Secret};
use serde::{Deserialize, Serialize};

use crate::{Output, ProcessId};

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Makes a folder with its parents, if it is not there.
    MakeFolder {
        /// The folder.
        path: HostPath,
        /// Its permission bits.
        mode: u32,
    },
    /// Writes a file at once and as a whole: others see the old or the new content, never a part.
    Write {
        /// The file.
        path: HostPath,
        /// The content, which may hold secrets.
        content: Secret,
        /// Its permission bits.
        mode: u32,
    },
    /// Makes a symbolic link, or turns an existing one, at once.
    Link {
        /// The link.
        path: HostPath,
        /// Its target.
        target: HostPath,
    },
    /// Renames within one file system; the new place must be free.
    Move {
        /// From here.
        from: HostPath,
        /// To here.
        to: HostPath,
    },
    /// Copies a file or folder with all attributes; the new place must be free. It appears there
    /// as a whole.
    Copy {
        /// From here.
        from: HostPath,
        /// To here.
        to: HostPath,
    },
    /// Puts a file of the controlling machine on the host, in place of what is there. It appears as
    /// a whole, and only if it has this digest.
    Fetch {
        /// The file on the controlling machine.
        from: HostPath,
        /// Its content.
        digest: Digest,
        /// Where it is put.
        to: HostPath,
    },
    /// Deletes a file, link or folder, if it is there.
    Remove(HostPath),
    /// Unpacks a tar archive (gzip or plain); its single top folder becomes `into` as a whole.
    Unpack {
        /// The archive.
        archive: HostPath,
        /// The folder, which must not exist.
        into: HostPath,
    },
    /// Sends SIGTERM to exactly this process.
    Terminate(ProcessId),
    /// Sends SIGKILL to exactly this process. For rehearsals' own processes only.
    Kill(ProcessId),
    /// Runs a command.
    Run(Command),
}

impl Change {
    /// What goes on while it is made, for people; none where it takes no time to speak of.
    pub(crate) fn doing(&self) -> Option<String> {
        match self {
            Self::Copy { from, to } => Some(format!("copying {from} to {to}")),
            Self::Fetch { from, to, .. } => Some(format!("putting {from} at {to}")),
            Self::Unpack { archive, into } => Some(format!("unpacking {archive} into {into}")),
            _ => None,
        }
    }
}

/// Who wants to change something: checked on the host under its lock, before each change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fence {
    /// The installation's control folder on the host.
    pub control: HostPath,
    /// The run.
    pub run: RunId,
    /// The run's epoch on this installation; a later one displaces it.
    pub epoch: u64,
    /// The sequence number of the intent in the run's journal.
    pub sequence: u64,
    /// The digest of that intent.
    pub intent: Digest,
    /// The id of the operation, unique within the installation; its outcome is kept under it.
    pub operation: String,
}

/// What came of a change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Outcome {
    /// It was made.
    Done,
    /// It was a command, which gave this.
    Ran(Output),
}

/// What a host remembers of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recall {
    /// Its intent never arrived: nothing of it was done.
    NotSeen,
    /// Its intent arrived, and nothing is recorded of its end.
    Begun,
    /// It ended well, with these outcomes.
    Done(Vec<Outcome>),
}
