//! Whole runs over real files: forwards, backwards, halted, killed.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod controllers;
mod crash;
mod executor;
mod faults;
mod site;
mod telling;
