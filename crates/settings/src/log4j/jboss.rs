//! `logging.properties` of the `JBoss` log manager, read as what log4j 1 would have called the
//! same: so that one replay carries both over to log4j 2.

use std::collections::{BTreeMap, BTreeSet};

use super::one::{Appender, Configuration, Logger, Said};

/// What a file says, and the keys that say the same as others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct JbossLogging {
    pub(super) configuration: Configuration,
    /// Keys of which becomes what becomes of another one: the key, and that other one.
    pub(super) followers: BTreeMap<String, String>,
    /// Keys that only serve the log manager itself.
    pub(super) lists: BTreeSet<String>,
}

impl JbossLogging {
    /// Reads keys and values in the order of the file.
    pub(super) fn read<'a>(keys: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let keys: BTreeMap<&str, String> =
            keys.map(|(key, value)| (key, defaults(value.trim()))).collect();
        let mut found = Self::default();
        for (key, value) in &keys {
            found.key(key, value, &keys);
        }
        found
    }

    fn key(&mut self, key: &str, value: &str, keys: &BTreeMap<&str, String>) {
        let serves = [".properties", ".constructorProperties", ".module", ".postConfiguration"];
        if key == "loggers" || serves.iter().any(|end| key.ends_with(end)) {
            self.lists.insert(key.to_owned());
        } else if key == "logger.level" || key == "logger.handlers" {
            self.root(key, value);
        } else if let Some(rest) = key.strip_prefix("logger.") {
            self.logger(key, rest, value);
        } else if let Some(rest) = key.strip_prefix("handler.") {
            self.handler(key, rest, value, keys);
        } else if let Some(rest) = key.strip_prefix("formatter.") {
            // The pattern comes along with each handler that uses the formatter.
            if !rest.contains('.') {
                self.followers.insert(key.to_owned(), format!("{key}.pattern"));
            }
        }
    }

    fn root(&mut self, key: &str, value: &str) {
        let root = self.configuration.root.get_or_insert_with(|| Logger {
            key: key.to_owned(),
            level: String::new(),
            appenders: Vec::new(),
        });
        if root.key != key {
            self.followers.insert(key.to_owned(), root.key.clone());
        }
        if key == "logger.level" {
            root.level = level(value);
        } else {
            root.appenders = list(value);
        }
    }

    fn logger(&mut self, key: &str, rest: &str, value: &str) {
        let Some((name, property)) = rest.rsplit_once('.') else {
            return;
        };
        if property == "useParentHandlers" {
            let said = Said { key: key.to_owned(), value: value.to_ascii_lowercase() };
            self.configuration.additivity.insert(name.to_owned(), said);
            return;
        }
        if property != "level" && property != "handlers" {
            return;
        }
        let logger = self.configuration.loggers.entry(name.to_owned()).or_insert_with(|| Logger {
            key: key.to_owned(),
            level: String::new(),
            appenders: Vec::new(),
        });
        if logger.key != key {
            self.followers.insert(key.to_owned(), logger.key.clone());
        }
        if property == "level" {
            logger.level = level(value);
        } else {
            logger.appenders = list(value);
        }
    }

    fn handler(&mut self, key: &str, rest: &str, value: &str, keys: &BTreeMap<&str, String>) {
        let (name, property) = rest.split_once('.').unwrap_or((rest, ""));
        let appender =
            self.configuration.appenders.entry(name.to_owned()).or_insert_with(|| Appender {
                key: format!("handler.{name}"),
                class: String::new(),
                properties: BTreeMap::new(),
            });
        let mut say = |property: &str, key: &str, value: String| {
            appender.properties.insert(property.to_owned(), Said { key: key.to_owned(), value });
        };
        match property {
            "" => appender.class = class(value),
            "level" if value.eq_ignore_ascii_case("ALL") => {
                self.lists.insert(key.to_owned());
            }
            "level" => say("threshold", key, level(value)),
            "fileName" => say("file", key, value.to_owned()),
            "autoFlush" => say("immediateflush", key, value.to_owned()),
            "suffix" => say("datepattern", key, date_pattern(value)),
            "rotateSize" => say("maxfilesize", key, size(value)),
            "maxBackupIndex" => say("maxbackupindex", key, value.to_owned()),
            "formatter" => {
                say("layout", key, "org.apache.log4j.PatternLayout".to_owned());
                let pattern_key = format!("formatter.{value}.pattern");
                if let Some(text) = keys.get(pattern_key.as_str()) {
                    say("layout.conversionpattern", &pattern_key, pattern(text));
                }
            }
            other => say(&other.to_ascii_lowercase(), key, value.to_owned()),
        }
    }
}

