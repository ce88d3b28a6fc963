//! What the site had changed in log4j 1's file, said in log4j 2's.

use std::collections::{BTreeMap, BTreeSet};

use super::appender::{kept, place_of, properties, property_of};
use super::edits::{Edits, Line};
use super::jboss::JbossLogging;
use super::one::{Appender, Configuration};
use super::report::{notes, report};
use super::two::Target;
use super::variables::translated;
use crate::settle::{Base, SettleInput, Settled};
use crate::{Document, Migration, Translator};

/// What becomes of a key of the old file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// As in the old default: what the new default says holds.
    Taken,
    /// The site's word, or its silence, holds; at this key of the new file if it needs one.
    Carried(Option<String>),
    Dropped(String),
    Ask(String),
}

/// The replay.
pub(super) struct Replay {
    pub(super) base: Configuration,
    pub(super) site: Configuration,
    pub(super) target: Target,
    pub(super) edits: Edits,
    /// By the key in the old file.
    pub(super) fates: BTreeMap<String, Fate>,
    pub(super) remarks: Vec<(String, String)>,
    /// The site's appenders: id and name in the new file.
    pub(super) names: BTreeMap<String, (String, String)>,
    /// The ids of loggers that only the site has, by their names.
    pub(super) own_loggers: BTreeMap<String, String>,
    /// No old default is known: the site's root logger holds as a whole.
    pub(super) own: bool,
}

/// Carries the site's settings over.
pub(super) fn migrate(migration: &Migration, input: &SettleInput) -> Settled {
    let old = |keys: &[(String, String)]| {
        let keys = keys.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        match migration.translator {
            Translator::JbossLoggingToLog4j2 => JbossLogging::read(keys),
            Translator::Log4j1ToLog4j2 | Translator::Rename | Translator::RabbitmqConfigToConf => {
                let configuration = Configuration::read(keys);
                JbossLogging { configuration, ..JbossLogging::default() }
            }
        }
    };
    let (base_keys, site_keys) = (base_keys(input), live_keys(input.site));
    let (base, site) = (old(&base_keys), old(&site_keys));
    let mut replay = Replay {
        base: base.configuration.clone(),
        site: site.configuration.clone(),
        target: target(input.new),
        edits: Edits::default(),
        fates: BTreeMap::new(),
        remarks: Vec::new(),
        names: BTreeMap::new(),
        own_loggers: BTreeMap::new(),
        own: input.base.is_none(),
    };
    replay.run();
    replay.beside(&site, &base_keys, &site_keys);
    replay.gone_beside(&base);
    let notes = notes(input);
    if !notes.is_empty() {
        replay.edits.add(Line::Blank);
    }
    for note in notes {
        replay.edits.add(note);
    }
    report(migration, input, &replay)
}

/// The keys and values of the old default.
fn base_keys(input: &SettleInput) -> Vec<(String, String)> {
    match &input.base {
        Some(Base::Document(base)) => live_keys(base),
        Some(Base::Shipped(base)) => {
            let live = base.keys.iter().filter(|key| !key.path.starts_with(crate::tree::OFF));
            let pair = |key: &crate::ShippedKey| {
                (plain(&key.path).to_owned(), key.value.clone().unwrap_or_default())
            };
            live.map(pair).collect()
        }
        None => Vec::new(),
    }
}

fn plain(path: &str) -> &str {
    crate::pattern::without_number(path)
}

fn live_keys(document: &Document) -> Vec<(String, String)> {
    let items = document.tree().items.iter().filter(|item| item.is_live_key());
    let pair =
        |item: &crate::tree::Item| Some((item.name.clone(), item.value.as_ref()?.text.clone()));
    items.filter_map(pair).collect()
}

fn target(new: Option<&Document>) -> Target {
    Target { keys: new.map(live_keys).unwrap_or_default() }
}

