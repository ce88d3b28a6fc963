//! The program restic on what Refit wrote.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use refit_backup::verify_fetched;
use refit_hosts::Kind;
use refit_repository::Access;

use crate::site::{KEY, Site, owner};

fn restic(site: &Site, arguments: &[&str]) -> Output {
    let key_file = site.path("key");
    fs::write(&key_file, format!("{KEY}\n")).unwrap();
    Command::new("restic")
        .args(["--no-cache", "--repo"])
        .arg(site.path("repository"))
        .arg("--password-file")
        .arg(&key_file)
        .args(arguments)
        .env("HOME", site.folder.path())
        .output()
        .unwrap()
}

fn has_restic(test: &str) -> bool {
    let found = Command::new("restic").arg("version").output().is_ok();
    if !found {
        refit_demo::tell_skipped(test, "the program restic");
    }
    found
}

fn succeeds(done: &Output) -> String {
    let shown = String::from_utf8_lossy(&done.stdout).into_owned();
    assert!(done.status.success(), "{shown}{}", String::from_utf8_lossy(&done.stderr));
    shown
}

#[test]
fn restic_accepts_it_and_gives_the_same_back() {
    if !has_restic("restic_accepts_it_and_gives_the_same_back") {
        return;
    }
    let site = Site::new();
    let home = site.path("home");
    let has_attributes = xattr::set(home.join("store"), "user.note", b"kept").is_ok();
    fs::remove_dir_all(site.path("run-1")).unwrap();
    site.take(&site.path("run-1"));
    let repository = site.create();
    let (kept, _) = repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
    repository.add_key(&crate::site::key("second"), "B. Second").unwrap();
    drop(repository);

    let checked = succeeds(&restic(&site, &["check", "--read-data"]));
    assert!(checked.contains("no errors were found"), "{checked}");
    let listed = succeeds(&restic(&site, &["snapshots"]));
    assert!(listed.contains("run:run-1") && listed.contains(&kept.id[..8]), "{listed}");
    let keys = succeeds(&restic(&site, &["key", "list"]));
    assert!(keys.contains("B. Second"), "{keys}");

    let target = site.path("target");
    let into = target.to_str().unwrap();
    succeeds(&restic(&site, &["restore", &kept.id, "--target", into]));
    let back = target.join("run-1/a");
    verify_fetched(&site.reader(), &back.clone().into()).unwrap();
    if has_attributes {
        let note = xattr::get(back.join("home/store"), "user.note").unwrap();
        assert_eq!(note.as_deref(), Some(b"kept".as_slice()));
    }
    succeeds(&restic(&site, &["forget", &kept.id, "--prune"]));
    let repository = site.open(Access::Shared).unwrap();
    assert_eq!(repository.kept().unwrap(), []);
    assert!(repository.check(true).unwrap().problems.is_empty());
}

#[test]
fn restic_accepts_what_was_pruned() {
    if !has_restic("restic_accepts_what_was_pruned") {
        return;
    }
    let site = Site::new();
    let repository = site.create();
    let (first, _) = repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
    fs::write(site.path("home").join("store"), vec![7; 3_000_000]).unwrap();
    site.take(&site.path("run-2"));
    repository.keep(&site.verified("run-2"), &owner("run-2")).unwrap();
    repository.forget(&[first]).unwrap();
    repository.prune(true).unwrap();
    drop(repository);
    let checked = succeeds(&restic(&site, &["check", "--read-data"]));
    assert!(checked.contains("no errors were found"), "{checked}");
}

/// Pipes come back; sockets, which live only as long as somebody listens, do not.
#[test]
fn what_restic_does_not_keep_is_known() {
    if !has_restic("what_restic_does_not_keep_is_known") {
        return;
    }
    let site = Site::new();
    let special = |name: &str, kind| {
        let mode = rustix::fs::Mode::from_raw_mode(0o600);
        rustix::fs::mknodat(rustix::fs::CWD, site.path("home").join(name), kind, mode, 0).unwrap();
    };
    special("pipe", rustix::fs::FileType::Fifo);
    special("socket", rustix::fs::FileType::Socket);
    fs::remove_dir_all(site.path("run-1")).unwrap();
    site.take(&site.path("run-1"));
    let repository = site.create();
    let (kept, _) = repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
    let back = site.path("back");
    repository.fetch(&site.reader(), &kept, &back).unwrap();
    let target = site.path("target");
    let into = target.to_str().unwrap();
    succeeds(&restic(&site, &["restore", &kept.id, "--target", into]));
    let there = |folder: &Path, name: &str| {
        let at = folder.join("home").join(name).into();
        site.reader().stat(&at).unwrap().is_some_and(|found| found.kind == Kind::Other)
    };
    for (name, by_restic) in [("pipe", true), ("socket", false)] {
        assert!(there(&back, name), "{name}");
        assert_eq!(there(&target.join("run-1/a"), name), by_restic, "{name}");
    }
}
