//! `rabbitmq.config` taken apart: what `rabbitmq.conf` can say, and what `advanced.config` holds.

mod split;
mod table;
mod value;

pub use split::{ConfEntry, SplitConfig, split_rabbitmq_config};
