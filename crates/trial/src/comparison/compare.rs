//! Compares two inventories.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};

use super::order::out_of_order;
use super::{Difference, DifferenceKind};
use crate::inventory::{
    Completeness, InventoriedMessage, MessageInventory, Source, SourceInventory,
};
use crate::statistics::zero_event_bound;

/// What two inventories say about the messages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// How many messages there were before.
    pub before: u64,
    /// How many there are after.
    pub after: u64,
    /// All differences, source by source.
    pub differences: Vec<Difference>,
    /// Why the comparison cannot show everything: what either inventory does not hold.
    pub gaps: Vec<String>,
}

impl Comparison {
    /// How many differences there are, by their word, without what is no fault.
    pub fn faults(&self) -> BTreeMap<&'static str, u64> {
        let mut counts = BTreeMap::new();
        for difference in &self.differences {
            if !matches!(difference.kind, DifferenceKind::Expired { .. }) {
                *counts.entry(difference.kind.word()).or_insert(0) += 1;
            }
        }
        counts
    }

    /// What it says if there are no faults, with its bound.
    pub fn bound(&self) -> String {
        zero_event_bound("lost or changed", self.before)
    }
}

/// Compares what was there before with what is there after.
///
/// `after_unix_milliseconds` is the broker's time when the second inventory was begun: messages
/// whose time to expire had come by then are [`DifferenceKind::Expired`], not lost. A difference is
/// told only where it is proved: nothing counts as lost from a source that was not read to its end
/// after, and nothing as unexpected in one that was not read to its end before.
pub fn compare(
    before: &MessageInventory,
    after: &MessageInventory,
    after_unix_milliseconds: Option<u64>,
) -> Comparison {
    let mut gaps = gaps("before", before);
    gaps.extend(self::gaps("after", after));
    let mut comparison =
        Comparison { before: before.count(), after: after.count(), differences: vec![], gaps };
    if before.names_sample != after.names_sample {
        let why = "the contents were named under different keys and cannot be compared";
        comparison.gaps.push(why.to_owned());
        return comparison;
    }
    let expired = expired(before, after_unix_milliseconds);
    let (before, after) = (by_source(before), by_source(after));
    for source in before.keys().chain(after.keys()).copied().collect::<BTreeSet<_>>() {
        let pair = Pair {
            before: before.get(source).copied(),
            after: after.get(source).copied(),
            expired: &expired,
        };
        let kinds = pair.differences(source).into_iter();
        let differences = kinds.map(|kind| Difference { source: source.clone(), kind });
        comparison.differences.extend(differences);
    }
    comparison
}

fn gaps(when: &str, inventory: &MessageInventory) -> Vec<String> {
    inventory.incomplete().map(|(source, why)| format!("{when}, {source}: {why}")).collect()
}

/// The ids of messages whose time to expire has come.
fn expired(before: &MessageInventory, now: Option<u64>) -> BTreeSet<&str> {
    let now = now.unwrap_or_default();
    let messages = before.sources.iter().flat_map(|source| &source.messages);
    let expired = messages.filter(|message| (1..=now).contains(&message.expires_unix_milliseconds));
    expired.map(|message| message.id.as_str()).collect()
}

fn by_source(inventory: &MessageInventory) -> BTreeMap<&Source, &SourceInventory> {
    inventory.sources.iter().map(|source| (&source.source, source)).collect()
}

/// Whether all that a source holds is known; also where it does not exist.
fn is_complete(inventory: Option<&SourceInventory>) -> bool {
    let completeness = inventory.map(|inventory| &inventory.completeness);
    !matches!(completeness, Some(Completeness::Incomplete { .. }))
}

/// One source in both inventories.
struct Pair<'a> {
    before: Option<&'a SourceInventory>,
    after: Option<&'a SourceInventory>,
    expired: &'a BTreeSet<&'a str>,
}

