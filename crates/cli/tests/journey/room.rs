//! Too little room, and too few rights. Needs root, for small file systems and for another user;
//! says loudly where it is not.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use refit_demo::tell_skipped;
use serde_json::Value;

use crate::refit::Refit;
use crate::site::{NAME, NEW, OLD, Site, change};
use crate::tree::differences;

/// A user who has nothing on this machine.
const STRANGER: u32 = 65_534;

#[test]
fn too_little_room_and_too_few_rights_are_told_before_and_during_a_run() {
    let test = "too_little_room_and_too_few_rights_are_told_before_and_during_a_run";
    if !rustix::process::geteuid().is_root() {
        return tell_skipped(test, "root, to mount small file systems and to run as another user");
    }
    let Some(site) = Site::make(test) else {
        return;
    };
    another_user(&site);
    let small = |name: &str| Mounted::at(&site.root().join(name));
    let (Some(homes), Some(points)) = (small("homes"), small("points")) else {
        return tell_skipped(test, "the right to mount file systems");
    };
    let _entry = change(&site.demo.environment_file(), |text| {
        let (homes, points) = (homes.0.display(), points.0.display());
        let keys = format!("\ninstall_into = \"{homes}\"\nrestore_points = \"{points}\"\nhome =");
        text.replace("\nhome =", &keys)
    });
    before_a_run(&site, &homes);
    during_a_run(&site, &homes, &points);
    site.refit.keeps_its_secrets();
}

fn before_a_run(site: &Site, homes: &Mounted) {
    let (before, pid) = (site.installed(), site.pid());
    homes.again("size=64m");
    let short = format!("{}: needs ", homes.0.display());
    let done = site.refit.expect(3, &["assess", NAME]);
    done.telling(&["There is too little free space (blocks a run)", "Make room", "disk.short"]);
    let report: Value =
        serde_json::from_str(&site.refit.expect(3, &["--format", "json", "assess", NAME]).stdout)
            .unwrap();
    let told = report["observations"]["body"]["facts"]["disk.short"].to_string();
    assert!(told.contains(&short) && told.contains("has 64 MiB"), "{told}");

    homes.again("size=4g,ro");
    site.refit.expect(3, &["assess", NAME]).telling(&["Refit may not write where it must"]);
    let checked = site.refit.expect(3, &["access", "check", NAME]);
    let place = format!("FAILED make the new version's folder {}", homes.0.display());
    checked.telling(&[&place, "Not everything could be proved"]);
    homes.again("size=4g,rw");
    site.refit.expect(0, &["access", "check", NAME]);
    assert_eq!(fs::read_dir(&homes.0).unwrap().count(), 0, "nothing is left behind");

    // What cannot be renamed cannot be moved without a copy of all messages while clients wait.
    let moved = ["plan", NAME, "--decide", "data-location=move"];
    let told = ["`move` is no answer to `data-location`; the answers are: keep"];
    site.refit.expect(2, &moved).telling(&told);
    assert_eq!(differences(&before, &site.installed()), Vec::<String>::new());
    assert_eq!(site.pid(), pid);
}

fn during_a_run(site: &Site, homes: &Mounted, points: &Mounted) {
    site.refit.expect(0, &["plan", NAME, "--decide", "data-location=keep"]);
    site.refit.expect(0, &["rehearse", NAME]);
    site.refit.expect(0, &["approve", NAME, "--by", "Ann"]);
    let pid = site.pid();
    homes.again("size=64m");
    let done = site.refit.expect(1, &["run", NAME]);
    done.telling(&["the step `check-inputs` failed: 64 MiB free at", "needed", "retry:"]);
    homes.again("size=4g");
    points.again("size=16m");
    let done = site.refit.expect(1, &["run", NAME]);
    done.telling(&["the step `restore-point-a` failed:", "No space left on device", "retry:"]);
    assert_eq!(site.pid(), pid);
    points.again("size=4g");
    site.refit.expect(0, &["run", NAME]);
    let home = homes.0.join(format!("apache-activemq-{NEW}"));
    assert_eq!(site.demo.link().canonicalize().unwrap(), home);
    site.holds_everything(NEW);
    site.refit.expect(7, &["rollback", NAME]);
    site.serves(OLD);
}

/// A user who may neither look into the broker's process nor read its passwords is told so.
fn another_user(site: &Site) {
    let (before, pid) = (site.installed(), site.pid());
    let root = site.root();
    for folder in [root.as_path(), site.demo.folder()] {
        fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    }
    let own = root.join("stranger");
    fs::create_dir(&own).unwrap();
    // Where another user can reach them.
    let binary = own.join("refit");
    fs::copy(env!("CARGO_BIN_EXE_refit"), &binary).unwrap();
    let archive = format!("apache-activemq-{NEW}-bin.tar.gz");
    fs::copy(site.artifacts().join(&archive), own.join(&archive)).unwrap();
    fs::create_dir(own.join("state")).unwrap();
    fs::set_permissions(own.join("state"), fs::Permissions::from_mode(0o700)).unwrap();
    chown(own.join("state"), Some(STRANGER), Some(STRANGER)).unwrap();
    let environments = root.join("environments");
    let refit = Refit::in_folder(&own)
        .option("--artifacts", &own)
        .option("--environments", &environments)
        .of_user(STRANGER, &binary)
        .keeping(site.secrets());

    let unreadable = ["the secret file", "broker-probe cannot be read: Permission denied"];
    refit.expect(1, &["assess", NAME]).telling(&unreadable);
    let _without_logins = change(&site.demo.environment_file(), |text| {
        text.split("\n[installations.activemq.logins").next().unwrap().to_owned()
    });
    let done = refit.expect(3, &["assess", NAME]);
    done.telling(&[
        "Processes cannot be looked into (blocks a run)",
        "belongs to user 0: run Refit as that user",
        "Parts of the installation cannot be read (blocks a run)",
        "conf/users.properties: permission denied; run Refit as the broker's own user",
        "Refit may not write where it must (blocks a run)",
        &site.demo.software().display().to_string(),
    ]);
    let checked = refit.expect(3, &["access", "check", NAME]);
    checked.telling(&["as the user 65534", "FAILED make the new version's folder"]);
    assert_eq!(differences(&before, &site.installed()), Vec::<String>::new());
    assert_eq!(site.pid(), pid);
}

/// A small file system in memory, taken away again.
struct Mounted(PathBuf);

impl Mounted {
    fn at(path: &Path) -> Option<Self> {
        fs::create_dir(path).unwrap();
        let options = ["-t", "tmpfs", "-o", "size=4g,mode=755", "none"];
        let status = Command::new("mount").args(options).arg(path).status().unwrap();
        status.success().then(|| Self(path.canonicalize().unwrap()))
    }

    fn again(&self, options: &str) {
        let options = format!("remount,{options}");
        let status = Command::new("mount").args(["-o", &options]).arg(&self.0).status().unwrap();
        assert!(status.success());
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // Lazily, since a broker may still run from it; it is stopped after this.
        Command::new("umount").arg("--lazy").arg(&self.0).status().unwrap();
    }
}
