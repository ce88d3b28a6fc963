//! Running a pack's readings over configuration files: facts, endpoints, written places. Pure.

use std::collections::BTreeMap;

use refit_model::{
    Endpoint, EndpointPart, FactValue, Facts, HostPath, PathPurpose, Protocol, WrittenPath,
};
use refit_settings::{ConnectorUri, Document, Key, KeyPattern};

use crate::{
    EndpointAt, EndpointReading, Extraction, FactKind, FactList, Layout, Take, WrittenReading,
};

/// Configuration files by their path relative to the home.
pub type Documents = BTreeMap<String, Document>;

/// What the words of configuration files stand for: `${activemq.data}` and the like.
#[derive(Clone, Debug, Default)]
pub struct Words(Vec<(String, String)>);

/// Endpoints as configured, and connectors whose scheme the pack does not know.
#[derive(Clone, Debug, Default)]
pub struct Endpoints {
    /// The endpoints, each with what its key holds of the address.
    pub endpoints: Vec<ConfiguredEndpoint>,
    /// Connectors with an unknown scheme, as `NAME: SCHEME`.
    pub unknown_schemes: Vec<String>,
}

/// An endpoint, and the keys that hold its address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfiguredEndpoint {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Each key that holds a part of the address, in the endpoint's file.
    pub keys: Vec<(String, EndpointPart)>,
}

impl Words {
    /// The pack's words, with the folders of an installation: `home`, `data`, `conf`, `base` ...
    pub fn new(layout: &Layout, folders: &[(&str, &HostPath)]) -> Self {
        let meaning = |means: &str| {
            let mut text = means.to_owned();
            for (name, path) in folders {
                text = text.replace(&format!("${{{name}}}"), &path.to_string());
            }
            text
        };
        let placeholders = layout.placeholders.iter();
        let mut words: Vec<_> = placeholders
            .map(|placeholder| (placeholder.written.clone(), meaning(&placeholder.means)))
            .collect();
        words.extend(folders.iter().map(|(name, path)| (format!("${{{name}}}"), path.to_string())));
        // A longer word first: `$ACTIVEMQ_DATA_DIR` is not `$ACTIVEMQ_DATA`.
        words.sort_by_key(|(written, _)| std::cmp::Reverse(written.len()));
        Self(words)
    }

    /// `text` with every word replaced by what it stands for.
    pub fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (written, means)| text.replace(written, means))
    }
}

impl FactList {
    /// The facts that are read from keys of configuration files.
    pub fn read_facts(&self, documents: &Documents) -> Facts {
        let mut facts = Facts::new();
        for declared in &self.fact {
            let entries: Vec<_> =
                self.extract.iter().filter(|entry| entry.fact == declared.name).collect();
            let read: Vec<_> = entries
                .iter()
                .filter_map(|entry| Some((*entry, documents.get(&entry.file)?)))
                .collect();
            if let Some(value) = combine(declared.kind, &read) {
                facts.set(declared.name.clone(), value);
            }
        }
        facts
    }

    /// The addresses that the broker listens on.
    pub fn read_endpoints(&self, documents: &Documents, words: &Words) -> Endpoints {
        let mut found = Endpoints::default();
        for reading in &self.endpoint {
            if let Some(document) = documents.get(&reading.file) {
                self.read_endpoint(reading, document, words, &mut found);
            }
        }
        found
    }

    fn read_endpoint(
        &self,
        reading: &EndpointReading,
        document: &Document,
        words: &Words,
        found: &mut Endpoints,
    ) {
        match &reading.at {
            EndpointAt::Uri { key } => {
                for (name, path, value) in live(document, key) {
                    let name = name.first().cloned().unwrap_or_default();
                    self.read_uri(reading, name, path, &words.fill(&value), found);
                }
            }
            EndpointAt::HostAndPort { .. } => {
                found.endpoints.extend(host_and_port(reading, document, words));
            }
            EndpointAt::JvmProperty { name, protocol, key, property } => {
                for (_, path, value) in live(document, key) {
                    let port = jvm_property(&value, property).and_then(|port| port.parse().ok());
                    found.endpoints.extend(port.map(|port| ConfiguredEndpoint {
                        endpoint: Endpoint {
                            name: name.clone(),
                            protocol: *protocol,
                            tls: false,
                            host: "0.0.0.0".into(),
                            port,
                            file: reading.file.clone(),
                            key: path.clone(),
                        },
                        keys: vec![(path, EndpointPart::JvmProperty)],
                    }));
                }
            }
        }
    }

