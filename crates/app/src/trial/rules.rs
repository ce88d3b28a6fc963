//! The rules of a trial, fixed before anything is measured.

use refit_trial::report::{Rule, TrialRules};
use refit_trial::statistics::{Better, DEFAULT_LOOKS, RatioRule};

use super::TrialRequest;

/// Every message of the old version is there in the new one.
pub(super) const MESSAGES: &str = "messages";
/// Who may connect and send.
pub(super) const ACCESS: &str = "access";
/// Nothing is lost under load.
pub(super) const LOAD_LOSS: &str = "load-loss";
/// Nothing is lost by a restart.
pub(super) const RESTART_LOSS: &str = "restart-loss";
/// From a message's intended time to the broker's confirmation, half of them.
pub(super) const ACKNOWLEDGE_P50: &str = "latency-acknowledge-p50-microseconds";
/// The same, 99 of 100.
pub(super) const ACKNOWLEDGE_P99: &str = "latency-acknowledge-p99-microseconds";
/// From a message's intended time to its arrival at a consumer, half of them.
pub(super) const END_TO_END_P50: &str = "latency-end-to-end-p50-microseconds";
/// The same, 99 of 100.
pub(super) const END_TO_END_P99: &str = "latency-end-to-end-p99-microseconds";
/// How many messages a second came through.
pub(super) const THROUGHPUT: &str = "throughput-messages-per-second";
/// From the last confirmation before a restart to the first one after.
pub(super) const RESTART_GAP: &str = "restart-gap-microseconds";

/// The rules. Margins: the trials' table of tests (2: latency 10 % in the middle and 25 % at the
/// far end; 1: throughput 10 %; 20: restart 25 %).
pub(super) fn rules(request: &TrialRequest) -> TrialRules {
    let absolute = |test: &str, holds: &str| (test.to_owned(), Rule::absolute(holds));
    let mut rules = vec![
        absolute(
            MESSAGES,
            "every message that the old version left is there once, in its order, with equal \
             headers and an equal body; durable subscriptions too",
        ),
        absolute(ACCESS, "who could connect and send before still can, and nobody else"),
    ];
    if request.pairs > 0 {
        rules.push(absolute(
            LOAD_LOSS,
            "under load nothing confirmed is lost, and nothing comes twice, changed or out of order",
        ));
        rules.extend([
            ratio(ACKNOWLEDGE_P50, Better::Less, 100),
            ratio(ACKNOWLEDGE_P99, Better::Less, 250),
            ratio(END_TO_END_P50, Better::Less, 100),
            ratio(END_TO_END_P99, Better::Less, 250),
            ratio(THROUGHPUT, Better::More, 100),
        ]);
    }
    if request.restarts > 0 {
        rules.push(absolute(RESTART_LOSS, "a restart loses and doubles nothing confirmed"));
        rules.push(ratio(RESTART_GAP, Better::Less, 250));
    }
    TrialRules { rules: rules.into_iter().collect() }
}

fn ratio(metric: &str, better: Better, margin_per_mille: u32) -> (String, Rule) {
    (metric.to_owned(), Rule::Ratio(ratio_rule(metric, better, margin_per_mille)))
}

fn ratio_rule(metric: &str, better: Better, margin_per_mille: u32) -> RatioRule {
    RatioRule { metric: metric.to_owned(), better, margin_per_mille, looks: DEFAULT_LOOKS.into() }
}

/// The ratio rule of a test.
pub(super) fn rule_of(rules: &TrialRules, test: &str) -> Option<RatioRule> {
    match rules.rules.get(test)? {
        Rule::Ratio(rule) => Some(rule.clone()),
        Rule::Absolute { .. } => None,
    }
}
