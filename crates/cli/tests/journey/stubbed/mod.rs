//! kill -9 of the real program at every record of its journal, in plans made by the planner over
//! real files. The broker's service is a labelled stub, so that a point takes a second; some
//! points on real brokers are in `killed.rs`.

mod determinism;
mod site;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use serde_json::Value;

use site::{Begin, Picture, Shape, StubSite};

/// How many environments of one shape are worked on at a time: most of a point is waiting.
const AT_A_TIME: usize = 2;
const NAME: &str = site::NAME;

#[test]
fn a_linked_home_whose_data_move_survives_kills_at_every_record() {
    every_point(Shape::LinkedDataMove, "run", 0, "a_linked_home_whose_data_move");
}

#[test]
fn taking_it_back_survives_kills_at_every_record() {
    every_point(Shape::LinkedDataMove, "rollback", 7, "taking_it_back");
}

#[test]
fn a_linked_home_whose_data_stay_survives_kills_at_every_record() {
    every_point(Shape::LinkedDataStay, "run", 0, "a_linked_home_whose_data_stay");
}

#[test]
fn a_home_without_a_link_survives_kills_at_every_record() {
    every_point(Shape::Unlinked, "run", 0, "a_home_without_a_link");
}

/// Kills `verb` at every point; each time it is run again, it must end with `code`, as the
/// uninterrupted one does.
fn every_point(shape: Shape, verb: &str, code: i32, test: &str) {
    let Some(first) = StubSite::make(shape, test) else { return };
    let begin = if verb == "run" { Begin::Approved } else { Begin::Done };
    let mut sites = vec![first];
    sites.extend((1..AT_A_TIME).filter_map(|_| StubSite::make(shape, test)));
    let done = if begin == Begin::Done {
        sites.iter().map(StubSite::keep_done).collect()
    } else {
        vec![0]
    };
    let points = points(&mut sites[0], done[0], begin, verb, code);
    let next = AtomicUsize::new(0);
    let killed_again = Mutex::new(0);
    thread::scope(|scope| {
        for site in &mut sites {
            let (points, next, killed_again) = (&points, &next, &killed_again);
            scope.spawn(move || {
                let expected = uninterrupted(site, begin, verb, code);
                while let Some(point) = points.get(next.fetch_add(1, Ordering::SeqCst)) {
                    if interrupted(site, begin, verb, code, point, &expected) {
                        *killed_again.lock().unwrap() += 1;
                    }
                }
            });
        }
    });
    let again = *killed_again.lock().unwrap();
    assert!(again > points.len() / 2, "the second kill must happen: {again}");
    println!(
        "{test}: points {}, passed {0}; killed a second time while going on: {again}",
        points.len()
    );
}

/// Every record, before it is written and after, and after every act.
fn points(site: &mut StubSite, before: usize, begin: Begin, verb: &str, code: i32) -> Vec<String> {
    uninterrupted(site, begin, verb, code);
    let events = site.events();
    let events = &events[before..];
    let acts = events.iter().filter(|event| kind(event) == Some("acted")).count();
    let undone = if verb == "rollback" { undo_acts(events) } else { 0 };
    let mut points = Vec::new();
    for (point, count) in [
        ("journal-before-write", events.len()),
        ("journal-after-write", events.len()),
        ("after-act", acts),
        ("after-undo", undone),
    ] {
        points.extend((0..count).map(|index| format!("{point}:{index}")));
    }
    assert!(points.len() > 60, "{points:?}");
    points
}

fn kind(event: &Value) -> Option<&str> {
    event["payload"]["step"]["event"].as_str()
}

/// At least one act for each step that was taken back by acts.
fn undo_acts(events: &[Value]) -> usize {
    events.iter().filter(|event| kind(event) == Some("undo-intent")).count()
}

fn uninterrupted(site: &mut StubSite, begin: Begin, verb: &str, code: i32) -> Picture {
    site.begin_again(begin);
    site.refit.expect(code, &[verb, NAME]);
    site.picture()
}

/// Whether the second kill hit too.
fn interrupted(
    site: &mut StubSite,
    begin: Begin,
    verb: &str,
    code: i32,
    point: &str,
    expected: &Picture,
) -> bool {
    site.begin_again(begin);
    let killed = site.refit.crashing_at(point).run(&[verb, NAME]);
    assert!(killed.was_killed(), "the fault {point} did not happen: {killed}");
    // The recovery is killed too, at its first, second or third record.
    let again = format!("journal-before-write:{}", point.len() % 3);
    let again = site.refit.crashing_at(&again).run(&[verb, NAME]);
    let hit = again.was_killed();
    if hit {
        site.refit.expect(code, &[verb, NAME]);
    } else {
        drop(again.with_code(code));
    }
    site.picture().equals(expected, point);
    hit
}
