//! Laws of clocks: pausing and resuming add up, nothing is negative, the arithmetic is the due
//! moment's.

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use refit_desk::*;

use crate::calendar::{calendars, moments};
use crate::support::*;

fn durations() -> impl Strategy<Value = BusinessDuration> {
    prop_oneof![
        (0_u16..40).prop_map(BusinessDuration::Hours),
        (0_u16..10).prop_map(BusinessDuration::Days),
        (0_u16..3).prop_map(BusinessDuration::Weeks),
    ]
}

/// A clock with some pauses, each and all between in seconds, and the moment after.
fn clocks() -> impl Strategy<Value = (Clock, Timestamp)> {
    let steps = prop::collection::vec((0_i64..200_000, 0_i64..200_000), 0..5);
    (moments(), durations(), steps, 0_i64..500_000, any::<bool>()).prop_map(
        |(start, most, steps, last, is_open)| {
            let mut clock = Clock::start(DurationRange::exactly(most), start);
            let mut now = start;
            let number = steps.len();
            for (index, (run, pause)) in steps.into_iter().enumerate() {
                now += run.seconds();
                clock.pause(now, Party::Customer, prose("an answer")).unwrap();
                now += pause.seconds();
                if index + 1 < number || !is_open {
                    clock.resume(now).unwrap();
                }
            }
            (clock, now + last.seconds())
        },
    )
}

proptest! {
    #[test]
    fn running_and_standing_still_add_up(c in calendars(), (clock, now) in clocks()) {
        let both = clock.used(&c, now).plus(clock.paused(&c, now));
        prop_assert_eq!(both, c.between(clock.started, now));
    }

    #[test]
    fn used_and_left_add_up(c in calendars(), (clock, now) in clocks()) {
        let (used, left) = (clock.used(&c, now), clock.left(&c, now));
        let whole = c.work_in(clock.allotted.most);
        prop_assert_eq!(used.plus(left), whole.max(used));
        prop_assert_eq!(clock.is_late(&c, now), used > whole);
    }

    #[test]
    fn a_clock_is_late_after_it_was_due(c in calendars(), (clock, now) in clocks()) {
        let due = clock.due(&c, now);
        if clock.is_late(&c, now) {
            prop_assert!(due < now);
        }
        if due >= now && clock.is_running() {
            prop_assert_eq!(clock.used(&c, due), c.work_in(clock.allotted.most));
        }
    }

    #[test]
    fn pauses_put_the_due_moment_off_by_what_they_took(
        c in calendars(),
        (clock, now) in clocks(),
    ) {
        let whole = c.work_in(clock.allotted.most);
        let due = clock.due(&c, now);
        // A clock that was used up when it was paused is due no later for that.
        let counts = clock.pauses.iter().all(|pause| {
            clock.used(&c, pause.since) < whole && pause.until.unwrap_or(now) <= now
        });
        if counts {
            prop_assert_eq!(due, c.add(clock.started, whole.plus(clock.paused(&c, now))));
            prop_assert_eq!(c.between(clock.started, due), whole.plus(clock.paused(&c, now)));
        }
        prop_assert!(c.between(clock.started, due) >= whole);
    }

    #[test]
    fn one_more_pause_is_never_earlier(c in calendars(), (clock, now) in clocks()) {
        prop_assume!(clock.is_running());
        let mut paused = clock.clone();
        paused.pause(now, Party::Customer, prose("an answer")).unwrap();
        paused.resume(now + 2.hours()).unwrap();
        prop_assert!(paused.due(&c, now + 2.hours()) >= clock.due(&c, now));
    }

    #[test]
    fn less_work_is_done_earlier(c in calendars(), (clock, now) in clocks(), part in 1_u64..9) {
        let whole = c.work_in(clock.allotted.most);
        prop_assert!(clock.moment_of(&c, now, whole.part(part)) <= clock.due(&c, now));
        prop_assert!(clock.moment_of(&c, now, whole.times(part)) >= clock.due(&c, now));
    }

    #[test]
    fn a_stopped_clock_does_not_change(c in calendars(), (clock, now) in clocks()) {
        let mut stopped = clock;
        stopped.stop(now).unwrap();
        let later = now + 900.hours();
        prop_assert_eq!(stopped.used(&c, later), stopped.used(&c, now));
        prop_assert_eq!(stopped.paused(&c, later), stopped.paused(&c, now));
    }
}

#[test]
fn the_arithmetic_is_shown() {
    let day = DurationRange::exactly(BusinessDuration::Days(1));
    let mut clock = Clock::start(day, at("2026-11-02 14:00"));
    let shown = |clock: &Clock, now: &str| clock.arithmetic(&vienna(), at(now)).to_string();
    assert_eq!(shown(&clock, "2026-11-02 15:00"), "due Tue 14:00: 1 business day from Mon 14:00");
    clock.pause(at("2026-11-03 09:00"), Party::Customer, prose("an answer")).unwrap();
    assert_eq!(
        shown(&clock, "2026-11-03 11:00"),
        "due not before Tue 16:00: 1 business day from Mon 14:00, paused 2 h, waits for the customer"
    );
    clock.resume(at("2026-11-03 12:00")).unwrap();
    assert_eq!(
        shown(&clock, "2026-11-03 13:00"),
        "due Tue 17:00: 1 business day from Mon 14:00, paused 3 h"
    );
    // A pause that nobody works through anyway takes nothing.
    let mut night = Clock::start(day, at("2026-11-02 14:00"));
    night.pause(at("2026-11-02 18:00"), Party::Customer, prose("an answer")).unwrap();
    night.resume(at("2026-11-03 08:00")).unwrap();
    assert_eq!(shown(&night, "2026-11-03 13:00"), "due Tue 14:00: 1 business day from Mon 14:00");
    let weeks =
        DurationRange { least: BusinessDuration::Weeks(1), most: BusinessDuration::Weeks(2) };
    let clock = Clock::start(weeks, at("2026-11-02 14:00"));
    assert_eq!(
        shown(&clock, "2026-11-02 15:00"),
        "due Mon 2026-11-16 14:00: 2 weeks from Mon 14:00"
    );
}

#[test]
fn clocks_do_not_go_backwards() {
    let day = DurationRange::exactly(BusinessDuration::Days(1));
    let start = at("2026-11-02 14:00");
    let mut clock = Clock::start(day, start);
    let why = || prose("an answer");
    let early = start - 1.second();
    assert_eq!(clock.pause(early, Party::Customer, why()), Err(ClockError::Backwards(early)));
    assert_eq!(clock.resume(start), Err(ClockError::Running));
    clock.pause(start, Party::Customer, why()).unwrap();
    assert_eq!(clock.pause(start, Party::Customer, why()), Err(ClockError::Paused));
    clock.stop(start).unwrap();
    assert_eq!(clock.open_pause(), None);
    assert_eq!(clock.stop(start), Err(ClockError::Stopped));
    clock.reopen(at("2026-11-03 14:00"), Party::Customer, why()).unwrap();
    assert_eq!(clock.due(&vienna(), at("2026-11-03 14:00")), at("2026-11-04 14:00"));
}
