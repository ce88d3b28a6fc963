//! Why a jar or an archive cannot be read.

use thiserror::Error;
use zip::result::ZipError;

/// A jar cannot be read at all. Damage of single entries is a [`crate::Remark`] instead.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JarError {
    /// It is no zip file, or a damaged one.
    #[error("`{jar}` is no readable jar: replace it by an undamaged copy, or remove it")]
    NotAJar {
        /// The jar's path.
        jar: String,
        /// What the zip reader said.
        source: ZipError,
    },
    /// It is larger than [`crate::Limits::jar_bytes`].
    #[error("`{jar}` has {bytes} bytes, more than the {limit} that Refit reads of a jar")]
    TooLarge {
        /// The jar's path.
        jar: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
    /// It has more entries than [`crate::Limits::jar_entries`].
    #[error("`{jar}` has up to {entries} entries, more than the {limit} that Refit reads of a jar")]
    TooManyEntries {
        /// The jar's path.
        jar: String,
        /// How many it has at most.
        entries: usize,
        /// The limit.
        limit: usize,
    },
    /// Its entries unpack to more than [`crate::Limits::unpacked_bytes`].
    #[error("`{jar}` unpacks to more than {limit} bytes: it is damaged, or made to exhaust memory")]
    UnpacksTooFar {
        /// The jar's path.
        jar: String,
        /// The limit.
        limit: u64,
    },
    /// An entry that is needed cannot be unpacked.
    #[error("`{entry}` in `{jar}` cannot be unpacked: {why}")]
    UnreadableEntry {
        /// The jar's path.
        jar: String,
        /// The entry's name.
        entry: String,
        /// Why.
        why: String,
    },
}

/// A vendor's archive cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// It is no gzipped tar file, or a damaged one, or it cannot be read.
    #[error("the archive is no readable .tar.gz file: fetch it again, and compare its checksum")]
    Unreadable(#[source] std::io::Error),
    /// It has more files and folders than [`crate::Limits::archive_entries`].
    #[error("the archive has more than the {limit} entries that Refit reads of an archive")]
    TooManyEntries {
        /// The limit.
        limit: usize,
    },
}
