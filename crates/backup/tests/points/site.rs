//! A folder with what restore points are taken of.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};

use refit_backup::{BackupError, Verified, restore, seal, take, verify};
use refit_hosts::{Cancel, Deadline, Fence, Host, LocalHost, Reader, Writer};
use refit_model::{Digest, HostName, HostPath, RestoreItem, RunId};
use rustix::fs::{CWD, FileType, Mode, mknodat};
use tempfile::TempDir;

pub struct Site {
    pub folder: TempDir,
    host: LocalHost,
    cancel: Cancel,
    run: RunId,
    epoch: u64,
}

impl Site {
    /// A folder `conf` with a file, a link and an empty folder, and a single file `env`.
    pub fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host = LocalHost::new(HostName::new("local").unwrap());
        let run = RunId::new("run").unwrap();
        let control = folder.path().join("control").into();
        let epoch = host.take_charge(&control, &run, 0).unwrap();
        let conf = folder.path().join("conf");
        fs::create_dir_all(conf.join("empty")).unwrap();
        fs::write(conf.join("a file\nwith \\ odd name"), "content").unwrap();
        fs::set_permissions(conf.join("empty"), fs::Permissions::from_mode(0o2750)).unwrap();
        symlink("nowhere", conf.join("link")).unwrap();
        fs::write(folder.path().join("env"), "HEAP=1G\n").unwrap();
        Self { folder, host, cancel: Cancel::new(), run, epoch }
    }

    /// The same with everything that a file system of Linux can hold; what only root can make is
    /// left out for others.
    pub fn rich() -> Self {
        let site = Self::new();
        let conf = site.path_buf("conf");
        fs::write(conf.join(OsStr::from_bytes(b"caf\xe9 \x01\xff")), "odd bytes").unwrap();
        fs::write(conf.join("first"), "shared").unwrap();
        fs::hard_link(conf.join("first"), conf.join("second")).unwrap();
        fs::write(conf.join("tool"), "#!/bin/sh\n").unwrap();
        fs::set_permissions(conf.join("tool"), fs::Permissions::from_mode(0o6755)).unwrap();
        let sparse = fs::File::create(conf.join("sparse")).unwrap();
        sparse.set_len(64 << 20).unwrap();
        std::os::unix::fs::FileExt::write_at(&sparse, b"end", (64 << 20) - 3).unwrap();
        xattr::set(conf.join("first"), "user.note", b"\x00binary\xff").unwrap();
        xattr::set(&conf, "user.of-folder", b"kept").unwrap();
        // Read and write for user 4711, in the form that the kernel keeps such lists in.
        xattr::set(conf.join("tool"), "system.posix_acl_access", &access_list(4711)).unwrap();
        xattr::set(conf.join("empty"), "system.posix_acl_default", &access_list(4712)).unwrap();
        mknodat(CWD, conf.join("pipe"), FileType::Fifo, Mode::from_raw_mode(0o640), 0).unwrap();
        mknodat(CWD, conf.join("socket"), FileType::Socket, Mode::from_raw_mode(0o600), 0).unwrap();
        if is_root() {
            let null = rustix::fs::makedev(1, 3);
            let mode = Mode::from_raw_mode(0o666);
            mknodat(CWD, conf.join("device"), FileType::CharacterDevice, mode, null).unwrap();
            fs::write(conf.join("capable"), "program").unwrap();
            xattr::set(conf.join("capable"), "security.capability", &CAPABILITY).unwrap();
            xattr::set(conf.join("capable"), "trusted.note", b"roots").unwrap();
            std::os::unix::fs::chown(conf.join("empty"), Some(1234), Some(4321)).unwrap();
            std::os::unix::fs::lchown(conf.join("link"), Some(77), Some(78)).unwrap();
            // Giving away a file takes its set-id bits.
            std::os::unix::fs::chown(conf.join("tool"), Some(99), Some(98)).unwrap();
            fs::set_permissions(conf.join("tool"), fs::Permissions::from_mode(0o6755)).unwrap();
            xattr::set(conf.join("tool"), "system.posix_acl_access", &access_list(4711)).unwrap();
        }
        let past = std::time::UNIX_EPOCH + std::time::Duration::new(1_234_567_890, 987_654_321);
        let file = fs::File::options().write(true).open(conf.join("first")).unwrap();
        file.set_modified(past).unwrap();
        site
    }

    pub fn path_buf(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn path(&self, name: &str) -> HostPath {
        self.path_buf(name).into()
    }

    pub fn point(&self) -> HostPath {
        self.path("point")
    }

    pub fn writer(&self) -> Writer<'_> {
        let fence = Fence {
            control: self.path("control"),
            run: self.run.clone(),
            epoch: self.epoch,
            sequence: 1,
            intent: Digest::of(b""),
            operation: "backup".into(),
        };
        Writer::new(&self.host, fence, Deadline::seconds(600), &self.cancel)
    }

    pub fn reader(&self) -> Reader<'_> {
        Reader::new(&self.host, &self.cancel, 600)
    }

    pub fn item(&self, name: &str, warm: bool) -> RestoreItem {
        RestoreItem { name: name.into(), path: self.path(name), warm }
    }

    pub fn items(&self) -> Vec<RestoreItem> {
        vec![self.item("conf", false), self.item("env", false)]
    }

    pub fn take_and_seal(&self) {
        take(&self.writer(), &self.point(), &self.items()).unwrap();
        let scratch = self.path("scratch");
        seal(&self.writer(), &self.point(), &self.items(), Some(&scratch)).unwrap();
        assert!(!scratch.as_path().exists(), "the rehearsal leaves nothing");
    }

    pub fn verify(&self) -> Result<Verified, BackupError> {
        verify(&self.reader(), &self.point())
    }

    pub fn restore(&self, verified: &Verified) -> Result<Vec<String>, BackupError> {
        restore(&self.writer(), verified, &self.items(), &self.path("aside"))
    }

    /// Another run takes over.
    pub fn hand_over(&mut self, run: &str) {
        let control = self.path("control");
        self.host.release(&control, &self.run, self.epoch).unwrap();
        self.run = RunId::new(run).unwrap();
        self.epoch = self.host.take_charge(&control, &self.run, 0).unwrap();
    }
}

pub fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

/// Whether tests can be done here; says what is missing where not.
pub fn has_attributes(test: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let can = xattr::set(folder.path(), "user.can", b"yes").is_ok()
        && xattr::set(folder.path(), "system.posix_acl_access", &access_list(1)).is_ok();
    if !can {
        refit_demo::tell_skipped(test, "a file system with extended attributes and access lists");
    }
    can
}

pub fn copy_folder(from: &Path, to: &Path) {
    let status = std::process::Command::new("cp").arg("-a").args([from, to]).status().unwrap();
    assert!(status.success());
}

/// `CAP_NET_BIND_SERVICE`, permitted and effective, as the kernel keeps it (version 2).
const CAPABILITY: [u8; 20] = [1, 0, 0, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];

/// An access list that gives one user more than the mode does: entries of tag, permissions, id.
fn access_list(user: u32) -> Vec<u8> {
    let none = u32::MAX;
    let entries: [(u16, u16, u32); 5] =
        [(1, 7, none), (2, 6, user), (4, 5, none), (16, 7, none), (32, 5, none)];
    let mut list = 2_u32.to_le_bytes().to_vec();
    for (tag, permissions, id) in entries {
        list.extend(tag.to_le_bytes());
        list.extend(permissions.to_le_bytes());
        list.extend(id.to_le_bytes());
    }
    list
}
