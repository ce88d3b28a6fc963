//! XML namespaces whose elements stand for classes, as `XBean` writes them into jars.
//!
//! ActiveMQ reads the elements of its own namespace in `activemq.xml` by such a file. An element
//! that the target's file does not have any more (`levelDB`) stops the broker as surely as a
//! missing class.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::ClassName;

const FOLDER: &str = "META-INF/services/org/apache/xbean/spring/";

/// Classes by element by namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Namespaces(BTreeMap<String, BTreeMap<String, ClassName>>);

impl Namespaces {
    /// The class that an element stands for, for example `broker` of
    /// `http://activemq.apache.org/schema/core`.
    pub fn class_of(&self, namespace: &str, element: &str) -> Option<&ClassName> {
        self.0.get(namespace)?.get(element)
    }

    /// All elements of a namespace with their classes; none if no jar knows the namespace.
    pub fn elements(&self, namespace: &str) -> Option<&BTreeMap<String, ClassName>> {
        self.0.get(namespace)
    }

    /// The known namespaces.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The namespace that the jar entry `entry` describes, if it does.
    pub(crate) fn of_entry(entry: &str) -> Option<String> {
        let (scheme, rest) = entry.strip_prefix(FOLDER)?.split_once('/')?;
        let is_folder = rest.is_empty() || rest.ends_with('/');
        (!is_folder).then(|| format!("{scheme}://{rest}"))
    }

    /// Adds the elements of one file. Only lines `element = class` count; names with dots are
    /// about properties of elements.
    pub(crate) fn add(&mut self, namespace: String, file: &[u8]) {
        let elements = self.0.entry(namespace).or_default();
        for line in String::from_utf8_lossy(file).lines() {
            let Some((element, class)) = line.split_once('=') else {
                continue;
            };
            let (element, class) = (element.trim(), class.trim());
            let counts = !element.is_empty() && !element.contains(['.', '#', '!', ' ', '(']);
            if counts && !class.is_empty() {
                elements.entry(element.to_owned()).or_insert_with(|| ClassName::from(class));
            }
        }
    }

    /// Adds what another jar has; the first jar of a class path wins.
    pub(crate) fn merge(&mut self, later: Self) {
        for (namespace, elements) in later.0 {
            let mine = self.0.entry(namespace).or_default();
            for (element, class) in elements {
                mine.entry(element).or_insert(class);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_name_namespaces() {
        let of = |tail: &str| Namespaces::of_entry(&format!("{FOLDER}{tail}"));
        assert_eq!(
            of("http/activemq.apache.org/schema/core").as_deref(),
            Some("http://activemq.apache.org/schema/core")
        );
        assert_eq!(of("http/activemq.apache.org/"), None);
        assert_eq!(of("http/"), None);
        assert_eq!(Namespaces::of_entry("META-INF/services/x"), None);
    }

    #[test]
    fn elements_are_told_from_their_properties() {
        let mut namespaces = Namespaces::default();
        let file = b"# made by hand\n\nbroker = p.Broker\nbroker.initMethod = start\n\
                     p.User(java.lang.String).parameterNames = name\nbroken\n";
        namespaces.add("urn:x".into(), file);
        assert_eq!(namespaces.class_of("urn:x", "broker"), Some(&"p.Broker".into()));
        assert_eq!(namespaces.elements("urn:x").unwrap().len(), 1);
        assert_eq!(namespaces.class_of("urn:y", "broker"), None);
    }
}
