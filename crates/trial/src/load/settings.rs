//! What load to make.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::TrialError;
use crate::marked::{LEAST_BODY_BYTES, RunLabel};

/// The most messages of one run: all are kept account of.
const MOST_MESSAGES: u64 = 20_000_000;

/// A load of persistent messages of one size, through one queue, at one rate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoadSettings {
    /// The label of this run; each its own.
    pub label: RunLabel,
    /// The queue, for example `/queue/refit.load.1`. Nobody else may use it. It is empty
    /// afterwards, and stays.
    pub queue: String,
    /// How many producers, each with a connection; 1 to 200.
    pub producers: u32,
    /// How many consumers, each with a connection; 1 to 200.
    pub consumers: u32,
    /// Messages a second, of all producers together; 1 to 100,000.
    pub per_second: u32,
    /// The size of a body, in bytes; 40 to 16,777,216.
    pub body_bytes: u32,
    /// How long the load lasts before anything is measured, in milliseconds. Losses count here too.
    pub warm_up_milliseconds: u32,
    /// How long is measured, in milliseconds; 1 to 86,400,000.
    pub measured_milliseconds: u32,
    /// How long answers and messages may take to come after the last one was sent, in milliseconds.
    pub settle_milliseconds: u32,
}

impl LoadSettings {
    /// Whether this can be run.
    pub fn check(&self) -> Result<(), TrialError> {
        let sizes = LEAST_BODY_BYTES..=16 * 1024 * 1024;
        let wrong = [
            ((1..=200).contains(&self.producers), "1 to 200 producers"),
            ((1..=200).contains(&self.consumers), "1 to 200 consumers"),
            ((1..=100_000).contains(&self.per_second), "1 to 100000 messages a second"),
            (sizes.contains(&self.body_bytes), "bodies of 40 to 16777216 bytes"),
            ((1..=86_400_000).contains(&self.measured_milliseconds), "up to a day"),
            (self.queue.starts_with("/queue/"), "a queue whose name begins with `/queue/`"),
            (self.total() <= MOST_MESSAGES, "at most 20000000 messages"),
        ];
        match wrong.into_iter().find(|(is_right, _)| !is_right) {
            None => Ok(()),
            Some((_, allowed)) => Err(TrialError::Specification {
                what: "the load",
                why: format!("it must have {allowed}"),
            }),
        }
    }

    /// How many messages are sent in all.
    pub fn total(&self) -> u64 {
        let milliseconds =
            u64::from(self.warm_up_milliseconds) + u64::from(self.measured_milliseconds);
        milliseconds * u64::from(self.per_second) / 1_000
    }

    /// How many messages one producer sends: they take turns.
    pub(super) fn share_of(&self, producer: u32) -> u64 {
        let producers = u64::from(self.producers);
        (self.total() + producers - 1 - u64::from(producer)) / producers
    }

    /// When a message is to be sent, in microseconds since the start.
    pub(super) fn intended_microseconds(&self, producer: u32, sequence: u64) -> u64 {
        let place = sequence * u64::from(self.producers) + u64::from(producer);
        place * 1_000_000 / u64::from(self.per_second)
    }

    /// Whether a message that was to be sent then is measured.
    pub(super) fn is_measured(&self, intended_microseconds: u64) -> bool {
        intended_microseconds >= u64::from(self.warm_up_milliseconds) * 1_000
    }

    /// How long the load lasts.
    pub(super) fn lasts(&self) -> Duration {
        Duration::from_millis(
            u64::from(self.warm_up_milliseconds) + u64::from(self.measured_milliseconds),
        )
    }

    /// How long to wait after it.
    pub(super) fn settle(&self) -> Duration {
        Duration::from_millis(self.settle_milliseconds.into())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn settings(producers: u32, per_second: u32, milliseconds: u32) -> LoadSettings {
        LoadSettings {
            label: RunLabel("x".into()),
            queue: "/queue/x".into(),
            producers,
            consumers: 1,
            per_second,
            body_bytes: 100,
            warm_up_milliseconds: milliseconds / 4,
            measured_milliseconds: milliseconds,
            settle_milliseconds: 1_000,
        }
    }

    proptest! {
        #[test]
        fn the_producers_together_keep_the_rate(
            producers in 1..20_u32, per_second in 1..5_000_u32, milliseconds in 1..5_000_u32,
        ) {
            let settings = settings(producers, per_second, milliseconds);
            let mut times: Vec<_> = (0..producers)
                .flat_map(|producer| {
                    let settings = &settings;
                    (0..settings.share_of(producer))
                        .map(move |sequence| settings.intended_microseconds(producer, sequence))
                })
                .collect();
            times.sort_unstable();
            let expected = (0..settings.total()).map(|n| n * 1_000_000 / u64::from(per_second));
            prop_assert_eq!(times, expected.collect::<Vec<_>>());
        }
    }

    #[test]
    fn nonsense_is_refused_with_what_is_allowed() {
        assert!(settings(1, 1, 1).check().is_ok());
        for wrong in [settings(0, 1, 1), settings(1, 0, 1), settings(1, 1, 0)] {
            assert!(wrong.check().is_err());
        }
        let wrong = LoadSettings { body_bytes: 39, ..settings(1, 1, 1) };
        assert!(wrong.check().unwrap_err().to_string().contains("40 to"));
        let wrong = settings(1, 100_000, 86_400_000);
        assert!(wrong.check().is_err());
    }
}
