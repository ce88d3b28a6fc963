//! How a restart is watched.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::TrialError;
use crate::marked::{LEAST_BODY_BYTES, RunLabel};

/// How a restart is watched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapSettings {
    /// The label of this watch; each its own.
    pub label: RunLabel,
    /// The queue, for example `/queue/refit.gap.1`. Nobody else may use it.
    pub queue: String,
    /// The size of a body, in bytes; 40 to 1,048,576.
    pub body_bytes: u32,
    /// How long after the beginning of an attempt to connect the next one begins, in milliseconds.
    pub reconnect_every_milliseconds: u32,
    /// The pause between a confirmation and the next message, in microseconds. A gap is measured
    /// longer by at most this.
    pub pause_microseconds: u32,
    /// How long one answer may take before the connection counts as broken, in milliseconds.
    pub answer_within_milliseconds: u32,
    /// After which time the producer ends by itself, in milliseconds; up to a day.
    pub at_most_milliseconds: u32,
}

impl GapSettings {
    /// The usual: reconnecting every 20 ms, a pause of 2 ms, 10 s for an answer, an hour at most.
    pub fn usual(label: RunLabel, queue: impl Into<String>) -> Self {
        Self {
            label,
            queue: queue.into(),
            body_bytes: 1_000,
            reconnect_every_milliseconds: 20,
            pause_microseconds: 2_000,
            answer_within_milliseconds: 10_000,
            at_most_milliseconds: 3_600_000,
        }
    }

    /// Whether this can be run.
    pub fn check(&self) -> Result<(), TrialError> {
        let sizes = LEAST_BODY_BYTES..=1024 * 1024;
        let wrong = [
            (sizes.contains(&self.body_bytes), "bodies of 40 to 1048576 bytes"),
            (self.queue.starts_with("/queue/"), "a queue whose name begins with `/queue/`"),
            ((1..=60_000).contains(&self.answer_within_milliseconds), "1 to 60000 ms an answer"),
            ((1..=86_400_000).contains(&self.at_most_milliseconds), "up to a day"),
        ];
        match wrong.into_iter().find(|(is_right, _)| !is_right) {
            None => Ok(()),
            Some((_, allowed)) => Err(TrialError::Specification {
                what: "the watch of a restart",
                why: format!("it must have {allowed}"),
            }),
        }
    }

    pub(super) fn reconnect_every(&self) -> Duration {
        Duration::from_millis(self.reconnect_every_milliseconds.into())
    }

    pub(super) fn pause(&self) -> Duration {
        Duration::from_micros(self.pause_microseconds.into())
    }

    pub(super) fn answer_within(&self) -> Duration {
        Duration::from_millis(self.answer_within_milliseconds.into())
    }

    pub(super) fn at_most(&self) -> Duration {
        Duration::from_millis(self.at_most_milliseconds.into())
    }
}