impl Replay {
    fn run(&mut self) {
        self.name_appenders();
        self.appenders();
        self.root();
        self.loggers();
        self.settings();
        self.variables();
    }

    /// Keys that say nothing of their own: what the log manager needs for itself, and what comes
    /// along with another key.
    fn beside(
        &mut self,
        site: &JbossLogging,
        base_keys: &[(String, String)],
        site_keys: &[(String, String)],
    ) {
        for key in &site.lists {
            let value = |keys: &[(String, String)]| {
                keys.iter().find(|found| found.0 == *key).map(|found| found.1.clone())
            };
            let fate = if value(base_keys) == value(site_keys) {
                Fate::Taken
            } else {
                Fate::Dropped("log4j 2 needs no such list".to_owned())
            };
            self.fates.insert(key.clone(), fate);
        }
        for (key, other) in &site.followers {
            let fate = self.fates.get(other).cloned().unwrap_or(Fate::Taken);
            self.fates.insert(key.clone(), fate);
        }
    }

    /// Such keys of the old default that the site does not have.
    fn gone_beside(&mut self, base: &JbossLogging) {
        for key in base.lists.iter().chain(base.followers.keys()) {
            self.fates.entry(key.clone()).or_insert(Fate::Carried(None));
        }
    }

    /// Finds or makes the ids and names of the site's appenders in the new file.
    fn name_appenders(&mut self) {
        let mut taken_ids: BTreeSet<String> = BTreeSet::new();
        let mut taken_names: BTreeSet<String> =
            self.target.names("appender").into_values().collect();
        let names: Vec<String> =
            self.base.appenders.keys().chain(self.site.appenders.keys()).cloned().collect();
        for name in names {
            if self.names.contains_key(&name) {
                continue;
            }
            let known = self.base.appenders.contains_key(&name) || self.own;
            let found = if known { self.twin(&name) } else { None };
            let (id, new_name) =
                found.filter(|found| !taken_ids.contains(&found.0)).unwrap_or_else(|| {
                    let taken =
                        |id: &str| self.target.has_id("appender", id) || taken_ids.contains(id);
                    let id = free(&identifier(&name), taken);
                    let new_name = free(&name, |name| taken_names.contains(name));
                    (id, new_name)
                });
            taken_ids.insert(id.clone());
            taken_names.insert(new_name.clone());
            self.names.insert(name, (id, new_name));
        }
    }

    /// The vendor's appender that takes the place of one of the old default: by its id, its file,
    /// or as the only one for the console.
    fn twin(&self, name: &str) -> Option<(String, String)> {
        let names = self.target.names("appender");
        if let Some(id) = names.keys().find(|id| id.eq_ignore_ascii_case(name)) {
            return Some((id.clone(), names[id].clone()));
        }
        let appender = self.base.appenders.get(name).or_else(|| self.site.appenders.get(name))?;
        let file = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
        let old_file = appender.value("file").map(file);
        let same = |id: &&String| {
            let value = |key: &str| self.target.value(&format!("appender.{id}.{key}"));
            match &old_file {
                Some(old) => value("fileName").map(file).as_ref() == Some(old),
                None => value("type") == Some("Console"),
            }
        };
        let mut found = names.keys().filter(same);
        let id = found.next().filter(|_| found.next().is_none())?;
        Some((id.clone(), names[id].clone()))
    }

    fn appenders(&mut self) {
        let base = self.base.appenders.clone();
        for (name, appender) in self.site.appenders.clone() {
            let is_vendors = self.target.has_id("appender", &self.names[&name].0);
            match base.get(&name) {
                Some(old) if *old == appender => self.all(&appender, &Fate::Taken),
                Some(old) if is_vendors && old.class == appender.class => {
                    self.changed_appender(&name, Some(old), &appender);
                }
                None if is_vendors => self.changed_appender(&name, None, &appender),
                old => {
                    // The new appender takes the place of the old one and all that it had.
                    for said in old.into_iter().flat_map(|old| old.properties.values()) {
                        self.fates.insert(said.key.clone(), Fate::Carried(None));
                    }
                    self.own_appender(&name, &appender);
                }
            }
        }
        for (name, appender) in base {
            if !self.site.appenders.contains_key(&name) {
                self.removed_appender(&name, &appender);
            }
        }
    }

