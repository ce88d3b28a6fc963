//! The same load on both sides in turn.

use refit_trial::Quantile;
use refit_trial::load::{LatencyKind, LoadResult, LoadSettings, run_load};
use refit_trial::marked::{Accounting, RunLabel};
use refit_trial::report::{TestResult, judge_accounting, judge_ratio};
use refit_trial::statistics::{Side, alternation};

use super::bench::Bench;
use super::rules::{
    ACKNOWLEDGE_P50, ACKNOWLEDGE_P99, END_TO_END_P50, END_TO_END_P99, LOAD_LOSS, THROUGHPUT,
    rule_of, rules,
};
use super::{Measured, TrialRequest, pair_up};
use crate::Result;

/// The queue of the load. It is on copies only.
const QUEUE: &str = "/queue/refit.trial.load";
/// Connections that send, and that receive.
const PRODUCERS: u32 = 4;
const CONSUMERS: u32 = 2;
/// How long a load lasts before anything is measured, in milliseconds.
const WARM_UP_MILLISECONDS: u32 = 1_000;
/// How long the last messages may take to arrive, in milliseconds.
const SETTLE_MILLISECONDS: u32 = 15_000;

/// Puts the load on both sides in turn and judges what was measured.
pub(super) fn measure(
    bench: &Bench<'_>,
    request: &TrialRequest,
    tell: &dyn Fn(&str),
) -> Result<Vec<TestResult>> {
    if request.pairs == 0 {
        return Ok(Vec::new());
    }
    let order = alternation(request.pairs);
    let mut loads: Vec<(Side, LoadResult)> = Vec::new();
    for (number, side) in order.iter().enumerate() {
        bench.check_goes_on()?;
        tell(&format!("load {} of {} ({})", number + 1, order.len(), word(*side)));
        let copy = bench.side(*side);
        let settings = settings(request, &bench.label(&format!("load-{number}")));
        loads.push((*side, run_load(copy.stomp()?, copy.user.credentials()?, &settings)?));
    }
    Ok(judge(request, &loads))
}

fn settings(request: &TrialRequest, label: &str) -> LoadSettings {
    LoadSettings {
        label: RunLabel(label.to_owned()),
        queue: QUEUE.to_owned(),
        producers: PRODUCERS,
        consumers: CONSUMERS,
        per_second: request.per_second,
        body_bytes: request.body_bytes,
        warm_up_milliseconds: WARM_UP_MILLISECONDS,
        measured_milliseconds: request.load_seconds.saturating_mul(1_000),
        settle_milliseconds: SETTLE_MILLISECONDS,
    }
}

fn judge(request: &TrialRequest, loads: &[(Side, LoadResult)]) -> Vec<TestResult> {
    let accounts = loads.iter().filter(|(side, _)| *side == Side::After);
    let account = accounts
        .map(|(_, load)| load.accounting.clone())
        .fold(Accounting::default(), Accounting::together_with);
    let what = "messages of the load on the new version, each confirmed and each received";
    let mut results = vec![judge_accounting(LOAD_LOSS, what, &account)];
    let gates: Vec<_> = gates(loads).into_iter().collect();
    let latency = |kind: LatencyKind, quantile: Quantile| {
        move |load: &LoadResult| load.latency(kind, quantile)
    };
    let at = format!("{} messages a second of {} bytes", request.per_second, request.body_bytes);
    let rules = rules(request);
    let mut ratio = |test: &str, what: &str, of: &dyn Fn(&LoadResult) -> Measured| {
        let Some(rule) = rule_of(&rules, test) else { return };
        let values: Vec<_> = loads.iter().map(|(side, load)| (*side, of(load))).collect();
        let pairs = pair_up(&values);
        results.push(judge_ratio(test, &format!("{what}, at {at}"), &rule, &pairs, &gates));
    };
    let acknowledged = "from the intended time of sending to the broker's confirmation";
    ratio(ACKNOWLEDGE_P50, acknowledged, &latency(LatencyKind::Acknowledge, Quantile::P50));
    ratio(ACKNOWLEDGE_P99, acknowledged, &latency(LatencyKind::Acknowledge, Quantile::P99));
    let received = "from the intended time of sending to the arrival at a consumer";
    ratio(END_TO_END_P50, received, &latency(LatencyKind::EndToEnd, Quantile::P50));
    ratio(END_TO_END_P99, received, &latency(LatencyKind::EndToEnd, Quantile::P99));
    ratio(THROUGHPUT, "messages that came through", &|load| throughput(load));
    results
}

/// Messages a second, from the first to the last that was sent.
fn throughput(load: &LoadResult) -> Measured {
    let microseconds = load.sending_took_microseconds;
    let received = load.accounting.received;
    let rate = u128::from(received) * 1_000_000 / u128::from(microseconds.max(1));
    u64::try_from(rate).map_err(|_| "no rate that makes sense".to_owned())
}

/// Why the figures of the loads are not valid, if they are not.
fn gates(loads: &[(Side, LoadResult)]) -> Option<String> {
    let tripped: Vec<_> = loads.iter().map(|(_, load)| load.tripped_gates()).collect();
    let first = tripped.iter().flatten().next()?;
    let count = tripped.iter().filter(|gates| !gates.is_empty()).count();
    Some(format!("{count} of {} loads say nothing; the first: {first}", loads.len()))
}

/// The word for a side in progress.
fn word(side: Side) -> &'static str {
    match side {
        Side::Before => "old version",
        Side::After => "new version",
    }
}