impl<'a> Pair<'a> {
    fn differences(&self, source: &Source) -> Vec<DifferenceKind> {
        let (before, after) = (places(self.before), places(self.after));
        let mut found = Vec::new();
        let gone = self.before.is_some() && self.after.is_none();
        if gone && matches!(source, Source::Durable { .. }) {
            found.push(DifferenceKind::SubscriptionGone);
        }
        for (place, message) in numbered(self.before) {
            if before[message.id.as_str()].0 == place && !after.contains_key(message.id.as_str()) {
                found.extend(self.absent(message, place));
            }
        }
        let mut common = Vec::new();
        for (place, message) in numbered(self.after) {
            let (first, times) = after[message.id.as_str()];
            match before.get(message.id.as_str()) {
                None => found.extend(self.unexpected(message, place)),
                Some(_) if first != place => {}
                Some((place_before, times_before)) => {
                    common.push((*place_before, place, message.id.as_str()));
                    found.extend(duplicated(message, *times_before, times));
                    found.extend(
                        self.message_before(*place_before)
                            .into_iter()
                            .flat_map(|before| changes(before, message)),
                    );
                }
            }
        }
        found.extend(reordered(&common));
        found
    }

    fn message_before(&self, place: u64) -> Option<&'a InventoriedMessage> {
        self.before?.messages.get(usize::try_from(place).ok()?)
    }

    fn absent(&self, message: &InventoriedMessage, place: u64) -> Option<DifferenceKind> {
        let id = message.id.clone();
        if self.expired.contains(id.as_str()) {
            Some(DifferenceKind::Expired { id, place })
        } else {
            is_complete(self.after).then_some(DifferenceKind::Lost { id, place })
        }
    }

    /// An expired message may have gone to a queue for dead letters.
    fn unexpected(&self, message: &InventoriedMessage, place: u64) -> Option<DifferenceKind> {
        let id = message.id.clone();
        let proved = is_complete(self.before) && !self.expired.contains(id.as_str());
        proved.then_some(DifferenceKind::Unexpected { id, place })
    }
}

fn numbered(
    inventory: Option<&SourceInventory>,
) -> impl Iterator<Item = (u64, &InventoriedMessage)> {
    (0..).zip(inventory.into_iter().flat_map(|inventory| &inventory.messages))
}

/// The first place of each message, and how often it is there.
fn places(inventory: Option<&SourceInventory>) -> HashMap<&str, (u64, u64)> {
    let mut places = HashMap::new();
    for (place, message) in numbered(inventory) {
        places.entry(message.id.as_str()).or_insert((place, 0)).1 += 1;
    }
    places
}

fn duplicated(message: &InventoriedMessage, before: u64, after: u64) -> Option<DifferenceKind> {
    let id = message.id.clone();
    (after > before).then_some(DifferenceKind::Duplicated { id, before, after })
}

fn changes(before: &InventoriedMessage, after: &InventoriedMessage) -> Vec<DifferenceKind> {
    let id = &before.id;
    let (old, new) = (comparable_headers(before), comparable_headers(after));
    let names = old.keys().chain(new.keys()).collect::<BTreeSet<_>>();
    let changed = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    let mut found: Vec<_> = changed
        .map(|name| DifferenceKind::ChangedHeader {
            id: id.clone(),
            header: (*name).to_owned(),
            before: old.get(name).cloned(),
            after: new.get(name).cloned(),
        })
        .collect();
    if (&before.body, before.body_bytes) != (&after.body, after.body_bytes) {
        let (before, after) = (before.body.clone(), after.body.clone());
        found.push(DifferenceKind::ChangedBody { id: id.clone(), before, after });
    }
    found
}

/// All that is stored with the body, as headers. Whether it has a length is the message's type.
fn comparable_headers(message: &InventoriedMessage) -> BTreeMap<&str, String> {
    let kept = message.headers.iter().map(|(name, value)| (name.as_str(), value.clone()));
    let mut headers: BTreeMap<_, _> = kept.collect();
    headers.insert("persistent", message.persistent.to_string());
    headers.insert("priority", message.priority.to_string());
    headers.insert("expires", message.expires_unix_milliseconds.to_string());
    let has_length = if message.has_length { "present" } else { "absent" };
    headers.insert("content-length", has_length.to_owned());
    headers
}

/// `common` is the place before, the place after and the id of what is there before and after, in
/// the order after.
fn reordered(common: &[(u64, u64, &str)]) -> Vec<DifferenceKind> {
    let places: Vec<_> = common.iter().map(|(before, _, _)| *before).collect();
    let moved = out_of_order(&places).into_iter().map(|index| common[index]);
    let kind = |(before, after, id): (u64, u64, &str)| DifferenceKind::Reordered {
        id: id.to_owned(),
        before,
        after,
    };
    moved.map(kind).collect()
}
