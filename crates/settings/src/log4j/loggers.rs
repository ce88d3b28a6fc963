//! Loggers, settings of the whole configuration, and variables.

use std::collections::BTreeSet;

use super::edits::Line;
use super::one::Logger;
use super::replay::{Fate, Replay, free, identifier};
use super::variables::{translated, uses};

impl Replay {
    /// The root logger.
    pub(super) fn root(&mut self) {
        let Some(root) = self.site.root.clone() else {
            if let Some(old) = &self.base.root {
                let question =
                    "The site's file has no root logger. Take the new default's (take-new)?";
                self.fates.insert(old.key.clone(), Fate::Ask(question.to_owned()));
            }
            return;
        };
        let old = self.base.root.clone();
        self.logger_at("rootLogger", "rootLogger.", old.as_ref(), &root);
        if self.own {
            let wanted: BTreeSet<String> = root
                .appenders
                .iter()
                .filter_map(|name| self.names.get(name))
                .map(|(_, new_name)| new_name.clone())
                .collect();
            for name in self.target.names("appender").into_values() {
                if !wanted.contains(&name) {
                    self.remove_reference("rootLogger", &name);
                }
            }
        }
    }

    /// A logger that stands at `at` in the new file.
    fn logger_at(&mut self, at: &str, prefix: &str, old: Option<&Logger>, logger: &Logger) {
        let mut fate = Fate::Taken;
        if old.is_none_or(|old| old.level != logger.level) && !logger.level.is_empty() {
            let level = translated(&logger.level, &self.site.variables);
            fate = Fate::Carried(Some(self.set_level(at, prefix, &level)));
        }
        let had = |name: &String| old.is_some_and(|old| old.appenders.contains(name));
        for name in logger.appenders.iter().filter(|name| !had(name)) {
            if let Some((id, new_name)) = self.names.get(name).cloned() {
                if self.target.references(at, &new_name).is_empty() {
                    let key = format!("{at}.appenderRef.{id}.ref");
                    self.set(prefix, &key, &new_name);
                }
                fate = Fate::Carried(Some(format!("{at}.level")));
            }
        }
        for name in old.map(|old| old.appenders.clone()).unwrap_or_default() {
            if !logger.appenders.contains(&name) {
                if let Some((_, new_name)) = self.names.get(&name).cloned() {
                    self.remove_reference(at, &new_name);
                }
                fate = Fate::Carried(Some(format!("{at}.level")));
            }
        }
        self.fates.insert(logger.key.clone(), fate);
    }

    fn set_level(&mut self, at: &str, prefix: &str, level: &str) -> String {
        let short = self.target.value(at).map(str::to_owned);
        if let Some(short) = short {
            let rest = short.split_once(',').map_or("", |(_, rest)| rest);
            let value = if rest.is_empty() { level.to_owned() } else { format!("{level},{rest}") };
            self.edits.set(at, &value);
            return at.to_owned();
        }
        self.set(prefix, &format!("{at}.level"), level)
    }

    /// All other loggers.
    pub(super) fn loggers(&mut self) {
        let base = self.base.clone();
        let site = self.site.clone();
        let names: BTreeSet<&String> = site.loggers.keys().chain(site.additivity.keys()).collect();
        for name in names {
            if let Some(logger) = site.loggers.get(name) {
                self.logger(name, base.loggers.get(name), logger);
            }
            if let Some(said) = site.additivity.get(name) {
                let changed = base.additivity.get(name).map(|old| &old.value) != Some(&said.value);
                let fate = if changed {
                    let at = self.logger_place(name);
                    let key = format!("{at}.additivity");
                    Fate::Carried(Some(self.set(&format!("{at}."), &key, &said.value)))
                } else {
                    Fate::Taken
                };
                self.fates.insert(said.key.clone(), fate);
            }
        }
        for (name, logger) in &base.loggers {
            if !site.loggers.contains_key(name) {
                self.fates.insert(logger.key.clone(), Fate::Carried(None));
                self.remove_logger(name, "");
            }
        }
        for (name, said) in &base.additivity {
            if !site.additivity.contains_key(name) {
                self.fates.insert(said.key.clone(), Fate::Carried(None));
                self.remove_logger(name, "additivity");
            }
        }
    }

