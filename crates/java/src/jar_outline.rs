//! What a jar provides: told by its list of entries and a few small files, without reading classes.

use std::collections::BTreeMap;
use std::fmt;

use refit_model::Digest;
use serde::{Deserialize, Serialize};

use crate::jar_file::{EntryProblem, JarFile};
use crate::{ClassName, JarError, JarIdentity, Limits, Manifest, Namespaces, Pom};

const MANIFEST: &str = "META-INF/MANIFEST.MF";
const VERSIONS: &str = "META-INF/versions/";
const POMS: &str = "META-INF/maven/";

/// What a jar provides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JarOutline {
    /// Where it lies, as the caller named it: `lib/optional/log4j-core-2.20.0.jar`.
    pub path: String,
    /// Its content.
    pub digest: Digest,
    /// Which artifact it is.
    pub identity: JarIdentity,
    /// The main section of its manifest.
    pub manifest: Manifest,
    /// The Maven coordinates in it: its own, and those of jars that were packed into it.
    pub poms: Vec<Pom>,
    /// The classes that a JVM of the given release finds in it, sorted.
    pub classes: Vec<ClassName>,
    /// XML namespaces whose elements stand for classes.
    pub namespaces: Namespaces,
    /// What was passed over.
    pub remarks: Vec<Remark>,
}

/// Something in a jar that was passed over.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Remark {
    /// A jar within the jar. A class path does not reach into it, and neither does Refit.
    NestedJar(String),
    /// An entry that cannot be unpacked.
    UnreadableEntry {
        /// The entry's name.
        entry: String,
        /// Why.
        why: String,
    },
    /// A class file that cannot be read, so that its needs are not known.
    UnreadableClass {
        /// The entry's name.
        entry: String,
        /// Why.
        why: String,
    },
}

/// A jar that was opened for more than its outline.
pub(crate) struct OpenJar<'a> {
    pub(crate) outline: JarOutline,
    pub(crate) file: JarFile<'a>,
    /// Names and numbers of the entries of `outline.classes`, in the same order.
    pub(crate) class_entries: Vec<(String, usize)>,
}

impl JarOutline {
    /// Reads the outline of the jar at `path` for a JVM of the release `java_release` (8, 17):
    /// it decides which classes of a multi-release jar count.
    pub fn read(
        path: &str,
        jar: &[u8],
        java_release: u16,
        limits: &Limits,
    ) -> Result<Self, JarError> {
        OpenJar::open(path, jar, java_release, limits).map(|open| open.outline)
    }

    /// Whether the jar has the class.
    pub fn provides(&self, class: &str) -> bool {
        self.classes.binary_search_by(|name| name.as_str().cmp(class)).is_ok()
    }
}

impl<'a> OpenJar<'a> {
    pub(crate) fn open(
        path: &'a str,
        jar: &'a [u8],
        java_release: u16,
        limits: &'a Limits,
    ) -> Result<Self, JarError> {
        let file = JarFile::open(path, jar, limits)?;
        let names = file.names();
        let mut reader = Reader { file, names: &names, remarks: nested_jars(&names) };
        let manifest = reader.manifest()?;
        let poms = reader.poms()?;
        let namespaces = reader.namespaces()?;
        let versions_up_to = if manifest.is_multi_release() { java_release } else { 0 };
        let (classes, class_entries) = classes_of(&names, versions_up_to);
        let file_name = path.rsplit('/').next().unwrap_or(path);
        let outline = JarOutline {
            path: path.to_owned(),
            digest: Digest::of(jar),
            identity: JarIdentity::of(file_name, &poms),
            manifest,
            poms,
            classes,
            namespaces,
            remarks: reader.remarks,
        };
        Ok(Self { outline, file: reader.file, class_entries })
    }
}

struct Reader<'a, 'n> {
    file: JarFile<'a>,
    names: &'n [String],
    remarks: Vec<Remark>,
}

impl Reader<'_, '_> {
    fn manifest(&mut self) -> Result<Manifest, JarError> {
        let index = self.names.iter().position(|name| name.eq_ignore_ascii_case(MANIFEST));
        let content = match index {
            Some(index) => self.read(index)?,
            None => None,
        };
        Ok(content.map_or_else(Manifest::default, |content| Manifest::parse(&content)))
    }

    fn poms(&mut self) -> Result<Vec<Pom>, JarError> {
        let mut poms = Vec::new();
        for (index, name) in self.names.iter().enumerate() {
            if name.starts_with(POMS) && name.ends_with("/pom.properties") {
                poms.extend(self.read(index)?.as_deref().and_then(Pom::parse));
            }
        }
        Ok(poms)
    }

