//! Steps: probe, act, verify, undo.

use serde::{Deserialize, Serialize};

use crate::{
    Check, Command, Condition, Digest, FilePair, HostName, HostPath, ProcessMatch, StepId,
};

/// One change on one host, or one task for a person. Texts may name parameters as `${name}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its id within the plan.
    pub id: StepId,
    /// What it does, in one line.
    pub title: String,
    /// Why it is there.
    pub reason: String,
    /// The part of the upgrade it belongs to.
    pub phase: Phase,
    /// The host it is done on.
    pub host: HostName,
    /// Who does it.
    pub owner: Owner,
    /// Steps that must be done before.
    pub needs: Vec<StepId>,
    /// How long it is thought to take, in milliseconds.
    pub estimate_milliseconds: u64,
    /// Whether clients cannot reach the broker while it is done.
    pub downtime: bool,
    /// Whether it may be skipped by a person.
    pub may_skip: bool,
    /// Is it already so? Then the step is not done.
    pub probe: Condition,
    /// What is done.
    pub act: Act,
    /// What must hold after.
    pub verify: Check,
    /// How it is taken back.
    pub undo: Undo,
}

/// The parts of an upgrade, in their order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Phase {
    /// Everything that can be done while the old version runs.
    Prepare,
    /// Restore points.
    BackUp,
    /// Stop, switch, start.
    Upgrade,
    /// Settings that can only be made while the new version runs.
    Settings,
    /// What must hold before the upgrade counts.
    Test,
    /// What cannot be taken back, with its own approval.
    Finalise,
    /// Telling people.
    HandOver,
}

/// Who does a step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Owner {
    /// Refit.
    Refit,
    /// A person with this role.
    Person(String),
}

/// What a step does: a small closed set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Act {
    /// Nothing is changed; the step's verification is the work.
    Observe,
    /// Puts an archive from the artifacts folder on the host.
    Fetch {
        /// The file's name in the artifacts folder.
        artifact: String,
        /// Its content.
        digest: Digest,
        /// Where it is put.
        to: HostPath,
    },
    /// Unpacks a tar archive; its single top folder becomes `into`, at once and as a whole.
    Unpack {
        /// The archive on the host.
        archive: HostPath,
        /// Its content.
        digest: Digest,
        /// The folder to make.
        into: HostPath,
    },
    /// Copies files or folders on the host with all their attributes.
    Place(Vec<FilePair>),
    /// Writes a file from a template; its secrets come from the live file.
    WriteFile {
        /// The file.
        path: HostPath,
        /// The template's blob.
        template: Digest,
        /// Permission bits.
        mode: u32,
        /// The folder that slots' files are relative to.
        secrets_from: HostPath,
    },
    /// Makes a symbolic link, or turns an existing one, at once.
    Link {
        /// The link.
        path: HostPath,
        /// Its target.
        target: HostPath,
        /// What is set aside first if it is a folder and no link, and where to.
        set_aside: Option<HostPath>,
    },
    /// Renames within one file system, and can leave a link at the old place.
    Move {
        /// From here.
        from: HostPath,
        /// To here.
        to: HostPath,
        /// Whether a symbolic link to the new place is left at the old one.
        leave_link: bool,
    },
    /// Deletes files that this run made.
    Remove(Vec<HostPath>),
    /// Starts a broker.
    Start {
        /// The command, which returns at once.
        command: Command,
        /// The process that comes of it.
        process: ProcessMatch,
        /// The file that holds its number. What an earlier process left there is deleted first: the
        /// start script takes whatever has got that number since for the broker.
        pid_file: Option<HostPath>,
    },
    /// Sends SIGTERM to the verified process and waits for its end.
    Stop {
        /// The process.
        process: ProcessMatch,
        /// How long its end may take.
        within_seconds: u32,
        /// The file that held its number, which is deleted once it has ended: a later process may
        /// get the same number.
        pid_file: Option<HostPath>,
    },
    /// Runs a command.
    Run {
        /// The command.
        command: Command,
        /// Whether it may be run again when its outcome is not known.
        repeatable: bool,
    },
    /// Takes a restore point.
    RestorePoint {
        /// Its folder, which must not exist.
        at: HostPath,
        /// What is put into it: the copy's name, and the path.
        items: Vec<RestoreItem>,
        /// Whether every byte is read back now and the manifest written. Inside the window that
        /// is put off to a [`Act::Seal`].
        seal: bool,
        /// A scratch folder into which it is restored, compared, and which is deleted again.
        rehearse_in: Option<HostPath>,
    },
    /// Reads every byte of a restore point back and writes its manifest.
    Seal {
        /// Its folder.
        at: HostPath,
        /// What is in it.
        items: Vec<RestoreItem>,
    },
    /// Puts items of a restore point back. Loses what came since, so it needs its own approval.
    Restore {
        /// The restore point's folder.
        from: HostPath,
        /// What is put back.
        items: Vec<RestoreItem>,
        /// Where what stands there now is moved to.
        aside: HostPath,
    },
    /// A person does it and says so.
    Ask(Vec<String>),
}

/// One thing in a restore point.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RestoreItem {
    /// Its name within the restore point.
    pub name: String,
    /// Its path on the host.
    pub path: HostPath,
    /// Whether it may change while it is copied (a running broker's store).
    pub warm: bool,
}

/// How a step is taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Undo {
    /// Nothing needs to be taken back, for this reason.
    Nothing(String),
    /// By these acts, in this order.
    By(Vec<UndoAct>),
    /// Not possible, for this reason.
    Impossible(String),
}

/// One act of taking back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UndoAct {
    /// Is it already so?
    pub probe: Condition,
    /// What is done.
    pub act: Act,
    /// What must hold after.
    pub verify: Check,
}

impl Phase {
    /// The word for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Prepare => "prepare",
            Self::BackUp => "back up",
            Self::Upgrade => "upgrade",
            Self::Settings => "settings",
            Self::Test => "test",
            Self::Finalise => "finalise",
            Self::HandOver => "hand over",
        }
    }
}