    fn logger(&mut self, name: &str, old: Option<&Logger>, logger: &Logger) {
        let said = |logger: &Logger| (logger.level.clone(), logger.appenders.clone());
        if old.map(said) == Some(said(logger)) {
            self.fates.insert(logger.key.clone(), Fate::Taken);
        } else {
            let at = self.logger_place(name);
            self.logger_at(&at, &format!("{at}."), old, logger);
        }
    }

    /// Takes a logger of the vendor's away, or one of its keys.
    fn remove_logger(&mut self, name: &str, key: &str) {
        if let Some(id) = self.target.logger(name) {
            for key in self.target.under(&format!("logger.{id}.{key}")) {
                self.edits.remove(key);
            }
        }
    }

    /// Where a logger stands in the new file; one that the vendor does not have is begun there.
    fn logger_place(&mut self, name: &str) -> String {
        let known = self.target.logger(name).or_else(|| self.own_loggers.get(name).cloned());
        if let Some(id) = known {
            return format!("logger.{id}");
        }
        let last = name.rsplit('.').next().unwrap_or(name);
        let own: BTreeSet<&String> = self.own_loggers.values().collect();
        let id = free(&identifier(last), |id| {
            self.target.has_id("logger", id) || own.contains(&id.to_owned())
        });
        self.edits.add(Line::Blank);
        self.edits.add(Line::Entry(format!("logger.{id}.name"), name.to_owned()));
        self.own_loggers.insert(name.to_owned(), id.clone());
        format!("logger.{id}")
    }

    /// What concerns the whole configuration.
    pub(super) fn settings(&mut self) {
        for (key, value) in self.site.settings.clone() {
            let fate = if self.base.settings.get(&key) == Some(&value) {
                Fate::Taken
            } else {
                self.setting(&key, &value)
            };
            self.fates.insert(key, fate);
        }
        for key in self.base.settings.clone().into_keys() {
            self.fates.entry(key).or_insert(Fate::Carried(None));
        }
    }

    fn setting(&mut self, key: &str, value: &str) -> Fate {
        let mut add = |key: &str, value: &str| {
            self.edits.add(Line::Entry(key.to_owned(), value.to_owned()));
            Fate::Carried(Some(key.to_owned()))
        };
        match key {
            "log4j.threshold" => {
                add("filter.global.type", "ThresholdFilter");
                add("filter.global.level", value)
            }
            "log4j.debug" | "log4j.configDebug" if value.eq_ignore_ascii_case("true") => {
                add("status", "DEBUG")
            }
            "log4j.debug" | "log4j.configDebug" => {
                Fate::Dropped("log4j 2 says nothing about itself unless it is told to".to_owned())
            }
            "log4j.reset" => {
                Fate::Dropped("log4j 2 always replaces what was configured before".to_owned())
            }
            "log4j.throwableRenderer" => Fate::Dropped(
                "log4j 2 writes exceptions by itself, as the pattern says (%throwable)".to_owned(),
            ),
            _ => Fate::Ask(
                "log4j 2 has nothing that Refit knows for this. Leave it out (take-new)?"
                    .to_owned(),
            ),
        }
    }

    /// What only serves elsewhere in the file comes along where it still serves.
    pub(super) fn variables(&mut self) {
        let own = self.site.variables.clone();
        let mut needed: BTreeSet<String> = BTreeSet::new();
        let mut texts: Vec<String> =
            self.edits.written().values().map(|text| (*text).to_owned()).collect();
        while let Some(text) = texts.pop() {
            for (name, value) in own.iter().filter(|found| uses(&text, found.0)) {
                if needed.insert(name.clone()) {
                    texts.push(translated(value, &own));
                }
            }
        }
        for (name, value) in &own {
            let fate = if needed.contains(name) {
                let key = format!("property.{name}");
                self.edits.add(Line::Entry(key.clone(), translated(value, &own)));
                Fate::Carried(Some(key))
            } else if self.base.variables.get(name) == Some(value) {
                Fate::Taken
            } else {
                Fate::Dropped("nothing that was carried over uses it".to_owned())
            };
            self.fates.insert(name.clone(), fate);
        }
        for name in self.base.variables.clone().into_keys() {
            self.fates.entry(name).or_insert(Fate::Carried(None));
        }
    }
}
