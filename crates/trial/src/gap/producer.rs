//! The producer that keeps on trying.

use std::sync::Arc;
use std::time::{Duration, Instant};

use refit_wire::stomp::{OutgoingMessage, StompClient, StompLogin};
use refit_wire::{Connect, WireError};

use super::watch::Shared;
use super::{Break, GapResult, GapSettings};
use crate::marked::Mark;
use crate::{Clock, StompBroker};
use refit_model::with_causes;

/// How many breaks are kept one by one.
const MOST_BREAKS: usize = 1_000;
/// How many messages are sent at most: each is kept account of.
const MOST_MESSAGES: u64 = 20_000_000;

/// The producer, as it is handed to its thread.
pub struct GapProducer {
    pub connect: Arc<dyn Connect>,
    pub clock: Arc<dyn Clock>,
    pub address: String,
    pub login: StompLogin,
    pub settings: GapSettings,
    pub shared: Arc<Shared>,
}

/// What it has seen so far.
struct Seen {
    begin: Instant,
    last_acknowledgement: Option<Instant>,
    /// Whether the connection broke since then, and how often it was tried again.
    broken: Option<u64>,
    result: GapResult,
}

impl GapProducer {
    /// Sends until it is told to stop.
    pub fn run(&self) -> GapResult {
        let begin = self.clock.now();
        let mut seen = Seen::at(begin, self.settings.clone());
        let end = begin + self.settings.at_most();
        while self.goes_on(end, &seen) {
            let next_attempt = self.clock.now() + self.settings.reconnect_every();
            let ended = self.connect().and_then(|client| self.send(client, end, &mut seen));
            if let Err(error) = ended {
                seen.broke(&error);
                self.clock.sleep_until(next_attempt);
            }
        }
        seen.result.cut_off_at_end = seen.broken.is_some();
        seen.result
    }

    fn goes_on(&self, end: Instant, seen: &Seen) -> bool {
        !self.shared.is_stopped() && self.clock.now() < end && seen.result.sent < MOST_MESSAGES
    }

    fn connect(&self) -> Result<StompClient, WireError> {
        let broker = StompBroker {
            connect: self.connect.as_ref(),
            address: &self.address,
            clock: self.clock.as_ref(),
        };
        broker.log_in(&self.login, self.settings.answer_within())
    }

    fn send(
        &self,
        mut client: StompClient,
        end: Instant,
        seen: &mut Seen,
    ) -> Result<(), WireError> {
        while self.goes_on(end, seen) {
            let sequence = seen.result.sent;
            let mark = Mark { producer: 0, sequence, intended_microseconds: 0 };
            let body = mark.body(&self.settings.label, self.settings.body_bytes);
            let message = OutgoingMessage::persistent(&self.settings.queue, body);
            seen.result.sent += 1;
            let deadline = self.clock.now() + self.settings.answer_within();
            if let Err(error) = client.send(&message, deadline) {
                seen.result.in_doubt.push(sequence);
                return Err(error);
            }
            let now = self.clock.now();
            seen.acknowledged(now);
            self.shared.count_acknowledgement();
            self.clock.sleep_until(now + self.settings.pause());
        }
        let left = client.disconnect(self.clock.now() + self.settings.answer_within());
        // All was confirmed, so nothing depends on the farewell.
        if let Err(error) = left {
            seen.result.last_error = Some(with_causes(&error));
        }
        Ok(())
    }
}

impl Seen {
    fn at(begin: Instant, settings: GapSettings) -> Self {
        let result = GapResult {
            settings,
            sent: 0,
            in_doubt: Vec::new(),
            longest_gap_microseconds: None,
            breaks: Vec::new(),
            cut_off_at_end: false,
            last_error: None,
        };
        Self { begin, last_acknowledgement: None, broken: None, result }
    }

    fn broke(&mut self, error: &WireError) {
        *self.broken.get_or_insert(0) += 1;
        self.result.last_error = Some(with_causes(error));
    }

    fn acknowledged(&mut self, now: Instant) {
        let broken = self.broken.take();
        if let Some(last) = self.last_acknowledgement.replace(now) {
            let gap_microseconds = microseconds(now.saturating_duration_since(last));
            let longest = self.result.longest_gap_microseconds.unwrap_or_default();
            self.result.longest_gap_microseconds = Some(longest.max(gap_microseconds));
            if let Some(attempts) = broken.filter(|_| self.result.breaks.len() < MOST_BREAKS) {
                let from_microseconds = microseconds(last.saturating_duration_since(self.begin));
                self.result.breaks.push(Break { from_microseconds, gap_microseconds, attempts });
            }
        }
    }
}

fn microseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}
