//! Load, a slower broker, a restart, and who may connect.

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use refit_demo::artifacts_for_tests;
use refit_model::Document as _;
use refit_model::TrialVerdict;
use refit_trial::gap::{GapSettings, GapWatch};
use refit_trial::inventory::DrainLimits;
use refit_trial::load::{LoadSettings, run_load};
use refit_trial::marked::{RunLabel, collect_arrivals};
use refit_trial::report::{judge_access, judge_accounting, judge_gaps};
use refit_trial::{AccessCase, MonotonicClock, try_access};
use refit_wire::TcpConnect;

use crate::bench::{Bench, soon};

#[test]
fn a_broker_under_load_through_a_restart() {
    let test = "a_broker_under_load_through_a_restart";
    let Some([archive]) = artifacts_for_tests(test, ["5.18.3"]) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let bench = Bench::make(&archive, &folder.path().join("new"));
    bench.start();
    lets_in_whom_it_must(&bench);
    carries_the_load(&bench);
    loses_nothing_by_a_restart(&bench);
}

fn lets_in_whom_it_must(bench: &Bench) {
    let (admin, reader) = (bench.admin().clone(), Bench::reader());
    let mut cases = vec![
        AccessCase::user(admin.clone()),
        AccessCase::user(reader.clone()),
        AccessCase::user(admin.clone()).sending_to("/queue/access", true),
        AccessCase::user(reader.clone()).sending_to("/queue/access", false),
    ];
    cases.extend(AccessCase::strangers(&admin));
    let access = try_access(bench.at(), &cases);
    let result = judge_access("access", &access);
    assert_eq!(result.verdict, TrialVerdict::Pass, "{result:#?}");
    assert_eq!(result.figures["right"], 7);
    let written = serde_json::to_string(&access).unwrap();
    assert!(!written.contains("reader-password"));
    let left = bench.console().queues(soon()).unwrap();
    assert!(left.iter().all(|queue| queue.size == 0), "nothing stays: {left:?}");
    let wrongly = AccessCase { allowed: false, ..AccessCase::user(reader) };
    let result = judge_access("access", &try_access(bench.at(), &[wrongly]));
    assert_eq!(result.verdict, TrialVerdict::Fail);
}

fn carries_the_load(bench: &Bench) {
    let settings = LoadSettings {
        label: RunLabel("load-1".into()),
        queue: "/queue/refit.load.1".into(),
        producers: 4,
        consumers: 2,
        per_second: 200,
        body_bytes: 1_000,
        warm_up_milliseconds: 500,
        measured_milliseconds: 2_000,
        settle_milliseconds: 10_000,
    };
    let load = run_load(bench.at(), Some(bench.admin()), &settings).unwrap();
    eprintln!(
        "ack p50 {} p99 {} e2e p50 {} delay p99 {} gates {:?}",
        load.acknowledge.p50_microseconds,
        load.acknowledge.p99_microseconds,
        load.end_to_end.p50_microseconds,
        load.send_delay.p99_microseconds,
        load.tripped_gates()
    );
    let result = judge_accounting("load", "load", &load.accounting);
    assert_eq!(result.verdict, TrialVerdict::Pass, "{result:#?}");
    assert_eq!((load.sent, load.accounting.received), (500, 500));
    assert_eq!((load.acknowledge.samples, load.end_to_end.samples), (400, 400));
    assert!(load.digest().is_ok());
}

fn loses_nothing_by_a_restart(bench: &Bench) {
    let settings = GapSettings::usual(RunLabel("gap-1".into()), "/queue/refit.gap.1");
    let watch = GapWatch::start(
        Arc::new(TcpConnect),
        &bench.address,
        Some(bench.admin().clone()),
        settings.clone(),
        Arc::new(MonotonicClock),
    );
    let watch = watch.unwrap();
    assert!(watch.wait_for(100, Duration::from_secs(20)));
    bench.stop();
    let before = watch.acknowledged();
    thread::scope(|scope| {
        scope.spawn(|| bench.start());
        assert!(watch.wait_for(before + 100, Duration::from_mins(1)));
    });
    let gap = watch.stop();
    let came = collect_arrivals(
        bench.at(),
        Some(bench.admin()),
        &settings.queue,
        &settings.label,
        gap.acknowledged(),
        DrainLimits::default(),
    );
    let accounting = gap.account(&came.unwrap());
    let result = judge_gaps("restart", std::slice::from_ref(&gap), &accounting);
    eprintln!("{gap:?}");
    assert_eq!(result.verdict, TrialVerdict::Pass, "{result:#?}");
    assert_eq!(gap.breaks.len(), 1);
    assert!(gap.longest_gap_microseconds.unwrap() > 300_000);
    assert!(gap.digest().is_ok());
}
