//! Playbooks: compiled from the journal of a real run, compared with the environment that follows
//! them, and written for a person who has a shell alone.

pub mod shell;
