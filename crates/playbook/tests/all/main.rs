//! Playbooks: compiled, compared, replayed, and typed.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod attach;
mod compile;
mod drift;
mod fixture;
mod replay;
mod typed;
