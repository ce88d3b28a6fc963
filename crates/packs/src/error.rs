//! What can be wrong with packs, and with what is asked of them.

use std::fmt;
use std::io;
use std::path::PathBuf;

use refit_model::{InvalidVersion, Version};
use thiserror::Error;

use crate::Place;

/// A pack cannot be used.
#[derive(Debug, Error)]
pub enum PackError {
    /// There is no pack of this name.
    #[error("there is no pack `{platform}`; known are: {}", known.join(", "))]
    UnknownPlatform {
        /// What was asked for.
        platform: String,
        /// The packs that there are.
        known: Vec<String>,
    },
    /// A file or folder cannot be read.
    #[error("{}: cannot be read: {source}", path.display())]
    Unreadable {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or folder is larger than any pack.
    #[error("{}: {what}; no pack is that large", path.display())]
    TooLarge {
        /// The file or folder.
        path: PathBuf,
        /// What is too large, with the limit.
        what: String,
    },
    /// The pack lacks a file that every pack has.
    #[error("{file}: the file is missing; a pack has {}", expected.join(", "))]
    MissingFile {
        /// The missing file.
        file: String,
        /// The files of a pack.
        expected: Vec<String>,
    },
    /// The content is wrong in one or more places.
    #[error("{}", list(.0))]
    Invalid(Vec<Problem>),
}

/// One thing that is wrong with a pack's content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Where.
    pub place: Place,
    /// What is wrong, and what was expected.
    pub what: String,
}

/// A version cannot be used with a pack.
#[derive(Debug, Error, PartialEq, Eq)]
pub enum VersionError {
    /// The text is no version at all.
    #[error(transparent)]
    Malformed(#[from] InvalidVersion),
    /// The version belongs to no series that the pack knows.
    #[error(
        "the pack `{platform}` of {knowledge} knows no version {version}; it knows the series {}",
        join(series)
    )]
    Unknown {
        /// The pack.
        platform: String,
        /// The day of the pack's knowledge.
        knowledge: String,
        /// What was asked for.
        version: Version,
        /// The series that it knows.
        series: Vec<Version>,
    },
    /// The target is older than what runs.
    #[error("{to} is older than {from}; Refit upgrades, it does not downgrade")]
    Downgrade {
        /// The version that runs.
        from: Version,
        /// The version that was asked for.
        to: Version,
    },
    /// No chain of supported hops leads there.
    #[error("no supported way leads from {from} to {to}; {}", reachable_text(reachable))]
    NoWay {
        /// The version that runs.
        from: Version,
        /// The version that was asked for.
        to: Version,
        /// The newest version of each series that can be reached.
        reachable: Vec<Version>,
    },
    /// No archive leads further than what runs.
    #[error(
        "none of the archives is of a version above {from} that can be reached; there are: {}",
        if available.is_empty() { "none".to_owned() } else { join(available) }
    )]
    NoTarget {
        /// The version that runs.
        from: Version,
        /// The versions of the archives.
        available: Vec<Version>,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.what)
    }
}

fn list(problems: &[Problem]) -> String {
    let lines: Vec<_> = problems.iter().map(Problem::to_string).collect();
    lines.join("\n")
}

fn join(versions: &[Version]) -> String {
    let texts: Vec<_> = versions.iter().map(Version::to_string).collect();
    texts.join(", ")
}

fn reachable_text(reachable: &[Version]) -> String {
    if reachable.is_empty() {
        "nothing newer can be reached".to_owned()
    } else {
        format!("within reach are: {}", join(reachable))
    }
}
