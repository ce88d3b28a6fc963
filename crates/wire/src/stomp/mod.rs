//! STOMP 1.2 as a client.
//!
//! [`Frame`] and [`Decoder`] are the codec, without I/O; [`StompClient`] is one session over a
//! stream. The peculiarities of ActiveMQ that the client knows, all seen on real brokers: it ends a
//! browse with a message that has the header `browser:end`, and does so early where a policy limits
//! it; it pushes at most 500 messages to a browser that must acknowledge, so browsing acknowledges
//! automatically; a body with a length is taken for bytes unless `amq-msg-type` says `text`.

mod client;
mod consume;
mod decoder;
mod frame;
mod login;
mod message;
mod session;

pub use client::{Event, Receipt, StompClient};
pub use decoder::{Decoder, FrameError, Limits};
pub use frame::{Frame, InvalidFrame};
pub use login::StompLogin;
pub use message::{Acknowledge, Message, OutgoingMessage, Subscription};
