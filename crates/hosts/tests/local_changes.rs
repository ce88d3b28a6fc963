//! Changes on the local machine: whole or not at all, and only through the fence.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;

use refit_hosts::{
    Cancel, Change, Deadline, Fence, Host, HostError, LocalHost, Outcome, Reader, Recall, Result,
    Unheard,
};
use refit_model::{Command, Digest, HostName, HostPath, RunId, Secret};
use tempfile::TempDir;

struct Site {
    folder: TempDir,
    host: LocalHost,
    run: RunId,
    epoch: u64,
}

impl Site {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let host = LocalHost::new(HostName::new("local").unwrap());
        let run = RunId::new("staging-1").unwrap();
        let epoch = host.take_charge(&folder.path().join("control").into(), &run, 0).unwrap();
        Self { folder, host, run, epoch }
    }

    fn path(&self, name: &str) -> HostPath {
        self.folder.path().join(name).into()
    }

    fn fence(&self, sequence: u64) -> Fence {
        Fence {
            control: self.path("control"),
            run: self.run.clone(),
            epoch: self.epoch,
            sequence,
            intent: Digest::of(&sequence.to_be_bytes()),
            operation: format!("op-{sequence}"),
        }
    }

    fn try_change(&self, fence: &Fence, change: Change) -> Result<Outcome> {
        let deadline = Deadline::seconds(60);
        self.host.change(fence, &[change], deadline, &Cancel::new(), &Unheard).pop().unwrap()
    }

    fn change(&self, change: Change) -> Result<Outcome> {
        self.try_change(&self.fence(1), change)
    }

    fn text(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }
}

#[test]
fn a_file_is_replaced_as_a_whole_with_its_mode() {
    let site = Site::new();
    for content in ["one", "two"] {
        let write =
            Change::Write { path: site.path("f"), content: Secret::new(content), mode: 0o640 };
        site.change(write).unwrap();
        assert_eq!(site.text("f"), content);
    }
    assert_eq!(fs::metadata(site.path("f")).unwrap().permissions().mode() & 0o7777, 0o640);
    assert_eq!(fs::read_dir(site.folder.path()).unwrap().count(), 2, "nothing else is left");
}

#[test]
fn links_turn_and_never_replace_a_folder() {
    let site = Site::new();
    let link = |path: &str, target: &str| Change::Link {
        path: site.path(path),
        target: target.to_owned().into(),
    };
    site.change(link("current", "a")).unwrap();
    site.change(link("current", "b")).unwrap();
    assert_eq!(fs::read_link(site.path("current")).unwrap(), Path::new("b"));
    fs::create_dir(site.path("folder")).unwrap();
    assert!(matches!(site.change(link("folder", "b")), Err(HostError::Exists(_))));
}

#[test]
fn moving_never_overwrites() {
    let site = Site::new();
    fs::write(site.path("a"), "a").unwrap();
    fs::write(site.path("b"), "b").unwrap();
    let change = Change::Move { from: site.path("a"), to: site.path("b") };
    assert!(matches!(site.change(change), Err(HostError::Exists(_))));
    assert_eq!((site.text("a"), site.text("b")), ("a".into(), "b".into()));
}

#[test]
fn a_copy_keeps_links_modes_times_and_attributes() {
    let site = Site::new();
    let from = site.path("from");
    fs::create_dir_all(from.join("deep")).unwrap();
    fs::write(from.join("deep/file"), "x").unwrap();
    fs::set_permissions(from.join("deep/file"), fs::Permissions::from_mode(0o751)).unwrap();
    symlink("deep/file", from.join("link")).unwrap();
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_000_000);
    fs::File::options()
        .write(true)
        .open(from.join("deep/file"))
        .unwrap()
        .set_modified(old)
        .unwrap();

    site.change(Change::Copy { from: from.clone(), to: site.path("to") }).unwrap();

    let cancel = Cancel::new();
    let reader = Reader::new(&site.host, &cancel, 60);
    assert_eq!(reader.walk(&from, 100).unwrap().len(), 3);
    let strip = |root: &HostPath| -> Vec<_> {
        let entries = reader.walk(root, 100).unwrap();
        let facts = |entry: &refit_hosts::Entry| {
            let found = entry.metadata.clone();
            (entry.path.clone(), found.kind, found.mode, found.target, found.modified_nanoseconds)
        };
        entries.iter().map(facts).collect()
    };
    assert_eq!(strip(&site.path("to")), strip(&from));
}

#[test]
fn a_failed_copy_leaves_nothing_at_its_place() {
    let site = Site::new();
    let change = Change::Copy { from: site.path("nowhere"), to: site.path("to") };
    assert!(matches!(site.change(change), Err(HostError::Exit { .. })));
    assert!(!site.path("to").as_path().exists());
}

#[test]
fn an_archive_becomes_its_folder_and_is_compared() {
    let site = Site::new();
    let top = site.path("broker-1.0");
    fs::create_dir_all(top.join("bin")).unwrap();
    fs::write(top.join("bin/run"), "#!/bin/sh\n").unwrap();
    fs::set_permissions(top.join("bin/run"), fs::Permissions::from_mode(0o755)).unwrap();
    let status = std::process::Command::new("tar")
        .args(["czf", "broker.tar.gz", "broker-1.0"])
        .current_dir(site.folder.path())
        .status()
        .unwrap();
    assert!(status.success());

    let (archive, into) = (site.path("broker.tar.gz"), site.path("new"));
    let unpack = Change::Unpack { archive: archive.clone(), into: into.clone() };
    site.change(unpack.clone()).unwrap();
    assert!(matches!(site.change(unpack), Err(HostError::Exists(_))));

    let cancel = Cancel::new();
    let reader = Reader::new(&site.host, &cancel, 60);
    assert_eq!(reader.archive_differences(&archive, &into).unwrap(), Vec::<String>::new());
    fs::write(into.join("bin/run"), "#!/bin/ba\n").unwrap();
    assert_eq!(reader.archive_differences(&archive, &into).unwrap(), ["bin/run: other content"]);
    fs::remove_file(into.join("bin/run")).unwrap();
    assert_eq!(reader.archive_differences(&archive, &into).unwrap(), ["bin/run: missing"]);
}

