//! Settlements: a summary, the keys worth reading, and the rest.

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
    pub(crate) remarks: &'a [Remark],
}

/// Keys of which the same became.
pub(crate) struct GroupView<'a> {
    pub(crate) title: &'static str,
    /// Whether a reader should look at each of them.
    pub(crate) notable: bool,
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
            remarks: &settlement.remarks,
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
    fn of(key: &'a KeyOutcome) -> Self {
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
        }
    }
}

impl<'a> KeyView<'a> {
    /// Old default, site, new default, result.
    pub(crate) fn sides(&self) -> [Cell<'a>; 4] {
        [self.base, self.site, self.new, self.result]
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

fn groups(outcomes: &[KeyOutcome]) -> Vec<GroupView<'_>> {
    let mut keys: Vec<_> = outcomes.iter().map(|key| (fate(key), key)).collect();
    keys.sort_by_key(|(fate, _)| *fate);
    let mut groups: Vec<GroupView<'_>> = Vec::new();
    for ((_, title), key) in keys {
        match groups.last_mut() {
            Some(group) if group.title == title => group.keys.push(KeyView::of(key)),
            _ => {
                let notable = !matches!(title, KEPT_OWN | UNCHANGED);
                groups.push(GroupView { title, notable, keys: vec![KeyView::of(key)] });
            }
        }
    }
    groups
}

const KEPT_OWN: &str = "kept as the site set it";
const UNCHANGED: &str = "unchanged";

/// What became of a key, with its rank: what a reader must see comes first. A value that stays, by
/// no rule, where the vendor's default is as before, needs no look.
fn fate(key: &KeyOutcome) -> (u8, &'static str) {
    let quiet = key.rule.is_none() && key.result == key.site && key.base == key.new;
    let rank = match &key.outcome {
        Outcome::Kept | Outcome::TakenFromNew if quiet && key.site == key.base => {
            return (8, UNCHANGED);
        }
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
        Lineage::Shipped(versions) => {
            let names: Vec<_> = versions.iter().map(ToString::to_string).collect();
            format!("descends from the default of {}", names.join(", "))
        }
    };
    format!("{made_from}; {descends}")
}

fn totals(groups: &[GroupView<'_>]) -> String {
    let number: usize = groups.iter().map(|group| group.keys.len()).sum();
    let parts: Vec<_> =
        groups.iter().map(|group| format!("{} {}", group.keys.len(), group.title)).collect();
    let keys = count(number, "key", "keys");
    if parts.is_empty() { keys } else { format!("{keys}: {}", parts.join(", ")) }
}
