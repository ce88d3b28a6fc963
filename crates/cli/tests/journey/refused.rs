//! Plans, rehearsals and approvals that do not fit, and controllers that come second.

use std::fs;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use refit_app::{Newest, StateDir};
use refit_model::{Approval, EnvironmentName, InstallationName, Plan, Stored};
use rustix::process::Signal;

use crate::refit::Refit;
use crate::site::{NAME, NEW, OLD, Site, WITHIN, change};

#[test]
fn what_does_not_fit_is_refused_and_nothing_is_done() {
    let Some(site) = Site::make("what_does_not_fit_is_refused_and_nothing_is_done") else {
        return;
    };
    let (before, pid) = (site.installed(), site.pid());
    approvals_come_last(&site);
    rehearsals_that_end_early_leave_nothing(&site);
    let other = approvals_are_for_one_plan(&site);
    expired_approvals(&site);
    stale_plans(&site);
    tampered_documents(&site);
    assert_eq!(crate::tree::differences(&before, &site.installed()), Vec::<String>::new());
    assert_eq!(site.pid(), pid);
    one_controller_at_a_time(&site, &other);
    site.serves(NEW);
    site.refit.keeps_its_secrets();
}

fn approvals_come_last(site: &Site) {
    let decided = |choice: &str| format!("data-location={choice}");
    let planned = site.refit.expect(4, &["plan", NAME]);
    planned.telling(&["data-location"]);
    let told = ["the plan has 1 open question", "data-location", "--decide SUBJECT=CHOICE"];
    site.refit.expect(4, &["rehearse", NAME]).telling(&told);
    site.refit.expect(4, &["approve", NAME, "--by", "Ann"]).telling(&told);
    let wrong = site.refit.expect(2, &["plan", NAME, "--decide", &decided("burn")]);
    wrong.telling(&["`burn` is no answer to `data-location`; the answers are: "]);
    let wrong = site.refit.expect(2, &["plan", NAME, "--decide", "colour=blue"]);
    wrong.telling(&["`colour` is no question of this plan"]);
    site.plan();
    let unrehearsed = site.refit.expect(4, &["approve", NAME, "--by", "Ann"]);
    unrehearsed.telling(&["was not rehearsed", "rehearse it with `refit rehearse staging`"]);
    let told = ["no run was approved", "refit approve staging --by NAME"];
    site.refit.expect(4, &["run", NAME]).telling(&told);
}

/// Stopped by the operator, killed, or begun by two at a time: no process and no file is left.
fn rehearsals_that_end_early_leave_nothing(site: &Site) {
    let pid = site.pid();
    let stopped = site.refit.start(&["rehearse", NAME]);
    stopped.until_told("starting the new version on the copy");
    let second = site.refit.expect(8, &["rehearse", NAME]);
    second.telling(&["a rehearsal of staging is in the hands of another process"]);
    stopped.signal(Signal::INT);
    stopped.end().with_code(130);
    assert_eq!(site.pid(), pid, "nothing but the site's own broker runs");
    assert_eq!(in_software(site), 2, "the home and the link");

    let killed = site.refit.start(&["rehearse", NAME]);
    killed.until_told("starting the new version on the copy");
    until_two_brokers_run(site);
    killed.signal(Signal::KILL);
    killed.end().killed();
    assert_eq!(site.demo.running().unwrap().len(), 2, "the rehearsed broker runs on");
    site.refit.expect(0, &["rehearse", NAME]).telling(&["Rehearsal in staging: passed"]);
    assert_eq!(site.pid(), pid);
    assert_eq!(in_software(site), 2);
}

fn until_two_brokers_run(site: &Site) {
    let deadline = Instant::now() + WITHIN;
    while site.demo.running().unwrap().len() < 2 {
        assert!(Instant::now() < deadline, "no broker was rehearsed");
        thread::sleep(Duration::from_millis(10));
    }
}

fn in_software(site: &Site) -> usize {
    fs::read_dir(site.demo.software()).unwrap().count()
}

/// Gives a state directory with another plan, rehearsed and approved.
fn approvals_are_for_one_plan(site: &Site) -> Refit {
    let digest_of = |choice: &str| {
        let decision = format!("data-location={choice}");
        let words = ["plan", NAME, "--decide", &decision, "--by", "Ann"];
        site.refit.json(&words)["digest"].as_str().unwrap().to_owned()
    };
    let moved = digest_of("move");
    site.refit.expect(0, &["approve", NAME, "--by", "Ann", "--plan", &moved]);
    let kept = digest_of("keep");
    assert_ne!(moved, kept);
    let (moved_short, kept_short) = (&moved[7..19], &kept[7..19]);
    let other = site.refit.expect(4, &["run", NAME]);
    let told = format!("the approval by Ann is for the plan {moved_short}");
    other.telling(&[&told, "not for this one", "refit approve staging --by NAME"]);
    let other = site.refit.expect(4, &["approve", NAME, "--by", "Ann"]);
    other.telling(&["was not rehearsed (an earlier one was)"]);
    site.refit.expect(0, &["rehearse", NAME]);
    let seen = site.refit.expect(8, &["approve", NAME, "--by", "Ann", "--plan", &moved]);
    let told = format!("the plan {moved_short} is stale: the one that it is about is {kept_short}");
    seen.telling(&[&told, &format!("refit show {kept_short}")]);
    let other = copy_state(site, "state-other");
    other.expect(0, &["approve", NAME, "--by", "Bob"]);
    site.refit.expect(5, &["diff", moved_short, kept_short]).telling(&["move-data"]);
    // The same inputs give the same plan, whatever else came and went on the machine.
    assert_eq!(digest_of("move"), moved);
    site.refit.expect(0, &["diff", moved_short, moved_short]);
    site.refit.expect(0, &["rehearse", NAME]);
    site.refit.expect(0, &["approve", NAME, "--by", "Ann"]);
    other
}