    fn namespaces(&mut self) -> Result<Namespaces, JarError> {
        let mut namespaces = Namespaces::default();
        for (index, name) in self.names.iter().enumerate() {
            if let Some(namespace) = Namespaces::of_entry(name) {
                let content = self.read(index)?.unwrap_or_default();
                namespaces.add(namespace, &content);
            }
        }
        Ok(namespaces)
    }

    fn read(&mut self, index: usize) -> Result<Option<Vec<u8>>, JarError> {
        match self.file.read(index)? {
            Ok(content) => Ok(Some(content)),
            Err(EntryProblem(why)) => {
                let entry = self.names[index].clone();
                self.remarks.push(Remark::UnreadableEntry { entry, why });
                Ok(None)
            }
        }
    }
}

fn nested_jars(names: &[String]) -> Vec<Remark> {
    let is_jar = |name: &&String| {
        name.rsplit_once('.').is_some_and(|(_, ending)| {
            ["jar", "war", "rar", "ear"].iter().any(|jar| ending.eq_ignore_ascii_case(jar))
        })
    };
    names.iter().filter(is_jar).map(|name| Remark::NestedJar(name.clone())).collect()
}

/// The classes among the entries, and their entries. Of a class with several files, the one of
/// the highest release counts that is not above `versions_up_to`.
fn classes_of(names: &[String], versions_up_to: u16) -> (Vec<ClassName>, Vec<(String, usize)>) {
    let mut chosen: BTreeMap<ClassName, (u16, usize)> = BTreeMap::new();
    for (index, name) in names.iter().enumerate() {
        let Some((version, class)) = versioned_class(name) else {
            continue;
        };
        let counts = version == 0 || version <= versions_up_to;
        let is_higher = |(other, _): &(u16, usize)| version >= *other;
        if counts && chosen.get(&class).is_none_or(is_higher) {
            chosen.insert(class, (version, index));
        }
    }
    chosen.into_iter().map(|(class, (_, index))| (class, (names[index].clone(), index))).unzip()
}

/// The class of an entry, and the release that the entry is for: 0 for all.
fn versioned_class(name: &str) -> Option<(u16, ClassName)> {
    let (version, class_file) = match name.strip_prefix(VERSIONS) {
        Some(rest) => {
            let (version, class_file) = rest.split_once('/')?;
            (version.parse().ok().filter(|version| *version >= 9)?, class_file)
        }
        None => (0, name),
    };
    let in_meta_inf = class_file.starts_with("META-INF/");
    let class = ClassName::of_entry(class_file)?;
    (!in_meta_inf && class.simple() != "module-info").then_some((version, class))
}

impl fmt::Display for Remark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NestedJar(entry) => {
                write!(f, "the jar `{entry}` inside is not looked into, nor does the JVM")
            }
            Self::UnreadableEntry { entry, why } => {
                write!(f, "the entry `{entry}` cannot be unpacked: {why}")
            }
            Self::UnreadableClass { entry, why } => {
                write!(f, "the class file `{entry}` cannot be read: {why}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chosen(entries: &[&str], versions_up_to: u16) -> Vec<String> {
        let names: Vec<String> = entries.iter().map(|name| (*name).to_owned()).collect();
        let (_, entries) = classes_of(&names, versions_up_to);
        entries.into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn the_highest_release_that_the_jvm_knows_is_chosen() {
        let entries = [
            "META-INF/versions/11/p/A.class",
            "p/A.class",
            "META-INF/versions/9/p/A.class",
            "META-INF/versions/9/p/New.class",
            "META-INF/versions/8/p/A.class",
            "META-INF/versions/x/p/A.class",
        ];
        assert_eq!(chosen(&entries, 0), ["p/A.class"]);
        assert_eq!(
            chosen(&entries, 9),
            ["META-INF/versions/9/p/A.class", "META-INF/versions/9/p/New.class"]
        );
        assert_eq!(
            chosen(&entries, 17),
            ["META-INF/versions/11/p/A.class", "META-INF/versions/9/p/New.class"]
        );
    }

    #[test]
    fn descriptions_of_modules_and_classes_of_meta_inf_are_no_classes() {
        let entries = [
            "module-info.class",
            "META-INF/versions/9/module-info.class",
            "META-INF/x/A.class",
            "p/package-info.class",
            "p/",
        ];
        assert_eq!(chosen(&entries, 17), ["p/package-info.class"]);
    }
}
