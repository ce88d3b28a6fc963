//! `rabbitmq.config` carried over to `rabbitmq.conf` and `advanced.config`.
//!
//! What `rabbitmq.conf` can say goes into the vendor's new file, beside the vendor's example of the
//! same key. What it cannot say goes into `advanced.config`, with the site's notes.

mod migrate;
mod place;
mod report;
mod split;
mod table;
mod value;

pub(crate) use migrate::migrate;
