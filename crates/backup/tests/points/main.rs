//! Restore points over real files.

#![expect(clippy::unwrap_used, reason = "a failed unwrap fails the test")]

mod by_hand;
mod damage;
mod kept;
mod picture;
mod site;
mod warm;
