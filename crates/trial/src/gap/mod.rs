//! How long a restart cuts clients off, and whether it loses anything.
//!
//! A producer sends one message at a time and waits for each confirmation; when the connection
//! breaks it reconnects every few milliseconds. The gap is what lies between two confirmations.
//! What was confirmed must be there afterwards, once: see [`GapResult::account`].

mod gap_result;
mod producer;
mod settings;
mod watch;

pub use gap_result::{Break, GapResult};
pub use settings::GapSettings;
pub use watch::GapWatch;