    fn all(&mut self, appender: &Appender, fate: &Fate) {
        self.fates.insert(appender.key.clone(), fate.clone());
        for said in appender.properties.values() {
            self.fates.insert(said.key.clone(), fate.clone());
        }
    }

    /// An appender of the site's own, or one of another class than the vendor's: written whole.
    fn own_appender(&mut self, name: &str, appender: &Appender) {
        let (id, new_name) = self.names[name].clone();
        match properties(appender, &new_name, &self.site.variables) {
            Ok(written) => {
                let prefix = format!("appender.{id}.");
                for key in self.target.under(&prefix) {
                    self.edits.remove(key);
                }
                self.edits.add(Line::Blank);
                for (key, value) in written {
                    self.edits.add(Line::Entry(format!("{prefix}{key}"), value));
                }
                let carried = |key: &str| Fate::Carried(Some(format!("{prefix}{key}")));
                self.fates.insert(appender.key.clone(), carried("type"));
                for (property, said) in &appender.properties {
                    let fate = carried(&place_of(appender, property));
                    self.fates.insert(said.key.clone(), fate);
                }
                self.note_unlimited(appender);
            }
            Err(why) => {
                let reason =
                    format!("it belongs to the appender `{name}`, which is not carried over");
                self.all(appender, &Fate::Dropped(reason));
                let question = format!(
                    "The appender `{name}` cannot be carried over: {why}. Write it in log4j 2's \
                     way by hand later, and leave it out here (take-new)?"
                );
                self.fates.insert(appender.key.clone(), Fate::Ask(question));
                self.names.remove(name);
            }
        }
    }

    fn note_unlimited(&mut self, appender: &Appender) {
        if appender.value("maxbackupindex") == Some("0") {
            let key = appender.properties["maxbackupindex"].key.clone();
            let text = "log4j 2 keeps at least one old file where log4j 1 kept none.";
            self.remarks.push((key, text.to_owned()));
        }
    }

    /// An appender that the vendor has too: what the site changed is set there.
    fn changed_appender(&mut self, name: &str, old: Option<&Appender>, appender: &Appender) {
        let (id, _) = self.names[name].clone();
        self.fates.insert(appender.key.clone(), Fate::Taken);
        for (property, said) in &appender.properties {
            let before = old.and_then(|old| old.value(property));
            let fate = if before == Some(&said.value) {
                Fate::Taken
            } else {
                let value = translated(&said.value, &self.site.variables);
                match self.changed_property(name, &id, appender, property, &value) {
                    Ok(key) => Fate::Carried(Some(key)),
                    Err(why) => Fate::Ask(format!(
                        "This setting of the appender `{name}` cannot be carried over: {why}. Leave \
                         it out (take-new)?"
                    )),
                }
            };
            self.fates.insert(said.key.clone(), fate);
        }
        for (property, said) in old.map(|old| &old.properties).into_iter().flatten() {
            if !appender.properties.contains_key(property) {
                self.fates.insert(said.key.clone(), Fate::Taken);
                let text = "The site had taken this out, so that log4j 1's own default held; the \
                            new default's value holds now.";
                self.remarks.push((said.key.clone(), text.to_owned()));
            }
        }
        self.note_unlimited(appender);
    }

