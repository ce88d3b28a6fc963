//! Settlements: a summary, the keys worth reading, and the rest.

use std::collections::HashMap;

use refit_model::{KeyOutcome, Lineage, Outcome, Remark, RuleRef, SettledFile, Settlement, Shown};

use crate::words::count;

/// The settlement of one file.
pub(crate) struct FileView<'a> {
    pub(crate) file: &'a str,
    /// What the new version's file is to be.
    pub(crate) becomes: &'static str,
    /// Whether a decision is open.
    pub(crate) open: bool,
    /// The site's files, and what they descend from.
    origin: String,
    /// How many keys had which outcome.
    totals: String,
    /// Every key, by what became of it; what a reader must see comes first.
    pub(crate) groups: Vec<GroupView<'a>>,
    pub(crate) remarks: Vec<RemarkView<'a>>,
}

/// A remark, with all the keys that it is about.
pub(crate) struct RemarkView<'a> {
    pub(crate) keys: Vec<&'a str>,
    pub(crate) text: &'a str,
    pub(crate) source: Option<&'a str>,
}

/// Keys of which the same became.
pub(crate) struct GroupView<'a> {
    pub(crate) title: &'static str,
    /// Whether a reader should look at each of them.
    pub(crate) notable: bool,
    /// How many keys there are, those within others among them.
    pub(crate) number: usize,
    pub(crate) keys: Vec<KeyView<'a>>,
}

/// One key.
pub(crate) struct KeyView<'a> {
    pub(crate) key: &'a str,
    pub(crate) outcome: &'static str,
    /// Whether it waits for a person.
    pub(crate) open: bool,
    /// Where it went, why it is gone, or the question; empty where the outcome says all.
    pub(crate) why: String,
    pub(crate) base: Cell<'a>,
    pub(crate) site: Cell<'a>,
    pub(crate) new: Cell<'a>,
    pub(crate) result: Cell<'a>,
    pub(crate) rule: Option<&'a RuleRef>,
    /// The keys within it that came or went with it, for the same reason.
    pub(crate) within: Vec<KeyView<'a>>,
}

/// The value of a key on one side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cell<'a> {
    Absent,
    Secret,
    Value(&'a str),
}

impl<'a> FileView<'a> {
    pub(crate) fn of(settlement: &'a Settlement) -> Self {
        let groups = groups(&settlement.outcomes);
        Self {
            file: &settlement.file,
            becomes: becomes(settlement.result),
            open: settlement.open().next().is_some(),
            origin: origin(settlement),
            totals: totals(&groups),
            groups,
            remarks: remarks(&settlement.remarks),
        }
    }

    /// Totals and origin.
    pub(crate) fn about(&self) -> String {
        if self.groups.is_empty() {
            self.origin.clone()
        } else {
            format!("{}; {}", self.totals, self.origin)
        }
    }

    /// The keys that a reader should look at.
    pub(crate) fn notable(&self) -> impl Iterator<Item = &KeyView<'a>> {
        self.groups.iter().filter(|group| group.notable).flat_map(|group| &group.keys)
    }
}

impl<'a> KeyView<'a> {
    pub(super) fn of(key: &'a KeyOutcome) -> Self {
        let why = match &key.outcome {
            Outcome::Moved(place) => format!("to `{place}`"),
            Outcome::Dropped(why) | Outcome::NeedsDecision(why) => why.clone(),
            Outcome::Kept | Outcome::TakenFromNew | Outcome::Combined | Outcome::Translated => {
                String::new()
            }
        };
        Self {
            key: &key.key,
            outcome: key.outcome.word(),
            open: matches!(key.outcome, Outcome::NeedsDecision(_)),
            why,
            base: Cell::of(key.base.as_ref()),
            site: Cell::of(key.site.as_ref()),
            new: Cell::of(key.new.as_ref()),
            result: Cell::of(key.result.as_ref()),
            rule: key.rule.as_ref(),
            within: Vec::new(),
        }
    }

    /// Old default, site, new default, result.
    pub(crate) fn sides(&self) -> [Cell<'a>; 4] {
        [self.base, self.site, self.new, self.result]
    }

    /// The value that it has somewhere: as the result, else as a side has it.
    pub(crate) fn any(&self) -> Cell<'a> {
        let sides = [self.result, self.site, self.new, self.base];
        sides.into_iter().find(|side| *side != Cell::Absent).unwrap_or(Cell::Absent)
    }

    /// How many keys came or went with it; empty where none did.
    pub(crate) fn number_within(&self) -> String {
        match self.within.len() {
            0 => String::new(),
            number => format!("with {} under it", count(number, "key", "keys")),
        }
    }

    /// Whether a side's value is the one that became of the key; none where that is not known, or
    /// there is no value that could be lost.
    pub(crate) fn became(&self, side: Cell<'a>) -> Option<bool> {
        let told = !self.open && (side != Cell::Absent || self.result == Cell::Absent);
        told.then_some(side == self.result)
    }

    /// Whether the same became of a key within this one, for the same reason, because this one as
    /// a whole is not on all sides.
    fn carries(&self, within: &Self) -> bool {
        let present = |key: &Self| key.sides().map(|side| side != Cell::Absent);
        let reason = |key: &Self| (key.outcome, key.why.clone(), key.rule);
        present(self).contains(&false)
            && present(self) == present(within)
            && reason(self) == reason(within)
    }
}

