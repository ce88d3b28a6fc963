//! The lock of an installation, in its control folder.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::time::Duration;

use refit_model::HostPath;
use rustix::fs::{FlockOperation, flock};

use super::os_error;
use crate::{Cancel, Deadline, HostError, Result};

const LOCK: &str = "lock";
/// How long a question about who is in charge waits for a change to end.
const WAIT_SECONDS: u32 = 10;

/// Takes the lock; it is held as long as the file is open, here or in a process that has it too.
pub(super) fn take(control: &HostPath, deadline: Deadline, cancel: &Cancel) -> Result<File> {
    let path = control.as_path().join(LOCK);
    let fail = |error| HostError::io("lock", &path, error);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(fail)?;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(file),
            Err(rustix::io::Errno::WOULDBLOCK)
                if deadline.has_passed() || cancel.is_cancelled() =>
            {
                return Err(HostError::Locked { control: control.clone() });
            }
            // There is no notice when a lock is released; changes are short.
            Err(rustix::io::Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(fail(os_error(error))),
        }
    }
}

/// Takes the lock for a question about who is in charge, or a change of that.
pub(super) fn take_briefly(control: &HostPath) -> Result<File> {
    take(control, Deadline::seconds(WAIT_SECONDS), &Cancel::new())
}
