//! Reading a vendor's archive file by file, without unpacking it.

use std::io::{self, Read};
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use refit_model::Digest;
use thiserror::Error;

use crate::ShippedEntry;

/// The most entries of an archive.
const MAX_ENTRIES: usize = 50_000;
/// The largest file in an archive, in bytes.
const MAX_FILE_BYTES: u64 = 512 * 1024 * 1024;

/// A file of an archive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ArchiveFile {
    /// The path within the archive's one folder.
    pub path: String,
    /// Mode, size and digest.
    pub entry: ShippedEntry,
    /// The content.
    pub bytes: Vec<u8>,
}

/// An archive that is not as one of the platform is.
#[derive(Debug, Error)]
pub enum ArchiveError {
    /// It cannot be read: damaged, or no gzip'ed tar archive.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] io::Error),
    /// An entry is not what it should be.
    #[error("{entry}: {what}")]
    Entry {
        /// The entry.
        entry: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// Calls `take` with every file that is not in one of the folders `left_out`. Everything must lie
/// in the one folder `top`.
pub fn each_archive_file(
    archive: impl Read,
    top: &str,
    left_out: &[String],
    mut take: impl FnMut(ArchiveFile),
) -> Result<(), ArchiveError> {
    let mut archive = tar::Archive::new(MultiGzDecoder::new(archive));
    let mut long_name = None;
    for (count, entry) in archive.entries()?.enumerate() {
        let mut entry = entry?;
        if entry.header().entry_type().is_gnu_longname() {
            long_name = Some(read_long_name(&mut entry)?);
            continue;
        }
        let own_name = entry.path()?.into_owned();
        let name = long_name.take().unwrap_or(own_name);
        let wrong = |what| ArchiveError::Entry { entry: name.display().to_string(), what };
        if count >= MAX_ENTRIES {
            return Err(wrong("too many entries"));
        }
        let inside = name.strip_prefix(top);
        let inside = inside.map_err(|_| wrong("outside the one folder of the archive"))?;
        let path = inside.to_str().ok_or_else(|| wrong("not UTF-8"))?.to_owned();
        let kind = entry.header().entry_type();
        if kind.is_dir() || is_left_out(&path, left_out) {
            continue;
        }
        if !kind.is_file() {
            return Err(wrong("neither file nor folder"));
        }
        if entry.size() > MAX_FILE_BYTES {
            return Err(wrong("too large"));
        }
        let mode = entry.header().mode()? & 0o7777;
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes)?;
        let digest = Digest::of(&bytes);
        let entry = ShippedEntry { mode, size_bytes: bytes.len() as u64, digest };
        take(ArchiveFile { path, entry, bytes });
    }
    Ok(())
}

/// The archive of 5.15.16 gives long names in an older way than the reader knows, as entries of
/// their own that stand before the one that they name.
fn read_long_name(entry: &mut impl Read) -> io::Result<PathBuf> {
    let mut name = Vec::new();
    entry.take(4096).read_to_end(&mut name)?;
    let name = name.split(|&byte| byte == 0).next().unwrap_or_default();
    Ok(PathBuf::from(String::from_utf8_lossy(name).into_owned()))
}

fn is_left_out(path: &str, left_out: &[String]) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    left_out.iter().any(|folder| folder == first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_are_left_out_by_their_whole_name() {
        let left_out = ["docs".to_owned()];
        assert!(is_left_out("docs/index.html", &left_out));
        assert!(!is_left_out("docs.txt", &left_out));
        assert!(!is_left_out("lib/docs/x", &left_out));
    }
}
