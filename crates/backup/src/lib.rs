//! Restore points: plain folders on the managed host that a way back can be made of.
//!
//! A restore point is *taken* (copied, compared with what stands still), *sealed* (every byte read
//! back, rehearsed where that is wanted, a manifest written) and *verified* (compared with its
//! manifest). Only a [`Verified`] one can be restored, by the run that took it. It is never
//! overwritten. Beside the copies lie `ENTRIES.jsonl`, the manifest; `SHA256SUMS`, which
//! `sha256sum -c` checks; and `README.txt`, which tells a person with a shell how to put them back.
//! See `docs/decisions/0007-restore-points-are-plain-folders.md`.

mod entry;
mod error;
mod manifest;
mod restore;
mod sealed;
mod take;
mod verify;

pub use entry::ManifestEntry;
pub use error::{BackupError, Result};
pub use manifest::Manifest;
pub use restore::restore;
pub use take::{seal, take};
pub use verify::{Described, Verified, described, verify, verify_fetched};
