//! One consumer: takes messages, acknowledges each, and notes when it came.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use refit_wire::WireError;
use refit_wire::stomp::{Event, StompClient};

use super::LoadSettings;
use crate::Clock;
use crate::latency::LatencyRecorder;
use crate::marked::Arrivals;
use refit_model::with_causes;

/// How long one wait for a message is, before it is looked whether the run has ended.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// How long a farewell may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);

/// What all consumers of a run share.
#[derive(Clone, Copy)]
pub struct Consuming<'a> {
    /// What load is made.
    pub settings: &'a LoadSettings,
    /// The clock.
    pub clock: &'a dyn Clock,
    /// When the run starts.
    pub start: Instant,
    /// How many messages came, to all consumers.
    pub came: &'a AtomicU64,
    /// Set when the run has ended.
    pub ended: &'a AtomicBool,
}

/// What one consumer tells.
pub struct Consumed {
    /// What came, in its order.
    pub arrivals: Arrivals,
    /// From the intended time of sending to the arrival.
    pub end_to_end: LatencyRecorder,
    /// Why it ended early, if so.
    pub failure: Option<String>,
}

/// Takes messages until the run has ended.
pub fn consume(run: Consuming<'_>, number: u32, mut client: StompClient) -> Consumed {
    let mut consumed = Consumed {
        arrivals: Arrivals::default(),
        end_to_end: LatencyRecorder::new(),
        failure: None,
    };
    let taken = take_all(run, number, &mut client, &mut consumed);
    let left = taken.and_then(|()| client.disconnect(run.clock.now() + ANSWER_WITHIN));
    if let Err(error) = left {
        consumed.failure = Some(format!("consumer {number} failed: {}", with_causes(&error)));
    }
    consumed
}

fn take_all(
    run: Consuming<'_>,
    number: u32,
    client: &mut StompClient,
    consumed: &mut Consumed,
) -> Result<(), WireError> {
    while !run.ended.load(Ordering::Relaxed) {
        let Some(Event::Message(message)) = client.next_event(run.clock.now() + LOOK_EVERY)? else {
            continue;
        };
        let now = run.clock.now();
        client.acknowledge(&message, now + ANSWER_WITHIN)?;
        let mark = consumed.arrivals.note(&message, &run.settings.label, number);
        run.came.fetch_add(1, Ordering::Relaxed);
        let Some(mark) = mark.filter(|mark| run.settings.is_measured(mark.intended_microseconds))
        else {
            continue;
        };
        let intended = run.start.checked_add(Duration::from_micros(mark.intended_microseconds));
        if let Some(intended) = intended {
            consumed.end_to_end.record(now.saturating_duration_since(intended));
        }
    }
    Ok(())
}
