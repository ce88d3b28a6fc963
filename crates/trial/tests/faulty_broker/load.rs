//! A load must find every mistake, and must not hide a stall.

use std::time::Duration;

use refit_model::Document as _;
use refit_model::TrialVerdict;
use refit_trial::load::{LoadResult, LoadSettings, run_load};
use refit_trial::marked::{Accounting, RunLabel};
use refit_trial::report::judge_accounting;

use crate::broker::{FaultyBroker, Mistake};

fn settings() -> LoadSettings {
    LoadSettings {
        label: RunLabel("faulty".into()),
        queue: "/queue/load".into(),
        producers: 2,
        consumers: 1,
        per_second: 500,
        body_bytes: 200,
        warm_up_milliseconds: 0,
        measured_milliseconds: 200,
        settle_milliseconds: 600,
    }
}

fn load_on(mistakes: &[Mistake]) -> LoadResult {
    load_as(&settings(), mistakes)
}

fn load_as(settings: &LoadSettings, mistakes: &[Mistake]) -> LoadResult {
    let broker = FaultyBroker::with(mistakes);
    run_load(broker.at(), None, settings).unwrap()
}

fn verdict(accounting: &Accounting) -> (TrialVerdict, String) {
    let result = judge_accounting("load", "a load", accounting);
    (result.verdict, result.reason)
}

#[test]
fn a_broker_without_mistakes_passes() {
    let load = load_on(&[]);
    let flawless = Accounting { acknowledged: 100, received: 100, ..Accounting::default() };
    assert_eq!(load.accounting, flawless);
    assert_eq!((load.sent, load.server.as_deref()), (100, Some("Faulty/1.0")));
    assert_eq!((load.acknowledge.samples, load.end_to_end.samples), (100, 100));
    let (verdict, reason) = verdict(&load.accounting);
    assert_eq!(verdict, TrialVerdict::Pass);
    assert!(reason.contains("3/100"), "{reason}");
    assert!(load.digest().is_ok());
}

#[test]
fn each_mistake_is_found() {
    let (lost, double) = (load_on(&[Mistake::Lose(7)]), load_on(&[Mistake::Double(7)]));
    assert_eq!((lost.accounting.lost, lost.accounting.lost_named.len()), (1, 1));
    assert_eq!((double.accounting.doubled, double.accounting.lost), (1, 0));
    let damaged = load_on(&[Mistake::Damage(7)]);
    assert_eq!((damaged.accounting.damaged, damaged.accounting.lost), (1, 1));
    // Of one producer: whose message the next one is would be chance otherwise.
    let swapped = load_as(&LoadSettings { producers: 1, ..settings() }, &[Mistake::Swap(7)]);
    assert_eq!((swapped.accounting.out_of_order, swapped.accounting.lost), (1, 0));
    for load in [lost, double, damaged, swapped] {
        assert_eq!(verdict(&load.accounting).0, TrialVerdict::Fail);
    }
}

#[test]
fn an_unanswered_message_is_in_doubt_and_no_loss() {
    let load = load_on(&[Mistake::Withhold(7), Mistake::Lose(7)]);
    let account = &load.accounting;
    assert_eq!((account.in_doubt, account.in_doubt_delivered, account.lost), (1, 0, 0));
    let load = load_on(&[Mistake::Withhold(7)]);
    let account = &load.accounting;
    assert_eq!((account.in_doubt, account.in_doubt_delivered, account.lost), (1, 1, 0));
    assert_eq!(verdict(account).0, TrialVerdict::Pass);
}

#[test]
fn a_stall_shows_in_every_message_that_was_due_meanwhile() {
    let load = load_on(&[Mistake::Stall(20, Duration::from_millis(120))]);
    let histogram = load.acknowledge.histogram().unwrap();
    // Of 60 messages that were due in it, those of the first half waited longer than half of it. A
    // load that waits for each answer would have seen two.
    let waited = histogram.count_between(60_000, 600_000_000);
    assert!(waited >= 25, "{waited} waited");
    assert!(load.acknowledge.max_microseconds >= 119_000);
    assert_eq!(verdict(&load.accounting).0, TrialVerdict::Pass);
}

#[test]
fn a_broker_that_does_not_keep_up_makes_the_latencies_invalid() {
    let load = load_on(&[Mistake::Slow(Duration::from_millis(30))]);
    assert!(load.accounting.acknowledged < 100, "{:?}", load.accounting);
    assert!(!load.tripped_gates().is_empty());
}

#[test]
fn a_connection_that_breaks_is_told_and_leaves_messages_in_doubt() {
    let load = load_on(&[Mistake::HangUp(20)]);
    assert!(!load.failures.is_empty() && load.accounting.in_doubt > 0, "{load:?}");
    assert!(load.achieved_per_mille() < 990);
    let result = judge_accounting("load", "a load", &load.accounting);
    assert_eq!(result.verdict, TrialVerdict::Invalid, "what is lost may only be late: {result:?}");
}

#[test]
fn a_broker_that_is_not_there_is_an_error() {
    let address = FaultyBroker::with(&[]).address.clone();
    let broker = FaultyBroker::with(&[]);
    let gone = refit_trial::StompBroker { address: &address, ..broker.at() };
    let error = run_load(gone, None, &settings()).unwrap_err();
    assert!(error.to_string().contains("connect the consumers"), "{error}");
    let wrong = LoadSettings { producers: 0, ..settings() };
    assert!(run_load(broker.at(), None, &wrong).is_err());
}
