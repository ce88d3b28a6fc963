//! All classes that a broker's JVM would find: JDK, class path, and the jars that the site adds.

use crate::{ClassIndex, ClassName, IndexedJar, Jar, JdkPackages};

/// What a JVM would find: its JDK, the class path of a release, and the jars that the site carries
/// over to it.
pub struct ClassSpace<'a> {
    pub(crate) jdk: &'a JdkPackages,
    pub(crate) class_path: &'a ClassIndex,
    pub(crate) carried: &'a [Jar],
}

/// Where a class is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found<'a> {
    /// In a package that the JDK exports.
    Jdk,
    /// In a jar of the class path.
    ClassPath(&'a IndexedJar),
    /// In a jar that the site carries over.
    Carried(&'a Jar),
    /// In a package that the JDK keeps to itself: usable only with `--add-exports`.
    JdkInternal,
    /// Nowhere.
    Absent,
}

/// A carried jar that has classes which the class path has as well.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overlap<'a> {
    /// The carried jar.
    pub carried: &'a Jar,
    /// The jar of the class path.
    pub shipped: &'a IndexedJar,
    /// The classes that both have, sorted.
    pub classes: Vec<&'a ClassName>,
}

impl<'a> ClassSpace<'a> {
    /// Puts the parts together. Classes of `carried` count as present for each other.
    pub fn new(jdk: &'a JdkPackages, class_path: &'a ClassIndex, carried: &'a [Jar]) -> Self {
        Self { jdk, class_path, carried }
    }

    /// Where the class of this name is found: exact names only.
    pub fn find(&self, class: &str) -> Found<'a> {
        let package = class.rsplit_once('.').map_or("", |(package, _)| package);
        if self.jdk.is_exported(package) {
            return Found::Jdk;
        }
        if let Some(jar) = self.class_path.provider(class) {
            return Found::ClassPath(jar);
        }
        if let Some(jar) = self.carried.iter().find(|jar| jar.outline.provides(class)) {
            return Found::Carried(jar);
        }
        if self.jdk.is_internal(package) {
            return Found::JdkInternal;
        }
        Found::Absent
    }

    /// Where the class of a Spring `<bean class="...">` is found. As Spring does, takes
    /// `p.Outer.Inner` for `p.Outer$Inner` if there is no `p.Outer.Inner`.
    pub fn find_bean(&self, text: &str) -> Found<'a> {
        let class = text.trim();
        let nested = || {
            let (outer, inner) = class.rsplit_once('.')?;
            Some(self.find(&format!("{outer}${inner}")))
        };
        match self.find(class) {
            Found::Absent => nested().unwrap_or(Found::Absent),
            found => found,
        }
    }

    /// The carried jars with classes of a later Java than this JDK's: they cannot be loaded
    /// (`UnsupportedClassVersionError`).
    pub fn too_new(&self) -> impl Iterator<Item = &'a Jar> {
        let carried = self.carried;
        let release = self.jdk.release();
        carried.iter().filter(move |jar| jar.java_release > release)
    }

    /// The carried jars that have classes which the class path has as well: which of the two is
    /// used is decided by the order of file names. An `activemq-all` of the old release in `lib` is
    /// found by this.
    pub fn overlaps(&self) -> Vec<Overlap<'a>> {
        let mut overlaps: Vec<Overlap<'a>> = Vec::new();
        for carried in self.carried {
            let start = overlaps.len();
            for class in &carried.outline.classes {
                for shipped in self.class_path.providers(class.as_str()) {
                    let known =
                        overlaps[start..].iter_mut().find(|overlap| overlap.shipped == shipped);
                    match known {
                        Some(overlap) => overlap.classes.push(class),
                        None => overlaps.push(Overlap { carried, shipped, classes: vec![class] }),
                    }
                }
            }
        }
        overlaps
    }
}
