//! Questions to a host. None of them changes anything that stays.

use std::collections::BTreeMap;

use refit_model::{Command, Digest, HostPath};
use serde::{Deserialize, Serialize};

/// One question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Query {
    /// Who and what the host is.
    Identity,
    /// What is at the path; links are not followed.
    Stat(HostPath),
    /// What a copy must keep of the path besides that; links are not followed.
    Details(HostPath),
    /// Everything below the folder, at most so many entries; links are not followed.
    Walk {
        /// The folder.
        root: HostPath,
        /// The most entries that are told; more is an error.
        limit: usize,
    },
    /// What is directly in the folder, at most so many entries; links are not followed.
    List {
        /// The folder.
        root: HostPath,
        /// The most entries that are told; more is an error.
        limit: usize,
    },
    /// The content of a file.
    Read {
        /// The file.
        path: HostPath,
        /// The most bytes; more is an error.
        limit: u64,
    },
    /// The last bytes of a file.
    Tail {
        /// The file.
        path: HostPath,
        /// How many bytes at most.
        bytes: u64,
    },
    /// Bytes of a file from a place on; fewer, or none, where it ends.
    Part {
        /// The file.
        path: HostPath,
        /// How many bytes stand before.
        offset: u64,
        /// How many bytes at most.
        bytes: u64,
    },
    /// The SHA-256 of a file's content.
    Digest(HostPath),
    /// The path with all links resolved.
    RealPath(HostPath),
    /// All processes that can be seen.
    Processes,
    /// All listening TCP sockets, with the process where it can be seen.
    Listeners,
    /// The listening TCP sockets of one process.
    ListenersOf(ProcessId),
    /// The TCP ports that somebody listens on: quickly told, since nobody is asked who.
    ListeningPorts,
    /// How many TCP connections are established, by local port.
    Connections,
    /// The process that holds a lock on the file.
    LockOwner(HostPath),
    /// Space of the file system where the path is or would be.
    Space(HostPath),
    /// Whether this user may write to the path, or make it where it is not there. Only a look at
    /// permissions: it leaves no trace and proves less than [`Query::ProveWritable`].
    MayWrite(HostPath),
    /// So many TCP ports on the loopback address that nobody listens on.
    FreePorts(u16),
    /// Proves that files can be made in the folder, by making, reading and deleting one.
    ProveWritable(HostPath),
    /// Runs a command that changes nothing, such as `java -version`.
    Output(Command),
    /// Whether every file of the tar archive is in the folder as the archive has it.
    ArchiveMatches {
        /// The archive; its single top folder corresponds to `into`.
        archive: HostPath,
        /// The folder.
        into: HostPath,
    },
    /// Waits until the process has ended.
    AwaitExit {
        /// The process.
        process: ProcessId,
        /// How long, in milliseconds.
        within_milliseconds: u64,
    },
}

/// An answer, of the kind that belongs to its question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// To [`Query::Identity`].
    Identity(Identity),
    /// To [`Query::Stat`]: `None` if nothing is there.
    Stat(Option<Metadata>),
    /// To [`Query::Details`].
    Details(Details),
    /// To [`Query::Walk`] and [`Query::List`].
    Entries(Vec<Entry>),
    /// To [`Query::Read`], [`Query::Tail`] and [`Query::Part`].
    Bytes(#[serde(with = "serde_bytes")] Vec<u8>),
    /// To [`Query::Digest`].
    Digest(Digest),
    /// To [`Query::RealPath`].
    Path(HostPath),
    /// To [`Query::Processes`].
    Processes(Vec<Process>),
    /// To [`Query::Listeners`] and [`Query::ListenersOf`].
    Listeners(Vec<Listener>),
    /// To [`Query::Connections`]: local port and number.
    Connections(Vec<(u16, u32)>),
    /// To [`Query::LockOwner`].
    LockOwner(Option<u32>),
    /// To [`Query::Space`].
    Space(Space),
    /// To [`Query::MayWrite`].
    May(bool),
    /// To [`Query::FreePorts`] and [`Query::ListeningPorts`].
    Ports(Vec<u16>),
    /// To [`Query::ProveWritable`].
    Writable,
    /// To [`Query::Output`].
    Output(Output),
    /// To [`Query::ArchiveMatches`]: the first differences; none if it matches.
    Differences(Vec<String>),
    /// To [`Query::AwaitExit`]: whether it has ended.
    Ended(bool),
}

