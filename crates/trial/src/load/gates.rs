//! When a load's figures say nothing about the broker.

use super::LoadResult;

/// How much of the rate must be reached, in thousandths.
const LEAST_RATE_PER_MILLE: u64 = 990;
/// Which part of the measured latency the load's own delay may be.
const MOST_DELAY_PART: u64 = 10;

impl LoadResult {
    /// Why the latencies are not valid; empty if they are.
    pub fn tripped_gates(&self) -> Vec<String> {
        let mut tripped = self.failures.clone();
        let achieved = self.achieved_per_mille();
        if achieved < LEAST_RATE_PER_MILLE {
            tripped.push(format!(
                "{}.{} % of the rate was reached, at least 99 % is needed: broker or load generator \
                 is saturated, measure at a lower rate",
                achieved / 10,
                achieved % 10
            ));
        }
        let (delay, latency) =
            (self.send_delay.p99_microseconds, self.acknowledge.p99_microseconds);
        if delay * MOST_DELAY_PART > latency {
            tripped.push(format!(
                "the load generator itself was late by {delay} us (p99), more than a tenth of the \
                 measured {latency} us: the machine is too busy to measure on"
            ));
        }
        if self.acknowledge.samples == 0 || self.end_to_end.samples == 0 {
            tripped.push("nothing was measured".to_owned());
        }
        tripped
    }
}
