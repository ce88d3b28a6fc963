//! Laws of calendars, over time zones, weeks and holidays of all kinds; and days known to be odd.

use std::collections::BTreeMap;

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use refit_desk::*;

use crate::support::*;

/// Zones whose clocks change by an hour, by half an hour, at midnight, never; and one that left a
/// whole day out (Apia, 2011-12-30).
const ZONES: [&str; 9] = [
    "UTC",
    "Europe/Vienna",
    "America/New_York",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "America/St_Johns",
    "Asia/Beirut",
    "Africa/Casablanca",
];

/// Apia left a day out; St. John's put clocks back and forward over midnight; Beirut at midnight;
/// Lord Howe by half an hour.
const ODD: [i64; 5] = [1_325_239_200, 1_289_097_060, 1_300_000_260, 1_774_735_200, 1_775_314_800];

fn hours() -> impl Strategy<Value = Vec<WorkingHours>> {
    prop::collection::btree_set(0_u16..=96, 0..=3).prop_map(|quarters| {
        let times: Vec<_> = quarters.into_iter().map(quarter).collect();
        let pairs = times.chunks_exact(2);
        pairs.map(|pair| WorkingHours { from: pair[0], to: pair[1] }).collect()
    })
}

fn quarter(number: u16) -> TimeOfDay {
    format!("{:02}:{:02}", number / 4, number % 4 * 15).parse().unwrap()
}

pub fn calendars() -> impl Strategy<Value = BusinessCalendar> {
    let days = prop::collection::vec(hours(), 7);
    let holidays = prop::collection::btree_set(0_i32..7000, 0..200);
    (prop::sample::select(&ZONES[..]), days, holidays).prop_filter_map(
        "a week without work",
        |(zone, days, holidays)| {
            let [monday, tuesday, wednesday, thursday, friday, saturday, sunday] =
                days.try_into().unwrap();
            let first = date("2010-01-01");
            let holidays = holidays.into_iter().map(|day| (first + day.days(), String::new()));
            BusinessCalendar::new(CalendarFields {
                time_zone: zone.to_owned(),
                week: WorkingWeek {
                    monday,
                    tuesday,
                    wednesday,
                    thursday,
                    friday,
                    saturday,
                    sunday,
                },
                holidays: holidays.collect(),
            })
            .ok()
        },
    )
}

/// Moments from 2010 to 2028, to the second; many of them near an odd change of the clocks.
pub fn moments() -> impl Strategy<Value = Timestamp> {
    let near = (prop::sample::select(&ODD[..]), -300_000_i64..300_000).prop_map(|(a, b)| a + b);
    let second = prop_oneof![1_262_304_000_i64..1_830_297_600, near];
    second.prop_map(|second| Timestamp::from_second(second).unwrap())
}

/// Up to about two weeks of work.
pub fn work() -> impl Strategy<Value = WorkTime> {
    (0_u64..300_000).prop_map(WorkTime::of_seconds)
}