/// Who and what a host is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The host's own name.
    pub hostname: String,
    /// The user that questions are asked as.
    pub user: String,
    /// That user's number.
    pub uid: u32,
    /// That user's home folder.
    pub user_home: HostPath,
    /// The operating system, for people.
    pub system: String,
    /// The processor architecture, for example `x86_64`.
    pub architecture: String,
    /// Main memory that is available, in MiB.
    pub available_memory_mebibytes: u64,
}

/// What is at a path.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// What it is.
    pub kind: Kind,
    /// Permission bits.
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// Size in bytes.
    pub size: u64,
    /// Time of the last change of the content, in nanoseconds since 1970-01-01 UTC.
    pub modified_nanoseconds: i128,
    /// The target, where it is a link.
    pub target: Option<HostPath>,
}

/// What a copy must keep besides [`Metadata`].
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// Extended attributes by their names, those of access lists and capabilities among them.
    /// Labels that the system's policy gives are not told.
    #[serde(with = "pairs")]
    pub attributes: BTreeMap<Vec<u8>, Vec<u8>>,
    /// How many bytes of a file are stored: fewer than its size where it has holes.
    pub data_bytes: u64,
    /// A number that paths share if they are hard links of one file; `None` for all others.
    pub linked: Option<(u64, u64)>,
    /// What exactly a [`Kind::Other`] is, for example `pipe`.
    pub special: Option<String>,
}

/// A map of bytes as a list of pairs: names of bytes cannot be keys everywhere.
mod pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize as _, Deserializer, Serializer};

    type Map = BTreeMap<Vec<u8>, Vec<u8>>;

    pub fn serialize<S: Serializer>(map: &Map, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Map, D::Error> {
        Ok(Vec::<(Vec<u8>, Vec<u8>)>::deserialize(deserializer)?.into_iter().collect())
    }
}

/// Kinds of things in a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// A device, socket or pipe.
    Other,
}

/// One entry of a walk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The path relative to the folder that was walked.
    pub path: HostPath,
    /// What it is.
    pub metadata: Metadata,
}

/// A process that cannot be mistaken for a later one with the same number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProcessId {
    /// The process id.
    pub pid: u32,
    /// When it started, in clock ticks since the host's start.
    pub started_ticks: u64,
}

/// A process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Process {
    /// Which one.
    pub id: ProcessId,
    /// Its parent.
    pub parent: u32,
    /// The user it runs as.
    pub uid: u32,
    /// Its executable; `None` where it cannot be seen.
    pub executable: Option<HostPath>,
    /// Whether the executable was deleted or replaced since the start.
    pub executable_deleted: bool,
    /// Its arguments, the first one is the program.
    pub arguments: Vec<String>,
    /// Its working directory; `None` where it cannot be seen.
    pub directory: Option<HostPath>,
    /// Its control groups, for example `/system.slice/activemq.service`.
    pub control_groups: Vec<String>,
}

/// A listening TCP socket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listener {
    /// The address it is bound to.
    pub address: std::net::IpAddr,
    /// The port.
    pub port: u16,
    /// The process that owns it; `None` where that cannot be seen.
    pub pid: Option<u32>,
}

/// Space of a file system.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Space {
    /// Bytes that this user can still write.
    pub free_bytes: u64,
    /// The size.
    pub total_bytes: u64,
    /// Files that can still be made.
    pub free_files: u64,
    /// A number that is equal for paths on one file system.
    pub device: u64,
}

/// What a command gave.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Output {
    /// The exit code; `None` if it was ended by a signal.
    pub code: Option<i32>,
    /// What it wrote to standard output, at most the limit; the end, where it wrote more.
    pub stdout: String,
    /// What it wrote to standard error, likewise.
    pub stderr: String,
    /// Whether something was cut off.
    pub truncated: bool,
}