impl<'a> Cell<'a> {
    fn of(shown: Option<&'a Shown>) -> Self {
        match shown {
            None => Self::Absent,
            Some(Shown::Secret) => Self::Secret,
            Some(Shown::Text(text)) => Self::Value(text),
        }
    }

    /// The value, or what stands for it.
    pub(crate) fn text(self) -> &'a str {
        match self {
            Self::Absent => "(absent)",
            Self::Secret => "(secret)",
            Self::Value("") => "(empty)",
            Self::Value(value) => value,
        }
    }

    /// Whether there is a value to show.
    pub(crate) fn is_value(self) -> bool {
        matches!(self, Self::Value(text) if !text.is_empty())
    }
}

fn groups<'a>(outcomes: &'a [KeyOutcome]) -> Vec<GroupView<'a>> {
    let mut keys: Vec<_> = outcomes.iter().map(|key| (fate(key), key)).collect();
    keys.sort_by_key(|(fate, _)| *fate);
    let same = keys.chunk_by(|(one, _), (other, _)| one == other);
    let group = |keys: &[((u8, &'static str), &'a KeyOutcome)]| {
        let title = keys.first().map_or("", |((_, title), _)| title);
        GroupView {
            title,
            notable: !matches!(title, KEPT_OWN | UNCHANGED),
            number: keys.len(),
            keys: folded(keys.iter().map(|(_, key)| KeyView::of(key))),
        }
    };
    same.map(group).collect()
}

/// Keys that came or went with the one that they stand in become a part of its entry.
fn folded<'a>(keys: impl Iterator<Item = KeyView<'a>>) -> Vec<KeyView<'a>> {
    let mut entries: Vec<KeyView<'a>> = Vec::new();
    // Every key with its place in the entries; what holds others comes before them.
    let mut places: HashMap<&str, usize> = HashMap::new();
    for key in keys {
        let mut above = key.key.rmatch_indices('/').map(|(at, _)| &key.key[..at]);
        let holder = above.find_map(|path| places.get(path).copied());
        if let Some(at) = holder.filter(|&at| entries[at].carries(&key)) {
            places.insert(key.key, at);
            entries[at].within.push(key);
        } else {
            places.insert(key.key, entries.len());
            entries.push(key);
        }
    }
    entries
}

/// Each remark once, in the order in which they come first.
fn remarks(all: &[Remark]) -> Vec<RemarkView<'_>> {
    let mut views: Vec<RemarkView<'_>> = Vec::new();
    for remark in all {
        let (text, source) = (remark.text.as_str(), remark.source.as_deref());
        let same = views.iter_mut().find(|view| view.text == text && view.source == source);
        if let Some(view) = same {
            view.keys.extend(remark.key.as_deref());
        } else {
            let keys = remark.key.as_deref().into_iter().collect();
            views.push(RemarkView { keys, text, source });
        }
    }
    views
}

const KEPT_OWN: &str = "kept as the site set it";
const UNCHANGED: &str = "unchanged";

/// What became of a key, with its rank: what a reader must see comes first. A value that stays, by
/// no rule, where the vendor's default is as before, needs no look.
fn fate(key: &KeyOutcome) -> (u8, &'static str) {
    let quiet = key.rule.is_none() && key.result == key.site && key.base == key.new;
    let forgotten =
        key.rule.is_none() && [&key.site, &key.new, &key.result].iter().all(|side| side.is_none());
    let rank = match &key.outcome {
        Outcome::Kept | Outcome::TakenFromNew if quiet && key.site == key.base => {
            return (8, UNCHANGED);
        }
        // Only the old default had it.
        Outcome::TakenFromNew if forgotten => return (8, UNCHANGED),
        Outcome::Kept if quiet => return (7, KEPT_OWN),
        Outcome::NeedsDecision(_) => 0,
        Outcome::Dropped(_) => 1,
        Outcome::Moved(_) => 2,
        Outcome::Translated => 3,
        Outcome::Combined => 4,
        Outcome::Kept => 5,
        Outcome::TakenFromNew => 6,
    };
    (rank, key.outcome.word())
}

fn becomes(result: SettledFile) -> &'static str {
    match result {
        SettledFile::AsSite => "the site's file, byte for byte",
        SettledFile::AsNew => "the vendor's new file",
        SettledFile::Written(_) => "written anew from both",
        SettledFile::Absent => "not in the new version",
        SettledFile::Open => "not settled: a decision is open",
    }
}

fn origin(settlement: &Settlement) -> String {
    let made_from = match settlement.sources.as_slice() {
        [] => "from no file of the site".to_owned(),
        sources => format!("from {}", sources.join(", ")),
    };
    let descends = match &settlement.lineage {
        Lineage::Own => "the site's own".to_owned(),
        Lineage::Shipped(versions) if versions.is_empty() => {
            "descends from the default that was given".to_owned()
        }
        Lineage::Shipped(versions) => {
            let names: Vec<_> = versions.iter().map(ToString::to_string).collect();
            format!("descends from the default of {}", names.join(", "))
        }
    };
    format!("{made_from}; {descends}")
}

fn totals(groups: &[GroupView<'_>]) -> String {
    let number: usize = groups.iter().map(|group| group.number).sum();
    let parts: Vec<_> =
        groups.iter().map(|group| format!("{} {}", group.number, group.title)).collect();
    let keys = count(number, "key", "keys");
    if parts.is_empty() { keys } else { format!("{keys}: {}", parts.join(", ")) }
}
