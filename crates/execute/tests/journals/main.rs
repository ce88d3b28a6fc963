//! Journals as files: damaged in every way, and those that earlier versions wrote.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod damaged;
mod golden;
