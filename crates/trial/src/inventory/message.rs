//! One message, as an inventory keeps it.

use std::collections::BTreeMap;

use refit_wire::stomp::Message;
use serde::{Deserialize, Serialize};

use super::ContentNames;

/// The headers that are not among [`InventoriedMessage::headers`], and why.
pub const LEFT_OUT_HEADERS: [(&str, &str); 9] = [
    ("message-id", "kept as `id`: it is stored with the message"),
    ("persistent", "kept as `persistent`"),
    ("priority", "kept as `priority`"),
    ("expires", "kept as `expires_unix_milliseconds`"),
    ("redelivered", "kept as `redelivered`, and not compared: it says how often it was read"),
    ("content-length", "kept as `body_bytes` and `has_length`"),
    ("destination", "the same for all messages of a source"),
    ("subscription", "the number of our own subscription"),
    ("ack", "made up for each delivery"),
];

/// One message. Its place is its place in the list of its source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InventoriedMessage {
    /// The broker's id of it, which is stored with it.
    pub id: String,
    /// Whether it survives a restart of the broker.
    pub persistent: bool,
    /// Its priority, 0 to 9; 4 where none is told.
    pub priority: u8,
    /// When it expires, in milliseconds of Unix time; 0 is never.
    pub expires_unix_milliseconds: u64,
    /// All other headers that are stored with it, the time of sending among them. With keyed names
    /// the values are names, except the time of sending.
    pub headers: BTreeMap<String, String>,
    /// The name of its body.
    pub body: String,
    /// The length of its body.
    pub body_bytes: u64,
    /// Whether it came with a length. ActiveMQ gives bytes with one and text without.
    pub has_length: bool,
    /// Whether the broker says that it may have been delivered before. Not compared.
    pub redelivered: bool,
}

impl InventoriedMessage {
    /// Keeps a message that came.
    pub(super) fn of(message: &Message, names: &ContentNames<'_>) -> Self {
        let number = |name| message.header(name).and_then(|value| value.trim().parse::<u64>().ok());
        let priority = number("priority").and_then(|priority| u8::try_from(priority).ok());
        Self {
            id: message.id().to_owned(),
            persistent: message.header("persistent") == Some("true"),
            priority: priority.unwrap_or(4),
            expires_unix_milliseconds: number("expires").unwrap_or_default(),
            headers: kept_headers(message, names),
            body: names.body(message.body()),
            body_bytes: u64::try_from(message.body().len()).unwrap_or(u64::MAX),
            has_length: message.header("content-length").is_some(),
            redelivered: message.is_redelivered(),
        }
    }
}

fn kept_headers(message: &Message, names: &ContentNames<'_>) -> BTreeMap<String, String> {
    let mut kept = BTreeMap::new();
    for (name, value) in message.headers() {
        if LEFT_OUT_HEADERS.iter().any(|(left_out, _)| left_out == name) {
            continue;
        }
        let value = if name == "timestamp" { value.clone() } else { names.header(value) };
        // Of headers with one name the first counts.
        kept.entry(name.clone()).or_insert(value);
    }
    kept
}
