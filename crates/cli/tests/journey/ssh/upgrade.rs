//! One whole real upgrade, and the way back, of a broker on a host that is reached by OpenSSH; the
//! line is cut again and again meanwhile. What is the controller's cannot be seen on the host.

use std::fs;
use std::os::unix::fs::DirBuilderExt as _;

use refit_model::Transport;

use super::cut::{At, Behind, Cutter};
use super::sshd::Sshd;
use crate::refit::Refit;
use crate::site::{NAME, NEW, OLD, Site};

/// The line is cut at every message of this number, in the run and on the way back.
const EVERY: u64 = 101;

#[test]
fn a_real_broker_is_upgraded_over_a_line_that_is_cut_and_taken_back() {
    let test = "a_real_broker_is_upgraded_over_a_line_that_is_cut_and_taken_back";
    let Some(site) = Site::make(test) else { return };
    fs::DirBuilder::new().mode(0o700).create(site.refit.state_folder()).unwrap();
    // What is the controller's is not on the host: archives, documents, passwords.
    let secrets = site.demo.folder().join("secrets");
    let own = [site.artifacts(), site.refit.state_folder(), &secrets];
    let Some(sshd) = Sshd::without(test, &own) else { return };
    reach_by_ssh(&site, &sshd);
    site.refit.expect(0, &["access", "check", NAME]).telling(&["log in to the broker"]);
    site.refit.expect(0, &["assess", NAME]);
    site.approve();

    let lines = tempfile::tempdir().unwrap();
    let cutter = Cutter::make(lines.path(), Behind::Client, &sshd.file("cache"));
    let path = format!("{}:{}", lines.path().display(), std::env::var("PATH").unwrap());
    let cut = site.refit.clone().variable("PATH", path);
    cutter.cut(At::AfterSending, EVERY, Some(EVERY));
    let commands = until_code(&cut, 0, &["run", NAME]);
    let cuts = cutter.cuts();
    site.serves(NEW);
    site.refit.expect(0, &["journal", "verify", NAME]).telling(&["is whole"]);
    println!("{cuts} cuts in {} messages, {commands} commands", cutter.messages());
    assert!(cuts > 3, "the line was cut {cuts} times only");
    site.refit.expect(2, &["trial", NAME]).telling(&["a trial cannot be done over SSH yet"]);

    cutter.cut(At::BeforeAnswer, EVERY / 2, Some(EVERY / 2));
    let commands = until_code(&cut, 7, &["rollback", NAME]);
    let more = cutter.cuts() - cuts;
    site.serves(OLD);
    println!("{more} cuts in {} messages, {commands} commands", cutter.messages());
    assert!(more > 1, "the line was cut {more} times only on the way back");
    site.refit.expect(0, &["journal", "verify", NAME]).telling(&["is whole"]);
    site.refit.keeps_its_secrets();
    for path in crate::tree::files(&sshd.file("cache")) {
        assert!(path.starts_with(sshd.file("cache/refit")), "{}", path.display());
    }
}

/// Says the command again until it ends with this code; gives how often it was said.
fn until_code(refit: &Refit, code: i32, words: &[&str]) -> u32 {
    for said in 1..=40 {
        let done = refit.run(words);
        if done.code() == Some(code) {
            return said;
        }
        // Before the run took charge (1), or lost too often in one step (8).
        assert!(matches!(done.code(), Some(1 | 8)), "{done}");
        let away = ["was lost", "cannot be reached", "went away"];
        assert!(away.iter().any(|text| done.tells(text)), "{done}");
    }
    panic!("it never ended with {code}");
}

/// Puts the address of the server in place of this machine.
fn reach_by_ssh(site: &Site, sshd: &Sshd) {
    let mut environment = site.demo.environment().unwrap();
    for host in environment.hosts.values_mut() {
        host.transport = Transport::Ssh(sshd.address());
    }
    fs::write(site.demo.environment_file(), toml::to_string_pretty(&environment).unwrap()).unwrap();
}
