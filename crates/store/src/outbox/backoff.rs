//! How long a failed entry waits.

use std::time::Duration;

/// How long an entry of the outbox waits after it failed, and when it is given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    /// After the first failure; doubled after each one more.
    pub first: Duration,
    /// At most.
    pub most: Duration,
    /// After so many attempts it is dead.
    pub attempts: u64,
}

impl Backoff {
    /// How long to wait after attempt number `attempt` (from 1) failed; none, if it was the last.
    pub fn after(&self, attempt: u64) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let doublings = u32::try_from(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        let factor = 2_u32.checked_pow(doublings).unwrap_or(u32::MAX);
        Some(self.first.saturating_mul(factor).min(self.most))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_doubles_up_to_the_most_and_ends() {
        let minutes = |count: u64| Duration::from_secs(60 * count);
        let backoff = Backoff { first: minutes(1), most: minutes(60), attempts: 9 };
        let waits: Vec<_> = (1..=9).map(|attempt| backoff.after(attempt)).collect();
        let mut expected: Vec<_> =
            [1, 2, 4, 8, 16, 32, 60, 60].map(|count| Some(minutes(count))).into();
        expected.push(None);
        assert_eq!(waits, expected);
        let patient = Backoff { attempts: u64::MAX, ..backoff };
        assert_eq!(patient.after(u64::MAX - 1), Some(minutes(60)));
    }
}
