//! kill -9 of the real program at every record of its journal, in plans made by the planner over
//! real files. The broker's service is a labelled stub, so that a point takes a second; some
//! points on real brokers are in `killed.rs`.

mod at_terminal;
mod detached;
mod determinism;
pub mod site;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use refit_execute::{Event, Payload, StepEvent};

use site::{Begin, Picture, Shape, StubSite};

/// How many environments of one shape are worked on at a time: most of a point is waiting.
const AT_A_TIME: usize = 3;
pub const NAME: &str = site::NAME;

#[test]
fn a_linked_home_whose_data_move_survives_kills_at_every_record() {
    let way = Way { shape: Shape::LinkedDataMove, verb: "run", code: 0, kills: 2, every: 1 };
    way.at_every_point("a_linked_home_whose_data_move");
}

#[test]
fn a_linked_home_whose_data_stay_survives_kills_at_every_third_record() {
    let way = Way { shape: Shape::LinkedDataStay, verb: "run", code: 0, kills: 1, every: 3 };
    way.at_every_point("a_linked_home_whose_data_stay");
}

#[test]
#[ignore = "takes minutes; cargo xtask soak runs it"]
fn a_linked_home_whose_data_stay_survives_kills_at_every_record() {
    let way = Way { shape: Shape::LinkedDataStay, verb: "run", code: 0, kills: 1, every: 1 };
    way.at_every_point("a_linked_home_whose_data_stay");
}

#[test]
fn a_home_without_a_link_survives_kills_at_every_third_record() {
    let way = Way { shape: Shape::Unlinked, verb: "run", code: 0, kills: 1, every: 3 };
    way.at_every_point("a_home_without_a_link");
}

#[test]
#[ignore = "takes minutes; cargo xtask soak runs it"]
fn a_home_without_a_link_survives_kills_at_every_record() {
    let way = Way { shape: Shape::Unlinked, verb: "run", code: 0, kills: 1, every: 1 };
    way.at_every_point("a_home_without_a_link");
}

#[test]
#[ignore = "takes minutes; cargo xtask soak runs it"]
fn taking_it_back_survives_kills_at_every_record() {
    let way = Way { shape: Shape::LinkedDataMove, verb: "rollback", code: 7, kills: 1, every: 1 };
    way.at_every_point("taking_it_back");
}

/// What is interrupted, and how often.
#[derive(Clone, Copy)]
struct Way {
    shape: Shape,
    /// `run` or `rollback`.
    verb: &'static str,
    /// What it ends with when it is not interrupted.
    code: i32,
    /// How often it is killed: the second time while it goes on after the first.
    kills: u32,
    /// Only every so many points are gone through.
    every: usize,
}

impl Way {
    /// Kills at every point; each time it is run again, it must end as the uninterrupted one does.
    fn at_every_point(self, test: &str) {
        let Some(first) = StubSite::make(self.shape, test) else { return };
        let mut sites = vec![first];
        sites.extend((1..AT_A_TIME).filter_map(|_| StubSite::make(self.shape, test)));
        let points: Vec<_> = self.points(&mut sites[0]).into_iter().step_by(self.every).collect();
        let (next, again) = (AtomicUsize::new(0), AtomicUsize::new(0));
        thread::scope(|scope| {
            for site in &mut sites {
                let (points, next, again) = (&points, &next, &again);
                scope.spawn(move || {
                    let expected = self.uninterrupted(site);
                    while let Some(point) = points.get(next.fetch_add(1, Ordering::SeqCst)) {
                        again.fetch_add(self.interrupted(site, point, &expected), Ordering::SeqCst);
                    }
                });
            }
        });
        let (points, again) = (points.len(), again.load(Ordering::SeqCst));
        assert!(self.kills == 1 || again > points / 2, "the second kill must happen: {again}");
        println!("{test}: points {points}, passed {points}; killed again while going on: {again}");
    }

    fn begin(self) -> Begin {
        if self.verb == "run" { Begin::Approved } else { Begin::Done }
    }

    /// Every record, before it is written and after, and after every act.
    fn points(self, site: &mut StubSite) -> Vec<String> {
        let before = if self.begin() == Begin::Done { site.keep_done() } else { 0 };
        self.uninterrupted(site);
        let events = site.events();
        let events = &events[before..];
        let of = |wanted: StepEvent| {
            let event_of = |event: &Event| match event.payload {
                Payload::Step { event, .. } => Some(event),
                _ => None,
            };
            events.iter().filter_map(event_of).filter(|event| *event == wanted).count()
        };
        // Each step that is taken back has an act for that at least.
        let counts = [
            ("journal-before-write", events.len()),
            ("journal-after-write", events.len()),
            ("after-act", of(StepEvent::Acted)),
            ("after-undo", of(StepEvent::UndoIntent)),
        ];
        let points = counts
            .into_iter()
            .flat_map(|(point, count)| (0..count).map(move |index| format!("{point}:{index}")));
        let points: Vec<_> = points.collect();
        assert!(points.len() > 60, "{points:?}");
        points
    }

    fn uninterrupted(self, site: &mut StubSite) -> Picture {
        if self.begin() == Begin::Done {
            site.keep_done();
        }
        site.begin_again(self.begin());
        site.refit.expect(self.code, &[self.verb, NAME]);
        site.picture()
    }

    /// How often it was killed again while going on.
    fn interrupted(self, site: &mut StubSite, point: &str, expected: &Picture) -> usize {
        site.begin_again(self.begin());
        let before = site.events().len();
        let killed = site.refit.crashing_at(point).run(&[self.verb, NAME]);
        assert!(killed.was_killed(), "the fault {point} did not happen: {killed}");
        let mut hits = 0;
        // Killed after the last record, it is over: nothing is left to go on with.
        let mut ended = site.is_over(before);
        for _ in 1..self.kills {
            if ended {
                break;
            }
            // At its first, second or third record.
            let again = format!("journal-before-write:{}", point.len() % 3);
            let again = site.refit.crashing_at(&again).run(&[self.verb, NAME]);
            ended = !again.was_killed();
            hits += usize::from(!ended);
        }
        if !ended {
            site.refit.expect(self.code, &[self.verb, NAME]);
        }
        site.picture().equals(expected, point);
        hits
    }
}
