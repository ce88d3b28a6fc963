//! The STOMP client: login, sending, events, farewell.

use std::collections::VecDeque;
use std::fmt;
use std::time::Instant;

use super::decoder::Limits;
use super::frame::Frame;
use super::login::StompLogin;
use super::message::{Message, OutgoingMessage};
use super::session::{LOGGING_IN, Session};
use crate::{Connect, Stream, WireError, open};

/// How much of what comes while something else is awaited is kept, in bytes.
const MOST_WAITING_BYTES: usize = 256 * 1024 * 1024;

/// How often a server that hangs up during the login is asked.
const MOST_LOGINS: u32 = 3;

/// A session of STOMP 1.2 with a broker.
///
/// After an error other than [`WireError::CannotSend`] and [`WireError::NotPermitted`] the session
/// is of no further use: drop it. Dropping ends the connection without a farewell.
pub struct StompClient {
    session: Session,
    connected: Frame,
    waiting: VecDeque<Event>,
    waiting_bytes: usize,
    last_receipt: u64,
}

/// What comes from a broker without being asked for at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A message of a subscription.
    Message(Message),
    /// The broker has processed what was posted under this number.
    Receipt(Receipt),
}

/// The number under which the broker confirms one thing that was sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Receipt(u64);

impl StompClient {
    /// Connects to `address`, `HOST:PORT`, and logs in. ActiveMQ sometimes hangs up on a wrong
    /// password without a word (5 of 100 times, where the connector is not `nio`), so a server that
    /// hangs up is asked again, up to three times.
    pub fn log_in(
        connect: &dyn Connect,
        address: &str,
        login: &StompLogin,
        deadline: Instant,
    ) -> Result<Self, WireError> {
        let mut attempt = 1;
        loop {
            let stream = open(connect, address, deadline)?;
            match Self::connect(stream, login, deadline) {
                Err(WireError::Closed { doing, .. })
                    if doing == LOGGING_IN && attempt < MOST_LOGINS =>
                {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    /// Logs in over a fresh stream.
    pub fn connect(
        stream: Box<dyn Stream>,
        login: &StompLogin,
        deadline: Instant,
    ) -> Result<Self, WireError> {
        Self::connect_with_limits(stream, login, Limits::default(), deadline)
    }

    /// Logs in over a fresh stream, with other limits for what the broker sends.
    pub fn connect_with_limits(
        stream: Box<dyn Stream>,
        login: &StompLogin,
        limits: Limits,
        deadline: Instant,
    ) -> Result<Self, WireError> {
        let (session, connected) = Session::begin(stream, login, limits, deadline)?;
        Ok(Self { session, connected, waiting: VecDeque::new(), waiting_bytes: 0, last_receipt: 0 })
    }

    /// What the broker says it is, for example `ActiveMQ/5.18.3`.
    pub fn server(&self) -> Option<&str> {
        self.connected.header("server")
    }

    /// The address of the broker, as it was asked for.
    pub fn at(&self) -> String {
        self.session.at()
    }

    /// Sends a message and waits until the broker has it.
    pub fn send(&mut self, message: &OutgoingMessage, deadline: Instant) -> Result<(), WireError> {
        let receipt = self.post(message, deadline)?;
        self.wait_for(receipt, deadline)
    }

    /// Sends a message; the broker's confirmation comes as an [`Event::Receipt`].
    pub fn post(
        &mut self,
        message: &OutgoingMessage,
        deadline: Instant,
    ) -> Result<Receipt, WireError> {
        self.send_with_receipt(message.0.clone(), deadline)
    }

    /// The next message or receipt, or none if none has come before `deadline`.
    pub fn next_event(&mut self, deadline: Instant) -> Result<Option<Event>, WireError> {
        if let Some(event) = self.waiting.pop_front() {
            self.waiting_bytes -= weight(&event);
            return Ok(Some(event));
        }
        match self.session.read(deadline)? {
            None => Ok(None),
            Some(frame) => self.event(frame).map(Some),
        }
    }

    /// Says farewell, and waits until the broker has processed everything.
    pub fn disconnect(mut self, deadline: Instant) -> Result<(), WireError> {
        let receipt = self.send_with_receipt(Frame::new("DISCONNECT"), deadline)?;
        self.wait_for(receipt, deadline)
    }

    /// Sends a frame that is not confirmed.
    pub(super) fn send_frame(&mut self, frame: &Frame, deadline: Instant) -> Result<(), WireError> {
        self.session.send(frame, deadline)
    }

    /// Sends a frame and asks for a confirmation.
    pub(super) fn send_with_receipt(
        &mut self,
        frame: Frame,
        deadline: Instant,
    ) -> Result<Receipt, WireError> {
        self.last_receipt += 1;
        let receipt = Receipt(self.last_receipt);
        let frame = frame.with("receipt", receipt.0.to_string());
        self.session.send(&frame, deadline)?;
        Ok(receipt)
    }

    /// Waits for a confirmation. What else comes is kept for [`StompClient::next_event`].
    pub(super) fn wait_for(
        &mut self,
        receipt: Receipt,
        deadline: Instant,
    ) -> Result<(), WireError> {
        loop {
            let frame = self.session.read(deadline)?.ok_or_else(|| WireError::TimedOut {
                at: self.at(),
                doing: "waiting for a receipt",
            })?;
            match self.event(frame)? {
                Event::Receipt(come) if come == receipt => return Ok(()),
                event => self.keep(event)?,
            }
        }
    }

    fn keep(&mut self, event: Event) -> Result<(), WireError> {
        self.waiting_bytes += weight(&event);
        if self.waiting_bytes > MOST_WAITING_BYTES {
            return Err(WireError::TooLarge {
                at: self.at(),
                what: "bytes of messages while something else was awaited",
                limit: MOST_WAITING_BYTES,
            });
        }
        self.waiting.push_back(event);
        Ok(())
    }

    fn event(&self, frame: Frame) -> Result<Event, WireError> {
        let receipt = || frame.header("receipt-id")?.parse().ok();
        match (frame.command.as_str(), receipt()) {
            ("MESSAGE", _) => Ok(Event::Message(Message(frame))),
            ("RECEIPT", Some(number)) => Ok(Event::Receipt(Receipt(number))),
            (other, _) => Err(WireError::OtherProtocol {
                at: self.at(),
                expected: "STOMP",
                why: format!("unexpected `{other}` frame"),
            }),
        }
    }
}

impl fmt::Debug for StompClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StompClient")
            .field("at", &self.at())
            .field("server", &self.server())
            .finish_non_exhaustive()
    }
}

fn weight(event: &Event) -> usize {
    match event {
        Event::Message(message) => message.weight(),
        Event::Receipt(_) => size_of::<Event>(),
    }
}
