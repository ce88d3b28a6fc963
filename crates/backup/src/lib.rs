//! Restore points: plain folders on the managed host that a way back can be made of.
//!
//! A restore point is *taken* (copied, compared in shape), *sealed* (every byte read back, a
//! manifest written) and *verified* (compared with its manifest). Only a [`Verified`] one can be
//! restored. It belongs to one run and is never overwritten. Beside the copies lie
//! `SHA256SUMS`, which `sha256sum -c` checks, and `README.txt`, which tells a person with a shell
//! how to put them back.
//! See `docs/decisions/0007-restore-points-are-plain-folders.md`.

mod error;
mod manifest;
mod restore_point;

pub use error::{BackupError, Result};
pub use manifest::{Manifest, ManifestEntry};
pub use restore_point::{Verified, restore, seal, take, verify};
