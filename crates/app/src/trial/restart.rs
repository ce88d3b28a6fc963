//! Restarts of both sides in turn, seen by a client.

use std::sync::Arc;
use std::time::Duration;

use refit_trial::MonotonicClock;
use refit_trial::gap::{GapResult, GapSettings, GapWatch};
use refit_trial::inventory::DrainLimits;
use refit_trial::marked::{Accounting, RunLabel, collect_arrivals};
use refit_trial::report::{TestResult, judge_gaps, judge_ratio};
use refit_trial::statistics::{Side, alternation};
use refit_wire::TcpConnect;

use super::bench::Bench;
use super::rules::{RESTART_GAP, RESTART_LOSS, rule_of, rules};
use super::side::SideCopy;
use super::{TrialRequest, pair_up};
use crate::{AppError, Result};

/// The queue of the producer that is watched. It is on copies only.
const QUEUE: &str = "/queue/refit.trial.restart";
/// Confirmations before the restart, and after it.
const ENOUGH: u64 = 50;
/// How long those may take.
const WITHIN: Duration = Duration::from_mins(1);

/// One restart that was watched.
struct Watched {
    side: Side,
    gap: GapResult,
    account: Accounting,
}

/// Restarts both sides in turn and judges what a client saw.
pub(super) fn measure(
    bench: &Bench<'_>,
    request: &TrialRequest,
    tell: &dyn Fn(&str),
) -> Result<Vec<TestResult>> {
    let order = alternation(request.restarts);
    let mut watched = Vec::new();
    for (number, side) in order.iter().enumerate() {
        bench.check_goes_on()?;
        tell(&format!("restart {} of {}", number + 1, order.len()));
        let label = bench.label(&format!("restart-{number}"));
        watched.push(restart(bench.side(*side), *side, &label)?);
    }
    Ok(judge(request, &watched))
}

fn restart(copy: &SideCopy<'_>, side: Side, label: &str) -> Result<Watched> {
    let broker = copy.stomp()?;
    let credentials = copy.user.credentials()?;
    let settings = GapSettings::usual(RunLabel(label.to_owned()), QUEUE);
    let watch = GapWatch::start(
        Arc::new(TcpConnect),
        broker.address,
        credentials.cloned(),
        settings.clone(),
        Arc::new(MonotonicClock),
    )?;
    wait_for(&watch, ENOUGH, "before")?;
    copy.stop()?;
    let so_far = watch.acknowledged();
    copy.start_for_clients()?;
    wait_for(&watch, so_far + ENOUGH, "after")?;
    let gap = watch.stop();
    let limits = DrainLimits::default();
    let came =
        collect_arrivals(broker, credentials, QUEUE, &settings.label, gap.acknowledged(), limits)?;
    Ok(Watched { side, account: gap.account(&came), gap })
}

fn wait_for(watch: &GapWatch, acknowledged: u64, when: &str) -> Result<()> {
    if watch.wait_for(acknowledged, WITHIN) {
        return Ok(());
    }
    Err(AppError::Usage(format!(
        "the copy confirmed only {} messages within {} s {when} its restart",
        watch.acknowledged(),
        WITHIN.as_secs()
    )))
}

fn judge(request: &TrialRequest, watched: &[Watched]) -> Vec<TestResult> {
    let rules = rules(request);
    let Some(rule) = rule_of(&rules, RESTART_GAP) else { return Vec::new() };
    let after = || watched.iter().filter(|one| one.side == Side::After);
    let gaps: Vec<_> = after().map(|one| one.gap.clone()).collect();
    let account = after()
        .map(|one| one.account.clone())
        .fold(Accounting::default(), Accounting::together_with);
    let gap_of =
        |gap: &GapResult| gap.longest_gap_microseconds.ok_or_else(|| "no gap was seen".to_owned());
    let values: Vec<_> = watched.iter().map(|one| (one.side, gap_of(&one.gap))).collect();
    let what = "how long a client that reconnects every 20 ms is cut off by a restart";
    vec![
        judge_gaps(RESTART_LOSS, &gaps, &account),
        judge_ratio(RESTART_GAP, what, &rule, &pair_up(&values), &[]),
    ]
}