    fn read_uri(
        &self,
        reading: &EndpointReading,
        name: String,
        path: String,
        value: &str,
        found: &mut Endpoints,
    ) {
        let Some(uri) = ConnectorUri::parse(value) else {
            found.unknown_schemes.push(format!("{name}: not a plain URI"));
            return;
        };
        let scheme = self.scheme(uri.scheme());
        if scheme.is_none() {
            found.unknown_schemes.push(format!("{name}: {}", uri.scheme()));
        }
        let Some(port) = uri.port() else { return };
        found.endpoints.push(ConfiguredEndpoint {
            endpoint: Endpoint {
                name,
                protocol: scheme.map_or(Protocol::Other, |scheme| scheme.protocol),
                tls: scheme.is_some_and(|scheme| scheme.tls),
                host: uri.host().to_owned(),
                port,
                file: reading.file.clone(),
                key: path.clone(),
            },
            keys: vec![(path, EndpointPart::Uri)],
        });
    }

    /// The places that the broker writes to. `facts` are those of [`FactList::read_facts`].
    pub fn read_written(
        &self,
        documents: &Documents,
        facts: &Facts,
        words: &Words,
    ) -> Vec<WrittenPath> {
        let mut written = Vec::new();
        for reading in &self.written {
            let Some(document) = documents.get(&reading.file) else { continue };
            let keys = live(document, &reading.key);
            if keys.is_empty() {
                written.extend(default_path(reading, document, facts, words));
            }
            for (_, key, value) in keys {
                let path = words.fill(&value);
                let path = path.strip_prefix("file:").unwrap_or(&path).to_owned();
                written.push(WrittenPath {
                    purpose: reading.purpose,
                    file: reading.file.clone(),
                    key,
                    path: path.into(),
                });
            }
        }
        written
    }
}

/// Keys in force that a pattern matches: what its stars stand for, path, value.
fn live(document: &Document, pattern: &KeyPattern) -> Vec<(Vec<String>, String, String)> {
    let keys = document.keys().into_iter().filter(|key: &Key| key.live);
    keys.filter_map(|key| {
        let stars = pattern.captures(&key.path)?;
        Some((stars, key.path, key.value.unwrap_or_default()))
    })
    .collect()
}

/// One value of all entries for a fact whose file could be read; `None` if it is not known.
fn combine(kind: FactKind, entries: &[(&Extraction, &Document)]) -> Option<FactValue> {
    let found = entries.iter().filter_map(|(entry, document)| take(kind, entry, document));
    if kind == FactKind::List {
        let mut all = Vec::new();
        for value in found {
            if let FactValue::List(items) = value {
                all.extend(items);
            }
        }
        all.sort();
        all.dedup();
        return (!entries.is_empty()).then_some(FactValue::List(all));
    }
    let mut found = found;
    found.next().or_else(|| entries.iter().find_map(|(entry, _)| entry.absent.clone()))
}

fn take(kind: FactKind, entry: &Extraction, document: &Document) -> Option<FactValue> {
    let mut keys = live(document, &entry.key);
    if let Some(wanted) = &entry.where_value {
        keys.retain(|(_, _, value)| fits(wanted, value));
    }
    let first = keys.first()?;
    Some(match &entry.take {
        Take::Value if kind == FactKind::Number => FactValue::Number(first.2.trim().parse().ok()?),
        Take::Value => FactValue::Text(first.2.clone()),
        Take::Values => FactValue::List(keys.into_iter().map(|key| key.2).collect()),
        Take::Star(number) => {
            let at = usize::try_from(number.checked_sub(1)?).ok()?;
            FactValue::List(keys.into_iter().filter_map(|key| key.0.get(at).cloned()).collect())
        }
        Take::Present => FactValue::Flag(true),
        Take::IsTrue => FactValue::Flag(first.2.trim().eq_ignore_ascii_case("true")),
        Take::Constant(value) => value.clone(),
        Take::JvmProperty(name) => {
            FactValue::Text(keys.iter().find_map(|key| jvm_property(&key.2, name))?)
        }
    })
}

