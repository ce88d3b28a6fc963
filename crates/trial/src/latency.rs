//! Latencies: recorded in a histogram, summed up in integers.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hdrhistogram::Histogram;
use hdrhistogram::serialization::{Deserializer, Serializer as _, V2DeflateSerializer};
use serde::{Deserialize, Serialize};

/// The longest latency that is told apart, in microseconds: ten minutes. Longer ones count as it.
const LONGEST: u64 = 600_000_000;
/// How many samples must lie beyond a quantile for it to say something.
const LEAST_BEYOND: u64 = 100;
/// The longest text of a histogram that is read, in bytes.
const LONGEST_TEXT: usize = 4 * 1024 * 1024;

/// A quantile of latencies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Quantile {
    /// Half are shorter.
    P50,
    /// 90 % are shorter.
    P90,
    /// 99 % are shorter.
    P99,
    /// 99.9 % are shorter.
    P999,
}

/// What was measured of one kind of latency, in microseconds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LatencySummary {
    /// How many were measured.
    pub samples: u64,
    /// The shortest.
    pub min_microseconds: u64,
    /// Half are shorter.
    pub p50_microseconds: u64,
    /// 90 % are shorter.
    pub p90_microseconds: u64,
    /// 99 % are shorter; see [`LatencySummary::trusted`].
    pub p99_microseconds: u64,
    /// 99.9 % are shorter; see [`LatencySummary::trusted`].
    pub p999_microseconds: u64,
    /// The longest.
    pub max_microseconds: u64,
    /// All of them: an `HdrHistogram` of microseconds with three digits, in its compressed format
    /// V2 as base64, which other tools read.
    pub histogram_v2_base64: String,
}

impl LatencySummary {
    /// A quantile, if at least a hundred samples lie beyond it; with fewer it is chance.
    pub fn trusted(&self, quantile: Quantile) -> Option<u64> {
        let (value, one_in) = match quantile {
            Quantile::P50 => (self.p50_microseconds, 2),
            Quantile::P90 => (self.p90_microseconds, 10),
            Quantile::P99 => (self.p99_microseconds, 100),
            Quantile::P999 => (self.p999_microseconds, 1_000),
        };
        (self.samples / one_in >= LEAST_BEYOND).then_some(value)
    }

    /// The histogram again; none if the text is none.
    pub fn histogram(&self) -> Option<Histogram<u64>> {
        if self.histogram_v2_base64.len() > LONGEST_TEXT {
            return None;
        }
        let bytes = STANDARD.decode(&self.histogram_v2_base64).ok()?;
        Deserializer::new().deserialize(&mut bytes.as_slice()).ok()
    }
}

impl Quantile {
    /// The word for reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::P50 => "p50",
            Self::P90 => "p90",
            Self::P99 => "p99",
            Self::P999 => "p99.9",
        }
    }
}

/// Records latencies.
#[derive(Clone, Debug)]
pub struct LatencyRecorder(Histogram<u64>);

impl LatencyRecorder {
    /// With nothing recorded.
    pub fn new() -> Self {
        let histogram = Histogram::new_with_bounds(1, LONGEST, 3);
        // Invariant: the bounds and the digits are constants that the library accepts.
        Self(histogram.expect("1 to 600,000,000 with three digits is a valid histogram"))
    }

    /// Records one.
    pub fn record(&mut self, latency: std::time::Duration) {
        let microseconds = u64::try_from(latency.as_micros()).unwrap_or(u64::MAX);
        self.0.saturating_record(microseconds.max(1));
    }

    /// Adds all that another one recorded.
    pub fn add(&mut self, other: &Self) {
        // Invariant: all recorders have the same bounds, so nothing can be out of range.
        self.0.add(&other.0).expect("recorders have equal bounds");
    }

    /// Sums up.
    pub fn summary(&self) -> LatencySummary {
        let at = |share| self.0.value_at_quantile(share);
        let mut bytes = Vec::new();
        // Invariant: writing to memory does not fail, and the counts of one run fit.
        V2DeflateSerializer::new()
            .serialize(&self.0, &mut bytes)
            .expect("a histogram can be written to memory");
        LatencySummary {
            samples: self.0.len(),
            min_microseconds: self.0.min(),
            p50_microseconds: at(0.5),
            p90_microseconds: at(0.9),
            p99_microseconds: at(0.99),
            p999_microseconds: at(0.999),
            max_microseconds: self.0.max(),
            histogram_v2_base64: STANDARD.encode(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_recorded_comes_back_and_merges() {
        let (mut one, mut other) = (LatencyRecorder::new(), LatencyRecorder::new());
        for microseconds in 1..=500 {
            one.record(Duration::from_micros(microseconds));
            other.record(Duration::from_micros(500 + microseconds));
        }
        one.add(&other);
        let summary = one.summary();
        assert_eq!((summary.samples, summary.min_microseconds), (1_000, 1));
        assert_eq!((summary.p50_microseconds, summary.p90_microseconds), (500, 900));
        assert_eq!(summary.max_microseconds, 1_000);
        let histogram = summary.histogram().unwrap();
        assert_eq!((histogram.len(), histogram.value_at_quantile(0.5)), (1_000, 500));
        assert!(summary.histogram_v2_base64.starts_with("HISTFAAA"), "as other tools write it");
    }

    #[test]
    fn a_quantile_needs_a_hundred_samples_beyond_it() {
        let mut recorder = LatencyRecorder::new();
        (0..1_000).for_each(|_| recorder.record(Duration::from_millis(2)));
        let summary = recorder.summary();
        assert_eq!(summary.trusted(Quantile::P50), Some(2_000));
        assert_eq!(summary.trusted(Quantile::P90), Some(2_000));
        assert_eq!(summary.trusted(Quantile::P99), None);
    }

    #[test]
    fn extremes_and_nonsense_do_no_harm() {
        let mut recorder = LatencyRecorder::new();
        recorder.record(Duration::ZERO);
        recorder.record(Duration::from_hours(100));
        let mut summary = recorder.summary();
        assert_eq!((summary.min_microseconds, summary.samples), (1, 2));
        assert!(summary.max_microseconds >= LONGEST);
        summary.histogram_v2_base64 = "HISTFAAAx".to_owned();
        assert!(summary.histogram().is_none());
        assert_eq!(LatencyRecorder::new().summary().max_microseconds, 0);
    }
}
