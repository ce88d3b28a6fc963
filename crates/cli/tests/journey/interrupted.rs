//! The operator's wish to stop, at every phase.

use rustix::process::Signal;

use crate::expect::expect;
use crate::site::{NAME, NEW, OLD, Site};

#[test]
fn a_wish_to_stop_is_followed_at_a_safe_place_and_the_same_command_goes_on() {
    let test = "a_wish_to_stop_is_followed_at_a_safe_place_and_the_same_command_goes_on";
    let Some(site) = Site::make(test) else {
        return;
    };
    site.approve();
    while_clients_are_served(&site);
    twice_without_service(&site);
    once_without_service(&site);
    let done = site.refit.expect(0, &["run", NAME]);
    expect("exits-of-a-run-that-is-done.txt", done.exits());
    site.serves(NEW);
    while_it_is_taken_back(&site);
    site.serves(OLD);
    site.refit.expect(0, &["journal", "verify", NAME]);
    site.refit.keeps_its_secrets();
}

/// At once: the old version goes on serving.
fn while_clients_are_served(site: &Site) {
    let pid = site.pid();
    for (at, signal) in
        [("check-inputs begins", Signal::INT), ("restore-point-a begins", Signal::TERM)]
    {
        let run = site.refit.start(&["run", NAME]);
        run.until_told(at);
        run.signal(signal);
        let done = run.end().with_code(130);
        let step = at.split(' ').next().unwrap();
        let told = format!("interrupted by the operator at `{step}`");
        let done = done.telling(&["stopping; the same command goes on later", &told]);
        expect("exits-of-an-interrupted-run.txt", done.exits());
        assert_eq!(site.pid(), pid);
    }
    site.serves(OLD);
    site.refit.expect(0, &["status", NAME]).telling(&["yes: 5.16.7 serves"]);
}

/// The second wish is followed at once, although the broker is down; what that means is told.
fn twice_without_service(site: &Site) {
    let run = site.refit.start(&["run", NAME]);
    run.until_told("clients are cut off from here on");
    run.signal(Signal::INT);
    run.until_told("once more to stop at once");
    run.until_told("stop-old done in");
    run.signal(Signal::INT);
    let done = run.end().with_code(130);
    done.telling(&["clients are cut off now", "no: 5.16.7 serves", "no: 5.18.3 serves"]);
}

/// The first wish is put off until the new version serves.
fn once_without_service(site: &Site) {
    let run = site.refit.start(&["run", NAME]);
    run.until_told("start-new begins");
    run.signal(Signal::HUP);
    let done = run.end().with_code(130);
    done.telling(&[
        "stopping as soon as it serves its clients again",
        "measured downtime:",
        "interrupted by the operator at `verify-new`",
        "yes: 5.18.3 serves",
    ]);
    let status = site.refit.json(&["status", NAME]);
    assert_eq!(status["state"], "paused");
    assert!(status["measured"]["downtime_milliseconds"].as_u64() > Some(0), "{status:#}");
}

fn while_it_is_taken_back(site: &Site) {
    let back = site.refit.start(&["rollback", NAME]);
    back.until_told("clients are cut off from here on");
    back.signal(Signal::INT);
    let done = back.end().with_code(130);
    let done = done.telling(&["stopping as soon as", "yes: 5.16.7 serves", "roll-back paused"]);
    expect("exits-of-an-interrupted-roll-back.txt", done.exits());
    // Going forward is no way out of it.
    let forward = site.refit.expect(4, &["run", NAME]);
    forward.telling(&["is being rolled back", "go on with `refit rollback staging`"]);
    site.refit.expect(7, &["rollback", NAME]);
}
