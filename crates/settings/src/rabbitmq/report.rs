//! What became of every key of the old file and of the new one.

use std::collections::{HashMap, HashSet};

use refit_model::{KeyOutcome, Outcome, Remark, RuleRef, Shown};

use super::split::{ConfEntry, Fate, Split};
use crate::Migration;
use crate::key::{Key, shown_value};
use crate::settle::{BaseView, SettleInput, Settled};
use crate::tree::OFF;

pub(super) struct Report<'a> {
    pub(super) migration: &'a Migration,
    pub(super) input: &'a SettleInput<'a>,
    pub(super) base: Option<&'a BaseView>,
    pub(super) split: &'a Split,
}

impl Report<'_> {
    /// The settlement of the new file, with that of the file beside it.
    pub(super) fn report(&self, conf: Settled, advanced: Option<Settled>) -> Settled {
        let mut settled = conf;
        let file = settled.settlement.file.clone();
        let mut outcomes = self.old_keys(&settled, advanced.as_ref());
        outcomes.extend(settled.settlement.outcomes.drain(..).map(|key| self.new_key(key)));
        settled.settlement.outcomes = outcomes;
        settled.settlement.lineage = self.input.lineage.clone();
        let sources = vec![self.input.site.spec().path.clone()];
        settled.settlement.sources.clone_from(&sources);
        settled.companion = advanced.map(|mut advanced| {
            advanced.settlement.sources = sources;
            let text = format!("What {file} has no key for: the broker reads both files.");
            advanced.settlement.remarks.retain(|remark| remark.key.is_some());
            advanced.settlement.remarks.push(self.remark(text));
            let text = format!("What it has no key for goes to {}.", advanced.settlement.file);
            settled.settlement.remarks.push(self.remark(text));
            Box::new(advanced)
        });
        settled
    }

    fn remark(&self, text: String) -> Remark {
        Remark { key: None, text, source: Some(self.migration.source.clone()) }
    }

    fn rule(&self) -> RuleRef {
        RuleRef { id: self.migration.id.clone(), source: self.migration.source.clone() }
    }

    fn entries(&self) -> impl Iterator<Item = &ConfEntry> {
        self.split.conf.iter().flat_map(|setting| &setting.entries)
    }

    /// A key of the new file: what the site said, or what the vendor says.
    fn new_key(&self, key: KeyOutcome) -> KeyOutcome {
        let ours = self.entries().any(|entry| entry.key == key.key);
        let kept = key.outcome == Outcome::Kept;
        if ours && kept {
            return KeyOutcome {
                outcome: Outcome::Translated,
                base: None,
                rule: Some(self.rule()),
                ..key
            };
        }
        if kept && key.site.is_some() && key.site == key.new {
            return KeyOutcome { outcome: Outcome::TakenFromNew, base: None, site: None, ..key };
        }
        KeyOutcome { base: None, ..key }
    }

    /// The keys of the old file, and those of its old default that it does not have.
    fn old_keys(&self, conf: &Settled, advanced: Option<&Settled>) -> Vec<KeyOutcome> {
        let items = self.input.site.tree().items.iter().enumerate();
        let ids: HashMap<&str, usize> = items.map(|(id, item)| (item.path.as_str(), id)).collect();
        let told = Told::of(self, conf, advanced);
        let keys = self.input.site.keys();
        let known: HashSet<&str> = keys.iter().map(|key| key.path.as_str()).collect();
        let mut outcomes = Vec::new();
        for key in &keys {
            let fate = ids.get(key.path.as_str()).and_then(|id| self.split.fates.get(id)).copied();
            let (outcome, result) = told.outcome(key, fate);
            let rule = (outcome != Outcome::TakenFromNew).then(|| self.rule());
            let base = self.base_value(key.plain_path(), key.live);
            outcomes.push(KeyOutcome {
                key: key.path.clone(),
                outcome,
                base,
                site: key.shown().or_else(|| Some(holder())),
                new: None,
                result,
                rule,
            });
        }
        let base = self.base.into_iter().flat_map(BaseView::keys);
        let path = |live: bool, path: &str| {
            if live { path.to_owned() } else { format!("{OFF}{path}") }
        };
        let gone = base.map(|key| (path(key.live, &key.path), key.value.as_deref()));
        let mut gone: Vec<_> = gone.filter(|(path, _)| !known.contains(path.as_str())).collect();
        gone.dedup_by(|one, other| one.0 == other.0);
        outcomes.extend(gone.into_iter().filter(|(path, _)| !path.is_empty()).map(
            |(key, value)| KeyOutcome {
                key,
                outcome: Outcome::TakenFromNew,
                base: Some(value.map_or_else(holder, shown_value)),
                site: None,
                new: None,
                result: None,
                rule: None,
            },
        ));
        outcomes
    }

    fn base_value(&self, path: &str, live: bool) -> Option<Shown> {
        let base = self.base?;
        let value = if live {
            base.live(path)?.value.clone()
        } else {
            base.keys().iter().find(|key| !key.live && key.path == path)?.value.clone()
        };
        Some(value.as_deref().map_or_else(holder, shown_value))
    }
}

