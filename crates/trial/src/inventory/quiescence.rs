//! When a source counts as read to its end.

use std::time::{Duration, Instant};

/// How long to wait for messages, and how many to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DrainLimits {
    /// How long nothing must come for the source to count as empty, if nothing is missing.
    pub quiet: Duration,
    /// How long nothing must come until what is missing is given up.
    pub patience: Duration,
    /// How long one source may take in all.
    pub at_most: Duration,
    /// How many messages are taken at most.
    pub most_messages: u64,
}

impl Default for DrainLimits {
    /// 1 s, 10 s, 10 min, 2 million.
    fn default() -> Self {
        Self {
            quiet: Duration::from_secs(1),
            patience: Duration::from_secs(10),
            at_most: Duration::from_mins(10),
            most_messages: 2_000_000,
        }
    }
}

/// Whether to go on reading a source. Knows the time only by what it is told.
#[derive(Debug)]
pub struct Quiescence {
    limits: DrainLimits,
    expected: Option<u64>,
    /// Whether the expected number is enough, without a silence after it.
    number_is_enough: bool,
    received: u64,
    last: Instant,
    end: Instant,
}

impl Quiescence {
    /// Begins to read now.
    pub fn begin(
        limits: DrainLimits,
        expected: Option<u64>,
        number_is_enough: bool,
        now: Instant,
    ) -> Self {
        let end = now + limits.at_most;
        Self { limits, expected, number_is_enough, received: 0, last: now, end }
    }

    /// A message came.
    pub fn came(&mut self, now: Instant) {
        self.received += 1;
        self.last = now;
    }

    /// Until when to wait for the next message; none if the source has been read to its end.
    pub fn wait_until(&self, now: Instant) -> Option<Instant> {
        let missing = self.expected.is_some_and(|expected| self.received < expected);
        if self.received >= self.limits.most_messages {
            return None;
        }
        if !missing && self.number_is_enough && self.expected.is_some() {
            return None;
        }
        let silence = if missing { self.limits.patience } else { self.limits.quiet };
        let until = (self.last + silence).min(self.end);
        (now < until).then_some(until)
    }

    /// Why not all can have been seen, if reading ended for such a reason.
    pub fn cut_short(&self, now: Instant) -> Option<String> {
        if self.received >= self.limits.most_messages {
            Some(format!("more than the {} messages that are read", self.limits.most_messages))
        } else if now >= self.end {
            Some(format!("messages still came after {:?}", self.limits.at_most))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: DrainLimits = DrainLimits {
        quiet: Duration::from_secs(1),
        patience: Duration::from_secs(10),
        at_most: Duration::from_mins(1),
        most_messages: 3,
    };

    fn at(begin: Instant, seconds: u64) -> Instant {
        begin + Duration::from_secs(seconds)
    }

    #[test]
    fn without_a_count_silence_ends_it() {
        let begin = Instant::now();
        let mut reading = Quiescence::begin(LIMITS, None, false, begin);
        assert_eq!(reading.wait_until(begin), Some(at(begin, 1)));
        reading.came(at(begin, 1));
        assert_eq!(reading.wait_until(at(begin, 1)), Some(at(begin, 2)));
        assert_eq!(reading.wait_until(at(begin, 2)), None);
        assert_eq!(reading.cut_short(at(begin, 2)), None);
    }

    #[test]
    fn what_is_missing_is_waited_for_longer_and_surplus_is_looked_for() {
        let begin = Instant::now();
        let mut reading = Quiescence::begin(LIMITS, Some(1), false, begin);
        assert_eq!(reading.wait_until(begin), Some(at(begin, 10)));
        reading.came(begin);
        assert_eq!(reading.wait_until(begin), Some(at(begin, 1)), "one more might come");
        let mut counted = Quiescence::begin(LIMITS, Some(1), true, begin);
        counted.came(begin);
        assert_eq!(counted.wait_until(begin), None, "the count afterwards will show it");
    }

    #[test]
    fn nothing_is_waited_for_without_end() {
        let begin = Instant::now();
        let mut reading = Quiescence::begin(LIMITS, Some(9), false, begin);
        reading.came(at(begin, 59));
        assert_eq!(reading.wait_until(at(begin, 59)), Some(at(begin, 60)));
        assert_eq!(reading.wait_until(at(begin, 60)), None);
        assert!(reading.cut_short(at(begin, 60)).is_some());
        reading.came(begin);
        reading.came(begin);
        assert_eq!(reading.wait_until(begin), None);
        assert!(reading.cut_short(begin).unwrap().contains("3 messages"));
    }
}
