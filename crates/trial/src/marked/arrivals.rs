//! The messages of a run that came back.

use refit_wire::Credentials;
use refit_wire::stomp::{Message, StompLogin};

use super::mark::NoMark;
use super::{Mark, RunLabel};
use crate::inventory::{DrainLimits, ReadToEnd, to_read};
use crate::{StompBroker, TrialError};

/// One message that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Who sent it.
    pub producer: u32,
    /// Its number within the producer.
    pub sequence: u64,
    /// Which consumer got it.
    pub consumer: u32,
    /// Whether the broker said that it may have been delivered before.
    pub redelivered: bool,
}

/// All messages that came, each consumer's in the order in which it got them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Arrivals {
    /// Those of the run.
    pub arrivals: Vec<Arrival>,
    /// How many were of no run, or of another one.
    pub foreign: u64,
    /// How many were ours and were changed.
    pub damaged: u64,
    /// Why not all can have been seen, if so.
    pub cut_short: Option<String>,
}

impl Arrivals {
    /// Takes note of a message; gives its mark if it is one of the run.
    pub(crate) fn note(
        &mut self,
        message: &Message,
        run: &RunLabel,
        consumer: u32,
    ) -> Option<Mark> {
        match Mark::read(message.body(), run) {
            Ok(mark) => {
                let redelivered = message.is_redelivered();
                let (producer, sequence) = (mark.producer, mark.sequence);
                self.arrivals.push(Arrival { producer, sequence, consumer, redelivered });
                Some(mark)
            }
            Err(NoMark::Foreign) => {
                self.foreign += 1;
                None
            }
            Err(NoMark::Damaged) => {
                self.damaged += 1;
                None
            }
        }
    }

    /// Adds those of another consumer.
    pub(crate) fn add(&mut self, other: Self) {
        self.arrivals.extend(other.arrivals);
        self.foreign += other.foreign;
        self.damaged += other.damaged;
        self.cut_short = self.cut_short.take().or(other.cut_short);
    }
}

/// Takes all messages out of a queue that belongs to the run `run`, `/queue/...`, of which
/// `expected` at least are to come.
pub fn collect_arrivals(
    broker: StompBroker<'_>,
    credentials: Option<&Credentials>,
    queue: &str,
    run: &RunLabel,
    expected: u64,
    limits: DrainLimits,
) -> Result<Arrivals, TrialError> {
    let mut arrivals = Arrivals::default();
    let source = ReadToEnd {
        broker,
        login: &StompLogin::new(credentials.cloned()),
        subscription: &to_read(queue.to_owned()),
        limits,
        expected: Some(expected),
        number_is_enough: false,
    };
    let end = source.read(|message| {
        arrivals.note(message, run, 0);
    });
    let end = end.map_err(TrialError::broker(format!("read the queue {queue}")))?;
    arrivals.cut_short = end.cut_short;
    Ok(arrivals)
}
