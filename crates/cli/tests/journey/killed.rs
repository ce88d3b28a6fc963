//! kill -9 all over a run and over taking it back: resumed each time, it ends as an uninterrupted
//! one.

use std::collections::BTreeMap;
use std::{env, fs};

use serde_json::Value;

use crate::site::{NAME, NEW, OLD, Site};
use crate::tree::{self, Tree};

/// Where a run is killed, one after the other: at a point of one step, after so many passes.
const IN_RUN: [&str; 20] = [
    // Nothing is recorded: the run has not begun.
    "journal-before-write:0",
    "after-act@check-inputs:0",
    "after-act@fetch-archive:0",
    "before-act@unpack-new:0",
    "after-act@unpack-new:0",
    "journal-after-write@write-conf-activemq.xml:1",
    "before-act@restore-point-a:0",
    "after-act@restore-point-a:0",
    "journal-before-write@stop-old:0",
    "before-act@stop-old:0",
    // Clients are cut off from here on.
    "after-act@stop-old:0",
    "after-act@restore-point-b:0",
    "journal-after-write@move-data:0",
    "after-act@move-data:0",
    "before-act@switch-link:0",
    "after-act@switch-link:0",
    "before-act@start-new:0",
    "after-act@start-new:0",
    "before-act@verify-new:0",
    "journal-before-write@seal-restore-point-b:0",
];

/// Where taking it back is killed.
const IN_ROLL_BACK: [&str; 10] = [
    "journal-after-write@start-new:0",
    "before-undo@start-new:0",
    "after-undo@start-new:0",
    "after-undo@switch-link:0",
    "before-undo@move-data:0",
    "after-undo@move-data:0",
    "before-undo@stop-old:0",
    "after-undo@stop-old:0",
    "after-undo@unpack-new:0",
    "journal-before-write@fetch-archive:0",
];

#[test]
fn a_run_killed_all_over_ends_as_an_uninterrupted_one() {
    let Some(site) = Site::make("a_run_killed_all_over_ends_as_an_uninterrupted_one") else {
        return;
    };
    site.approve();
    site.refit.expect(0, &["run", NAME]);
    let upgraded = Picture::of(&site, NEW);
    site.refit.expect(7, &["rollback", NAME]);
    let taken_back = Picture::of(&site, OLD);

    site.approve();
    for point in IN_RUN {
        site.refit.crashing_at(point).run(&["run", NAME]).killed();
    }
    site.refit.expect(0, &["run", NAME]);
    Picture::of(&site, NEW).equals(&upgraded);
    happened_once(&site, "done");
    let starts = format!("Apache ActiveMQ {NEW}");
    let log = fs::read_to_string(site.moved_data().join("activemq.log")).unwrap();
    let starting = log.lines().filter(|line| line.contains(&starts) && line.contains("starting"));
    // Once uninterrupted, once killed.
    assert_eq!(starting.count(), 2, "the new version was started twice:\n{log}");

    for point in IN_ROLL_BACK {
        site.refit.crashing_at(point).run(&["rollback", NAME]).killed();
    }
    site.refit.expect(7, &["rollback", NAME]);
    Picture::of(&site, OLD).equals(&taken_back);
    happened_once(&site, "undone");
    site.refit.keeps_its_secrets();
    let points = IN_RUN.len() + IN_ROLL_BACK.len();
    println!("points {points}, passed {points}");
}

/// The first point, from 0, of the long form: it takes hours, and may be gone on with.
const FROM: &str = "REFIT_SOAK_FROM_POINT";

