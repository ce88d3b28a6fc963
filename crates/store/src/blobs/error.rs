//! What can go wrong with contents.

use std::io;
use std::path::{Path, PathBuf};

use refit_model::Digest;
use thiserror::Error;

/// A content cannot be kept or read.
#[derive(Debug, Error)]
pub enum BlobError {
    /// It is larger than it may be. Nothing of it is kept.
    #[error("it is larger than {limit} bytes")]
    TooLarge {
        /// How many bytes it may have.
        limit: u64,
    },
    /// It could not be received. Nothing of it is kept.
    #[error("it did not arrive whole")]
    Incoming(#[source] io::Error),
    /// It cannot be read to its end.
    #[error("the content {digest} cannot be read to its end")]
    Outgoing {
        /// Its name.
        digest: Digest,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// The disk failed.
    #[error("{} cannot be {action}", .path.display())]
    Disk {
        /// The file or folder.
        path: PathBuf,
        /// What was to be done with it.
        action: &'static str,
        /// Why not.
        #[source]
        source: io::Error,
    },
    /// What is kept is not what was kept once.
    #[error("the content {0} was changed or cut off where it is kept; restore it from a backup")]
    Damaged(Digest),
    /// The S3-compatible store failed.
    #[cfg(feature = "s3")]
    #[error("the S3-compatible store did not {action}")]
    S3 {
        /// What it was to do.
        action: &'static str,
        /// Why not.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

pub(super) type Result<T> = std::result::Result<T, BlobError>;

/// What turns an error of the disk into one that says what and where.
pub(super) fn disk(
    path: &Path,
    action: &'static str,
) -> impl FnOnce(io::Error) -> BlobError + use<> {
    let path = path.to_owned();
    move |source| BlobError::Disk { path, action, source }
}
