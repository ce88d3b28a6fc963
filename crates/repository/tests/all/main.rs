//! Repositories of restore points, and the program restic on them.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod damage;
mod interrupted;
mod keys;
mod restic;
mod site;
mod ways;
