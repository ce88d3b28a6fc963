//! What has to be sent: letters by e-mail, and deliveries to webhooks.
//!
//! An entry is put in by the change that makes it necessary, in the same transaction, under a key
//! that is there once. Senders claim what is due, under a lease, so that no two servers have the
//! same one in hand; what became of it is told by the sender. If it dies before it tells, the lease
//! ends and the entry is claimed again, marked as *in doubt*: nobody knows whether it went out, and
//! its stable key (as the message's id) lets the other side drop the second one.

mod backoff;
mod claim;
mod entry;
mod state;

pub use backoff::Backoff;
pub use claim::{Claimed, Lease};
pub(crate) use entry::{COLUMNS, enqueue, read};
pub use entry::{Channel, NewOutboxEntry, OutboxCount, OutboxEntry};
pub use state::{IllegalOutboxEvent, OutboxEvent, OutboxState};
