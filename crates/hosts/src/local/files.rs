//! Files of this machine, looked at and read.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use refit_model::{Digest, HostPath};

use super::os_error;
use crate::{Entry, HostError, Kind, Metadata, Result, Space};

pub(super) fn stat(path: &Path) -> Result<Option<Metadata>> {
    match fs::symlink_metadata(path) {
        Ok(found) => Ok(Some(metadata(path, &found)?)),
        // A parent that is a file means the same: nothing is there.
        Err(error)
            if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) =>
        {
            Ok(None)
        }
        Err(error) => Err(HostError::io("look at", path, error)),
    }
}

fn metadata(path: &Path, found: &fs::Metadata) -> Result<Metadata> {
    let kind = kind(found.file_type());
    let target = if kind == Kind::Link {
        let target = fs::read_link(path).map_err(|error| HostError::io("read", path, error))?;
        Some(HostPath::from(target))
    } else {
        None
    };
    Ok(Metadata {
        kind,
        mode: found.mode() & 0o7777,
        uid: found.uid(),
        gid: found.gid(),
        size: found.size(),
        modified_nanoseconds: i128::from(found.mtime()) * 1_000_000_000
            + i128::from(found.mtime_nsec()),
        target,
    })
}

fn kind(file_type: fs::FileType) -> Kind {
    if file_type.is_file() {
        Kind::File
    } else if file_type.is_dir() {
        Kind::Folder
    } else if file_type.is_symlink() {
        Kind::Link
    } else {
        Kind::Other
    }
}

/// Everything in `root`, and below it if `deep`, sorted by path; no recursion, so depth is no
/// problem.
pub(super) fn walk(root: &HostPath, limit: usize, deep: bool) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let absolute = root.as_path().join(&folder);
        let listing =
            fs::read_dir(&absolute).map_err(|error| HostError::io("list", &absolute, error))?;
        for item in listing {
            let item = item.map_err(|error| HostError::io("list", &absolute, error))?;
            let relative = folder.join(item.file_name());
            // What vanishes while we look (a log that rolls) is not there.
            let Some(metadata) = stat(&item.path())? else {
                continue;
            };
            if deep && metadata.kind == Kind::Folder {
                folders.push(relative.clone());
            }
            entries.push(Entry { path: relative.into(), metadata });
            if entries.len() > limit {
                let limit = limit as u64;
                return Err(HostError::TooLarge {
                    path: root.clone(),
                    limit,
                    unit: "entries".into(),
                });
            }
        }
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

pub(super) fn read(path: &Path, limit: u64) -> Result<Vec<u8>> {
    let fail = |error| HostError::io("read", path, error);
    let mut bytes = Vec::new();
    File::open(path).map_err(fail)?.take(limit + 1).read_to_end(&mut bytes).map_err(fail)?;
    if bytes.len() as u64 > limit {
        return Err(HostError::TooLarge { path: path.into(), limit, unit: "bytes".into() });
    }
    Ok(bytes)
}

pub(super) fn tail(path: &Path, bytes: u64) -> Result<Vec<u8>> {
    let found = fs::metadata(path).map_err(|error| HostError::io("read", path, error))?;
    part(path, found.len().saturating_sub(bytes), bytes)
}

pub(super) fn part(path: &Path, offset: u64, bytes: u64) -> Result<Vec<u8>> {
    let fail = |error| HostError::io("read", path, error);
    let mut file = File::open(path).map_err(fail)?;
    file.seek(SeekFrom::Start(offset)).map_err(fail)?;
    let mut part = Vec::new();
    file.take(bytes).read_to_end(&mut part).map_err(fail)?;
    Ok(part)
}

pub(super) fn digest(path: &Path) -> Result<Digest> {
    let fail = |error| HostError::io("read", path, error);
    Digest::of_reader(File::open(path).map_err(fail)?).map_err(fail)
}

/// Space of the file system that holds `path`, or its nearest existing parent.
pub(super) fn space(path: &Path) -> Result<Space> {
    let existing = path.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(Path::new("/"));
    let fail = |error| HostError::io("look at", existing, error);
    let found = rustix::fs::statvfs(existing).map_err(|error| fail(os_error(error)))?;
    let device = fs::metadata(existing).map_err(fail)?.dev();
    Ok(Space {
        free_bytes: found.f_bavail * found.f_frsize,
        total_bytes: found.f_blocks * found.f_frsize,
        free_files: found.f_favail,
        device,
    })
}

/// Of the path, or of its nearest existing parent.
pub(super) fn may_write(path: &Path) -> bool {
    let existing = path.ancestors().find(|ancestor| ancestor.exists()).unwrap_or(Path::new("/"));
    rustix::fs::access(existing, rustix::fs::Access::WRITE_OK).is_ok()
}

pub(super) fn prove_writable(folder: &Path) -> Result<()> {
    let probe = folder.join(format!(".refit-access-{}", std::process::id()));
    let content = b"made and deleted by `refit access check`\n";
    let proved = create(&probe, content).and_then(|()| {
        let back = read(&probe, 4096)?;
        if back == content {
            Ok(())
        } else {
            let source = io::Error::other("what was read back differs from what was written");
            Err(HostError::Io { action: "read".into(), path: (&probe).into(), source })
        }
    });
    let removed = match fs::remove_file(&probe) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other.map_err(|error| HostError::io("delete", &probe, error)),
    };
    proved.and(removed)
}

fn create(path: &Path, content: &[u8]) -> Result<()> {
    let fail = |error| HostError::io("write", path, error);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fail)?;
    file.write_all(content).map_err(fail)?;
    file.sync_all().map_err(fail)
}
