//! What a broker holds, message by message.
//!
//! [`Drain`] takes everything out of a broker that serves a *copy* of a store: it is exact, and
//! destroys the copy's content. [`browse_queues`] leaves everything where it is, on the broker that
//! is in use, but sees queues only, and not always all of them; it says so where it does not.
//!
//! Limits of both, because STOMP is what they see: messages whose type STOMP cannot carry (maps,
//! streams, objects) come without body; they are counted in [`SourceInventory::without_body`].

mod browse;
mod drain;
mod message;
mod message_inventory;
mod naming;
mod quiescence;
mod read_to_end;
mod source;
mod taken;

pub use browse::browse_queues;
pub use drain::Drain;
pub use message::{InventoriedMessage, LEFT_OUT_HEADERS};
pub use message_inventory::{Completeness, MessageInventory, SourceInventory, TakenBy};
pub use naming::ContentNames;
pub use quiescence::DrainLimits;
pub(crate) use read_to_end::{ReadToEnd, to_read};
pub use source::{CountedSource, Source, counted_sources};