/// How a key is shown that only holds others.
fn holder() -> Shown {
    Shown::Text("(holds others)".to_owned())
}

/// What became of the settings in the two new files.
struct Told<'a> {
    conf: &'a Settled,
    advanced: Option<&'a Settled>,
    /// The keys in the new file, by the key in the old one.
    entries: HashMap<&'a str, Vec<&'a ConfEntry>>,
    outcomes: HashMap<&'a str, &'a KeyOutcome>,
    in_advanced: HashSet<&'a str>,
}

impl<'a> Told<'a> {
    fn of(report: &'a Report, conf: &'a Settled, advanced: Option<&'a Settled>) -> Self {
        let mut entries: HashMap<&str, Vec<&ConfEntry>> = HashMap::new();
        for entry in report.entries() {
            entries.entry(entry.from.as_str()).or_default().push(entry);
        }
        let by_key = |key: &'a KeyOutcome| (key.key.as_str(), key);
        let outcomes = conf.settlement.outcomes.iter().map(by_key).collect();
        let beside = advanced.into_iter().flat_map(|settled| &settled.settlement.outcomes);
        let in_advanced = beside.map(|key| key.key.as_str()).collect();
        Self { conf, advanced, entries, outcomes, in_advanced }
    }

    fn outcome(&self, key: &Key, fate: Option<Fate>) -> (Outcome, Option<Shown>) {
        match fate {
            Some(Fate::Conf) => self.in_conf(key),
            Some(Fate::Advanced) => self.in_advanced(key),
            None if self.in_advanced.contains(key.path.as_str()) => self.in_advanced(key),
            None if key.live && !self.entries.is_empty() => {
                let file = &self.conf.settlement.file;
                (Outcome::Moved(file.clone()), None)
            }
            Some(Fate::LeftAlone) | None => (Outcome::TakenFromNew, None),
        }
    }

    fn in_conf(&self, key: &Key) -> (Outcome, Option<Shown>) {
        let file = &self.conf.settlement.file;
        let Some(entries) = self.entries.get(key.path.as_str()) else {
            return (Outcome::Moved(file.clone()), None);
        };
        let outcomes = entries.iter().filter_map(|entry| self.outcomes.get(entry.key.as_str()));
        let dropped = outcomes.map(|outcome| &outcome.outcome);
        let mut dropped = dropped.filter(|outcome| matches!(outcome, Outcome::Dropped(_)));
        if let Some(dropped) = dropped.next() {
            return (dropped.clone(), None);
        }
        let keys: Vec<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        let values: Vec<&str> = entries.iter().map(|entry| entry.value.as_str()).collect();
        let result = Some(shown_value(&values.join(", ")));
        (Outcome::Moved(format!("{file}#{}", keys.join(", "))), result)
    }

    fn in_advanced(&self, key: &Key) -> (Outcome, Option<Shown>) {
        let Some(advanced) = self.advanced else {
            return (Outcome::Moved(self.conf.settlement.file.clone()), None);
        };
        let file = &advanced.settlement.file;
        let place = if self.in_advanced.contains(key.path.as_str()) {
            format!("{file}#{}", key.path)
        } else {
            file.clone()
        };
        (Outcome::Moved(place), key.shown())
    }
}
