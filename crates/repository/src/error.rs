//! What can go wrong with repositories.

use std::io;
use std::path::PathBuf;

use refit_backup::BackupError;
use thiserror::Error;

/// A repository cannot do what was asked for.
#[derive(Debug, Error)]
pub enum RepositoryError {
    /// There is no repository in the folder.
    #[error("{0} holds no repository; make one with `refit backup init`, or mount the disk")]
    Missing(PathBuf),
    /// A new repository needs an empty folder.
    #[error("{0} is not empty; a new repository needs an empty folder, or none")]
    NotEmpty(PathBuf),
    /// The key file is none of this repository's.
    #[error(
        "the key does not open {0}: it is another repository's, was removed, or its entry in the \
         folder `keys` is damaged; try another person's"
    )]
    WrongKey(PathBuf),
    /// A path that the format of repositories cannot hold.
    #[error("{0} is not UTF-8")]
    NotText(PathBuf),
    /// Somebody else works on it.
    #[error("{folder} is in use by {by}; wait until that has ended, then run the command again")]
    Busy {
        /// The repository.
        folder: PathBuf,
        /// Who.
        by: String,
    },
    /// No space is left.
    #[error(
        "no space is left at {0}; what is kept there is whole. Make room (`refit backup forget`, \
         `refit backup prune`), then run the command again"
    )]
    Full(PathBuf),
    /// The operator asked to stop.
    #[error("interrupted; what is kept is whole, the same command begins anew")]
    Interrupted,
    /// Something in it is damaged.
    #[error("{folder} is damaged: {}", problems.join("; "))]
    Damaged {
        /// The repository.
        folder: PathBuf,
        /// What, by its name in the repository.
        problems: Vec<String>,
    },
    /// What arrived is not what was to be kept, and was taken out again.
    #[error("what arrived in {folder} differs from the restore point: {}", differences.join("; "))]
    Differs {
        /// The repository.
        folder: PathBuf,
        /// The first differences.
        differences: Vec<String>,
    },
    /// Keys cannot be changed so.
    #[error("{0}")]
    Key(String),
    /// What came back is not the restore point.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// The file system.
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
    /// Anything else that the library tells.
    #[error("{action} {folder} failed: {why}")]
    Failed {
        /// What was tried.
        action: &'static str,
        /// The repository.
        folder: PathBuf,
        /// Why.
        why: String,
    },
}

impl RepositoryError {
    pub(crate) fn io(action: &'static str, path: &std::path::Path) -> impl Fn(io::Error) -> Self {
        let path = path.to_owned();
        move |source| match source.kind() {
            io::ErrorKind::StorageFull => Self::Full(path.clone()),
            _ => Self::Io { action, path: path.clone(), source },
        }
    }
}

/// Results of repositories.
pub type Result<T> = std::result::Result<T, RepositoryError>;
