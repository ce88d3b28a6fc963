//! A case is the fold of its events: from what is stored, the same comes back; what was lost or
//! changed is refused.

use proptest::prelude::*;
use refit_desk::*;

use crate::examples::actions;
use crate::support::*;
use crate::walk::{STAGES, Stage, walk};

#[test]
fn stored_events_make_the_same_case() {
    let desk = walk(Stage::Closed);
    let json = serde_json::to_string(&desk.events).unwrap();
    let events: Vec<Event> = serde_json::from_str(&json).unwrap();
    assert_eq!(events, desk.events);
    let case = Case::replay(name("c-1"), &events).unwrap();
    assert_eq!(case, desk.case);
    let json = serde_json::to_string(&case).unwrap();
    assert_eq!(serde_json::from_str::<Case>(&json).unwrap(), case);
}

#[test]
fn what_was_lost_or_swapped_is_refused() {
    let desk = walk(Stage::Closed);
    for lost in 0..desk.events.len() - 1 {
        let mut events = desk.events.clone();
        events.remove(lost);
        assert!(Case::replay(name("c-1"), &events).is_err(), "without event {}", lost + 1);
        let mut events = desk.events.clone();
        events.swap(lost, lost + 1);
        assert!(Case::replay(name("c-1"), &events).is_err(), "event {} later", lost + 1);
    }
}

#[test]
fn later_formats_and_unknown_fields_are_refused() {
    let desk = Desk::new();
    let mut event = desk.events[0].clone();
    event.format = EVENT_FORMAT + 1;
    let refusal = Case::replay(name("c-1"), [&event]).unwrap_err();
    assert_eq!(refusal, ApplyError::Format { number: 1, format: EVENT_FORMAT + 1 });
    let mut json = serde_json::to_value(&desk.events[1]).unwrap();
    json["surprise"] = true.into();
    assert!(serde_json::from_value::<Event>(json).is_err());
    let mut json = serde_json::to_value(&desk.events[1]).unwrap();
    json["change"]["activity-moved"]["surprise"] = true.into();
    assert!(serde_json::from_value::<Event>(json).is_err());
}

#[test]
fn time_does_not_go_back() {
    let mut desk = Desk::new();
    desk.now = at("2026-11-01 14:00");
    desk.does(BEN, Action::TakeUp);
    assert_eq!(desk.events.last().unwrap().at, at("2026-11-02 14:00"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever people try, in whatever order: a decision changes nothing, its events always
    /// apply, and the fold of all of them is the case.
    #[test]
    fn decisions_can_always_be_applied(
        tries in prop::collection::vec((0_usize..ActionKind::ALL.len(), 0_i64..40), 1..60),
        stage in 0_usize..6,
    ) {
        let mut desk = if stage == 0 { Desk::new() } else { walk(STAGES[stage]) };
        let actions = actions();
        for (index, hours) in tries {
            desk.now = desk.now.checked_add(jiff::SignedDuration::from_hours(hours)).unwrap();
            let action = actions[index].clone();
            for who in [ANNA, BEN, PIA, ADA] {
                let before = desk.case.clone();
                match desk.case.decide(action.clone(), &actor(who), desk.now, &desk.rules) {
                    Ok(events) => {
                        prop_assert_eq!(&desk.case, &before);
                        for event in &events {
                            desk.case.apply(event).unwrap();
                            let line = event.line(&desk.case);
                            prop_assert!(!line.what.is_empty(), "{:?}", event);
                        }
                        desk.events.extend(events);
                    }
                    Err(refusal) => {
                        prop_assert!(!matches!(refusal, Refusal::Apply(_)), "{}", refusal);
                        prop_assert!(!matches!(refusal, Refusal::NotRouted(_)), "{}", refusal);
                    }
                }
            }
        }
        let replayed = Case::replay(name("c-1"), &desk.events).unwrap();
        prop_assert_eq!(&replayed, &desk.case);
        let notices = desk.case.notices(&desk.rules, desk.now);
        let keys: std::collections::BTreeSet<_> = notices.iter().map(|one| &one.key).collect();
        prop_assert_eq!(keys.len(), notices.len());
        desk.case.timeline(desk.now).unwrap();
    }
}
