//! The watch of a restart.

use std::sync::Arc;
use std::time::Duration;

use refit_model::TrialVerdict;
use refit_trial::MonotonicClock;
use refit_trial::gap::{GapResult, GapSettings, GapWatch};
use refit_trial::inventory::DrainLimits;
use refit_trial::marked::{Accounting, RunLabel, collect_arrivals};
use refit_trial::report::judge_gaps;
use refit_wire::TcpConnect;

use crate::broker::{FaultyBroker, Mistake};

const WITHIN: Duration = Duration::from_secs(20);

fn settings() -> GapSettings {
    let usual = GapSettings::usual(RunLabel("gap".into()), "/queue/gap");
    GapSettings { answer_within_milliseconds: 150, ..usual }
}

fn start(broker: &FaultyBroker) -> GapWatch {
    let (connect, clock) = (Arc::new(TcpConnect), Arc::new(MonotonicClock));
    GapWatch::start(connect, &broker.address, None, settings(), clock).unwrap()
}

fn watch(mistakes: &[Mistake]) -> (GapResult, Accounting) {
    let broker = FaultyBroker::with(mistakes);
    let watch = start(&broker);
    assert!(watch.wait_for(30, WITHIN));
    let gap = watch.stop();
    let limits = DrainLimits { patience: Duration::from_millis(200), ..quick() };
    let queue = &settings().queue;
    let came =
        collect_arrivals(broker.at(), None, queue, &settings().label, gap.acknowledged(), limits);
    let accounting = gap.account(&came.unwrap());
    (gap, accounting)
}

fn quick() -> DrainLimits {
    DrainLimits { quiet: Duration::from_millis(100), ..DrainLimits::default() }
}

#[test]
fn a_broken_connection_is_a_gap_that_loses_nothing() {
    let (gap, accounting) = watch(&[Mistake::HangUp(10)]);
    assert_eq!(gap.in_doubt, [10], "the one on its way");
    assert_eq!((gap.breaks.len(), gap.cut_off_at_end), (1, false));
    assert!(gap.longest_gap_microseconds.unwrap() >= gap.breaks[0].gap_microseconds);
    assert!(gap.breaks[0].attempts >= 1);
    assert_eq!((accounting.lost, accounting.doubled), (0, 0));
    assert_eq!((accounting.in_doubt, accounting.in_doubt_delivered), (1, 1));
    assert_eq!(
        judge_gaps("restart", std::slice::from_ref(&gap), &accounting).verdict,
        TrialVerdict::Pass
    );
}

#[test]
fn what_a_restart_loses_or_doubles_is_found() {
    let (gap, accounting) = watch(&[Mistake::HangUp(10), Mistake::Lose(9)]);
    assert_eq!((accounting.lost, accounting.lost_named.as_slice()), (1, &[(0, 9)][..]));
    assert_eq!(
        judge_gaps("restart", std::slice::from_ref(&gap), &accounting).verdict,
        TrialVerdict::Fail
    );
    let (gap, accounting) = watch(&[Mistake::HangUp(10), Mistake::Double(9)]);
    assert_eq!((accounting.lost, accounting.doubled), (0, 1));
    assert_eq!(
        judge_gaps("restart", std::slice::from_ref(&gap), &accounting).verdict,
        TrialVerdict::Fail
    );
}

#[test]
fn without_a_restart_there_is_nothing_to_judge() {
    let (gap, accounting) = watch(&[]);
    assert_eq!((gap.breaks.len(), gap.in_doubt.len()), (0, 0));
    assert_eq!(
        judge_gaps("restart", std::slice::from_ref(&gap), &accounting).verdict,
        TrialVerdict::Invalid
    );
}

#[test]
fn a_broker_that_says_nothing_counts_as_gone_after_the_limit() {
    let (gap, accounting) = watch(&[Mistake::Withhold(10)]);
    assert_eq!((gap.in_doubt.as_slice(), gap.breaks.len()), (&[10][..], 1));
    assert!(gap.breaks[0].gap_microseconds >= 150_000);
    assert_eq!((accounting.in_doubt_delivered, accounting.lost), (1, 0));
}

#[test]
fn a_broker_that_stays_away_is_told_and_does_not_hold_us() {
    let broker = FaultyBroker::with(&[]);
    let watch = start(&broker);
    assert!(watch.wait_for(5, WITHIN));
    drop(broker);
    assert!(!watch.wait_for(1_000_000, Duration::from_millis(100)));
    let gap = watch.stop();
    assert!(gap.cut_off_at_end && gap.last_error.is_some());
    let nothing = gap.account(&refit_trial::marked::Arrivals {
        cut_short: Some("the broker is not there".into()),
        ..Default::default()
    });
    assert_eq!(
        judge_gaps("restart", std::slice::from_ref(&gap), &nothing).verdict,
        TrialVerdict::Invalid
    );
}
