//! One at a time changes a repository.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use rustix::fs::{FlockOperation, flock};

use crate::{RepositoryError, Result};

/// Beside the repository's own files; `restic` does not look at it.
const LOCK: &str = "refit.lock";
/// How long the locks of `restic` count, which it renews every five minutes.
const RESTIC_LOCK: Duration = Duration::from_mins(30);

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Access {
    /// Look, or add.
    Shared,
    /// Delete.
    Alone,
}

/// Held while a process works on a repository.
#[derive(Debug)]
pub(crate) struct Lock {
    _file: File,
}

pub(crate) fn lock(folder: &Path, access: Access) -> Result<Lock> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new().create(true).truncate(false).write(true).mode(0o600).open(&path);
    let file = file.map_err(RepositoryError::io("lock", &path))?;
    let operation = match access {
        Access::Shared => FlockOperation::NonBlockingLockShared,
        Access::Alone => FlockOperation::NonBlockingLockExclusive,
    };
    let busy = |by: &str| RepositoryError::Busy { folder: folder.to_owned(), by: by.to_owned() };
    match flock(&file, operation) {
        Ok(()) => {}
        Err(rustix::io::Errno::WOULDBLOCK) => return Err(busy("another process of Refit")),
        Err(error) => return Err(RepositoryError::io("lock", &path)(error.into())),
    }
    if access == Access::Alone && is_locked_by_restic(folder)? {
        return Err(busy("restic (`restic unlock` removes the locks of one that has ended)"));
    }
    Ok(Lock { _file: file })
}

fn is_locked_by_restic(folder: &Path) -> Result<bool> {
    let locks = folder.join("locks");
    let Ok(found) = fs::read_dir(&locks) else { return Ok(false) };
    for entry in found {
        let fail = RepositoryError::io("list", &locks);
        let changed = entry.and_then(|entry| entry.metadata()).and_then(|found| found.modified());
        // A time in the future is one of just now, on a machine whose clock is ahead.
        if changed.map_err(fail)?.elapsed().unwrap_or_default() < RESTIC_LOCK {
            return Ok(true);
        }
    }
    Ok(false)
}
