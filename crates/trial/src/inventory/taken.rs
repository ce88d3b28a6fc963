//! What has been taken from one source so far.

use std::collections::HashSet;
use std::time::Duration;

use refit_wire::stomp::Message;

use super::{Completeness, ContentNames, CountedSource, InventoriedMessage, SourceInventory};

/// One source while it is being drained.
pub struct Taken {
    /// The source, with the count before.
    pub counted: CountedSource,
    /// Why it could not be read to its end, if so.
    pub trouble: Option<String>,
    /// How many are left by the broker's count; none if it was not asked.
    pub left: Option<u64>,
    messages: Vec<InventoriedMessage>,
    ids: HashSet<String>,
}

impl Taken {
    /// Nothing yet.
    pub fn nothing_of(counted: CountedSource) -> Self {
        Self { counted, trouble: None, left: None, messages: Vec::new(), ids: HashSet::new() }
    }

    /// Keeps a message. One that we took before and that comes again marked as such is our own
    /// second reading: the broker had not processed our acknowledgement. Unmarked, it is a double.
    pub fn keep(&mut self, message: &Message, names: &ContentNames<'_>) {
        let is_new = self.ids.insert(message.id().to_owned());
        if is_new || !message.is_redelivered() {
            self.messages.push(InventoriedMessage::of(message, names));
        }
    }

    /// How many messages were taken.
    pub fn count(&self) -> u64 {
        u64::try_from(self.messages.len()).unwrap_or(u64::MAX)
    }

    /// The result. `quiet` is how long nothing came at the end.
    pub fn finish(self, quiet: Duration) -> SourceInventory {
        let completeness = self.completeness(quiet);
        SourceInventory::new(self.counted.source, completeness, self.messages)
    }

    fn completeness(&self, quiet: Duration) -> Completeness {
        let came = self.count();
        if let Some(why) = &self.trouble {
            return Completeness::Incomplete { why: why.clone() };
        }
        if let Some(left) = self.left.filter(|left| *left > 0) {
            let why = format!("{came} messages came, and by the broker's count {left} are left");
            return Completeness::Incomplete { why };
        }
        match self.counted.waiting {
            Some(counted) if came < counted => Completeness::Incomplete {
                why: format!("the broker counted {counted} messages, and {came} came"),
            },
            _ if self.left.is_some() => Completeness::Counted,
            _ => Completeness::Quiet {
                milliseconds: u64::try_from(quiet.as_millis()).unwrap_or(u64::MAX),
            },
        }
    }
}
