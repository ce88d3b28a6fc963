//! Restore points of what is in use.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use refit_backup::{BackupError, take};

use crate::site::{Site, is_root};

#[test]
fn files_that_change_meanwhile_are_no_failure() {
    let site = Site::new();
    let store = site.path_buf("conf");
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let (stop, store) = (&stop, &store);
        let writer = scope.spawn(move || {
            let mut rounds = 0_u64;
            while !stop.load(Ordering::Relaxed) {
                rounds += 1;
                fs::write(store.join("moving"), rounds.to_string()).unwrap();
            }
            rounds
        });
        let taken = take(&site.writer(), &site.point(), &[site.item("conf", true)]);
        stop.store(true, Ordering::Relaxed);
        assert!(writer.join().unwrap() > 0, "the file did change");
        taken.unwrap();
    });
    assert!(site.path_buf("point/conf/link").is_symlink());
    assert!(!site.path_buf("point/conf.unchecked").exists());
}

/// Without root a copy belongs to who made it, whatever `cp` was asked for.
#[test]
fn an_owner_that_a_copy_cannot_have_is_told() {
    let test = "an_owner_that_a_copy_cannot_have_is_told";
    if is_root() {
        return as_another_user(test);
    }
    let site = Site::new();
    // A file of root's that everybody may read.
    std::os::unix::fs::symlink("/etc/passwd", site.path("conf").join("passwd")).unwrap();
    let item = refit_model::RestoreItem {
        name: "etc".into(),
        path: "/etc/passwd".to_owned().into(),
        warm: true,
    };
    let error = take(&site.writer(), &site.point(), &[item]).unwrap_err();
    assert!(matches!(error, BackupError::Differs { .. }), "{error}");
    assert!(error.to_string().contains("has another owner"), "{error}");
    assert!(!site.path_buf("point/etc").exists());
}

/// Runs the test above as a user who may do little.
fn as_another_user(test: &str) {
    use std::os::unix::process::CommandExt;
    let copy = tempfile::tempdir().unwrap();
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(copy.path(), open).unwrap();
    let program = copy.path().join("test");
    fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
    let done = std::process::Command::new(&program)
        .args(["--exact", &format!("warm::{test}")])
        .uid(65_534)
        .gid(65_534)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    assert!(String::from_utf8_lossy(&done.stdout).contains("1 passed"));
}
