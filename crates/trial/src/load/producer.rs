//! One producer: sends when it is time, whether or not the broker has answered.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use refit_wire::WireError;
use refit_wire::stomp::{Event, OutgoingMessage, Receipt, StompClient};

use super::LoadSettings;
use crate::Clock;
use crate::latency::LatencyRecorder;
use crate::marked::{Mark, SendFate};
use refit_model::with_causes;

/// How many messages of one producer may be unanswered; then it has to wait.
const MOST_UNANSWERED: usize = 1_000;

/// What all producers of a run share.
#[derive(Clone, Copy)]
pub struct Producing<'a> {
    /// What load to make.
    pub settings: &'a LoadSettings,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// When the run starts.
    pub start: Instant,
    /// How many messages were confirmed, of all producers.
    pub acknowledged: &'a AtomicU64,
}

/// What one producer tells.
pub struct Produced {
    /// What became of its messages, by their numbers.
    pub fates: Vec<SendFate>,
    /// From the intended time to the confirmation.
    pub acknowledge: LatencyRecorder,
    /// By how much it was itself late, for whatever reason but an unready broker.
    pub send_delay: LatencyRecorder,
    /// When the last message was sent.
    pub last_sent: Option<Instant>,
    /// Why it ended early, if so.
    pub failure: Option<String>,
}

/// A producer at work.
pub struct Producer<'a> {
    run: Producing<'a>,
    number: u32,
    client: StompClient,
    unanswered: VecDeque<Unanswered>,
    produced: Produced,
    /// Until when the broker kept it from going on.
    held_up_until: Instant,
}

struct Unanswered {
    receipt: Receipt,
    /// Its place among the fates.
    place: usize,
    intended: Instant,
    is_measured: bool,
}

impl<'a> Producer<'a> {
    /// A producer with its connection.
    pub fn new(run: Producing<'a>, number: u32, client: StompClient) -> Self {
        let produced = Produced {
            fates: Vec::new(),
            acknowledge: LatencyRecorder::new(),
            send_delay: LatencyRecorder::new(),
            last_sent: None,
            failure: None,
        };
        let unanswered = VecDeque::new();
        Self { run, number, client, unanswered, produced, held_up_until: run.start }
    }

    /// Sends everything, and waits for the last answers.
    pub fn run(mut self) -> Produced {
        if let Err(error) = self.send_all().and_then(|()| self.settle()) {
            self.produced.failure =
                Some(format!("producer {} failed: {}", self.number, with_causes(&error)));
            return self.produced;
        }
        let deadline = self.run.clock.now() + Duration::from_secs(5);
        if let Err(error) = self.client.disconnect(deadline) {
            self.produced.failure = Some(format!(
                "producer {} could not take leave: {}",
                self.number,
                with_causes(&error)
            ));
        }
        self.produced
    }

    fn send_all(&mut self) -> Result<(), WireError> {
        // Whoever falls behind this far has shown what there is to see.
        let end = self.run.start + self.run.settings.lasts() + self.run.settings.settle();
        for sequence in 0..self.run.settings.share_of(self.number) {
            let offset = self.run.settings.intended_microseconds(self.number, sequence);
            let intended = self.run.start + Duration::from_micros(offset);
            let message = self.message(sequence, offset);
            self.wait_until(intended)?;
            if self.run.clock.now() >= end {
                break;
            }
            self.send(&message, intended, self.run.settings.is_measured(offset), end)?;
        }
        Ok(())
    }

    /// Waits for the time to send, and takes note of answers meanwhile.
    fn wait_until(&mut self, intended: Instant) -> Result<(), WireError> {
        while self.run.clock.now() < intended {
            if self.unanswered.is_empty() {
                self.run.clock.sleep_until(intended);
            } else {
                self.read_answer(intended)?;
            }
        }
        Ok(())
    }

    fn message(&self, sequence: u64, offset: u64) -> OutgoingMessage {
        let settings = self.run.settings;
        let mark = Mark { producer: self.number, sequence, intended_microseconds: offset };
        OutgoingMessage::persistent(
            &settings.queue,
            mark.body(&settings.label, settings.body_bytes),
        )
    }

    fn send(
        &mut self,
        message: &OutgoingMessage,
        intended: Instant,
        is_measured: bool,
        end: Instant,
    ) -> Result<(), WireError> {
        let now = self.run.clock.now();
        if is_measured {
            let ready = intended.max(self.held_up_until);
            self.produced.send_delay.record(now.saturating_duration_since(ready));
        }
        // In doubt from before it is sent: an error does not tell how far it came.
        let place = self.produced.fates.len();
        self.produced.fates.push(SendFate::InDoubt);
        self.produced.last_sent = Some(now);
        let receipt = self.client.post(message, end)?;
        self.unanswered.push_back(Unanswered { receipt, place, intended, is_measured });
        while self.unanswered.len() >= MOST_UNANSWERED && self.run.clock.now() < end {
            self.read_answer(end)?;
        }
        self.held_up_until = self.run.clock.now();
        Ok(())
    }

    /// Waits for all answers, but not for ever: what is still unanswered then is in doubt.
    fn settle(&mut self) -> Result<(), WireError> {
        let end = self.run.clock.now() + self.run.settings.settle();
        while !self.unanswered.is_empty() && self.run.clock.now() < end {
            self.read_answer(end)?;
        }
        Ok(())
    }

    fn read_answer(&mut self, until: Instant) -> Result<(), WireError> {
        let Some(Event::Receipt(receipt)) = self.client.next_event(until)? else {
            return Ok(());
        };
        let now = self.run.clock.now();
        let answered = self.unanswered.iter().position(|waiting| waiting.receipt == receipt);
        let Some(answered) = answered.and_then(|place| self.unanswered.remove(place)) else {
            return Ok(());
        };
        self.produced.fates[answered.place] = SendFate::Acknowledged;
        self.run.acknowledged.fetch_add(1, Ordering::Relaxed);
        if answered.is_measured {
            self.produced.acknowledge.record(now.saturating_duration_since(answered.intended));
        }
        Ok(())
    }
}
