//! Files of the controlling machine, brought to this one part by part.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use refit_model::{Digest, HostPath};
use sha2::{Digest as _, Sha256};

use super::files;
use crate::{Cancel, Deadline, HostError, Result};

/// How much is asked for at once.
const PART: u64 = 1 << 20;

/// Where files of the controlling machine are read.
pub(crate) trait Source {
    /// Bytes of the file from a place on; fewer, or none, where it ends.
    fn part(&self, path: &HostPath, offset: u64, bytes: u64) -> Result<Vec<u8>>;
}

/// This machine is the controlling one too.
pub(crate) struct Own;

impl Source for Own {
    fn part(&self, path: &HostPath, offset: u64, bytes: u64) -> Result<Vec<u8>> {
        files::part(path.as_path(), offset, bytes)
    }
}

/// Copies a file of the controlling machine to where nothing is, and gives the digest of what came.
pub(super) fn copy(
    source: &dyn Source,
    from: &HostPath,
    to: &Path,
    deadline: Deadline,
    cancel: &Cancel,
) -> Result<Digest> {
    let fail = |error| HostError::io("write", to, error);
    let mut file =
        OpenOptions::new().write(true).create_new(true).mode(0o644).open(to).map_err(fail)?;
    let mut hasher = Sha256::new();
    let mut offset = 0;
    loop {
        if cancel.is_cancelled() {
            return Err(HostError::Cancelled(format!("fetching {from}")));
        }
        if deadline.has_passed() {
            return Err(HostError::Deadline(format!("fetching {from}")));
        }
        let part = source.part(from, offset, PART)?;
        if part.is_empty() {
            return Ok(Digest::from_bytes(hasher.finalize().into()));
        }
        hasher.update(&part);
        file.write_all(&part).map_err(fail)?;
        offset += part.len() as u64;
    }
}
