//! Load at a fixed rate.
//!
//! The loop is open: each message has a time at which it is to be sent, fixed before the start, and
//! latencies count from that time, so that a broker that stalls cannot hide it by being asked less
//! often. Producers and consumers are threads of one process and read one monotonic clock. Every
//! message carries its number; what was confirmed is accounted for against what came.

mod consumer;
mod gates;
mod load_result;
mod producer;
mod run;
mod settings;

pub use load_result::{LatencyKind, LoadResult};
pub use run::run_load;
pub use settings::LoadSettings;