#[test]
fn a_damaged_archive_leaves_no_folder() {
    let site = Site::new();
    fs::write(site.path("bad.tar.gz"), [0x1f, 0x8b, 8, 0, 1, 2, 3, 4]).unwrap();
    let change = Change::Unpack { archive: site.path("bad.tar.gz"), into: site.path("new") };
    assert!(matches!(site.change(change), Err(HostError::Archive { .. })));
    assert!(!site.path("new").as_path().exists());
}

#[test]
fn an_archive_that_climbs_out_is_refused() {
    let site = Site::new();
    let mut tar = tar::Builder::new(fs::File::create(site.path("evil.tar")).unwrap());
    let mut header = tar::Header::new_gnu();
    header.as_old_mut().name[..9].copy_from_slice(b"x/../../e");
    header.set_size(1);
    header.set_entry_type(tar::EntryType::Regular);
    header.set_cksum();
    tar.append(&header, &b"e"[..]).unwrap();
    tar.finish().unwrap();
    drop(tar);
    let change = Change::Unpack { archive: site.path("evil.tar"), into: site.path("sub") };
    let error = site.change(change).unwrap_err();
    assert!(error.to_string().contains("unsafe path"), "{error}");
    assert!(!site.folder.path().parent().unwrap().join("e").exists());
}

#[test]
fn an_older_epoch_is_refused_and_changes_nothing() {
    let site = Site::new();
    let other = RunId::new("staging-2").unwrap();
    let control = site.path("control");
    let refused = site.host.take_charge(&control, &other, 0);
    assert!(matches!(refused, Err(HostError::Held { .. })));
    site.host.release(&control, &site.run, site.epoch).unwrap();
    site.host.take_charge(&control, &other, 0).unwrap();
    let change = Change::MakeFolder { path: site.path("made"), mode: 0o755 };
    assert!(matches!(site.change(change), Err(HostError::StaleEpoch { found: 2, epoch: 1, .. })));
    assert!(!site.path("made").as_path().exists());
}

#[test]
fn a_journal_behind_the_host_is_refused() {
    let site = Site::new();
    let change = Change::MakeFolder { path: site.path("made"), mode: 0o755 };
    site.try_change(&site.fence(7), change.clone()).unwrap();
    let behind = site.try_change(&site.fence(6), change);
    assert!(matches!(behind, Err(HostError::JournalBehind { seen: 7, sequence: 6 })));
}

#[test]
fn the_same_run_keeps_its_sequence_when_it_takes_charge_again() {
    let mut site = Site::new();
    let change = Change::MakeFolder { path: site.path("made"), mode: 0o755 };
    site.try_change(&site.fence(7), change.clone()).unwrap();
    let control = site.path("control");
    let behind = site.host.take_charge(&control, &site.run, 6);
    assert!(matches!(behind, Err(HostError::JournalBehind { seen: 7, sequence: 6 })));
    site.epoch = site.host.take_charge(&control, &site.run, 7).unwrap();
    assert!(matches!(
        site.try_change(&site.fence(6), change.clone()),
        Err(HostError::JournalBehind { .. })
    ));
    site.try_change(&site.fence(8), change).unwrap();
}

#[test]
fn an_operation_can_be_asked_about_again() {
    let site = Site::new();
    let recall = |operation: &str| site.host.recall(&site.path("control"), &site.run, 1, operation);
    assert_eq!(recall("op-1").unwrap(), Recall::NotSeen);
    let fails = Change::Run(Command::new(["false"], "/".to_owned().into()));
    site.change(fails).unwrap_err();
    assert_eq!(recall("op-1").unwrap(), Recall::Begun);
    let change = Change::Run(Command::new(["echo", "hello"], "/".to_owned().into()));
    let outcome = site.change(change).unwrap();
    assert!(matches!(&outcome, Outcome::Ran(output) if output.stdout == "hello\n"));
    assert_eq!(recall("op-1").unwrap(), Recall::Done(vec![outcome]));
    assert!(recall("../op-1").is_err());
}

#[test]
fn access_is_proved_and_nothing_is_left() {
    let site = Site::new();
    let cancel = Cancel::new();
    let reader = Reader::new(&site.host, &cancel, 60);
    let folder = site.path("open");
    fs::create_dir(&folder).unwrap();
    reader.prove_writable(&folder).unwrap();
    assert_eq!(fs::read_dir(&folder).unwrap().count(), 0);
    assert!(reader.prove_writable(&site.path("missing")).unwrap_err().is_not_found());
}

#[test]
fn reading_has_limits() {
    let site = Site::new();
    fs::write(site.path("f"), "0123456789").unwrap();
    let cancel = Cancel::new();
    let reader = Reader::new(&site.host, &cancel, 60);
    assert_eq!(reader.read(&site.path("f"), 10).unwrap(), b"0123456789");
    assert!(matches!(reader.read(&site.path("f"), 9), Err(HostError::TooLarge { .. })));
    assert_eq!(reader.tail(&site.path("f"), 3).unwrap(), b"789");
    assert!(matches!(reader.walk(&site.folder.path().into(), 1), Err(HostError::TooLarge { .. })));
}
