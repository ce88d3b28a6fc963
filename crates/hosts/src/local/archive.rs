//! Tar archives: unpacked, and compared with what was unpacked.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::os::unix::fs::MetadataExt;
use std::path::{Component, Path, PathBuf};

use flate2::read::MultiGzDecoder;
use refit_model::{Digest, HostPath};

use super::files;
use crate::{Cancel, HostError, Result};

/// The most entries and bytes that an archive may hold: far above any broker's.
const MAX_ENTRIES: usize = 200_000;
const MAX_BYTES: u64 = 8 << 30;
/// How many differences are told.
const MAX_DIFFERENCES: usize = 20;

/// Unpacks and gives the name of the single top folder.
pub(super) fn unpack(archive: &HostPath, folder: &Path, cancel: &Cancel) -> Result<PathBuf> {
    let mut top = None;
    each_entry(archive, |entry, path| {
        if cancel.is_cancelled() {
            return Err(HostError::Cancelled(format!("unpacking {archive}")));
        }
        note_top(archive, path, &mut top)?;
        let unpacked = entry
            .unpack_in(folder)
            .map_err(|error| HostError::io("unpack", folder.join(path), error))?;
        if unpacked {
            Ok(())
        } else {
            Err(damaged(archive, format!("unsafe path {}", path.display())))
        }
    })?;
    top.ok_or_else(|| damaged(archive, "the archive is empty".into()))
}

pub(super) fn differences(archive: &HostPath, into: &HostPath) -> Result<Vec<String>> {
    let mut differences = Vec::new();
    each_entry(archive, |entry, path| {
        let below_top: PathBuf = path.components().skip(1).collect();
        let unpacked = into.as_path().join(&below_top);
        if differences.len() < MAX_DIFFERENCES
            && let Some(difference) = difference(entry, &unpacked)?
        {
            differences.push(format!("{}: {difference}", below_top.display()));
        }
        Ok(())
    })?;
    Ok(differences)
}

/// How `path` differs from the entry: only files and links count, since folders' times and modes
/// change with what is put into them.
fn difference(entry: &mut tar::Entry<'_, impl Read>, path: &Path) -> Result<Option<&'static str>> {
    let kind = entry.header().entry_type();
    let found = match fs::symlink_metadata(path) {
        Ok(found) => found,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some("missing")),
        Err(error) => return Err(HostError::io("look at", path, error)),
    };
    if kind.is_dir() {
        return Ok(if found.is_dir() { None } else { Some("no folder") });
    }
    if kind.is_symlink() {
        let target = fs::read_link(path).ok();
        let expected = entry.link_name().ok().flatten().map(std::borrow::Cow::into_owned);
        return Ok(if target == expected { None } else { Some("other link") });
    }
    let size = entry.size();
    let executable = entry.header().mode().unwrap_or(0) & 0o111 != 0;
    if !found.is_file() || found.size() != size {
        return Ok(Some("other size"));
    }
    if executable != (found.mode() & 0o111 != 0) {
        return Ok(Some("other permission to execute"));
    }
    let expected = Digest::of_reader(entry).map_err(|error| HostError::io("read", path, error))?;
    Ok(if files::digest(path)? == expected { None } else { Some("other content") })
}

type Entry<'a> = tar::Entry<'a, Box<dyn Read>>;

/// Calls `take` for every entry, with its checked path.
fn each_entry(
    archive: &HostPath,
    mut take: impl FnMut(&mut Entry<'_>, &Path) -> Result<()>,
) -> Result<()> {
    let broken = |error: io::Error| damaged(archive, format!("damaged: {error}"));
    let mut tar = tar::Archive::new(open(archive)?);
    tar.set_preserve_permissions(true);
    tar.set_preserve_mtime(true);
    let mut bytes = 0;
    for (count, entry) in tar.entries().map_err(broken)?.enumerate() {
        let mut entry = entry.map_err(broken)?;
        bytes += entry.size();
        if count >= MAX_ENTRIES || bytes > MAX_BYTES {
            return Err(damaged(archive, "larger than any broker's archive".into()));
        }
        let path = entry.path().map_err(broken)?.into_owned();
        if path.components().any(|part| !matches!(part, Component::Normal(_) | Component::CurDir)) {
            return Err(damaged(archive, format!("unsafe path {}", path.display())));
        }
        take(&mut entry, &path)?;
    }
    Ok(())
}

fn open(archive: &HostPath) -> Result<Box<dyn Read>> {
    let fail = |error| HostError::io("read", archive, error);
    let mut file = File::open(archive).map_err(fail)?;
    let mut magic = [0; 2];
    let length = file.read(&mut magic).map_err(fail)?;
    let file = File::open(archive).map_err(fail)?;
    let file = BufReader::with_capacity(256 * 1024, file);
    if length == 2 && magic == [0x1f, 0x8b] {
        Ok(Box::new(MultiGzDecoder::new(file)))
    } else {
        Ok(Box::new(file))
    }
}

fn note_top(archive: &HostPath, path: &Path, top: &mut Option<PathBuf>) -> Result<()> {
    let first = path.components().next().map(|part| PathBuf::from(part.as_os_str()));
    match (&*top, first) {
        (None, first) => *top = first,
        (Some(known), Some(first)) if *known != first => {
            return Err(damaged(archive, "more than one folder at its top".into()));
        }
        _ => {}
    }
    Ok(())
}

fn damaged(archive: &HostPath, reason: String) -> HostError {
    HostError::Archive { path: archive.clone(), reason }
}
