//! What goes wrong at the front door.

use std::io;
use std::path::{Path, PathBuf};

use refit_model::{Digest, with_causes};
use refit_packs::PackError;
use thiserror::Error;

use crate::shipped::ShippedError;

/// Why a command did not do what it should.
#[derive(Debug, Error)]
pub enum Error {
    /// A program could not be started, failed, or took too long.
    #[error("`{command}` {why}")]
    Program {
        /// The command, as it is typed.
        command: String,
        /// How it ended.
        why: String,
    },
    /// Something is needed that is not there and cannot be installed from here.
    #[error("{what} is needed and not there; {how}")]
    Missing {
        /// What.
        what: String,
        /// How it is had.
        how: String,
    },
    /// A file or folder could not be read or written.
    #[error("cannot {doing} {}", path.display())]
    File {
        /// What was to be done, for example `write`.
        doing: &'static str,
        /// The path.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What was fetched is not the archive that is known.
    #[error(
        "{file} was fetched, and its digest is {found} where {expected} was expected: either the \
         site's mirror or Maven's local repository holds another file; remove it there, or fetch \
         the archive by hand and name its folder with --artifacts"
    )]
    OtherArchive {
        /// The archive's name.
        file: String,
        /// What it is.
        found: Digest,
        /// What it should be.
        expected: Digest,
    },
    /// The pack has no archive of this version.
    #[error("the pack {platform} knows no archive of {version}")]
    UnknownArchive {
        /// The pack.
        platform: String,
        /// The version.
        version: String,
    },
    /// Output of a program is not what it should be.
    #[error("the answer of `{command}` cannot be understood: {why}")]
    Answer {
        /// The command.
        command: String,
        /// What is wrong with it.
        why: String,
    },
    /// Rules of the house are broken.
    #[error("the rules of the house are broken in {0} places")]
    Untidy(usize),
    /// The pack cannot be used.
    #[error(transparent)]
    Pack(#[from] PackError),
    /// An archive's facts cannot be written.
    #[error(transparent)]
    Shipped(#[from] ShippedError),
}

/// Results of commands.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// Types a failure at a path; for `map_err`.
    pub fn file(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { doing, path, source }
    }

    /// The message with all its causes.
    pub fn chain(&self) -> String {
        with_causes(self)
    }
}
