//! Restore points over real folders.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};

use refit_backup::{BackupError, restore, seal, take, verify};
use refit_hosts::{Cancel, Deadline, Fence, Host, LocalHost, Reader, Writer};
use refit_model::{Digest, HostName, HostPath, RestoreItem, RunId};
use tempfile::TempDir;

struct Site {
    folder: TempDir,
    host: LocalHost,
    cancel: Cancel,
    epoch: u64,
}

impl Site {
    /// A folder `conf` with a file, a link and an empty folder, and a single file `env`.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host = LocalHost::new(HostName::new("local").unwrap());
        let control = folder.path().join("control").into();
        let epoch = host.take_charge(&control, &RunId::new("run").unwrap(), 0).unwrap();
        let conf = folder.path().join("conf");
        fs::create_dir_all(conf.join("empty")).unwrap();
        fs::write(conf.join("a file\nwith \\ odd name"), "content").unwrap();
        fs::set_permissions(conf.join("empty"), fs::Permissions::from_mode(0o2750)).unwrap();
        symlink("nowhere", conf.join("link")).unwrap();
        fs::write(folder.path().join("env"), "HEAP=1G\n").unwrap();
        Self { folder, host, cancel: Cancel::new(), epoch }
    }

    fn path(&self, name: &str) -> HostPath {
        self.folder.path().join(name).into()
    }

    fn writer(&self) -> Writer<'_> {
        let fence = Fence {
            control: self.path("control"),
            run: RunId::new("run").unwrap(),
            epoch: self.epoch,
            sequence: 1,
            intent: Digest::of(b""),
            operation: "backup".into(),
        };
        Writer::new(&self.host, fence, Deadline::seconds(60), &self.cancel)
    }

    fn reader(&self) -> Reader<'_> {
        Reader::new(&self.host, &self.cancel, 60)
    }

    fn items(&self) -> Vec<RestoreItem> {
        let item =
            |name: &str| RestoreItem { name: name.into(), path: self.path(name), warm: false };
        vec![item("conf"), item("env")]
    }

    fn take_and_seal(&self) {
        take(&self.writer(), &self.path("point"), &self.items()).unwrap();
        seal(&self.writer(), &self.path("point"), &self.items(), Some(&self.path("scratch")))
            .unwrap();
    }
}

#[test]
fn what_was_taken_comes_back_and_what_was_there_is_kept_aside() {
    let site = Site::new();
    site.take_and_seal();
    let verified = verify(&site.reader(), &site.path("point")).unwrap();
    assert!(!site.path("scratch").as_path().exists());

    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    fs::remove_dir(site.path("conf").join("empty")).unwrap();
    restore(&site.writer(), &verified, &site.items(), &site.path("aside")).unwrap();

    assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=1G\n");
    let mode = fs::metadata(site.path("conf").join("empty")).unwrap().permissions().mode();
    assert_eq!(mode & 0o7777, 0o2750);
    assert_eq!(fs::read_to_string(site.path("aside").join("env")).unwrap(), "HEAP=2G\n");
}

#[test]
fn restoring_twice_gives_the_same() {
    let site = Site::new();
    site.take_and_seal();
    let verified = verify(&site.reader(), &site.path("point")).unwrap();
    for _ in 0..2 {
        restore(&site.writer(), &verified, &site.items(), &site.path("aside")).unwrap();
        assert_eq!(fs::read_to_string(site.path("env")).unwrap(), "HEAP=1G\n");
    }
}

#[test]
fn the_checksums_are_those_of_sha256sum() {
    let site = Site::new();
    site.take_and_seal();
    let status = std::process::Command::new("sha256sum")
        .args(["--check", "--quiet", "--strict", "SHA256SUMS"])
        .current_dir(site.path("point"))
        .status()
        .unwrap();
    assert!(status.success());
}

#[test]
fn an_unsealed_point_cannot_be_verified() {
    let site = Site::new();
    take(&site.writer(), &site.path("point"), &site.items()).unwrap();
    let error = verify(&site.reader(), &site.path("point")).unwrap_err();
    assert!(matches!(error, BackupError::Unsealed(_)));
}

#[test]
fn a_point_is_never_overwritten() {
    let site = Site::new();
    site.take_and_seal();
    fs::write(site.path("env"), "HEAP=2G\n").unwrap();
    take(&site.writer(), &site.path("point"), &site.items()).unwrap();
    let kept = fs::read_to_string(site.path("point").join("env")).unwrap();
    assert_eq!(kept, "HEAP=1G\n");
}

#[test]
fn every_kind_of_damage_is_named() {
    type Spoil = fn(&HostPath);
    let spoilers: [(&str, Spoil); 6] = [
        ("another content", |point| fs::write(point.join("env"), "HEAP=9G\n").unwrap()),
        ("another size", |point| fs::write(point.join("env"), "").unwrap()),
        ("is missing", |point| fs::remove_file(point.join("env")).unwrap()),
        ("was not there", |point| fs::write(point.join("conf/new"), "").unwrap()),
        ("other permissions", |point| {
            let closed = fs::Permissions::from_mode(0o600);
            fs::set_permissions(point.join("conf/empty"), closed).unwrap();
        }),
        ("another target", |point| {
            fs::remove_file(point.join("conf/link")).unwrap();
            symlink("elsewhere", point.join("conf/link")).unwrap();
        }),
    ];
    for (expected, spoil) in spoilers {
        let site = Site::new();
        site.take_and_seal();
        spoil(&site.path("point"));
        let error = verify(&site.reader(), &site.path("point")).unwrap_err().to_string();
        assert!(error.contains(expected), "{expected}: {error}");
    }
}

#[test]
fn a_damaged_manifest_is_named_with_its_line() {
    let site = Site::new();
    site.take_and_seal();
    let path = site.path("point").join("ENTRIES.jsonl");
    let text = fs::read_to_string(&path).unwrap();
    let half = &text[..text.len() - 20];
    fs::write(&path, half).unwrap();
    let error = verify(&site.reader(), &site.path("point")).unwrap_err();
    assert!(matches!(error, BackupError::Manifest { line: 1, .. }), "{error}");
}
