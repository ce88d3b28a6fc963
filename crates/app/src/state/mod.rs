//! The state directory: documents, the newest ones of each installation, runs, and the key.
//!
//! ```text
//! STATE/                      mode 0700
//!   key                       the key of fingerprints, mode 0600
//!   documents/TYPE/HEX.json   documents by content; written once, never changed
//!   installations/ENV/INST/   newest.json: which documents are the newest
//!   runs/RUN/                 run.json, journal.sqlite, lock, console.log, meanwhile.jsonl
//! ```

mod documents;
mod fingerprints;
mod newest;
mod runs;

use std::fs;
use std::io;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};

use refit_model::DocumentError;
use thiserror::Error;

pub use fingerprints::Fingerprinter;
pub use newest::Newest;
pub(crate) use runs::run_id;
pub use runs::{RunEntry, RunLock};

/// An open state directory.
#[derive(Clone, Debug)]
pub struct StateDir {
    root: PathBuf,
}

/// The state directory cannot be used.
#[derive(Debug, Error)]
pub enum StateError {
    /// A file operation failed.
    #[error("{action} {path} failed")]
    Io {
        /// What was tried.
        action: &'static str,
        /// Where.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Others can read what is in it.
    #[error("{path} can be read by others (mode {mode:o}); close it with `chmod 700 {path}`")]
    Open {
        /// The directory.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// A stored document is not what it should be.
    #[error(
        "{path} cannot be used: {source}; make it again with the command that made it (`refit \
         assess`, `plan`, `rehearse` or `approve`), or bring the file back"
    )]
    Document {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: DocumentError,
    },
    /// A document is not there.
    #[error("there is no {kind} {digest} in {state}")]
    Missing {
        /// The document's type.
        kind: &'static str,
        /// Its digest, or what was given for it.
        digest: String,
        /// The state directory.
        state: PathBuf,
    },
    /// A shortened digest stands for several documents.
    #[error("`{digest}` stands for several documents of the type {kind}; give more of it")]
    Ambiguous {
        /// The document's type.
        kind: &'static str,
        /// What was given.
        digest: String,
    },
    /// Another process works on the run.
    #[error("{0} is in the hands of another process of Refit on this machine")]
    Busy(String),
}

impl StateDir {
    /// Opens the state directory, and makes it if it is not there.
    pub fn open(root: &Path) -> Result<Self, StateError> {
        make_private(root)?;
        let found = fs::metadata(root).map_err(io_error("look at", root))?;
        let mode = found.mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(StateError::Open { path: root.to_owned(), mode });
        }
        let root = root.canonicalize().map_err(io_error("look at", root))?;
        Ok(Self { root })
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }
}

fn make_private(path: &Path) -> Result<(), StateError> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(path).map_err(io_error("make", path))
}

/// Writes a file at once and as a whole, for this user alone.
fn write_private(path: &Path, content: &[u8]) -> Result<(), StateError> {
    let partial = path.with_extension("partial");
    let fail = |error| io_error("write", path)(error);
    fs::write(&partial, content).map_err(fail)?;
    fs::set_permissions(&partial, fs::Permissions::from_mode(0o600)).map_err(fail)?;
    fs::File::open(&partial).and_then(|file| file.sync_all()).map_err(fail)?;
    fs::rename(&partial, path).map_err(fail)
}

pub(crate) fn io_error(
    action: &'static str,
    path: &Path,
) -> impl Fn(io::Error) -> StateError + use<> {
    let path = path.to_owned();
    move |source| StateError::Io { action, path: path.clone(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_directory_that_others_can_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("state");
        StateDir::open(&root).unwrap();
        fs::set_permissions(&root, fs::Permissions::from_mode(0o755)).unwrap();
        let error = StateDir::open(&root).unwrap_err();
        assert!(error.to_string().contains("chmod 700"), "{error}");
    }
}