    /// Sets one property of a vendor's appender; gives the key where it stands now.
    fn changed_property(
        &mut self,
        name: &str,
        id: &str,
        appender: &Appender,
        property: &str,
        value: &str,
    ) -> Result<String, String> {
        let prefix = format!("appender.{id}.");
        match property {
            "file" => {
                let pattern_key = format!("{prefix}filePattern");
                let old_file = self.target.value(&format!("{prefix}fileName")).map(str::to_owned);
                let pattern = self.target.value(&pattern_key).map(str::to_owned);
                if let (Some(old), Some(pattern)) = (old_file, pattern) {
                    let rest = pattern.strip_prefix(old.as_str()).unwrap_or(".%i").to_owned();
                    self.set(&prefix, &pattern_key, &format!("{value}{rest}"));
                }
                Ok(self.set(&prefix, &format!("{prefix}fileName"), value))
            }
            "maxfilesize" => {
                let key = self.target.of_type(&prefix, "SizeBasedTriggeringPolicy", "size");
                let key =
                    key.ok_or_else(|| "the new default does not roll it by size".to_owned())?;
                Ok(self.set(&prefix, &key, value))
            }
            "maxbackupindex" => {
                let known = self.target.of_type(&prefix, "DefaultRolloverStrategy", "max");
                if known.is_none() {
                    let kind = format!("{prefix}strategy.type");
                    self.set(&prefix, &kind, "DefaultRolloverStrategy");
                }
                let max = known.unwrap_or_else(|| format!("{prefix}strategy.max"));
                Ok(self.set(&prefix, &max, kept(value)))
            }
            "threshold" => {
                let reference = self.names.get(name).and_then(|(_, new_name)| {
                    self.target.references("rootLogger", new_name).into_iter().next()
                });
                let filtered = reference.and_then(|reference| {
                    self.target.of_type(&format!("{reference}."), "ThresholdFilter", "level")
                });
                match filtered {
                    Some(key) => Ok(self.set(&prefix, &key, value)),
                    None => self.set_all(&prefix, property_of(appender, property, value)?),
                }
            }
            _ => self.set_all(&prefix, property_of(appender, property, value)?),
        }
    }

    fn set_all(&mut self, prefix: &str, written: Vec<(String, String)>) -> Result<String, String> {
        let mut last = Err("log4j 2 has no such setting".to_owned());
        for (key, value) in written {
            last = Ok(self.set(prefix, &format!("{prefix}{key}"), &value));
        }
        last
    }

    /// Sets a key, or adds it behind the last one with the prefix.
    pub(super) fn set(&mut self, prefix: &str, key: &str, value: &str) -> String {
        if self.target.value(key).is_some() {
            self.edits.set(key, value);
        } else {
            match self.target.under(prefix).last() {
                Some(neighbour) => self.edits.add_beside(neighbour, key, value),
                None => self.edits.add(Line::Entry(key.to_owned(), value.to_owned())),
            }
        }
        key.to_owned()
    }

    fn removed_appender(&mut self, name: &str, appender: &Appender) {
        self.all(appender, &Fate::Carried(None));
        let (id, new_name) = self.names[name].clone();
        for key in self.target.under(&format!("appender.{id}.")) {
            self.edits.remove(key);
        }
        let mut loggers: Vec<String> =
            self.target.names("logger").into_keys().map(|id| format!("logger.{id}")).collect();
        loggers.push("rootLogger".to_owned());
        for logger in loggers {
            self.remove_reference(&logger, &new_name);
        }
    }

    pub(super) fn remove_reference(&mut self, logger: &str, appender: &str) {
        for reference in self.target.references(logger, appender) {
            for key in self.target.under(&format!("{reference}.")) {
                self.edits.remove(key);
            }
        }
    }
}

/// A name that can stand between the dots of a key.
pub(super) fn identifier(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' };
    name.chars().map(plain).collect()
}

/// The name, or the name with the first number that makes it free.
pub(super) fn free(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let numbered = (2..).map(|number| format!("{name}{number}"));
    let mut names = std::iter::once(name.to_owned()).chain(numbered);
    names.find(|name| !taken(name)).unwrap_or_default()
}
