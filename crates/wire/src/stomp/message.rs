//! Messages and subscriptions, as a STOMP client sees them.

use super::frame::Frame;

/// A message that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message(pub(super) Frame);

impl Message {
    /// The first header of that name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.0.header(name)
    }

    /// All headers in their order.
    pub fn headers(&self) -> &[(String, String)] {
        &self.0.headers
    }

    /// The content.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// The content, without a copy.
    pub fn into_body(self) -> Vec<u8> {
        self.0.body
    }

    /// The queue or topic, for example `/queue/orders`.
    pub fn destination(&self) -> &str {
        self.header("destination").unwrap_or_default()
    }

    /// The broker's id of the message.
    pub fn id(&self) -> &str {
        self.header("message-id").unwrap_or_default()
    }

    /// The subscription that it came by.
    pub fn subscription(&self) -> &str {
        self.header("subscription").unwrap_or_default()
    }

    /// Whether the broker says that it may have been delivered before.
    pub fn is_redelivered(&self) -> bool {
        self.header("redelivered") == Some("true")
    }

    /// Whether this is the mark by which ActiveMQ ends a browse, and no message.
    pub(super) fn ends_browse(&self) -> bool {
        self.header("browser") == Some("end")
    }

    /// About how much memory it takes, in bytes.
    pub(super) fn weight(&self) -> usize {
        let headers = self.headers().iter();
        let headers: usize = headers.map(|(name, value)| 64 + name.len() + value.len()).sum();
        self.0.body.len() + headers
    }
}

/// A message to send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingMessage(pub(super) Frame);

impl OutgoingMessage {
    /// A message that survives a restart of the broker.
    pub fn persistent(destination: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        Self::transient(destination, body).with("persistent", "true")
    }

    /// A message that need not survive a restart of the broker.
    pub fn transient(destination: impl Into<String>, body: impl Into<Vec<u8>>) -> Self {
        let mut frame = Frame::new("SEND").with("destination", destination);
        frame.body = body.into();
        Self(frame)
    }

    /// This message with one more header, for example `priority` or `expires`.
    #[must_use]
    pub fn with(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self(self.0.with(name, value))
    }

    /// This message marked as text, which is what ActiveMQ takes it for in spite of its length.
    #[must_use]
    pub fn as_text(self) -> Self {
        self.with("amq-msg-type", "text")
    }
}

/// How messages of a subscription are acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledge {
    /// By the broker, as soon as it has sent them.
    Automatically,
    /// By the client, each message together with all before it.
    UpToThis,
    /// By the client, each message alone.
    Each,
}

impl Acknowledge {
    fn word(self) -> &'static str {
        match self {
            Self::Automatically => "auto",
            Self::UpToThis => "client",
            Self::Each => "client-individual",
        }
    }
}

/// What to subscribe to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subscription(pub(super) Frame);

impl Subscription {
    /// A subscription with an id of the client's choice, unique within the session.
    pub fn new(
        id: impl Into<String>,
        destination: impl Into<String>,
        acknowledge: Acknowledge,
    ) -> Self {
        let frame = Frame::new("SUBSCRIBE")
            .with("id", id)
            .with("destination", destination)
            .with("ack", acknowledge.word());
        Self(frame)
    }

    /// This subscription to a topic made durable under a name. The session needs a client name
    /// ([`super::StompLogin::client_id`]).
    #[must_use]
    pub fn durable(self, name: impl Into<String>) -> Self {
        self.with("activemq.subscriptionName", name)
    }

    /// This subscription with one more header, for example `selector`.
    #[must_use]
    pub fn with(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        Self(self.0.with(name, value))
    }
}
