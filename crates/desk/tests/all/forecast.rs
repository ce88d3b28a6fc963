//! The forecast agrees with the clocks, what was planned first is kept, deadlines are watched.

use jiff::{Timestamp, ToSpan};
use refit_desk::*;

use crate::examples::*;
use crate::support::*;
use crate::walk::{FROM_BACK_UP_ON, STAGES, Stage, finish, walk};

/// The last activity on a clock that is not settled ends when the clock is due; if it is over
/// already, not before now.
fn check_clocks(case: &Case, now: Timestamp) -> u32 {
    let mut checked = 0;
    let calendar = case.calendar().unwrap();
    let forecast = Schedule::forecast(case, now, Pace::Longest).unwrap();
    for (key, clock) in case.clocks.iter().filter(|(_, clock)| clock.stopped.is_none()) {
        let on_clock = case.process.on_clock(key);
        let open = on_clock.filter(|rule| !case.is_settled(rule.key.as_str()));
        let last = open.filter_map(|rule| forecast.get(&rule.key)).last().unwrap();
        let due = clock.due(calendar, now);
        let starts_in_time = open_first(case, key, &forecast).max(now) < due;
        if starts_in_time {
            assert_eq!(last.ends, due, "{key} at {now}");
        }
        assert!(last.ends >= now, "{key} at {now}");
        checked += u32::from(starts_in_time);
    }
    checked
}

/// From when on the first activity of a clock that is not settled goes on.
fn open_first(case: &Case, clock: &ActivityKey, forecast: &Schedule) -> Timestamp {
    let is_open = |rule: &&ActivityRule| !case.is_settled(rule.key.as_str());
    let first = case.process.on_clock(clock).find(is_open).unwrap();
    let planned = forecast.get(&first.key).unwrap();
    let needs = first.needs.iter().filter_map(|need| forecast.get(need));
    needs.map(|need| need.ends).max().unwrap_or(planned.begins).max(planned.begins)
}

#[test]
fn the_forecast_agrees_with_every_clock_at_any_time() {
    let mut checked = 0;
    for stage in STAGES {
        let desk = walk(stage);
        for hours in [0, 1, 5, 20, 30, 70, 200, 1000] {
            checked += check_clocks(&desk.case, desk.now + hours.hours());
        }
    }
    assert!(checked > 20, "{checked}");
}

#[test]
fn a_pause_moves_the_forecast_as_it_moves_the_clock() {
    let mut desk = walk(Stage::Tested);
    let handed_over = |desk: &Desk| {
        let forecast = Schedule::forecast(&desk.case, desk.now, Pace::Longest).unwrap();
        forecast.handed_over(&desk.case.process).unwrap()
    };
    let before = handed_over(&desk);
    let activity = || name(keys::DELIVER_RESOURCES);
    desk.does(BEN, Action::StartActivity { activity: activity() });
    let (waits_for, why) = (Party::Customer, prose("The names of the other hosts."));
    desk.does(BEN, Action::HoldActivity { activity: activity(), waits_for, why });
    desk.goes_to("2026-11-20 11:00");
    check_clocks(&desk.case, desk.now);
    let waiting = handed_over(&desk);
    assert!(waiting > before, "{waiting} is not after {before}");
    desk.does(ANNA, Action::ReleaseActivity { activity: activity() });
    check_clocks(&desk.case, desk.now);
    // It stays where it is while work goes on.
    assert_eq!(handed_over(&desk), waiting);
    desk.goes_to("2026-11-20 15:00");
    assert_eq!(handed_over(&desk), waiting);
}

#[test]
fn the_critical_path_goes_back_over_what_was_done() {
    let desk = walk(Stage::Tested);
    let bars = desk.case.timeline(desk.now).unwrap().bars;
    let critical = bars.iter().filter(|bar| bar.is_critical).map(|bar| bar.key.as_str());
    // What came before the agreed first day held nothing up.
    assert_eq!(critical.collect::<Vec<_>>(), FROM_BACK_UP_ON);
    assert!(bars.iter().any(|bar| bar.is_critical && bar.expected.is_none()));
}

