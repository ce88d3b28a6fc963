//! The service's records: cases with their events, people, outbox, rules, mirrors of journals.
//!
//! They are kept in SQLite, or in PostgreSQL where a URL of one is given; contents (blobs) are kept
//! in a folder, or in an S3-compatible store. Everything that one call changes is one transaction:
//! when it has returned, it is on the disk; when it has failed, nothing of it happened, except
//! where the answer itself was lost: then reading tells.
//!
//! The store knows little of what it keeps. A case is a JSON text with a version, its events are
//! records of the audit trail, and what lists need stands in [`ListColumns`]. It reads no clock:
//! every moment is a parameter, and is kept to the microsecond.
//!
//! Why so: `docs/decisions/0017-records-in-sqlite-or-postgresql.md`.

mod audit;
mod blobs;
mod cases;
mod engine;
mod error;
#[cfg(feature = "fill")]
mod fill;
mod groups;
mod json;
mod location;
mod migrate;
mod moment;
mod organisations;
mod outbox;
mod people;
mod rules;
mod runs;
mod secrets;
mod store;
mod webhooks;

#[cfg(test)]
#[path = "../tests/all/cluster.rs"]
mod cluster;

pub use audit::{
    AuditHead, CasePlace, ChainCheck, CheckedPart, InvalidHead, NewRecord, Record, RecordFilter,
};
#[cfg(feature = "s3")]
pub use blobs::S3Place;
pub use blobs::{Blob, BlobError, BlobReader, Blobs};
pub use cases::{
    Assignee, CaseFilter, CaseList, CaseOrder, CasePage, CaseRow, Commit, Committed, Cursor,
    Direction, InvalidCursor, ListColumns, Snapshot, Viewer,
};
pub use error::{StoreError, Subject};
#[cfg(feature = "fill")]
pub use fill::{FilledCase, Filling};
pub use groups::SupportGroup;
pub use json::JsonText;
pub use location::{InvalidLocation, Location};
pub use organisations::Organisation;
pub use outbox::{
    Backoff, Channel, Claimed, IllegalOutboxEvent, Lease, NewOutboxEntry, OutboxCount, OutboxEntry,
    OutboxEvent, OutboxState,
};
pub use people::{
    ApiToken, Link, LinkUse, LoginAttempt, LoginGate, LoginLimits, NewApiToken, NewLink,
    NewSecondFactor, NewSession, SecondFactor, Session, TokenHash, User,
};
pub use rules::Rules;
pub use runs::{MirrorError, MirroredEvent, MirroredRun};
pub use secrets::{KeyError, KeyFile};
pub use store::Store;
pub use webhooks::{NewWebhook, Webhook};
