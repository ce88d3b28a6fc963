//! Playbooks on real brokers: learned on one environment, followed in another.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod by_hand;
mod reader;
mod world;