fn list(value: &str) -> Vec<String> {
    let parts = value.split(',').map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

/// The names of classes that do the same in log4j 1.
fn class(class: &str) -> String {
    let own = class.rsplit('.').next().unwrap_or(class);
    match own {
        "ConsoleHandler" => "org.apache.log4j.ConsoleAppender".to_owned(),
        "FileHandler" => "org.apache.log4j.FileAppender".to_owned(),
        "PeriodicRotatingFileHandler" => "org.apache.log4j.DailyRollingFileAppender".to_owned(),
        "SizeRotatingFileHandler" => "org.apache.log4j.RollingFileAppender".to_owned(),
        _ => class.to_owned(),
    }
}

/// Levels of the Java platform in log4j's words.
fn level(level: &str) -> String {
    match level.to_ascii_uppercase().as_str() {
        "SEVERE" => "ERROR".to_owned(),
        "WARNING" => "WARN".to_owned(),
        "CONFIG" => "INFO".to_owned(),
        "FINE" => "DEBUG".to_owned(),
        "FINER" | "FINEST" => "TRACE".to_owned(),
        _ => level.to_owned(),
    }
}

/// `.yyyy-MM-dd` as log4j 1 writes it: what is no letter before the date is literal.
fn date_pattern(suffix: &str) -> String {
    let date = suffix.find(|found: char| found.is_ascii_alphabetic()).unwrap_or(suffix.len());
    let (literal, date) = suffix.split_at(date);
    if literal.is_empty() { date.to_owned() } else { format!("'{literal}'{date}") }
}

/// `10m` as `10MB`; a plain number is bytes in both.
fn size(size: &str) -> String {
    match size.chars().last().map(|unit| unit.to_ascii_lowercase()) {
        Some(unit @ ('k' | 'm' | 'g')) => {
            format!("{}{}B", &size[..size.len() - 1], unit.to_ascii_uppercase())
        }
        _ => size.to_owned(),
    }
}

/// A pattern in log4j 2's words: `%s` is the message, `%e` and `%E` the exception.
fn pattern(pattern: &str) -> String {
    let mut written = String::with_capacity(pattern.len());
    let mut rest = pattern;
    while let Some(at) = rest.find('%') {
        written.push_str(&rest[..=at]);
        let after = &rest[at + 1..];
        let word = after.find(|c: char| !(c.is_ascii_digit() || "-.".contains(c)));
        let word = word.unwrap_or(after.len());
        written.push_str(&after[..word]);
        let mut letters = after[word..].chars();
        match letters.next() {
            Some('s') => written.push('m'),
            Some('e') => written.push_str("ex"),
            Some('E') => written.push_str("xEx"),
            Some(other) => written.push(other),
            None => {}
        }
        rest = letters.as_str();
    }
    written.push_str(rest);
    written
}

/// `${name:default}` as log4j 2 writes it.
fn defaults(value: &str) -> String {
    let mut written = String::with_capacity(value.len());
    let mut rest = value;
    while let Some(at) = rest.find("${") {
        let end = rest[at..].find('}').map_or(rest.len(), |end| at + end);
        let inside = &rest[at..end];
        written.push_str(&rest[..at]);
        match inside.split_once(':') {
            Some((name, default)) => written.push_str(&format!("{name}:-{default}")),
            None => written.push_str(inside),
        }
        rest = &rest[end..];
    }
    written.push_str(rest);
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn handlers_are_appenders_and_formatters_their_layouts() {
        let keys = [
            ("loggers", "com.acme"),
            ("logger.level", "INFO"),
            ("logger.handlers", "FILE, CONSOLE"),
            ("logger.com.acme.level", "FINE"),
            ("logger.com.acme.useParentHandlers", "false"),
            ("handler.FILE", "org.jboss.logmanager.handlers.PeriodicRotatingFileHandler"),
            ("handler.FILE.properties", "suffix,fileName"),
            ("handler.FILE.suffix", ".yyyy-MM-dd"),
            ("handler.FILE.fileName", "${home:/tmp}/a.log"),
            ("handler.FILE.formatter", "P"),
            ("formatter.P", "org.jboss.logmanager.formatters.PatternFormatter"),
            ("formatter.P.pattern", "%d %-5p [%c] %s%E%n"),
        ];
        let found = JbossLogging::read(keys.into_iter());
        let root = found.configuration.root.unwrap();
        assert_eq!((root.level.as_str(), root.appenders.len()), ("INFO", 2));
        assert_eq!(found.configuration.loggers["com.acme"].level, "DEBUG");
        assert_eq!(found.configuration.additivity["com.acme"].value, "false");
        let file = &found.configuration.appenders["FILE"];
        assert_eq!(file.class, "org.apache.log4j.DailyRollingFileAppender");
        assert_eq!(file.value("datepattern"), Some("'.'yyyy-MM-dd"));
        assert_eq!(file.value("file"), Some("${home:-/tmp}/a.log"));
        assert_eq!(file.value("layout.conversionpattern"), Some("%d %-5p [%c] %m%xEx%n"));
        assert_eq!(file.properties["layout.conversionpattern"].key, "formatter.P.pattern");
        assert!(found.lists.contains("loggers") && found.lists.contains("handler.FILE.properties"));
        assert!(found.followers.contains_key("formatter.P"));
    }

    #[test]
    fn sizes_and_dates_without_a_literal() {
        assert_eq!(size("10m"), "10MB");
        assert_eq!(size("1048576"), "1048576");
        assert_eq!(date_pattern("yyyy"), "yyyy");
    }
}
