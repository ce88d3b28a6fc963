//! Several versions of one artifact on one class path.

use crate::IndexedJar;

/// Jars of one artifact that differ. Which of them is used is decided by the order of their names,
/// and often it is the old one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duplicate<'a> {
    /// The artifact's name.
    pub artifact: &'a str,
    /// The jars, in the order of the class path; at least two.
    pub jars: Vec<&'a IndexedJar>,
}

/// Finds artifacts of which the class path `jars` has several versions, in the order of the class
/// path. Copies of one file are none.
pub fn duplicates(jars: &[IndexedJar]) -> Vec<Duplicate<'_>> {
    let mut found: Vec<Duplicate<'_>> = Vec::new();
    for jar in jars {
        let known =
            found.iter_mut().find(|known| known.jars[0].identity.is_same_artifact(&jar.identity));
        match known {
            Some(known) => known.jars.push(jar),
            None => found.push(Duplicate { artifact: &jar.identity.artifact, jars: vec![jar] }),
        }
    }
    found.retain(|artifact| {
        let first = artifact.jars[0].digest;
        artifact.jars.iter().any(|jar| jar.digest != first)
    });
    found
}

#[cfg(test)]
mod tests {
    use refit_model::Digest;

    use super::*;
    use crate::JarIdentity;

    fn jar(path: &str, content: &str) -> IndexedJar {
        IndexedJar {
            path: path.to_owned(),
            digest: Digest::of(content.as_bytes()),
            identity: JarIdentity::of_file_name(path.rsplit('/').next().unwrap()),
        }
    }

    #[test]
    fn two_versions_are_found_and_copies_are_not() {
        let jars = [
            jar("lib/a-1.0.jar", "old"),
            jar("lib/b-1.0.jar", "b"),
            jar("lib/optional/b-1.0.jar", "b"),
            jar("lib/optional/a-1.1.jar", "new"),
            jar("lib/a-util-1.1.jar", "other"),
            jar("lib/a-1.1-tests.jar", "tests"),
        ];
        let found = duplicates(&jars);
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].artifact, "a");
        assert_eq!(found[0].jars, [&jars[0], &jars[3]]);
    }

    #[test]
    fn one_version_with_different_content_is_found() {
        let jars = [jar("lib/x.jar", "1"), jar("lib/extra/x.jar", "2")];
        assert_eq!(duplicates(&jars).len(), 1);
        assert!(duplicates(&jars[..1]).is_empty());
    }
}
