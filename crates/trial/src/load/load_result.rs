//! What a load showed.

use refit_model::Document;
use serde::{Deserialize, Serialize};

use super::LoadSettings;
use crate::latency::{LatencySummary, Quantile};
use crate::marked::Accounting;

/// The result of one run of a load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadResult {
    /// What load it was.
    pub settings: LoadSettings,
    /// What the broker said it is.
    pub server: Option<String>,
    /// How many messages were sent.
    pub sent: u64,
    /// From the start to the sending of the last message, in microseconds.
    pub sending_took_microseconds: u64,
    /// From the intended time of sending to the broker's confirmation.
    pub acknowledge: LatencySummary,
    /// From the intended time of sending to the arrival at a consumer.
    pub end_to_end: LatencySummary,
    /// By how much the load itself was late, where the broker did not hold it up.
    pub send_delay: LatencySummary,
    /// What became of the messages.
    pub accounting: Accounting,
    /// Connections that failed.
    pub failures: Vec<String>,
}

/// Which latency.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LatencyKind {
    /// Until the broker confirms the message.
    Acknowledge,
    /// Until a consumer has the message.
    EndToEnd,
}

impl Document for LoadResult {
    const TYPE: &'static str = "load";
    const SCHEMA: u32 = 1;
}

impl LoadResult {
    /// A latency in microseconds, or why it says nothing.
    pub fn latency(&self, kind: LatencyKind, quantile: Quantile) -> Result<u64, String> {
        let summary = match kind {
            LatencyKind::Acknowledge => &self.acknowledge,
            LatencyKind::EndToEnd => &self.end_to_end,
        };
        let samples = summary.samples;
        summary.trusted(quantile).ok_or_else(|| {
            format!(
                "{samples} samples are too few for {}: at least 100 must lie beyond it",
                quantile.word()
            )
        })
    }

    /// How much of the intended rate was reached, in thousandths; at most 1,000.
    pub fn achieved_per_mille(&self) -> u64 {
        let planned = self.settings.total();
        if planned == 0 {
            return 0;
        }
        let last = planned.saturating_sub(1) * 1_000_000 / u64::from(self.settings.per_second);
        // One unit more on both sides, so that a single message is no division by zero.
        let in_time = (last + 1) * 1_000 / (self.sending_took_microseconds + 1);
        (self.sent * in_time.min(1_000) / planned).min(1_000)
    }
}
