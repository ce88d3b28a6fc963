//! Which packages the Java Development Kit provides, by release.

use std::collections::BTreeSet;

use thiserror::Error;

/// The list that comes with Refit; its head says where it is from.
const KNOWN: &str = include_str!("../data/jdk-packages.txt");
const KNOWN_RELEASES: std::ops::RangeInclusive<u16> = 8..=25;
/// The first release with modules, which close internal packages.
const FIRST_WITH_MODULES: u16 = 9;

/// The packages that a JDK of one release provides.
///
/// Packages, not classes: a class that came later into a package of the JDK counts as there. The
/// Java release that a jar's classes were compiled for ([`crate::Jar::java_release`]) shows most
/// of these cases. Of `javax.annotation` and `javax.transaction`, Java 8 to 10 have a part only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct JdkPackages {
    release: u16,
    exported: BTreeSet<String>,
    internal: BTreeSet<String>,
}

/// A list of packages cannot be read.
#[derive(Debug, Error, PartialEq, Eq)]
#[error(
    "line {line} of the list of JDK packages is `{text}`: \
     expected `NAME FIRST LAST` or `NAME internal`"
)]
pub struct JdkPackagesError {
    line: usize,
    text: String,
}

impl JdkPackages {
    /// The packages of a release that Refit knows (8 to 25); none for others.
    pub fn of_release(release: u16) -> Option<Self> {
        let known = KNOWN_RELEASES.contains(&release);
        known.then(|| Self::parse(KNOWN, release).ok()).flatten()
    }

    /// Reads a list of packages. A line is `NAME FIRST LAST`, a package that the releases from
    /// FIRST to LAST export to everybody, or `NAME internal`; `#` begins a comment.
    pub fn parse(list: &str, release: u16) -> Result<Self, JdkPackagesError> {
        let mut packages = Self { release, exported: BTreeSet::new(), internal: BTreeSet::new() };
        for (number, line) in (1..).zip(list.lines()) {
            packages
                .add(line)
                .ok_or_else(|| JdkPackagesError { line: number, text: line.to_owned() })?;
        }
        Ok(packages)
    }

    /// The release that this is about.
    pub fn release(&self) -> u16 {
        self.release
    }

    /// Whether code on the class path can use the package's public classes.
    pub fn is_exported(&self, package: &str) -> bool {
        let is_open = self.release < FIRST_WITH_MODULES && self.internal.contains(package);
        is_open || self.exported.contains(package)
    }

    /// Whether the package is in the JDK, but closed to code on the class path unless the JVM is
    /// started with `--add-exports`.
    pub fn is_internal(&self, package: &str) -> bool {
        !self.is_exported(package) && self.internal.contains(package)
    }

    fn add(&mut self, line: &str) -> Option<()> {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match words.as_slice() {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            [name, "internal"] => {
                self.internal.insert((*name).to_owned());
            }
            [name, first, last] => {
                let exported = first.parse().ok()?..=last.parse::<u16>().ok()?;
                if exported.contains(&self.release) {
                    self.exported.insert((*name).to_owned());
                }
            }
            _ => return None,
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_releases_differ_where_java_changed() {
        let java = |release| JdkPackages::of_release(release).unwrap();
        for release in KNOWN_RELEASES {
            assert!(java(release).is_exported("java.lang"));
            assert!(java(release).is_exported("sun.misc"), "{release}");
            assert_eq!(java(release).is_exported("javax.xml.bind"), release < 11);
            assert_eq!(java(release).is_exported("java.net.http"), release >= 11);
            assert_eq!(java(release).is_exported("java.util.random"), release >= 17);
            assert!(!java(release).is_exported("javax.jms"));
        }
        assert_eq!(JdkPackages::of_release(7), None);
        assert_eq!(JdkPackages::of_release(26), None);
    }

    #[test]
    fn internal_packages_were_open_before_modules() {
        let java = |release| JdkPackages::of_release(release).unwrap();
        assert!(java(8).is_exported("sun.nio.ch"));
        assert!(!java(17).is_exported("sun.nio.ch"));
        assert!(java(17).is_internal("sun.nio.ch"));
        assert!(!java(17).is_internal("javax.jms"));
        assert!(java(8).is_exported("java.awt.peer") && java(17).is_internal("java.awt.peer"));
    }

    #[test]
    fn lists_of_others_are_read_or_refused() {
        let own = JdkPackages::parse("# mine\n\njava.lang 8 99\np internal\n", 30).unwrap();
        assert!(own.is_exported("java.lang") && own.is_internal("p"));
        for bad in ["java.lang", "java.lang 8", "java.lang 8 x", "a b c d"] {
            let error = JdkPackages::parse(&format!("#\n{bad}"), 17).unwrap_err();
            assert_eq!(error.line, 2, "{bad}");
        }
    }
}