/// One after the other, since one broker serves all: an upgrade that is killed at one point, and
/// taken back again.
#[test]
#[ignore = "takes hours; cargo xtask soak runs it"]
fn a_run_killed_at_every_record_on_a_real_broker_ends_as_an_uninterrupted_one() {
    let Some(site) = Site::make("a_run_killed_at_every_record_on_a_real_broker") else { return };
    site.approve();
    site.refit.expect(0, &["run", NAME]);
    let (upgraded, points) = (Picture::of(&site, NEW), every_point(&site));
    site.refit.expect(7, &["rollback", NAME]);
    let taken_back = Picture::of(&site, OLD);
    let from = env::var(FROM).map_or(0, |from| from.parse().expect("a number"));
    assert!(from < points.len(), "{FROM}: there are {} points", points.len());
    for (index, point) in points.iter().enumerate().skip(from) {
        site.approve();
        site.refit.crashing_at(point).run(&["run", NAME]).killed();
        let resumed = site.refit.run(&["run", NAME]);
        // Killed after the last record, it is over: nothing is left to go on with.
        if !resumed.tells("has ended: done") {
            resumed.with_code(0);
        }
        Picture::of(&site, NEW).equals(&upgraded);
        happened_once(&site, "done");
        site.refit.expect(7, &["rollback", NAME]);
        Picture::of(&site, OLD).equals(&taken_back);
        site.refit.expect(0, &["cleanup", NAME, "--remove"]);
        println!("point {} of {}: {point} passed", index + 1, points.len());
    }
}

/// Before and after every record of the last run, and after every act.
fn every_point(site: &Site) -> Vec<String> {
    let events = site.refit.json(&["journal", "show", NAME]);
    let events = events.as_array().unwrap();
    let acted = |event: &&Value| event["payload"]["step"]["event"] == "acted";
    let acts = events.iter().filter(acted).count();
    let numbered =
        |name: &'static str, count| (0..count).map(move |index| format!("{name}:{index}"));
    numbered("journal-before-write", events.len())
        .chain(numbered("journal-after-write", events.len()))
        .chain(numbered("after-act", acts))
        .collect()
}

/// How an installation stands when a run or a roll-back is over.
struct Picture {
    installed: Tree,
    data: BTreeMap<&'static str, bool>,
}

impl Picture {
    /// Asserts that the broker serves this version with all messages, and takes the picture.
    fn of(site: &Site, version: &str) -> Self {
        site.serves(version);
        let told = site.refit.expect(0, &["journal", "verify", NAME]);
        told.telling(&["is whole"]);
        let old_data = site.home(OLD).join("data");
        let data = BTreeMap::from([
            ("moved out", site.moved_data().join("kahadb").is_dir()),
            ("old place is a link", old_data.is_symlink()),
            ("found at the old place", old_data.join("kahadb").is_dir()),
        ]);
        Self { installed: without_runs(site.installed()), data }
    }

    fn equals(&self, expected: &Self) {
        let differences = tree::differences(&expected.installed, &self.installed);
        assert!(differences.is_empty(), "{differences:#?}");
        assert_eq!(self.data, expected.data);
        let partial = self
            .installed
            .keys()
            .find(|path| path.display().to_string().contains(".refit-partial"));
        assert_eq!(partial, None);
    }
}

/// Homes that were set aside are named after their runs, and there is one more after each.
fn without_runs(installed: Tree) -> Tree {
    let kept = |path: &std::path::Path| !path.display().to_string().contains(".rolled-back-");
    installed.into_iter().filter(|(path, _)| kept(path)).collect()
}

/// Every step came to this end once, and none failed.
fn happened_once(site: &Site, wanted: &str) {
    let events = site.refit.json(&["journal", "show", NAME]);
    let mut ends: BTreeMap<String, u32> = BTreeMap::new();
    for event in events.as_array().unwrap() {
        let Some(step) = event["payload"].get("step") else { continue };
        let (step, what) = (step["step"].as_str().unwrap(), step["event"].as_str().unwrap());
        assert!(!what.contains("failed"), "{event}");
        *ends.entry(step.to_owned()).or_default() += u32::from(what == wanted);
    }
    assert!(ends.len() > 10 && ends.values().all(|count| *count == 1), "{wanted}: {ends:?}");
    assert_ne!(events, Value::Null);
}
