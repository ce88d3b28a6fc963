//! What changes of this machine are made of.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use refit_model::{Command, Digest, HostPath};
use rustix::process::Signal;

use super::source::{self, Source};
use super::{archive, command, files, os_error, processes};
use crate::{
    Cancel, Deadline, Disk, Hear, HostError, Kind, Machine, Metadata, Output, ProcessId, Result,
};

/// This machine, in the hands of who holds the lock.
pub(super) struct LocalMachine<'a> {
    /// The lock, where it is held: what copies holds it too, as long as it runs.
    pub(super) lock: Option<&'a File>,
    /// Where files of the controlling machine are read.
    pub(super) source: &'a dyn Source,
    pub(super) deadline: Deadline,
    pub(super) cancel: &'a Cancel,
    /// Who hears what commands write.
    pub(super) hear: &'a dyn Hear,
}

impl Disk for LocalMachine<'_> {
    fn stat(&self, path: &Path) -> Result<Option<Metadata>> {
        files::stat(path)
    }

    fn is_folder(&self, path: &Path) -> Result<bool> {
        Ok(path.is_dir())
    }

    fn read(&self, path: &Path, limit: u64) -> Result<Vec<u8>> {
        files::read(path, limit)
    }

    fn make_folder(&self, path: &Path, mode: u32) -> Result<()> {
        let made = fs::DirBuilder::new().mode(mode).create(path);
        made.map_err(|error| HostError::io("make", path, error))
    }

    fn create(&self, path: &Path, content: &[u8], mode: u32) -> Result<()> {
        let fail = |error| HostError::io("write", path, error);
        let mut file =
            OpenOptions::new().write(true).create_new(true).mode(0o600).open(path).map_err(fail)?;
        file.write_all(content).map_err(fail)?;
        file.set_permissions(fs::Permissions::from_mode(mode)).map_err(fail)
    }

    fn symlink(&self, path: &Path, target: &Path) -> Result<()> {
        let made = std::os::unix::fs::symlink(target, path);
        made.map_err(|error| HostError::io("link", path, error))
    }

    fn replace(&self, from: &Path, to: &Path) -> Result<()> {
        fs::rename(from, to).map_err(|error| HostError::io("write", to, error))
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let (here, no_replace) = (rustix::fs::CWD, rustix::fs::RenameFlags::NOREPLACE);
        rustix::fs::renameat_with(here, from, here, to, no_replace).map_err(|error| match error {
            rustix::io::Errno::EXIST => HostError::Exists(to.into()),
            _ => HostError::io("move", from, os_error(error)),
        })
    }

    fn delete(&self, path: &Path) -> Result<()> {
        let is_folder = files::stat(path)?.is_some_and(|found| found.kind == Kind::Folder);
        let deleted = if is_folder { fs::remove_dir_all(path) } else { fs::remove_file(path) };
        deleted.map_err(|error| HostError::io("delete", path, error))
    }

    /// By the system's own `cp`, which knows links, holes, extended attributes and reflinks. It
    /// holds the lock as long as it runs: where Refit is killed meanwhile, nobody works beside
    /// what it left running.
    fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        let (Some(source), Some(target)) = (from.to_str(), to.to_str()) else {
            let source = io::Error::other("the path is not UTF-8");
            return Err(HostError::io("copy", from, source));
        };
        let mut copy = Command::new(
            ["cp", "--archive", "--reflink=auto", "--sparse=auto", "--no-target-directory", "--"],
            "/".to_owned().into(),
        );
        copy.argv.extend([source.to_owned(), target.to_owned()]);
        let output = match self.lock {
            Some(lock) => command::run_holding(&copy, lock, self.deadline, self.cancel)?,
            None => command::run(&copy, self.deadline, self.cancel)?,
        };
        command::accept(&copy, output)?;
        Ok(())
    }

    fn fetch(&self, from: &HostPath, to: &Path) -> Result<Digest> {
        source::copy(self.source, from, to, self.deadline, self.cancel)
    }

    fn unpack(&self, archive: &HostPath, into: &Path) -> Result<PathBuf> {
        archive::unpack(archive, into, self.cancel)
    }

    fn sync(&self, path: &Path) -> Result<()> {
        let fail = |error| HostError::io("write", path, error);
        File::open(path).map_err(fail)?.sync_all().map_err(fail)
    }

    fn sync_all(&self, path: &Path) -> Result<()> {
        let fail = |error| HostError::io("write", path, error);
        let file = File::open(path).map_err(fail)?;
        rustix::fs::syncfs(&file).map_err(|error| fail(os_error(error)))
    }
}

impl Machine for LocalMachine<'_> {
    fn terminate(&self, process: ProcessId) -> Result<()> {
        processes::signal(process, Signal::TERM)
    }

    fn kill(&self, process: ProcessId) -> Result<()> {
        processes::signal(process, Signal::KILL)
    }

    fn run(&self, command: &Command) -> Result<Output> {
        let output = command::run_heard(command, self.deadline, self.cancel, self.hear)?;
        command::accept(command, output)
    }
}
