//! Interrupted, killed, out of room: the repository stays whole and the next call works.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use refit_repository::{Access, RepositoryError, Watch};
use rustix::process::{Signal, getpid, kill_process};

use crate::site::{Site, owner};

/// Where a child that is to be killed finds its site, and before which change it is killed.
const CHILD: &str = "REFIT_TEST_KILLED";

/// Ends something before the change of this number.
#[derive(Debug)]
struct Before {
    number: u32,
    seen: AtomicU32,
    kill: bool,
}

impl Before {
    fn new(number: u32, kill: bool) -> Arc<Self> {
        Arc::new(Self { number, seen: AtomicU32::new(0), kill })
    }

    fn has_come(&self) -> bool {
        self.seen.load(Ordering::SeqCst) > self.number
    }
}

impl Watch for Before {
    fn tell(&self, _what: &str, _done: u64, _total: u64) {}

    fn is_cancelled(&self) -> bool {
        !self.kill && self.seen.load(Ordering::SeqCst) >= self.number
    }

    fn before_change(&self) {
        let before = self.seen.fetch_add(1, Ordering::SeqCst);
        if self.kill && before == self.number {
            kill_process(getpid(), Signal::KILL).unwrap();
            loop {
                std::thread::park();
            }
        }
    }
}

/// The child of the test below; does nothing by itself.
#[test]
fn child() {
    let Ok(told) = std::env::var(CHILD) else { return };
    let (number, folder) = told.split_once(':').unwrap();
    let watch = Before::new(number.parse().unwrap(), true);
    let folder = Path::new(folder);
    let host = refit_hosts::LocalHost::new(refit_model::HostName::new("local").unwrap());
    let cancel = refit_hosts::Cancel::new();
    let reader = refit_hosts::Reader::new(&host, &cancel, 60);
    let verified = refit_backup::verify(&reader, &folder.join("run-1/a").into()).unwrap();
    let key = crate::site::key(crate::site::KEY);
    let place = folder.join("repository");
    let opened = refit_repository::Repository::open(&place, &key, Access::Shared, watch).unwrap();
    opened.keep(&verified, &owner("run-1")).unwrap();
}

#[test]
fn killed_before_any_change_it_stays_whole() {
    let site = Site::new();
    drop(site.create());
    let mut points = 0;
    loop {
        let status = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "interrupted::child"])
            .env(CHILD, format!("{points}:{}", site.folder.path().display()))
            .status()
            .unwrap();
        let repository = site.open(Access::Shared).unwrap();
        let checked = repository.check(true).unwrap();
        assert!(checked.problems.is_empty(), "point {points}: {checked:?}");
        if status.success() {
            assert_eq!(repository.kept().unwrap().len(), 1);
            break;
        }
        let signal = std::os::unix::process::ExitStatusExt::signal(&status);
        assert_eq!(signal, Some(9), "point {points}: it was killed: {status}");
        assert_eq!(repository.kept().unwrap(), [], "point {points}");
        points += 1;
    }
    assert!(points >= 3, "packs, an index and a snapshot are written: {points}");
    println!("killed: points {points}, whole {points}");
    // What was left over is no harm, and goes.
    let repository = site.open(Access::Alone).unwrap();
    repository.prune(true).unwrap();
    assert_eq!(repository.check(true).unwrap().notes, [""; 0]);
}

#[test]
fn a_wish_to_stop_is_followed() {
    let site = Site::new();
    drop(site.create());
    for number in 0..3 {
        let watch = Before::new(number, false);
        let opened = site.open_watched(Access::Shared, watch.clone());
        let stopped =
            opened.and_then(|repository| repository.keep(&site.verified("run-1"), &owner("run-1")));
        let error = stopped.map(drop).unwrap_err();
        assert!(matches!(error, RepositoryError::Interrupted), "{number}: {error}");
        assert!(number == 0 || !watch.has_come());
        let repository = site.open(Access::Shared).unwrap();
        assert!(repository.check(true).unwrap().problems.is_empty());
    }
    let repository = site.open(Access::Shared).unwrap();
    repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
}

#[test]
fn a_full_disk_is_told_and_harms_nothing() {
    let test = "a_full_disk_is_told_and_harms_nothing";
    let site = Site::new();
    let disk = site.path("repository");
    std::fs::create_dir(&disk).unwrap();
    let mount = |size: &str, more: &str| {
        let options = format!("size={size}{more}");
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", &options, "refit-test"]).arg(&disk);
        mount.output().unwrap().status.success()
    };
    if !mount("3m", "") {
        return refit_demo::tell_skipped(test, "root, to mount a small file system");
    }
    let _unmount = Unmount(&disk);
    drop(site.create());
    let repository = site.open(Access::Shared).unwrap();
    let error = repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap_err();
    assert!(matches!(error, RepositoryError::Full(_)), "{error}");
    assert!(repository.check(true).unwrap().problems.is_empty());
    assert!(mount("64m", ",remount"));
    repository.keep(&site.verified("run-1"), &owner("run-1")).unwrap();
    assert!(repository.check(true).unwrap().problems.is_empty());
}

struct Unmount<'a>(&'a Path);

impl Drop for Unmount<'_> {
    fn drop(&mut self) {
        Command::new("umount").arg("-l").arg(self.0).status().ok();
    }
}
