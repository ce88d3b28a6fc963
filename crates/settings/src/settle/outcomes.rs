//! The report: every key of every side with its outcome.

use std::collections::{BTreeSet, HashSet};

use refit_model::{KeyOutcome, Outcome, Shown};

use super::align::split_last;
use super::finish::Ending;
use super::records::{Record, Records};
use super::shown::shown_item;
use super::side::Side;
use crate::key::shown_value;
use crate::opaque::WHOLE_FILE;
use crate::pattern::without_number;
use crate::tree::{OFF, ROOT};

impl Ending<'_> {
    /// Every key in exactly one outcome: first in the order of the result, then what is gone.
    pub(super) fn outcomes(&self, records: &Records, result: Option<&Side>) -> Vec<KeyOutcome> {
        let mut done = HashSet::new();
        let mut outcomes = Vec::new();
        let sides = [result.unwrap_or(self.new), self.new, self.site];
        let ordered = sides.into_iter().flat_map(|side| side.keys_under(ROOT));
        let rest = records.iter().map(|(path, _)| path.clone());
        for path in ordered.map(|(path, _)| path).chain(rest) {
            // A list that holds the whole file has no name to be known by.
            if !path.is_empty()
                && let Some(record) = records.get(&path)
                && done.insert(path.clone())
            {
                outcomes.push(self.outcome(path, record));
            }
        }
        outcomes.extend(self.switched_off(result.filter(|_| !records.is_open())));
        outcomes
    }

    fn outcome(&self, path: String, record: &Record) -> KeyOutcome {
        let open = matches!(record.outcome, Outcome::NeedsDecision(_));
        if path == WHOLE_FILE {
            return self.whole_file(record);
        }
        let gone = self.gone.iter().find(|gone| gone.path == path);
        let written = self.written.get(&path);
        let site = match (gone, written) {
            (Some(gone), _) => gone.site.clone().or_else(|| Some(self.holder(&path))),
            (None, Some((_, before))) => before.clone(),
            (None, None) => self.of_side(self.site, &path, open),
        };
        KeyOutcome {
            outcome: record.outcome.clone(),
            base: self.base.live(&path).map(|key| self.shown(key.value.as_deref(), &path)),
            site,
            new: self.of_side(self.new, &path, open),
            result: record
                .result
                .as_ref()
                .filter(|_| !open)
                .map(|held| self.shown(held.value(), &path)),
            rule: record.rule.clone(),
            key: path,
        }
    }

    fn whole_file(&self, record: &Record) -> KeyOutcome {
        KeyOutcome {
            key: WHOLE_FILE.to_owned(),
            outcome: record.outcome.clone(),
            base: None,
            site: Some(Shown::Text(self.site_size.clone())),
            new: Some(Shown::Text(self.new_size.clone())),
            result: None,
            rule: None,
        }
    }

    /// What a side has at a path. A question shows all of an element, else its name is enough.
    fn of_side(&self, side: &Side, path: &str, open: bool) -> Option<Shown> {
        let held = side.held(path)?;
        let item = side.live(path).filter(|_| open && held.value().is_none());
        Some(match item {
            Some(item) => shown_item(side, item),
            None => self.shown(held.value(), path),
        })
    }

    fn shown(&self, value: Option<&str>, path: &str) -> Shown {
        value.map_or_else(|| self.holder(path), shown_value)
    }

    /// How a key is shown that has no value, but holds others.
    fn holder(&self, path: &str) -> Shown {
        let part = without_number(split_last(path).1);
        let name = part.split('[').next().unwrap_or(part);
        Shown::Text(self.new.document.spec().format.syntax().holder_name(name))
    }

    /// Keys that are commented out somewhere: they say nothing to the program, but something to
    /// people.
    fn switched_off(&self, result: Option<&Side>) -> Vec<KeyOutcome> {
        let (base, site) = (self.base.off_values(), self.site.off_values());
        let (new, written) = (&self.new_off, result.map(Side::off_values).unwrap_or_default());
        let maps = [&base, &site, new, &written];
        let paths: BTreeSet<&String> = maps.iter().flat_map(|map| map.keys()).collect();
        let shown = |value: Option<&Option<String>>, path: &str| {
            value.map(|value| value.as_deref().map_or_else(|| self.holder(path), shown_value))
        };
        let outcome = |path: &String| {
            let (ours, theirs) = (site.get(path), new.get(path));
            // Where nothing could be written, what would have been is told.
            let found = if result.is_some() { written.get(path) } else { ours.or(theirs) };
            let outcome = if found == ours {
                Outcome::Kept
            } else if found == theirs {
                Outcome::TakenFromNew
            } else {
                Outcome::Combined
            };
            KeyOutcome {
                key: format!("{OFF}{path}"),
                outcome,
                base: shown(base.get(path), path),
                site: shown(ours, path),
                new: shown(theirs, path),
                result: shown(found, path),
                rule: None,
            }
        };
        paths.into_iter().map(outcome).collect()
    }
}
