//! What has to be sent, when, and that its key stays the same.

use std::collections::BTreeSet;

use jiff::{Timestamp, ToSpan};
use refit_desk::*;

use crate::support::*;
use crate::walk::{Stage, walk};

/// A server that looks at every hour, and sends what it has not sent.
fn sent(desk: &Desk, until: Timestamp) -> Vec<(String, Timestamp)> {
    let (mut keys, mut sent) = (BTreeSet::new(), Vec::new());
    let mut now = desk.now;
    while now <= until {
        for notice in desk.case.notices(&desk.rules, now) {
            assert!(notice.due <= now);
            assert!(!notice.to.is_empty(), "{}", notice.key);
            if keys.insert(notice.key.clone()) {
                sent.push((notice.key, now));
            }
        }
        now += 1.hour();
    }
    sent
}

#[test]
fn reminders_come_before_and_escalations_after() {
    let desk = Desk::new();
    let sent = sent(&desk, at("2026-11-05 14:00"));
    let lines: Vec<_> = sent
        .iter()
        .map(|(key, at)| format!("{} {key}\n", vienna().zone().to_datetime(*at)))
        .collect();
    insta::assert_snapshot!("reminders", lines.concat());
}

#[test]
fn every_notice_is_due_when_the_next_one_is_said_to_be() {
    for stage in [Stage::SetUp, Stage::Prepared, Stage::Tested, Stage::Delivered, Stage::OnCall] {
        let desk = walk(stage);
        let mut now = desk.now;
        let mut known = desk.case.notices(&desk.rules, now).len();
        for _ in 0..20 {
            let Some(next) = desk.case.next_notice(&desk.rules, now) else { break };
            assert!(next > now);
            let just_before = desk.case.notices(&desk.rules, next - 1.nanosecond()).len();
            assert_eq!(just_before, known);
            now = next;
            known = desk.case.notices(&desk.rules, now).len();
            assert!(known > just_before);
        }
    }
}

#[test]
fn a_clock_that_stands_still_reminds_of_nothing_but_the_waiting() {
    let mut desk = walk(Stage::SetUp);
    desk.goes_to("2026-11-04 11:00");
    let activity = name(keys::PREPARE);
    let (waits_for, why) = (Party::Customer, prose("The archive is missing."));
    desk.does(BEN, Action::HoldActivity { activity, waits_for, why });
    let late = at("2026-11-20 12:00");
    let notices = desk.case.notices(&desk.rules, late);
    let has = |part: &str| notices.iter().any(|one| one.key.contains(part));
    assert!(!has("remind/clock/prepare"));
    assert!(!has("escalate/clock/prepare"));
    assert!(has("still-waiting/activity/prepare-for-upgrade"));
    // Documents go on: the customer holds them.
    assert!(has("remind/document/questionnaire"));
    assert!(has("escalate/document/questionnaire"));
}

#[test]
fn what_is_done_reminds_of_nothing() {
    let desk = walk(Stage::OnCall);
    let notices = desk.case.notices(&desk.rules, at("2027-01-04 12:00"));
    let is_about_clock = |one: &&Notice| one.key.contains("/clock/");
    assert_eq!(notices.iter().filter(is_about_clock).count(), 0);
}

#[test]
fn a_clock_stands_still_only_for_the_other_side() {
    let mut desk = walk(Stage::Tested);
    let is_running =
        |desk: &Desk| desk.case.clocks[&name::<OfActivity>(keys::BACK_UP)].is_running();
    let resources = || name(keys::DELIVER_RESOURCES);
    desk.does(BEN, Action::StartActivity { activity: resources() });
    let hold = |waits_for| {
        let why = prose("A question.");
        Action::HoldActivity { activity: resources(), waits_for, why }
    };
    let release = || Action::ReleaseActivity { activity: resources() };
    for (party, runs) in
        [(Party::Consultant, true), (Party::Customer, false), (Party::ProjectManager, false)]
    {
        desk.does(BEN, hold(party));
        assert_eq!(is_running(&desk), runs, "{party}");
        desk.does(BEN, release());
        assert!(is_running(&desk));
    }
    // One activity waits, another on the same clock goes on: so does the clock.
    desk.does(BEN, hold(Party::Customer));
    assert!(!is_running(&desk));
    let why = prose("Another trial is asked for.");
    desk.does(BEN, Action::ReopenActivity { activity: name(keys::TEST), why });
    assert!(is_running(&desk));
}

#[test]
fn dependencies_of_the_kick_off_are_reminded_of_until_they_are_met() {
    let mut desk = walk(Stage::SetUp);
    let due_at = |desk: &Desk| {
        let notices = desk.case.notices(&desk.rules, at("2026-12-01 12:00"));
        let of_it = notices.into_iter().filter(|one| one.key.contains("/dependency/1/"));
        of_it.map(|one| one.due).collect::<Vec<_>>()
    };
    // It is due on Friday the 13th: a day and two hours before, at its end, a day after.
    let expected = ["2026-11-13 09:00", "2026-11-13 15:00", "2026-11-14 00:00", "2026-11-16 17:00"];
    assert_eq!(due_at(&desk), expected.map(at));
    desk.does(BEN, Action::MeetDependency { dependency: 1 });
    assert_eq!(due_at(&desk), []);
    for dependency in [0, 1, 2] {
        let refusal = desk.refused(BEN, Action::MeetDependency { dependency });
        assert!(matches!(refusal, Refusal::NotFound(_)));
    }
}

#[test]
fn what_is_over_reminds_of_nothing() {
    let mut desk = walk(Stage::SetUp);
    desk.does(PIA, Action::Withdraw { why: prose("They wait for the next version.") });
    let before = desk.case.letters.len();
    let notices = desk.case.notices(&desk.rules, at("2027-06-01 12:00"));
    assert_eq!(notices.len(), before);
    assert_eq!(desk.case.next_notice(&desk.rules, at("2027-06-01 12:00")), None);
    assert!(desk.case.clocks.values().all(|clock| clock.stopped.is_some()));
    // Taken up again, clocks go on where they were.
    desk.goes_to("2026-11-30 09:00");
    desk.does(PIA, Action::Reopen { why: prose("They do not wait.") });
    let clock = &desk.case.clocks[&name::<OfActivity>(keys::PREPARE)];
    assert!(clock.is_running());
    assert_eq!(clock.used(&vienna(), desk.now), WorkTime::ZERO);
}

#[test]
fn reminders_show_their_arithmetic() {
    let desk = Desk::new();
    let notices = desk.case.notices(&desk.rules, at("2026-11-03 14:00"));
    let kind = notices.into_iter().map(|one| one.what).find_map(|what| match what {
        NoticeKind::Escalation { arithmetic, .. } => arithmetic,
        _ => None,
    });
    assert_eq!(kind.as_deref(), Some("due Tue 14:00: 1 business day from Mon 14:00"));
}
