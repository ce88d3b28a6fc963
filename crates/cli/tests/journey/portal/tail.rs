//! What goes on within a step is on the page of its run, and told to those who follow it, before
//! the step has ended; afterwards the journal's own words stand there.

use std::fs;
use std::process::Stdio;
use std::time::Instant;

use rustix::process::{Pid, Signal, kill_process};

use super::case::Case;
use super::server::Server;
use super::{PATIENCE, begin, id_of, run_of, until};
use crate::stubbed::NAME;
use crate::stubbed::site::{Shape, StubSite};
use crate::terminal::until_stopped;

/// Where the run stands still: the act is done, and its end is not recorded.
const STANDS: &str = "after-act@restore-point-a:0";
/// What Refit says while it makes the restore point.
const SEEN: &str = "| copying ";

#[test]
fn what_goes_on_within_a_step_is_seen_on_the_page_and_by_who_follows() {
    let test = "what_goes_on_within_a_step_is_seen_on_the_page_and_by_who_follows";
    let Some(site) = StubSite::make(Shape::LinkedDataMove, test) else { return };
    let standing = site.refit.crashing_at(STANDS).variable("REFIT_CRASH_BY", "STOP");
    let server = Server::start(&standing);
    let case = Case::make(&server, &site);
    let mut ben = server.log_in("ben");
    let run = run_of(&mut ben, &case);
    begin(&mut ben, &run).expect(200).has("It has begun.");
    let worker = until_stopped(&[site.refit.state_folder().to_str().unwrap(), "--in-background"]);
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
    kill_process(Pid::from_raw(worker).unwrap(), Signal::CONT).unwrap();
    assert_eq!(follow.wait().unwrap().code(), Some(0));
    until(&mut ben, &run, "<strong>done</strong>").has_not(SEEN);
    let file = site.run_folder(id_of(&run)).join("meanwhile.jsonl");
    assert!(fs::read_to_string(file).unwrap().lines().count() > 1);
    server.end();
}
