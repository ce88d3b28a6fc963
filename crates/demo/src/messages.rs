//! The messages of an environment: which they are follows from its name and sizes alone.

use std::collections::BTreeMap;

use refit_wire::stomp::OutgoingMessage;
use sha2::{Digest as _, Sha256};

use crate::Sizes;

/// The queues with messages.
pub const QUEUES: [&str; 3] =
    ["/queue/orders.incoming", "/queue/orders.returns", "/queue/billing.events"];
/// The topic of the durable subscription.
pub const TOPIC: &str = "/topic/prices.changed";
/// The client's name of the durable subscription.
pub const CLIENT_ID: &str = "acme-audit";
/// The name of the durable subscription.
pub const SUBSCRIPTION: &str = "price-trail";
/// The first of January 2100, in milliseconds of Unix time.
const FAR_AWAY: u64 = 4_102_444_800_000;

/// Everything that an environment's broker holds once it is loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expected {
    /// The messages in queues: queue by queue, each in the order in which they were sent.
    pub queued: Vec<ExpectedMessage>,
    /// The durable subscription.
    pub subscription: ExpectedSubscription,
}

/// A message as it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedMessage {
    /// The queue or topic, for example `/queue/orders.incoming`.
    pub destination: String,
    /// Its place among the messages of that destination, from 0.
    pub number: u32,
    /// The headers that must come back with it, with equal values.
    pub headers: BTreeMap<String, String>,
    /// The SHA-256 of its body, in lower-case hexadecimal.
    pub body_sha256: String,
    /// Whether it was sent as text, not as bytes.
    pub is_text: bool,
    body: Vec<u8>,
}

/// A durable subscription with the messages that wait for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedSubscription {
    /// The client's name.
    pub client_id: String,
    /// The subscription's name.
    pub name: String,
    /// The topic, for example `/topic/prices.changed`.
    pub topic: String,
    /// The waiting messages in order.
    pub pending: Vec<ExpectedMessage>,
}

impl Expected {
    /// What the environment named `site` holds with these sizes. `stamp` is the header that the
    /// site's plugin adds to every message.
    pub fn of(site: &str, sizes: Sizes, stamp: (&str, &str)) -> Self {
        let messages = |destination: &'static str, count: u32, text_only: bool| {
            (0..count).map(move |number| {
                let is_text = text_only || number % 3 != 2;
                message(site, destination, number, is_text, sizes, stamp)
            })
        };
        let queued = QUEUES.iter().flat_map(|queue| messages(queue, sizes.queue_messages, false));
        Self {
            queued: queued.collect(),
            subscription: ExpectedSubscription {
                client_id: CLIENT_ID.to_owned(),
                name: SUBSCRIPTION.to_owned(),
                topic: TOPIC.to_owned(),
                pending: messages(TOPIC, sizes.durable_messages, true).collect(),
            },
        }
    }

    /// The expected messages of one queue, in order.
    pub fn in_queue(&self, queue: &str) -> impl Iterator<Item = &ExpectedMessage> {
        self.queued.iter().filter(move |message| message.destination == queue)
    }

    /// The queues with messages, for example `/queue/orders.incoming`.
    pub fn queues(&self) -> [&'static str; 3] {
        QUEUES
    }
}

impl ExpectedMessage {
    /// The message as it is sent.
    pub fn to_send(&self) -> OutgoingMessage {
        let mut message = OutgoingMessage::persistent(&self.destination, self.body.as_slice());
        for (name, value) in &self.headers {
            // Those are set by the broker or by the line above.
            if name != crate::plugin::PROPERTY && name != "persistent" {
                message = message.with(name, value);
            }
        }
        if self.is_text { message.as_text() } else { message }
    }
}

fn message(
    site: &str,
    destination: &str,
    number: u32,
    is_text: bool,
    sizes: Sizes,
    (stamp, stamped): (&str, &str),
) -> ExpectedMessage {
    let body = body(site, destination, number, is_text, sizes.body_bytes);
    let mut headers = BTreeMap::from([
        ("acmeNumber".to_owned(), number.to_string()),
        ("acme-source".to_owned(), format!("{site}: till \\{}", number % 7)),
        ("correlation-id".to_owned(), format!("{site}-{number}")),
        ("priority".to_owned(), (number % 10).to_string()),
        ("persistent".to_owned(), "true".to_owned()),
        (stamp.to_owned(), stamped.to_owned()),
    ]);
    if number.is_multiple_of(2) {
        let expires = FAR_AWAY + u64::from(number);
        headers.insert("expires".to_owned(), expires.to_string());
    }
    if number.is_multiple_of(5) {
        headers.insert("type".to_owned(), "acme.order.v2".to_owned());
        headers.insert("reply-to".to_owned(), "/queue/orders.answers".to_owned());
    }
    ExpectedMessage {
        destination: destination.to_owned(),
        number,
        headers,
        body_sha256: hex::encode(Sha256::digest(&body)),
        is_text,
        body,
    }
}

/// A body of one to one and a half times `length`, each different. That of a text has characters of
/// one to three bytes (those of four the broker passes on, but cannot show in its console), that of
/// another has bytes of every value, zero among them.
fn body(site: &str, destination: &str, number: u32, is_text: bool, length: u32) -> Vec<u8> {
    let length = usize::try_from(length + length * (number % 6) / 10).unwrap_or_default();
    let mut body = Vec::with_capacity(length + 64);
    if is_text {
        body.extend_from_slice(format!("{site} {destination} {number} \u{e4}\u{20ac} ").as_bytes());
    } else {
        body.extend(0..=u8::MAX);
    }
    let mut block = Sha256::digest(format!("{site}\0{destination}\0{number}"));
    while body.len() < length {
        if is_text {
            body.extend_from_slice(hex::encode(block).as_bytes());
        } else {
            body.extend_from_slice(&block);
        }
        block = Sha256::digest(block);
    }
    body
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn messages_are_always_the_same_and_each_is_different() {
        let make = || Expected::of("staging", Sizes::default(), ("acmeSite", "staging"));
        let expected = make();
        assert_eq!(expected, make());
        assert_eq!(expected.queued.len(), 600);
        let all = expected.queued.iter().chain(&expected.subscription.pending);
        let digests: BTreeSet<_> = all.map(|message| &message.body_sha256).collect();
        assert_eq!(digests.len(), 700);
        assert!(expected.queued.iter().any(|message| !message.is_text));
    }
}
