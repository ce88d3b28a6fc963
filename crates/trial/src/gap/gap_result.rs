//! What a watched restart showed.

use refit_model::Document;
use serde::{Deserialize, Serialize};

use super::GapSettings;
use crate::marked::{Accounting, Arrivals, SendFate};

/// One time without connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Break {
    /// The last confirmation before, in microseconds since the watch began.
    pub from_microseconds: u64,
    /// From the last confirmation before to the first one after, in microseconds.
    pub gap_microseconds: u64,
    /// How often it was tried to connect meanwhile.
    pub attempts: u64,
}

/// What a watched restart showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GapResult {
    /// How it was watched.
    pub settings: GapSettings,
    /// How many messages were sent, numbered from 0.
    pub sent: u64,
    /// Those that were not confirmed; all others were.
    pub in_doubt: Vec<u64>,
    /// The longest time between two confirmations, in microseconds, with or without a break; none
    /// with fewer than two.
    pub longest_gap_microseconds: Option<u64>,
    /// The times without connection that have ended; the first thousand.
    pub breaks: Vec<Break>,
    /// Whether there was no connection at the end.
    pub cut_off_at_end: bool,
    /// The last thing that went wrong.
    pub last_error: Option<String>,
}

impl Document for GapResult {
    const TYPE: &'static str = "gap";
    const SCHEMA: u32 = 1;
}

impl GapResult {
    /// How many messages were confirmed.
    pub fn acknowledged(&self) -> u64 {
        self.sent.saturating_sub(u64::try_from(self.in_doubt.len()).unwrap_or(u64::MAX))
    }

    /// What became of the messages, by what was taken out of the queue afterwards.
    pub fn account(&self, came: &Arrivals) -> Accounting {
        // Each message was counted in memory when it was sent, so the number fits.
        let count = usize::try_from(self.sent).unwrap_or(usize::MAX);
        let mut fates = vec![SendFate::Acknowledged; count];
        for number in &self.in_doubt {
            let fate = usize::try_from(*number).ok().and_then(|number| fates.get_mut(number));
            if let Some(fate) = fate {
                *fate = SendFate::InDoubt;
            }
        }
        Accounting::of(&[fates], came)
    }
}