fn expired_approvals(site: &Site) {
    let (state, valid) = newest_approval(site);
    let mut body = valid.body.clone();
    (body.given_unix_seconds, body.expires_unix_seconds) = (1_700_000_000, 1_700_086_400);
    let expired = state.save(body).unwrap().digest;
    let set = |digest| {
        let changed = |newest: &mut Newest| newest.approval = Some(digest);
        let (environment, installation) = installation();
        state.update_newest(&environment, &installation, changed).unwrap();
    };
    set(expired);
    let told = ["the approval by Ann has expired", "refit approve staging --by NAME"];
    site.refit.expect(4, &["run", NAME]).telling(&told);
    set(valid.digest);
}

fn newest_approval(site: &Site) -> (StateDir, Stored<Approval>) {
    let state = StateDir::open(site.refit.state_folder()).unwrap();
    let (environment, installation) = installation();
    let newest = state.newest(&environment, &installation).unwrap();
    let approval = state.load(newest.approval.unwrap()).unwrap();
    (state, approval)
}

fn installation() -> (EnvironmentName, InstallationName) {
    (EnvironmentName::new(NAME).unwrap(), InstallationName::new("activemq").unwrap())
}

/// A file that was changed after the plan was made would be lost without a word.
fn stale_plans(site: &Site) {
    let users = site.home(OLD).join("conf/groups.properties");
    let changed = change(&users, |text| format!("{text}guests=ann\n"));
    let told = ["is stale:", "conf/groups.properties was changed since the plan was made"];
    let run = site.refit.expect(8, &["run", NAME]).telling(&told);
    run.telling(&["put the file back, or plan anew with `refit plan staging`"]);
    site.refit.expect(8, &["rehearse", NAME]).telling(&told);
    site.refit.expect(4, &["status", NAME]).telling(&["nothing was run"]);
    drop(changed);
    let new = site.home(OLD).join("conf/broker-localhost.cert");
    let away = new.with_extension("away");
    fs::rename(&new, &away).unwrap();
    site.refit.expect(8, &["run", NAME]).telling(&["is gone since the plan was made"]);
    fs::rename(&away, &new).unwrap();
}

fn tampered_documents(site: &Site) {
    let (state, approval) = newest_approval(site);
    let plan = approval.body.plan;
    let path = state.path_of::<Plan>(plan);
    let changed = change(&path, |text| text.replacen("bin/activemq", "bin/other", 1));
    let told = ["cannot be used: the plan was changed after it was made", "make it again"];
    for words in [vec!["run", NAME], vec!["rehearse", NAME], vec!["approve", NAME, "--by", "Ann"]] {
        site.refit.expect(1, &words).telling(&told);
    }
    // Made again it is whole again, and is the one that was approved.
    let again = site.refit.json(&["plan", NAME, "--by", "Ann"]);
    assert_eq!(again["digest"], plan.to_string());
    drop(changed);
    let path = state.path_of::<Approval>(approval.digest);
    let _changed = change(&path, |text| text.replace("\"Ann\"", "\"Bob\""));
    let told = ["the approval was changed after it was made"];
    site.refit.expect(1, &["run", NAME]).telling(&told);
}

/// While one process is in charge, every other one is refused, whatever state directory it has;
/// and a state directory that was copied before cannot go on afterwards.
fn one_controller_at_a_time(site: &Site, other: &Refit) {
    let copied = copy_state(site, "state-copied");
    let first = site.refit.start(&["run", NAME]);
    first.until_told("check-inputs begins");
    first.signal(Signal::STOP);
    let busy = ["is in the hands of another process of Refit on this machine"];
    site.refit.expect(8, &["run", NAME]).telling(&busy);
    site.refit.expect(8, &["rollback", NAME]).telling(&busy);
    site.refit.expect(8, &["run", NAME, "--stop", "--why", "enough"]).telling(&busy);
    let held = ["is held by run staging-1-", "finish it, roll it back or stop it first"];
    other.expect(8, &["run", NAME]).telling(&held);
    site.refit.expect(8, &["cleanup", NAME, "--remove"]).telling(&held);
    let told = site.refit.expect(0, &["status", NAME]);
    told.telling(&["Run staging-1-", "running", "check-inputs"]);
    first.signal(Signal::CONT);
    first.end().with_code(0);

    let told = ["the journal is behind", "it was restored from an old copy or lost its end"];
    copied.expect(8, &["run", NAME]).telling(&told);
    site.refit.expect(4, &["run", NAME]).telling(&["has ended: done", "refit assess staging"]);
    site.refit.expect(2, &["run", NAME, "--stop", "--why", "x"]).telling(&["has ended already"]);
    // The other run may begin now, finds at once that all is done, and is ended by a person.
    let late = other.expect(1, &["run", NAME]);
    late.telling(&["the step `check-inputs` failed:", "apache-activemq-5.18.3 is there"]);
    site.refit.expect(8, &["rollback", NAME]).telling(&["is held by run staging-2-"]);
    other.expect(0, &["run", NAME, "--stop", "--why", "it was done by another run"]);
}

fn copy_state(site: &Site, name: &str) -> Refit {
    let copy = site.refit.clone().state(name);
    let words = ["-a".as_ref(), site.refit.state_folder().as_os_str()];
    let status = Command::new("cp").args(words).arg(copy.state_folder()).status().unwrap();
    assert!(status.success());
    copy
}
