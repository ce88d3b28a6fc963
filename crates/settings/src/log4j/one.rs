//! A configuration of log4j 1, as its keys say it.

use std::collections::BTreeMap;

/// What a configuration says. Of keys that stand twice, the last counts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Configuration {
    pub(super) root: Option<Logger>,
    /// By the logger's name.
    pub(super) loggers: BTreeMap<String, Logger>,
    /// By the logger's name: the key, and whether what it logs also goes to the loggers above.
    pub(super) additivity: BTreeMap<String, Said>,
    /// By the appender's name.
    pub(super) appenders: BTreeMap<String, Appender>,
    /// `log4j.threshold` and the like, by the key.
    pub(super) settings: BTreeMap<String, String>,
    /// Keys that only serve as `${name}` elsewhere.
    pub(super) variables: BTreeMap<String, String>,
}

/// A value, and the key that gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) key: String,
    pub(super) value: String,
}

/// A logger's level and appenders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Logger {
    pub(super) key: String,
    /// Empty where it takes the level of the logger above.
    pub(super) level: String,
    pub(super) appenders: Vec<String>,
}

/// An appender.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Appender {
    pub(super) key: String,
    pub(super) class: String,
    /// By the property's name in lower case: log4j takes both cases of the first letter.
    pub(super) properties: BTreeMap<String, Said>,
}

impl Configuration {
    /// Reads keys and values in the order of the file.
    pub(super) fn read<'a>(keys: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let mut configuration = Self::default();
        let mut properties = Vec::new();
        for (key, value) in keys {
            configuration.key(key, value, &mut properties);
        }
        for (appender, property, said) in properties {
            let appender =
                configuration.appenders.entry(appender).or_insert_with_key(|name| Appender {
                    key: format!("log4j.appender.{name}"),
                    class: String::new(),
                    properties: BTreeMap::new(),
                });
            appender.properties.insert(property, said);
        }
        configuration
    }

    fn key(&mut self, key: &str, value: &str, properties: &mut Vec<(String, String, Said)>) {
        let said = || Said { key: key.to_owned(), value: value.trim().to_owned() };
        let logger = || Logger::read(key, value);
        let after = |prefix: &str| key.strip_prefix(prefix).map(str::to_owned);
        if key == "log4j.rootLogger" || key == "log4j.rootCategory" {
            self.root = Some(logger());
        } else if let Some(name) = after("log4j.logger.").or_else(|| after("log4j.category.")) {
            self.loggers.insert(name, logger());
        } else if let Some(name) = after("log4j.additivity.") {
            self.additivity.insert(name, said());
        } else if let Some(rest) = after("log4j.appender.") {
            if let Some((name, property)) = rest.split_once('.') {
                properties.push((name.to_owned(), property.to_ascii_lowercase(), said()));
            } else {
                let class = value.trim().to_owned();
                let appender = Appender { key: key.to_owned(), class, properties: BTreeMap::new() };
                self.appenders.insert(rest, appender);
            }
        } else if key.starts_with("log4j.") {
            self.settings.insert(key.to_owned(), value.trim().to_owned());
        } else {
            self.variables.insert(key.to_owned(), value.trim().to_owned());
        }
    }
}

impl Logger {
    fn read(key: &str, value: &str) -> Self {
        let mut parts = value.split(',').map(str::trim);
        let level = parts.next().unwrap_or_default();
        let inherits = ["INHERITED", "NULL"].iter().any(|word| level.eq_ignore_ascii_case(word));
        Self {
            key: key.to_owned(),
            level: if inherits { String::new() } else { level.to_owned() },
            appenders: parts.filter(|part| !part.is_empty()).map(str::to_owned).collect(),
        }
    }
}

impl Appender {
    /// The value of a property, by its name in lower case.
    pub(super) fn value(&self, property: &str) -> Option<&str> {
        self.properties.get(property).map(|said| said.value.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loggers_and_appenders_are_told_apart() {
        let keys = [
            ("dir", "/var/log"),
            ("log4j.rootLogger", "INFO, console, file"),
            ("log4j.appender.file.File", "${dir}/x.log"),
            ("log4j.appender.file", "org.apache.log4j.FileAppender"),
            ("log4j.logger.com.acme", "DEBUG, file"),
            ("log4j.category.com.other", "INHERITED"),
            ("log4j.additivity.com.acme", "false"),
            ("log4j.threshold", "INFO"),
        ];
        let found = Configuration::read(keys.into_iter());
        let root = found.root.unwrap();
        assert_eq!((root.level.as_str(), root.appenders.len()), ("INFO", 2));
        assert_eq!(found.loggers["com.acme"].appenders, ["file"]);
        assert_eq!(found.loggers["com.other"].level, "");
        assert_eq!(found.appenders["file"].value("file"), Some("${dir}/x.log"));
        assert_eq!(found.additivity["com.acme"].value, "false");
        assert_eq!(found.variables["dir"], "/var/log");
        assert_eq!(found.settings["log4j.threshold"], "INFO");
    }
}
