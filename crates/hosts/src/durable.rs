//! Changes of files that appear at once and survive a power cut.

use std::path::{Path, PathBuf};

use refit_model::{Digest, HostPath};

use crate::{Disk, HostError, Kind, Result};

/// The ending of things that are being made; what has it can be deleted.
pub(crate) const PARTIAL: &str = ".refit-partial";

/// Makes a folder with its parents.
pub(crate) fn make_folder(disk: &dyn Disk, path: &Path, mode: u32) -> Result<()> {
    let mut missing = Vec::new();
    for folder in path.ancestors().filter(|folder| !folder.as_os_str().is_empty()) {
        if disk.is_folder(folder)? {
            break;
        }
        missing.push(folder);
    }
    for folder in missing.into_iter().rev() {
        match disk.make_folder(folder, mode) {
            // Somebody else made it meanwhile.
            Err(HostError::Exists(_)) if disk.is_folder(folder)? => {}
            made => made?,
        }
        sync_parent(disk, folder)?;
    }
    // What an interrupted attempt made may not be on the disk yet.
    sync_parent(disk, path)
}

/// Writes a new file next to the old one, and renames it over it when it is on the disk.
pub(crate) fn write(disk: &dyn Disk, path: &Path, content: &[u8], mode: u32) -> Result<()> {
    let partial = partial(path);
    remove(disk, &partial)?;
    disk.create(&partial, content, mode)?;
    disk.sync(&partial)?;
    disk.replace(&partial, path)?;
    sync_parent(disk, path)
}

pub(crate) fn link(disk: &dyn Disk, path: &Path, target: &Path) -> Result<()> {
    if disk.stat(path)?.is_some_and(|found| found.kind != Kind::Link) {
        return Err(HostError::Exists(path.into()));
    }
    let partial = partial(path);
    remove(disk, &partial)?;
    disk.symlink(&partial, target)?;
    disk.replace(&partial, path)?;
    sync_parent(disk, path)
}

pub(crate) fn move_to(disk: &dyn Disk, from: &Path, to: &Path) -> Result<()> {
    disk.rename(from, to)?;
    sync_parent(disk, from)?;
    sync_parent(disk, to)
}

pub(crate) fn copy(disk: &dyn Disk, from: &Path, to: &Path) -> Result<()> {
    if disk.stat(to)?.is_some() {
        return Err(HostError::Exists(to.into()));
    }
    let partial = partial(to);
    remove(disk, &partial)?;
    disk.copy(from, &partial)?;
    // Its folder, since the copy itself may be a link that leads nowhere.
    disk.sync_all(to.parent().unwrap_or(Path::new("/")))?;
    move_to(disk, &partial, to)
}

/// Puts a file of the controlling machine in place of what is there, if it has the digest.
pub(crate) fn fetch(disk: &dyn Disk, from: &HostPath, digest: Digest, to: &Path) -> Result<()> {
    let partial = partial(to);
    remove(disk, &partial)?;
    let found = disk.fetch(from, &partial)?;
    if found != digest {
        remove(disk, &partial)?;
        let reason = format!("it is {found}, expected {digest}");
        return Err(HostError::Archive { path: from.clone(), reason });
    }
    disk.sync(&partial)?;
    disk.replace(&partial, to)?;
    sync_parent(disk, to)
}

pub(crate) fn unpack(disk: &dyn Disk, archive: &HostPath, into: &Path) -> Result<()> {
    if disk.stat(into)?.is_some() {
        return Err(HostError::Exists(into.into()));
    }
    let partial = partial(into);
    remove(disk, &partial)?;
    make_folder(disk, &partial, 0o755)?;
    let top = disk.unpack(archive, &partial)?;
    disk.sync_all(&partial)?;
    move_to(disk, &partial.join(top), into)?;
    remove(disk, &partial)
}

pub(crate) fn remove(disk: &dyn Disk, path: &Path) -> Result<()> {
    if disk.stat(path)?.is_none() {
        return Ok(());
    }
    disk.delete(path)?;
    sync_parent(disk, path)
}

/// The name under which `path` is made before it appears.
fn partial(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(PARTIAL);
    path.with_file_name(name)
}

/// Waits until the entry of `path` in its folder is on the disk.
fn sync_parent(disk: &dyn Disk, path: &Path) -> Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    disk.sync(parent.unwrap_or(Path::new(".")))
}
