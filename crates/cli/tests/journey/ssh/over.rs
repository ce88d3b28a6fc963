//! Whole runs over real files on a host that is reached by OpenSSH.

use std::fs;
use std::time::Duration;

use refit_execute::{Ended, Halt, HaltReason, RunEvent, RunState, StepState};

use super::files::{Site, halted};
use super::sshd::Sshd;

#[test]
fn a_run_over_ssh_ends_as_one_on_this_machine_and_is_taken_back() {
    let test = "a_run_over_ssh_ends_as_one_on_this_machine_and_is_taken_back";
    let Some(sshd) = Sshd::start(test) else { return };
    let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let local = Site::make(here.path());
    Site::make(there.path());
    let remote = Site::on(there.path(), Box::new(sshd.host()));
    for site in [&local, &remote] {
        assert_eq!(site.run().unwrap(), Ended::Complete);
    }
    assert_eq!(remote.picture(), local.picture());
    for site in [&local, &remote] {
        assert_eq!(site.roll_back().unwrap(), Ended::Complete);
    }
    assert_eq!(remote.picture(), local.picture());
    assert!(remote.status().steps.values().all(|step| step.state == StepState::Undone));
    let kept = fs::read_dir(sshd.file("cache/refit")).unwrap().count();
    assert_eq!(kept, 1, "the program was placed once, and nothing is left of placing it");
}

#[test]
fn a_host_that_stays_away_halts_the_run_and_the_same_command_goes_on() {
    let test = "a_host_that_stays_away_halts_the_run_and_the_same_command_goes_on";
    let Some(sshd) = Sshd::start(test) else { return };
    sshd.warm();
    let folder = tempfile::tempdir().unwrap();
    Site::make(folder.path());
    let site = Site::on(folder.path(), Box::new(sshd.host()));
    // The key that lets the user in goes once the run has begun, and every connection with it.
    let authorized = fs::read(sshd.file("authorized")).unwrap();
    let reason = halted(site.begin(RunEvent::Begun, |executor| {
        executor.set_return_within(Duration::from_millis(300));
        fs::write(sshd.file("authorized"), "").unwrap();
        sshd.end_sessions();
        executor.run()
    }));
    assert!(matches!(&reason, HaltReason::Unreachable { .. }), "{reason:?}");
    assert!(reason.text().contains("does not let this user log in"), "{}", reason.text());
    assert_eq!(site.status().state, RunState::Halted(Halt::Waiting));
    let failed = site.status().steps.values().any(|step| step.state == StepState::Failed);
    assert!(!failed, "nobody knows that anything failed");
    fs::write(sshd.file("authorized"), authorized).unwrap();
    assert_eq!(site.run().unwrap(), Ended::Complete);
}
