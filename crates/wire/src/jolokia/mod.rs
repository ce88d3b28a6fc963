//! Jolokia, the HTTP interface to what a Java broker tells of itself.
//!
//! An answer with the HTTP status 200 may be a refusal: the status within its body counts. Recent
//! agents refuse requests without an `Origin` header that they know, so one is always sent.

mod broker;
mod client;

pub use broker::{Broker, DurableSubscriber, PendingMessage, Queue};
pub use client::Jolokia;
