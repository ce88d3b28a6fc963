//! Reads one destination until nothing more comes, and acknowledges what came.

use std::time::{Duration, Instant};

use refit_wire::WireError;
use refit_wire::stomp::{Acknowledge, Event, Message, StompClient, StompLogin, Subscription};

use super::DrainLimits;
use super::quiescence::Quiescence;
use crate::StompBroker;

/// How long one answer of the broker may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(15);
/// How many messages may be on their way to us.
const PREFETCH: u32 = 500;
/// After how many messages they are acknowledged.
const ACKNOWLEDGE_EVERY: u32 = 100;
/// After which silence they are acknowledged: brokers that count bytes may wait for it.
const ACKNOWLEDGE_AFTER: Duration = Duration::from_millis(50);

/// A subscription by which a destination is read to its end.
pub fn to_read(destination: String) -> Subscription {
    Subscription::new("1", destination, Acknowledge::UpToThis)
        .with("activemq.prefetchSize", PREFETCH.to_string())
}

/// What to read, and when it ends.
pub struct ReadToEnd<'a> {
    /// The broker.
    pub broker: StompBroker<'a>,
    /// Who reads.
    pub login: &'a StompLogin,
    /// What is read; made by [`to_read`].
    pub subscription: &'a Subscription,
    /// How long to wait.
    pub limits: DrainLimits,
    /// How many messages are expected, where that is known.
    pub expected: Option<u64>,
    /// Whether that number is enough, without a silence after it.
    pub number_is_enough: bool,
}

/// How reading ended.
pub struct End {
    /// What the broker said it is.
    pub server: Option<String>,
    /// Why not all can have been seen, if reading ended for such a reason.
    pub cut_short: Option<String>,
}

impl ReadToEnd<'_> {
    /// Shows `each` message once it has come. When this returns, the broker has processed all
    /// acknowledgements.
    pub fn read(&self, mut each: impl FnMut(&Message)) -> Result<End, WireError> {
        let clock = self.broker.clock;
        let soon = || clock.now() + ANSWER_WITHIN;
        let mut client = self.broker.log_in(self.login, ANSWER_WITHIN)?;
        let server = client.server().map(str::to_owned);
        client.subscribe(self.subscription, soon())?;
        let mut quiescence =
            Quiescence::begin(self.limits, self.expected, self.number_is_enough, clock.now());
        let mut owed = Owed::default();
        while let Some(until) = quiescence.wait_until(clock.now()) {
            let sooner = until.min(clock.now() + ACKNOWLEDGE_AFTER);
            match client.next_event(if owed.is_nothing() { until } else { sooner })? {
                Some(Event::Message(message)) => {
                    check_id(&message, &client)?;
                    each(&message);
                    quiescence.came(clock.now());
                    owed.add(message, &mut client, soon())?;
                }
                Some(Event::Receipt(_)) => {}
                None => owed.pay(&mut client, soon())?,
            }
        }
        owed.pay(&mut client, soon())?;
        let cut_short = quiescence.cut_short(clock.now());
        client.disconnect(soon())?;
        Ok(End { server, cut_short })
    }
}

/// Messages that have come but are not yet acknowledged.
#[derive(Default)]
struct Owed {
    last: Option<Message>,
    count: u32,
}

impl Owed {
    fn is_nothing(&self) -> bool {
        self.last.is_none()
    }

    fn add(
        &mut self,
        message: Message,
        client: &mut StompClient,
        deadline: Instant,
    ) -> Result<(), WireError> {
        self.last = Some(message);
        self.count += 1;
        if self.count < ACKNOWLEDGE_EVERY { Ok(()) } else { self.pay(client, deadline) }
    }

    fn pay(&mut self, client: &mut StompClient, deadline: Instant) -> Result<(), WireError> {
        self.count = 0;
        match self.last.take() {
            Some(message) => client.acknowledge(&message, deadline),
            None => Ok(()),
        }
    }
}

/// Without an id a message cannot be recognised.
fn check_id(message: &Message, client: &StompClient) -> Result<(), WireError> {
    if message.id().is_empty() {
        return Err(WireError::OtherProtocol {
            at: client.at(),
            expected: "STOMP",
            why: "a message has no id".to_owned(),
        });
    }
    Ok(())
}
