//! Subscribing, acknowledging and browsing.

use std::collections::HashMap;
use std::time::Instant;

use super::client::{Event, StompClient};
use super::frame::Frame;
use super::message::{Acknowledge, Message, Subscription};
use crate::WireError;

/// The subscription id that browsing uses.
const BROWSE_ID: &str = "refit-browse";
/// How many browses in a row must show nothing new: one may end early while the broker is busy.
const QUIET_BROWSES: u32 = 3;
/// How many messages the broker may have sent to a browse that are not acknowledged: all that it
/// holds in memory, for none is.
const BROWSE_PREFETCH: &str = "1000000";
/// How far the times of neighbouring messages may be apart in the wrong order.
const SKEW_MILLISECONDS: u64 = 1_000;

impl StompClient {
    /// Subscribes, and waits until the broker has done so. Messages come as events.
    pub fn subscribe(
        &mut self,
        subscription: &Subscription,
        deadline: Instant,
    ) -> Result<(), WireError> {
        let receipt = self.send_with_receipt(subscription.0.clone(), deadline)?;
        self.wait_for(receipt, deadline)
    }

    /// Acknowledges a message of a subscription that does so itself.
    pub fn acknowledge(&mut self, message: &Message, deadline: Instant) -> Result<(), WireError> {
        let id = message.header("ack").unwrap_or_default().to_owned();
        self.send_frame(&Frame::new("ACK").with("id", id), deadline)
    }

    /// Ends a subscription. One that is durable goes on collecting messages.
    pub fn unsubscribe(&mut self, id: &str, deadline: Instant) -> Result<(), WireError> {
        let frame = Frame::new("UNSUBSCRIBE").with("id", id);
        let receipt = self.send_with_receipt(frame, deadline)?;
        self.wait_for(receipt, deadline)
    }

    /// Deletes a durable subscription of this client's name with all messages that it holds.
    pub fn delete_durable(&mut self, name: &str, deadline: Instant) -> Result<(), WireError> {
        let frame =
            Frame::new("UNSUBSCRIBE").with("id", name).with("activemq.subscriptionName", name);
        let receipt = self.send_with_receipt(frame, deadline)?;
        self.wait_for(receipt, deadline)
    }

    /// Shows `each` the messages that wait in a queue, in order, leaves all where they are, and
    /// tells how many they were. ActiveMQ only. Use a session without other subscriptions, whose
    /// messages would be skipped.
    ///
    /// Where any policy of the broker applies to the queue, the broker ends a browse after 400
    /// messages (`maxBrowsePageSize`) without a word, so the queue is browsed again from the last
    /// message's time on until nothing new comes several times. This is not complete if 400
    /// messages have the same millisecond, or if the queue is larger than its memory limit: compare
    /// the number with what [`crate::jolokia::Queue::size`] says.
    pub fn browse(
        &mut self,
        queue: &str,
        deadline: Instant,
        mut each: impl FnMut(Message),
    ) -> Result<u64, WireError> {
        let mut shown = Shown::default();
        let (mut from, mut quiet) = (None, 0);
        while quiet < QUIET_BROWSES {
            let before = shown.count;
            let selector = from.map(|from| format!("JMSTimestamp >= {from}"));
            self.browse_once(queue, selector.as_deref(), deadline, |message| {
                if shown.is_new(&message) {
                    each(message);
                }
            })?;
            let progress = shown.count > before;
            quiet = if progress { 0 } else { quiet + 1 };
            from = shown.browse_from(progress);
        }
        Ok(shown.count)
    }

    /// Browses once, up to the broker's limit; only messages that match the selector, if given.
    pub fn browse_once(
        &mut self,
        queue: &str,
        selector: Option<&str>,
        deadline: Instant,
        mut each: impl FnMut(Message),
    ) -> Result<(), WireError> {
        // The broker reads on from its store by as many messages as are sent and not acknowledged
        // yet. Were they acknowledged automatically, a browse would end early at its own speed.
        let mut subscription = Subscription::new(BROWSE_ID, queue, Acknowledge::Each)
            .with("browser", "true")
            .with("activemq.prefetchSize", BROWSE_PREFETCH);
        if let Some(selector) = selector {
            subscription = subscription.with("selector", selector);
        }
        self.send_frame(&subscription.0, deadline)?;
        loop {
            match self.next_event(deadline)? {
                Some(Event::Message(message)) if message.subscription() != BROWSE_ID => {}
                Some(Event::Message(message)) if message.ends_browse() => break,
                Some(Event::Message(message)) => each(message),
                Some(Event::Receipt(_)) => {}
                None => {
                    return Err(WireError::TimedOut { at: self.at(), doing: "browsing a queue" });
                }
            }
        }
        self.unsubscribe(BROWSE_ID, deadline)
    }
}

/// What a repeated browse has shown already.
#[derive(Default)]
struct Shown {
    count: u64,
    /// The times of messages by id, as far as they may be shown again.
    times: HashMap<String, u64>,
    last_time: Option<u64>,
    /// The time from which was browsed last; it only grows, since older ids are forgotten.
    from: u64,
}

impl Shown {
    fn is_new(&mut self, message: &Message) -> bool {
        let time = message.header("timestamp").and_then(|time| time.parse().ok());
        let id = message.id().to_owned();
        let is_new = self.times.insert(id, time.unwrap_or_default()).is_none();
        if is_new {
            self.count += 1;
            self.last_time = time;
        }
        is_new
    }

    /// The time from which to browse next. Somewhat before the last message's, because messages of
    /// several senders need not wait in the order of their times; but exactly that if a page of the
    /// broker is filled before anything new comes.
    fn browse_from(&mut self, progress: bool) -> Option<u64> {
        let last = self.last_time?;
        let skew = if progress { SKEW_MILLISECONDS } else { 0 };
        self.from = self.from.max(last.saturating_sub(skew));
        self.times.retain(|_, time| *time >= self.from);
        Some(self.from)
    }
}
