//! Everything that a class path provides.

use std::collections::BTreeMap;

use refit_model::{Digest, Document};
use serde::{Deserialize, Serialize};

use crate::{ClassName, JarIdentity, JarOutline, Namespaces};

/// Which classes a class path provides, and which jar provides each.
///
/// Its serialised form names every package once per jar. It is a document, so that it can be kept
/// beside the digest of the archive that it was made from; it is valid for one Java release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Wire", into = "Wire")]
pub struct ClassIndex {
    java_release: u16,
    jars: Vec<IndexedJar>,
    /// Sorted by name, then by the jar's place on the class path.
    classes: Vec<(ClassName, u32)>,
    namespaces: Namespaces,
    unreadable: Vec<UnreadableJar>,
}

/// A jar of an index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexedJar {
    /// Where it lies, as it was named when the index was built; relative to the home for an index
    /// of an archive.
    pub path: String,
    /// Its content.
    pub digest: Digest,
    /// Which artifact it is.
    pub identity: JarIdentity,
}

/// A jar that could not be read, so that its classes are not in the index.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UnreadableJar {
    /// Where it lies.
    pub path: String,
    /// Why, for people.
    pub why: String,
}

impl Document for ClassIndex {
    const TYPE: &'static str = "class-index";
    const SCHEMA: u32 = 1;
}

impl ClassIndex {
    pub(crate) fn new(
        java_release: u16,
        jars: Vec<IndexedJar>,
        mut classes: Vec<(ClassName, u32)>,
        namespaces: Namespaces,
        unreadable: Vec<UnreadableJar>,
    ) -> Self {
        classes.sort_unstable();
        classes.shrink_to_fit();
        Self { java_release, jars, classes, namespaces, unreadable }
    }

    /// The Java release that the index was made for: it decides which classes of multi-release
    /// jars are in it.
    pub fn java_release(&self) -> u16 {
        self.java_release
    }

    /// The jars, in the order of the class path.
    pub fn jars(&self) -> &[IndexedJar] {
        &self.jars
    }

    /// Jars that could not be read. What they provide is unknown.
    pub fn unreadable(&self) -> &[UnreadableJar] {
        &self.unreadable
    }

    /// XML namespaces whose elements stand for classes.
    pub fn namespaces(&self) -> &Namespaces {
        &self.namespaces
    }

    /// How many different classes there are.
    pub fn class_count(&self) -> usize {
        self.classes.chunk_by(|(one, _), (other, _)| one == other).count()
    }

    /// The jar that a class loader takes the class from: the first one that has it.
    pub fn provider(&self, class: &str) -> Option<&IndexedJar> {
        self.providers(class).next()
    }

    /// All jars that have the class, in the order of the class path.
    pub fn providers(&self, class: &str) -> impl Iterator<Item = &IndexedJar> {
        let start = self.classes.partition_point(|(name, _)| name.as_str() < class);
        self.classes[start..]
            .iter()
            .take_while(move |(name, _)| name.as_str() == class)
            .filter_map(|(_, jar)| self.jar(*jar))
    }

    fn jar(&self, number: u32) -> Option<&IndexedJar> {
        self.jars.get(usize::try_from(number).ok()?)
    }
}

impl From<&JarOutline> for IndexedJar {
    fn from(outline: &JarOutline) -> Self {
        Self {
            path: outline.path.clone(),
            digest: outline.digest,
            identity: outline.identity.clone(),
        }
    }
}

/// The serialised form.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wire {
    java_release: u16,
    jars: Vec<WireJar>,
    #[serde(default)]
    namespaces: Namespaces,
    #[serde(default)]
    unreadable: Vec<UnreadableJar>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct WireJar {
    jar: IndexedJar,
    /// Names of classes by their package.
    packages: BTreeMap<String, Vec<String>>,
}

impl From<Wire> for ClassIndex {
    fn from(wire: Wire) -> Self {
        let mut jars = Vec::new();
        let mut classes = Vec::new();
        for (number, wire) in (0_u32..).zip(wire.jars) {
            jars.push(wire.jar);
            for (package, names) in wire.packages {
                classes.extend(names.iter().map(|name| (join(&package, name), number)));
            }
        }
        Self::new(wire.java_release, jars, classes, wire.namespaces, wire.unreadable)
    }
}

fn join(package: &str, simple: &str) -> ClassName {
    if package.is_empty() {
        return ClassName::new(simple);
    }
    ClassName::new(format!("{package}.{simple}"))
}

impl From<ClassIndex> for Wire {
    fn from(index: ClassIndex) -> Self {
        let mut packages = vec![BTreeMap::<String, Vec<String>>::new(); index.jars.len()];
        for (class, number) in &index.classes {
            let jar = usize::try_from(*number).ok().and_then(|number| packages.get_mut(number));
            if let Some(jar) = jar {
                jar.entry(class.package().to_owned()).or_default().push(class.simple().to_owned());
            }
        }
        let jars = index.jars.into_iter().zip(packages);
        Self {
            java_release: index.java_release,
            jars: jars.map(|(jar, packages)| WireJar { jar, packages }).collect(),
            namespaces: index.namespaces,
            unreadable: index.unreadable,
        }
    }
}
