//! Trials: what was there before and after, and what the difference means.

mod access;
mod canary;
mod clock;
pub mod comparison;
mod error;
pub mod gap;
pub mod inventory;
mod latency;
pub mod load;
pub mod marked;
pub mod report;
pub mod statistics;
mod stomp_broker;

pub use access::{AccessCase, AccessLine, AccessOutcome, AccessResult, Attempt, try_access};
pub use canary::{CanaryReading, SyncedFile, canary_gate, read_canary};
pub use clock::{Clock, MonotonicClock};
pub use error::TrialError;
pub use latency::{LatencySummary, Quantile};
pub use stomp_broker::StompBroker;
