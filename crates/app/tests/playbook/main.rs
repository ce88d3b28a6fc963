//! Playbooks on real brokers: learned on one environment, followed in another.

mod by_hand;
mod reader;
mod world;
