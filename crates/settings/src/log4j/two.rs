//! The vendor's configuration of log4j 2: where its loggers and appenders stand.

use std::collections::BTreeMap;

/// The new default's keys and values, in the order of the file.
pub(super) struct Target {
    pub(super) keys: Vec<(String, String)>,
}

impl Target {
    pub(super) fn value(&self, key: &str) -> Option<&str> {
        self.keys.iter().rev().find(|found| found.0 == key).map(|found| found.1.as_str())
    }

    /// The ids of loggers or appenders with what their `name` says.
    pub(super) fn names(&self, kind: &str) -> BTreeMap<String, String> {
        let id = |key: &str| {
            let id = key.strip_prefix(kind)?.strip_prefix('.')?.strip_suffix(".name")?;
            (!id.contains('.')).then(|| id.to_owned())
        };
        self.keys.iter().filter_map(|(key, value)| Some((id(key)?, value.clone()))).collect()
    }

    /// The id of the logger of this name.
    pub(super) fn logger(&self, name: &str) -> Option<String> {
        let named = self.names("logger");
        named.into_iter().find(|(_, found)| found == name).map(|(id, _)| id)
    }

    /// Whether the ids are taken, in whatever way.
    pub(super) fn has_id(&self, kind: &str, id: &str) -> bool {
        let prefix = format!("{kind}.{id}.");
        self.keys.iter().any(|(key, _)| key.starts_with(&prefix))
    }

    /// The keys of something: those under a prefix with a dot at its end.
    pub(super) fn under(&self, prefix: &str) -> Vec<&str> {
        let keys = self.keys.iter().map(|(key, _)| key.as_str());
        keys.filter(|key| key.starts_with(prefix)).collect()
    }

    /// The references of a logger (`rootLogger` or `logger.ID`) to an appender of this name: the
    /// prefix of each, `....appenderRef.ID`.
    pub(super) fn references(&self, logger: &str, appender: &str) -> Vec<String> {
        let prefix = format!("{logger}.appenderRef.");
        let references = self.keys.iter().filter(|(key, value)| {
            key.starts_with(&prefix) && key.ends_with(".ref") && value == appender
        });
        references.filter_map(|(key, _)| key.strip_suffix(".ref")).map(str::to_owned).collect()
    }

    /// The key under `prefix` that holds `property` of the part with this type, such as the size
    /// of a size policy.
    pub(super) fn of_type(&self, prefix: &str, kind: &str, property: &str) -> Option<String> {
        let part = self.keys.iter().find_map(|(key, value)| {
            let part = key.strip_suffix(".type").filter(|_| value == kind)?;
            part.starts_with(prefix).then_some(part)
        })?;
        Some(format!("{part}.{property}"))
    }
}
