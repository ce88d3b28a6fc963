//! What goes on within a step is on the page of its run, and told to those who follow it, before
//! the step has ended; afterwards the journal's own words stand there.

use std::fs;
use std::process::Stdio;
use std::time::Instant;

use rustix::process::{Signal, kill_process};

use super::{PATIENCE, StandsStill, id_of, until};
use crate::stubbed::NAME;

/// Where the run stands still: the act is done, and its end is not recorded.
const STANDS: &str = "after-act@restore-point-a:0";
/// What Refit says while it makes the restore point.
const SEEN: &str = "| copying ";

#[test]
fn what_goes_on_within_a_step_is_seen_on_the_page_and_by_who_follows() {
    let test = "what_goes_on_within_a_step_is_seen_on_the_page_and_by_who_follows";
    let Some(stands) = StandsStill::at(STANDS, test) else { return };
    let StandsStill { site, server, mut ben, run, worker, .. } = stands;
    until(&mut ben, &run, SEEN).has("<strong>running</strong>").has("restore-point-a");
    let journal = serde_json::to_string(&site.events()).unwrap();
    assert!(!journal.contains(SEEN.trim()), "the journal keeps nothing of it: {journal}");
    // The customer sees the same.
    until(&mut server.log_in("ada"), &run, SEEN);

    let said = site.refit.state_folder().join("followed");
    let mut follow = site.refit.command(&["status", NAME, "--follow"]);
    follow.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&said).unwrap());
    let mut follow = follow.spawn().unwrap();
    let since = Instant::now();
    while !fs::read_to_string(&said).unwrap().contains(SEEN) {
        assert!(since.elapsed() < PATIENCE, "{}", fs::read_to_string(&said).unwrap());
        std::thread::yield_now();
    }
    kill_process(worker, Signal::CONT).unwrap();
    assert_eq!(follow.wait().unwrap().code(), Some(0));
    until(&mut ben, &run, "<strong>done</strong>").has_not(SEEN);
    let file = site.run_folder(id_of(&run)).join("meanwhile.jsonl");
    assert!(fs::read_to_string(file).unwrap().lines().count() > 1);
    server.end();
}
