//! Real brokers start with what was settled, and serve what the site had asked for.
//!
//! Each broker is the one that a package of the system installed; where it is not there, its tests
//! say so. Every broker that runs here is one that a test started, in a folder of its own and on
//! ports of the loopback address that were free.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod mosquitto;
mod mqtt;
mod nats;
mod process;
mod rabbitmq;
mod support;
