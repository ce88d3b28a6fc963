//! A vendor's archive (.tar.gz) as a stream of jars.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;
use tar::{Archive, Entry, EntryType};

use crate::{ArchiveError, Limits};

/// Calls `each` for every jar that lies directly in one of `folders`, which are relative to the
/// archive's one root folder; with its path below that root, and its content.
///
/// A jar above the limit comes with no more content than one byte beyond it, so that reading it
/// as a jar fails with the reason.
pub(crate) fn each_jar(
    archive: impl Read,
    folders: &[&str],
    limits: &Limits,
    mut each: impl FnMut(&str, Vec<u8>),
) -> Result<(), ArchiveError> {
    let unpacked = Limited { inner: MultiGzDecoder::new(archive), left: limits.archive_bytes };
    let mut archive = Archive::new(unpacked);
    let entries = archive.entries().map_err(ArchiveError::Unreadable)?;
    for (number, entry) in entries.enumerate() {
        if number >= limits.archive_entries {
            return Err(ArchiveError::TooManyEntries { limit: limits.archive_entries });
        }
        let entry = entry.map_err(ArchiveError::Unreadable)?;
        if let Some(path) = wanted(&entry, folders) {
            let mut content = Vec::new();
            entry
                .take(limits.jar_bytes.saturating_add(1))
                .read_to_end(&mut content)
                .map_err(ArchiveError::Unreadable)?;
            each(&path, content);
        }
    }
    Ok(())
}

/// The path below the archive's root folder, if the entry is a jar of one of the folders.
fn wanted<R: Read>(entry: &Entry<'_, R>, folders: &[&str]) -> Option<String> {
    if !matches!(entry.header().entry_type(), EntryType::Regular | EntryType::Continuous) {
        return None;
    }
    let bytes = entry.path_bytes();
    let path = String::from_utf8_lossy(&bytes);
    let path = path.strip_prefix("./").unwrap_or(&path);
    let (_root, path) = path.split_once('/')?;
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    let is_jar = file.len() > 4 && file.to_ascii_lowercase().ends_with(".jar");
    (is_jar && folders.contains(&folder)).then(|| path.to_owned())
}

/// A reader that fails, instead of ending, when more comes than is allowed.
struct Limited<R> {
    inner: R,
    left: u64,
}

impl<R: Read> Read for Limited<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.left = u64::try_from(count)
            .ok()
            .and_then(|count| self.left.checked_sub(count))
            .ok_or_else(|| io::Error::other("it unpacks to more than Refit reads of an archive"))?;
        Ok(count)
    }
}
