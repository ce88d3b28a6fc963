//! A file system by its single calls, of which whole changes are made.

use std::path::{Path, PathBuf};

use refit_model::{Command, Digest, HostPath};

use crate::{Metadata, Output, ProcessId, Result};

/// What a file system does at one call. Nothing is sure to survive a power cut before it is synced:
/// what must survive, and in which order, is said once, in [`crate::change`].
pub trait Disk {
    /// What is at the path; links are not followed.
    fn stat(&self, path: &Path) -> Result<Option<Metadata>>;

    /// Whether a folder is at the path; links are followed.
    fn is_folder(&self, path: &Path) -> Result<bool>;

    /// The content of a file of at most `limit` bytes.
    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>>;

    /// Makes one folder, whose parent must be there.
    fn make_folder(&self, path: &Path, mode: u32) -> Result<()>;

    /// Makes a file where nothing is.
    fn create(&self, path: &Path, content: &[u8], mode: u32) -> Result<()>;

    /// Makes a symbolic link where nothing is.
    fn symlink(&self, path: &Path, target: &Path) -> Result<()>;

    /// Renames; a file or link at the new place is replaced.
    fn replace(&self, from: &Path, to: &Path) -> Result<()>;

    /// Renames; the new place must be free.
    fn rename(&self, from: &Path, to: &Path) -> Result<()>;

    /// Deletes what is there, with everything below.
    fn delete(&self, path: &Path) -> Result<()>;

    /// Copies a file or folder with all attributes to where nothing is.
    fn copy(&self, from: &Path, to: &Path) -> Result<()>;

    /// Copies a file of the controlling machine to where nothing is; gives the digest of what came.
    fn fetch(&self, from: &HostPath, to: &Path) -> Result<Digest>;

    /// Unpacks an archive into an empty folder; gives the name of its single top folder.
    fn unpack(&self, archive: &HostPath, into: &Path) -> Result<PathBuf>;

    /// Waits until a file's content, or a folder's list of entries, is on the disk.
    fn sync(&self, path: &Path) -> Result<()>;

    /// Waits until everything of the file system that holds `path` is on the disk.
    fn sync_all(&self, path: &Path) -> Result<()>;
}

/// A machine whose lock is held: its disk, and what else changes are made of.
pub trait Machine: Disk {
    /// Sends SIGTERM to exactly this process.
    fn terminate(&self, process: ProcessId) -> Result<()>;

    /// Sends SIGKILL to exactly this process.
    fn kill(&self, process: ProcessId) -> Result<()>;

    /// Runs a command; an exit code that does not count as success is an error.
    fn run(&self, command: &Command) -> Result<Output>;
}