/// Whether `value` fits the pattern, in which `*` stands for any characters; case is ignored.
fn fits(pattern: &str, value: &str) -> bool {
    let (pattern, value) = (pattern.to_lowercase(), value.to_lowercase());
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| value.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<_> = parts.collect();
    let Some((last, middle)) = parts.split_last() else { return rest.is_empty() };
    for part in middle {
        let Some(at) = rest.find(part) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last)
}

/// The value of `-DNAME=VALUE` among arguments.
fn jvm_property(arguments: &str, name: &str) -> Option<String> {
    let prefix = format!("-D{name}=");
    let mut words = arguments.split_whitespace().map(|word| word.trim_matches(['"', '\'']));
    words.find_map(|word| word.strip_prefix(&prefix).map(str::to_owned))
}

fn host_and_port(
    reading: &EndpointReading,
    document: &Document,
    words: &Words,
) -> Option<ConfiguredEndpoint> {
    let EndpointAt::HostAndPort {
        name,
        protocol,
        tls,
        host,
        port,
        default_host,
        only_with,
        default_port,
    } = &reading.at
    else {
        return None;
    };
    if only_with.iter().any(|pattern| live(document, pattern).is_empty()) {
        return None;
    }
    let host_key = live(document, host).into_iter().next();
    let port_key = live(document, port).into_iter().next();
    let configured = port_key.as_ref().and_then(|key| words.fill(&key.2).trim().parse().ok());
    let mut keys = Vec::new();
    keys.extend(host_key.iter().map(|key| (key.1.clone(), EndpointPart::Host)));
    keys.extend(port_key.iter().map(|key| (key.1.clone(), EndpointPart::Port)));
    Some(ConfiguredEndpoint {
        endpoint: Endpoint {
            name: name.clone(),
            protocol: *protocol,
            tls: *tls,
            host: host_key.map_or_else(|| default_host.clone(), |key| words.fill(&key.2)),
            port: configured.or(*default_port)?,
            file: reading.file.clone(),
            key: port_key.map(|key| key.1).unwrap_or_default(),
        },
        keys,
    })
}

/// The place where nothing is configured, if there is one.
fn default_path(
    reading: &WrittenReading,
    document: &Document,
    facts: &Facts,
    words: &Words,
) -> Option<WrittenPath> {
    let there = |pattern: &KeyPattern| !live(document, pattern).is_empty();
    let wanted = reading.default_with.is_empty() || reading.default_with.iter().any(there);
    if !wanted || reading.default_without.iter().any(there) {
        return None;
    }
    let mut path = words.fill(reading.default.as_ref()?);
    for (name, value) in facts.iter() {
        path = path.replace(&format!("${{fact:{name}}}"), &value.to_string());
    }
    Some(WrittenPath {
        purpose: reading.purpose,
        file: String::new(),
        key: String::new(),
        path: path.into(),
    })
}

/// The written places of one purpose.
pub fn of_purpose(written: &[WrittenPath], purpose: PathPurpose) -> Vec<&WrittenPath> {
    written.iter().filter(|one| one.purpose == purpose).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_fit_patterns_with_stars() {
        assert!(fits("*datasource*", "org.apache.commons.dbcp2.BasicDataSource"));
        assert!(fits("false", "FALSE") && !fits("false", "falsehood"));
        assert!(fits("a*c", "abc") && !fits("a*c", "abd"));
    }

    #[test]
    fn properties_are_found_among_arguments() {
        let arguments = "-Xmx1G -Dcom.sun.management.jmxremote.port=11099 \"-Dx=1\"";
        let port = jvm_property(arguments, "com.sun.management.jmxremote.port");
        assert_eq!(port.as_deref(), Some("11099"));
        assert_eq!(jvm_property(arguments, "x").as_deref(), Some("1"));
        assert_eq!(jvm_property(arguments, "com.sun"), None);
    }
}
