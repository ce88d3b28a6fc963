//! Conditions: what probes, verifications and waits ask. One closed set for all three.

use serde::{Deserialize, Serialize};

use crate::{Digest, Fingerprint, HostPath, Protocol, Version};

/// Something that is true or not on a host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Condition {
    /// Every one holds; the first that does not is told.
    All(Vec<Condition>),
    /// Never holds: the probe of a step that is always done.
    Never,
    /// Something is at the path (a dangling link counts).
    Exists(HostPath),
    /// Nothing is at the path.
    Absent(HostPath),
    /// The path is a symbolic link with exactly this target.
    LinksTo {
        /// The link.
        path: HostPath,
        /// Its target.
        target: HostPath,
    },
    /// The files are as they were when the plan was made.
    Unchanged(Vec<PlannedFile>),
    /// The file has this content.
    HasDigest {
        /// The file.
        path: HostPath,
        /// Its content.
        digest: Digest,
    },
    /// The file is this template, filled in.
    Holds {
        /// The file.
        path: HostPath,
        /// The template's blob.
        template: Digest,
        /// Permission bits.
        mode: u32,
        /// The folder that slots' files are relative to.
        secrets_from: HostPath,
    },
    /// Each pair of files or folders is equal in content and permission bits.
    SameAs(Vec<FilePair>),
    /// Every file of the archive is in the folder as the archive has it.
    Unpacked {
        /// The archive.
        archive: HostPath,
        /// Its content.
        digest: Digest,
        /// The folder.
        into: HostPath,
    },
    /// Exactly one such process runs, and its executable is not deleted.
    Runs(ProcessMatch),
    /// No such process runs.
    Gone(ProcessMatch),
    /// No process holds a lock on the file.
    Unlocked(HostPath),
    /// So much space is free where the path is or would be.
    FreeSpace {
        /// The path.
        path: HostPath,
        /// The bytes needed.
        bytes: u64,
    },
    /// The broker is what it should be: see [`BrokerCheck`].
    Broker(Box<BrokerCheck>),
    /// The restore point is complete: every file of its manifest is there as recorded.
    RestorePoint(HostPath),
}

/// A file and what it was when the plan was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedFile {
    /// The file.
    pub path: HostPath,
    /// Its content then; `None` if it was not there.
    pub fingerprint: Option<Fingerprint>,
}

/// Two paths.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FilePair {
    /// Where it comes from.
    pub from: HostPath,
    /// Where it is to be.
    pub to: HostPath,
}

/// Which process is meant: by its executable's name and by one argument that names a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessMatch {
    /// The file name of the executable, for example `java`.
    pub executable: String,
    /// The beginning of the argument that names the folder, for example `-Dactivemq.home=`.
    pub argument_prefix: String,
    /// The folder; compared after resolving links.
    pub folder: HostPath,
}

/// What a broker must be to count as running: asked over its own protocol, tied to its process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BrokerCheck {
    /// The process that must own every listening socket.
    pub process: ProcessMatch,
    /// The version that it must tell.
    pub version: Version,
    /// The addresses that it must listen on, and answer where Refit speaks the protocol.
    pub endpoints: Vec<EndpointCheck>,
    /// Folders that the process must use, by the arguments that name them, for example
    /// `-Dactivemq.data=`; compared after resolving links.
    pub folders: Vec<ProcessFolder>,
    /// Asked a second time after so long, since a broker can stop itself after its first answer.
    pub again_after_milliseconds: u64,
}

/// A folder that a process names in an argument.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessFolder {
    /// The beginning of the argument.
    pub argument_prefix: String,
    /// The folder.
    pub folder: HostPath,
}

/// One address to ask.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EndpointCheck {
    /// The connector's name.
    pub name: String,
    /// What is spoken there.
    pub protocol: Protocol,
    /// Whether TLS is below it.
    pub tls: bool,
    /// Address and port to connect to, for example `127.0.0.1:61613`.
    pub address: String,
    /// The SHA-256 of the certificate that must be shown there, in hexadecimal, where TLS is
    /// spoken and it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate: Option<String>,
}

/// A condition and how long to wait for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Check {
    /// What must hold.
    pub condition: Condition,
    /// How long it may take; 0 asks once.
    pub within_seconds: u32,
}

impl Check {
    /// Asked once.
    pub fn now(condition: Condition) -> Self {
        Self { condition, within_seconds: 0 }
    }
}