proptest! {
    #[test]
    fn adding_then_measuring_gives_back(c in calendars(), from in moments(), work in work()) {
        let to = c.add(from, work);
        prop_assert!(to >= from);
        prop_assert_eq!(c.between(from, to), work);
        prop_assert_eq!(c.between(c.subtract(from, work), from), work);
    }

    #[test]
    fn it_gives_back_within_a_second_too(c in calendars(), from in moments(), work in work()) {
        let from = from + 123_456_789.nanoseconds();
        prop_assert_eq!(c.between(from, c.add(from, work)), work);
    }

    #[test]
    fn nothing_is_earlier_than_it_can_be(
        c in calendars(),
        from in moments(),
        seconds in 1_u64..300_000,
    ) {
        let to = c.add(from, WorkTime::of_seconds(seconds));
        let before = to - 1.second();
        prop_assert_eq!(c.between(from, before), WorkTime::of_seconds(seconds - 1));
        prop_assert!(c.is_business_day(c.date_of(before)));
    }

    #[test]
    fn adding_twice_is_adding_both(c in calendars(), from in moments(), a in work(), b in work()) {
        prop_assert_eq!(c.add(c.add(from, a), b), c.add(from, a.plus(b)));
    }

    #[test]
    fn later_and_more_is_not_earlier(
        c in calendars(),
        from in moments(),
        later in 0_i64..2_000_000,
        a in work(),
        b in work(),
    ) {
        let then = from + later.seconds();
        prop_assert!(c.add(from, a) <= c.add(then, a));
        prop_assert!(c.add(from, a) <= c.add(from, a.plus(b)));
        prop_assert!(c.between(from, then) <= WorkTime::of_seconds(later.unsigned_abs()));
        prop_assert_eq!(c.between(then, from), WorkTime::ZERO);
    }

    #[test]
    fn parts_add_up(c in calendars(), from in moments(), a in 0_i64..900_000, b in 0_i64..900_000) {
        let (middle, end) = (from + a.seconds(), from + (a + b).seconds());
        let parts = c.between(from, middle).plus(c.between(middle, end));
        prop_assert_eq!(parts, c.between(from, end));
    }

    #[test]
    fn there_is_no_work_on_holidays(c in calendars(), from in moments()) {
        let day = c.date_of(from);
        let mut fields = c.fields().clone();
        fields.holidays.insert(day, "a holiday".to_owned());
        let c = BusinessCalendar::new(fields).unwrap();
        prop_assert_eq!(c.between(c.begin_of(day), c.end_of(day)), WorkTime::ZERO);
    }

    #[test]
    fn a_calendar_is_read_as_it_is_written(c in calendars()) {
        let json = serde_json::to_string(&c).unwrap();
        prop_assert_eq!(serde_json::from_str::<BusinessCalendar>(&json).unwrap(), c);
    }
}

#[test]
fn a_business_day_from_monday_at_two_is_tuesday_at_two() {
    let c = vienna();
    let day = c.work_in(BusinessDuration::Days(1));
    for (from, to) in [
        ("2026-11-02 14:00", "2026-11-03 14:00"),
        // Friday to Monday.
        ("2026-11-06 14:00", "2026-11-09 14:00"),
        // From the evening and the weekend on, the next day counts whole.
        ("2026-11-03 20:00", "2026-11-04 17:00"),
        ("2026-11-07 12:00", "2026-11-09 17:00"),
        // Over a holiday, and over the change of the clocks on 25 October.
        ("2026-12-24 12:00", "2026-12-28 12:00"),
        ("2026-10-23 16:00", "2026-10-26 16:00"),
    ] {
        assert_eq!(c.add(at(from), day), at(to), "{from}");
    }
    let week = c.work_in(BusinessDuration::Weeks(1));
    assert_eq!(week, c.work_in(BusinessDuration::Days(5)));
    assert_eq!(c.add(at("2026-11-02 14:00"), week), at("2026-11-09 14:00"));
}

#[test]
fn nights_are_as_long_as_they_are() {
    let night = |zone: &str| {
        let hours = WorkingHours { from: TimeOfDay::hour(0), to: TimeOfDay::hour(6) };
        let week = WorkingWeek { sunday: vec![hours], ..WorkingWeek::default() };
        let (time_zone, holidays) = (zone.to_owned(), BTreeMap::new());
        BusinessCalendar::new(CalendarFields { time_zone, week, holidays }).unwrap()
    };
    for (zone, day, minutes) in [
        ("Europe/Vienna", "2026-03-29", 5 * 60),
        ("Europe/Vienna", "2026-10-25", 7 * 60),
        ("Europe/Vienna", "2026-11-01", 6 * 60),
        ("Australia/Lord_Howe", "2026-04-05", 6 * 60 + 30),
        ("Australia/Lord_Howe", "2026-10-04", 5 * 60 + 30),
    ] {
        let c = night(zone);
        let (from, to) = (c.begin_of(date(day)), c.end_of(date(day)));
        assert_eq!(c.between(from, to), WorkTime::of_minutes(minutes), "{zone} {day}");
    }
}

