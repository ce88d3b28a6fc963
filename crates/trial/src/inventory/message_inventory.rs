//! The document of all messages.

use refit_model::Document;
use serde::{Deserialize, Serialize};

use super::{InventoriedMessage, Source};

/// Everything that a broker held at one moment. Holds no bodies, only names of them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MessageInventory {
    /// What the broker said it is, for example `ActiveMQ/5.18.3`; none if no source was read.
    pub server: Option<String>,
    /// How it was taken.
    pub taken_by: TakenBy,
    /// A name of something fixed: inventories can be compared if theirs are equal.
    pub names_sample: String,
    /// Source by source, in the order of the sources.
    pub sources: Vec<SourceInventory>,
}

/// How an inventory was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TakenBy {
    /// Everything was consumed from a copy.
    Draining,
    /// Queues were browsed and left as they were.
    Browsing,
}

/// The messages of one source, in their order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceInventory {
    /// The source.
    pub source: Source,
    /// Whether these are all.
    pub completeness: Completeness,
    /// How many came without body and without length: STOMP does not show the content of maps,
    /// streams and objects, so their contents are not compared. Empty texts are among them.
    pub without_body: u64,
    /// The messages.
    pub messages: Vec<InventoriedMessage>,
}

/// Whether all messages of a source were seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Completeness {
    /// As many as the broker counted, and none is left by its count.
    Counted,
    /// There was no count; it was read, and read again, until nothing came for so long.
    Quiet {
        /// How long nothing came.
        milliseconds: u64,
    },
    /// Not all, or it cannot be known.
    Incomplete {
        /// Why.
        why: String,
    },
}

impl Document for MessageInventory {
    const TYPE: &'static str = "message-inventory";
    const SCHEMA: u32 = 1;
}

impl MessageInventory {
    /// How many messages it holds.
    pub fn count(&self) -> u64 {
        let counts = self.sources.iter().map(|source| source.messages.len());
        u64::try_from(counts.sum::<usize>()).unwrap_or(u64::MAX)
    }

    /// The sources that are not complete, with the reasons.
    pub fn incomplete(&self) -> impl Iterator<Item = (&Source, &str)> {
        self.sources.iter().filter_map(|source| match &source.completeness {
            Completeness::Incomplete { why } => Some((&source.source, why.as_str())),
            Completeness::Counted | Completeness::Quiet { .. } => None,
        })
    }
}

impl SourceInventory {
    /// A source with what was seen of it.
    pub(super) fn new(
        source: Source,
        completeness: Completeness,
        messages: Vec<InventoriedMessage>,
    ) -> Self {
        let bare = messages.iter().filter(|message| message.body_bytes == 0 && !message.has_length);
        let without_body = u64::try_from(bare.count()).unwrap_or(u64::MAX);
        Self { source, completeness, without_body, messages }
    }
}