#[test]
fn what_was_planned_when_the_plan_was_accepted_is_kept() {
    let mut desk = walk(Stage::SetUp);
    let backup = |desk: &Desk| {
        let bars = desk.case.timeline(desk.now).unwrap().bars;
        let bar = bars.into_iter().find(|bar| bar.key.as_str() == keys::FIX).unwrap();
        (bar.planned_first, bar.planned.unwrap())
    };
    assert_eq!(desk.case.baseline, None);
    desk.does(BEN, Action::PostFile(file(FileKind::UpgradeDocumentation, "Upgrade notes")));
    finish(&mut desk, BEN, keys::PREPARE);
    desk.does(BEN, Action::RecordAssessment(assessment()));
    desk.does(BEN, Action::PostPlan(plan()));
    let accept =
        |plan, accepts_extension| Action::AcceptPlan { plan: digest(plan), accepts_extension };
    desk.does(ANNA, accept("plan", false));
    let (first, planned) = backup(&desk);
    assert_eq!(first, None);
    // The installation turns out to be large: the next plan takes longer.
    let why = prose("There is a second store.");
    desk.does(BEN, Action::ReopenActivity { activity: name(keys::ASSESS), why: why.clone() });
    let weeks = DurationRange::exactly(BusinessDuration::Weeks(4));
    let larger = AssessmentSummary {
        digest: digest("assessment 2"),
        extension: Some(Extension { range: weeks, why }),
        ..assessment()
    };
    desk.does(BEN, Action::RecordAssessment(larger));
    let second =
        PostedPlan { digest: digest("plan 2"), assessment: digest("assessment 2"), ..plan() };
    desk.does(BEN, Action::PostPlan(second));
    assert_eq!(backup(&desk), (None, planned));
    desk.does(ANNA, accept("plan 2", true));
    let (first, now) = backup(&desk);
    assert_eq!(first, Some(planned));
    assert!(now.1 > planned.1);
    let milestones = desk.case.timeline(desk.now).unwrap().milestones;
    let moved = milestones.iter().filter(|one| one.planned_first.is_some()).count();
    assert!(moved > 0 && moved < milestones.len(), "{milestones:?}");
}

#[test]
fn a_deadline_that_the_forecast_passes_is_told_once() {
    let mut request = request();
    request.fields.deadline = date("2026-12-11");
    let desk = Desk::with(request);
    assert_eq!(desk.case.deadline_risk(desk.now), None);
    let summary = |now| desk.case.summary(now).unwrap().is_deadline_at_risk;
    let entry = desk.case.list_entry().unwrap();
    // Nothing happens: some day it is too late.
    let first = (0..60)
        .map(|days| desk.now + (24 * days).hours())
        .find(|now| desk.case.deadline_risk(*now).is_some())
        .unwrap();
    let longest = |now| {
        let forecast = Schedule::forecast(&desk.case, now, Pace::Longest).unwrap();
        vienna().date_of(forecast.handed_over(&desk.case.process).unwrap())
    };
    assert!(longest(first) > date("2026-12-11"));
    assert!(longest(first - 48.hours()) <= date("2026-12-11"));
    for days in 0..60 {
        let now = desk.now + (24 * days).hours();
        let risk = desk.case.deadline_risk(now);
        assert_eq!(risk.is_some(), now >= first, "{now}");
        assert_eq!(summary(now), risk.is_some());
        assert_eq!(entry.summary(now), desk.case.summary(now).unwrap());
        let notices = desk.case.notices(&desk.rules, now);
        let told: Vec<_> =
            notices.iter().filter(|one| one.key.ends_with("/deadline/2026-12-11")).collect();
        assert_eq!(told.len(), usize::from(risk.is_some()));
        let to = told.first().map(|one| one.to.clone());
        let anna = Recipient::User(name("anna"));
        assert_eq!(to, risk.map(|_| vec![Recipient::Team, anna]));
    }
    let risk = desk.case.deadline_risk(at("2026-12-20 12:00")).unwrap();
    assert!(risk.is_certain && risk.earliest <= risk.latest);
}

#[test]
fn what_is_handed_over_or_closed_has_no_deadline_any_more() {
    for stage in [Stage::OnCall, Stage::Closed] {
        let desk = walk(stage);
        assert_eq!(desk.case.deadline_risk(at("2027-06-01 12:00")), None);
    }
}
