//! Notes: what is worth knowing of a pack that can be used. `refit packs check` prints them.

use refit_model::StoreReading;

use crate::source::is_unconfirmed;
use crate::{EndpointReading, FactSupplier, Pack, Place};

/// One note.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Note {
    /// What kind of thing it is.
    pub kind: NoteKind,
    /// Where.
    pub place: Place,
    /// The note itself.
    pub text: String,
}

/// The kinds of notes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NoteKind {
    /// Nobody has confirmed the fact.
    Unconfirmed,
    /// A rule, migration or reading is about a file that `settings.toml` does not list.
    UnknownFile,
    /// No chain of hops leads to the series from the oldest one.
    Unreachable,
    /// It is not known whether the old version reads the new one's store.
    StoreReadingUnknown,
    /// A rule applies from a version on that is no known release.
    NoSuchRelease,
    /// No entry of the pack supplies the fact that is declared as supplied by one.
    NotSupplied,
    /// What an archive holds is not known, though the archive is.
    NotShipped,
}

impl NoteKind {
    /// The word for lists.
    pub fn word(self) -> &'static str {
        match self {
            Self::Unconfirmed => "unconfirmed",
            Self::UnknownFile => "unknown file",
            Self::Unreachable => "unreachable",
            Self::StoreReadingUnknown => "store reading unknown",
            Self::NoSuchRelease => "no such release",
            Self::NotSupplied => "not supplied",
            Self::NotShipped => "not shipped",
        }
    }
}

impl Pack {
    /// Everything worth knowing, in the order of kind, file and line.
    pub fn check(&self) -> Vec<Note> {
        let mut notes = Vec::new();
        unconfirmed(self, &mut notes);
        unknown_files(self, &mut notes);
        unreachable(self, &mut notes);
        store_reading(self, &mut notes);
        releases(self, &mut notes);
        not_supplied(self, &mut notes);
        not_shipped(self, &mut notes);
        notes.sort();
        notes
    }
}

fn unconfirmed(pack: &Pack, notes: &mut Vec<Note>) {
    for (place, text) in pack.sources() {
        if is_unconfirmed(&text) {
            notes.push(Note { kind: NoteKind::Unconfirmed, place, text });
        }
    }
}

fn unknown_files(pack: &Pack, notes: &mut Vec<Note>) {
    let settings = &pack.settings;
    let mut named: Vec<(&str, String, &str)> = Vec::new();
    let mut add = |toml, key: String, file| named.push((toml, key, file));
    for (index, rule) in settings.rule.iter().enumerate() {
        add("settings.toml", format!("rule[{index}].file"), &rule.file);
    }
    for (index, migration) in settings.migration.iter().enumerate() {
        let key = |end: &str| format!("migration[{index}].{end}");
        add("settings.toml", key("from"), &migration.from);
        add("settings.toml", key("to"), &migration.to);
    }
    for (index, extraction) in pack.facts.extract.iter().enumerate() {
        let key = format!("extract[{index}].file");
        add("facts.toml", key, &extraction.file);
    }
    for (index, EndpointReading { file, .. }) in pack.facts.endpoint.iter().enumerate() {
        add("facts.toml", format!("endpoint[{index}].file"), file);
    }
    for (index, written) in pack.facts.written.iter().enumerate() {
        add("facts.toml", format!("written[{index}].file"), &written.file);
    }
    for (toml, key, file) in named {
        if settings.file(file).is_none() {
            notes.push(Note {
                kind: NoteKind::UnknownFile,
                place: pack.place(toml, &key),
                text: format!("settings.toml lists no file `{file}`"),
            });
        }
    }
}

fn unreachable(pack: &Pack, notes: &mut Vec<Note>) {
    let series = &pack.versions.series;
    let Some(oldest) = series.first() else {
        return;
    };
    let releases = pack.versions.releases();
    let starts: Vec<_> =
        releases.iter().filter(|release| release.is_of_series(&oldest.name)).collect();
    let reached: Vec<_> =
        starts.iter().flat_map(|start| pack.versions.within_reach(start, &releases)).collect();
    for (index, series) in series.iter().enumerate().skip(1) {
        if !reached.iter().any(|v| v.is_of_series(&series.name)) {
            notes.push(Note {
                kind: NoteKind::Unreachable,
                place: pack.place("versions.toml", &format!("series[{index}].name")),
                text: format!("no hops lead from {} to {}", oldest.name, series.name),
            });
        }
    }
}

fn store_reading(pack: &Pack, notes: &mut Vec<Note>) {
    for (index, hop) in pack.versions.hop.iter().enumerate() {
        if hop.old_reads_new_store == StoreReading::Unknown {
            let key = format!("hop[{index}].old_reads_new_store");
            notes.push(Note {
                kind: NoteKind::StoreReadingUnknown,
                place: pack.place("versions.toml", &key),
                text: format!(
                    "it is not known that {} reads a store of {}; going back restores the store",
                    hop.from, hop.to
                ),
            });
        }
    }
}

fn releases(pack: &Pack, notes: &mut Vec<Note>) {
    let releases = pack.versions.releases();
    let rules = pack.settings.rule.iter().enumerate();
    let rules = rules.map(|(index, rule)| (format!("rule[{index}].since"), &rule.since));
    let migrations = pack.settings.migration.iter().enumerate();
    let migrations = migrations.map(|(index, m)| (format!("migration[{index}].since"), &m.since));
    for (key, since) in rules.chain(migrations) {
        if !releases.contains(since) {
            notes.push(Note {
                kind: NoteKind::NoSuchRelease,
                place: pack.place("settings.toml", &key),
                text: format!("{since} is no release that the pack knows"),
            });
        }
    }
}

fn not_supplied(pack: &Pack, notes: &mut Vec<Note>) {
    for (index, fact) in pack.facts.fact.iter().enumerate() {
        let name = &fact.name;
        let supplied = match fact.by {
            FactSupplier::Presence => pack.facts.present.iter().any(|p| p.fact == *name),
            FactSupplier::Extraction => pack.facts.extract.iter().any(|e| e.fact == *name),
            FactSupplier::Series => pack.versions.series.iter().any(|series| {
                let bare = name.split_once('.').map(|(_, bare)| bare);
                bare.is_some_and(|bare| series.facts.contains_key(bare))
            }),
            FactSupplier::Inventory | FactSupplier::Target | FactSupplier::Observation => true,
        };
        if !supplied {
            notes.push(Note {
                kind: NoteKind::NotSupplied,
                place: pack.place("facts.toml", &format!("fact[{index}].name")),
                text: format!("no entry of kind {} gives `{name}`", fact.by.word()),
            });
        }
    }
}

fn not_shipped(pack: &Pack, notes: &mut Vec<Note>) {
    for (index, known) in pack.product.archive.known.iter().enumerate() {
        if !pack.shipped.contains_key(&known.version) {
            let key = format!("archive.known[{index}].version");
            notes.push(Note {
                kind: NoteKind::NotShipped,
                place: pack.place("pack.toml", &key),
                text: format!("there is no shipped/{}.json", known.version),
            });
        }
    }
}