#[test]
fn hours_around_a_gap_do_not_overlap() {
    let hours = |from: &str, to: &str| WorkingHours {
        from: from.parse().unwrap(),
        to: to.parse().unwrap(),
    };
    let sunday = vec![hours("01:00", "02:45"), hours("03:00", "05:00")];
    let week = WorkingWeek { sunday, ..WorkingWeek::default() };
    let time_zone = "Europe/Vienna".to_owned();
    let fields = CalendarFields { time_zone, week, holidays: BTreeMap::new() };
    let c = BusinessCalendar::new(fields).unwrap();
    let day = date("2026-03-29");
    // From 1 to 5, without the hour that is not there.
    assert_eq!(c.between(c.begin_of(day), c.end_of(day)), WorkTime::of_minutes(180));
}

#[test]
fn a_day_that_was_left_out_is_none() {
    let hours = WorkingHours { from: TimeOfDay::hour(9), to: TimeOfDay::hour(17) };
    let week = vienna().fields().week.clone();
    let week = WorkingWeek { saturday: vec![hours], ..week };
    let time_zone = "Pacific/Apia".to_owned();
    let c = BusinessCalendar::new(CalendarFields { time_zone, week, holidays: BTreeMap::new() });
    let c = c.unwrap();
    // Thursday, and Saturday after it: there was no Friday.
    let (from, to) = (c.begin_of(date("2011-12-29")), c.end_of(date("2011-12-31")));
    assert_eq!(c.between(from, to), WorkTime::of_minutes(16 * 60));
    let friday = date("2011-12-30");
    assert_eq!(c.begin_of(friday), c.end_of(friday));
}

#[test]
fn a_day_that_begins_twice_begins_with_the_first() {
    // A minute after midnight St. John's went back to Saturday, 23:01.
    let hours = WorkingHours { from: TimeOfDay::hour(0), to: TimeOfDay::hour(6) };
    let week = WorkingWeek { sunday: vec![hours], ..WorkingWeek::default() };
    let (time_zone, holidays) = ("America/St_Johns".to_owned(), BTreeMap::new());
    let c = BusinessCalendar::new(CalendarFields { time_zone, week, holidays }).unwrap();
    let [begin, again]: [Timestamp; 2] =
        ["2010-11-07T02:30:00Z", "2010-11-07T03:00:00Z"].map(|text| text.parse().unwrap());
    assert_eq!(c.date_of(again), date("2010-11-06"));
    let half = WorkTime::of_minutes(30);
    assert_eq!(c.between(begin, again), half);
    assert_eq!(c.add(begin, half), again);
    assert_eq!(c.subtract(again, half), begin);
}

#[test]
fn bad_calendars_are_refused() {
    let good = vienna().fields().clone();
    let with = |change: fn(&mut CalendarFields)| {
        let mut fields = good.clone();
        change(&mut fields);
        BusinessCalendar::new(fields).unwrap_err()
    };
    let zone = with(|fields| fields.time_zone = "Mars/Olympus".to_owned());
    assert_eq!(zone, CalendarError::UnknownZone("Mars/Olympus".to_owned()));
    let none = with(|fields| fields.week = WorkingWeek::default());
    assert_eq!(none, CalendarError::NoWork);
    let twice = with(|fields| {
        let day = fields.week.monday.clone();
        fields.week.monday.extend(day);
    });
    assert_eq!(twice, CalendarError::Hours("Monday"));
    let many = with(|fields| {
        let first = date("2020-01-01");
        fields.holidays = (0..3000).map(|day| (first + day.days(), String::new())).collect();
    });
    assert_eq!(many, CalendarError::TooManyHolidays);
    for bad in ["9:00", "24:01", "12:60", "12", "-1:00", "1e:00", "012:00"] {
        assert!(bad.parse::<TimeOfDay>().is_err(), "{bad}");
    }
}

#[test]
fn the_end_of_time_is_an_end() {
    let c = vienna();
    let huge = WorkTime::of_seconds(u64::MAX);
    assert_eq!(c.add(at("9998-11-02 14:00"), huge), Timestamp::MAX);
    assert_eq!(c.subtract(at("-009998-11-02 14:00"), huge), Timestamp::MIN);
}
