//! Broker protocols as a client: STOMP, the greeting of OpenWire, Jolokia, and TLS below them.
//!
//! Everything here is blocking and takes a [`Stream`], made by a [`Connect`]: TCP in this crate,
//! a forwarded channel elsewhere. Every wait has a deadline on the monotonic clock. What a server
//! sends is hostile until parsed: each parser has limits and none recurses without one. Passwords
//! come as [`Credentials`] and appear in no error text, also where a server sends them back.
//!
//! Not here: OpenWire beyond its greeting, reconnecting, threads.
//! Why: `docs/decisions/0003-own-clients-of-stomp-and-openwire.md`.

mod credentials;
mod error;
mod hidden;
mod http;
pub mod jolokia;
pub mod openwire;
pub mod stomp;
mod stream;
mod tcp;
pub mod tls;
mod version_question;

pub use credentials::Credentials;
pub use error::WireError;
pub use stream::{Connect, Stream, open};
pub use tcp::TcpConnect;
pub use version_question::{ToldVersion, VersionQuestion, ask_version};
