//! How a jar of a site stands to a vendor's release.

use crate::{ClassIndex, IndexedJar};

/// How a jar stands to a release.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// The release has this very file, perhaps at another place.
    Shipped(&'a IndexedJar),
    /// The release has this artifact, in this other version or build.
    OtherBuild(&'a IndexedJar),
    /// The release has no such artifact: the site added it.
    Added,
}

/// A jar of the old release among those of the new one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StaleJar<'a> {
    /// The jar.
    pub jar: &'a IndexedJar,
    /// The new release's jar of the same artifact; none if the new release has no such artifact.
    pub replaced_by: Option<&'a IndexedJar>,
}

/// Tells how `jar` stands to `release`.
pub fn standing<'a>(jar: &IndexedJar, release: &'a ClassIndex) -> Standing<'a> {
    let of = |test: &dyn Fn(&IndexedJar) -> bool| release.jars().iter().find(|other| test(other));
    if let Some(same) = of(&|other| other.digest == jar.digest) {
        return Standing::Shipped(same);
    }
    of(&|other| other.identity.is_same_artifact(&jar.identity))
        .map_or(Standing::Added, Standing::OtherBuild)
}

/// The jars of `home`, the class path of the new release as it lies there, that stem from the old
/// release: its very files, or other builds of the same versions. With them the old code runs.
pub fn stale_jars<'a>(
    home: &'a [IndexedJar],
    old: &ClassIndex,
    new: &'a ClassIndex,
) -> Vec<StaleJar<'a>> {
    home.iter()
        .filter(|jar| is_of(jar, old))
        .filter_map(|jar| match standing(jar, new) {
            Standing::Shipped(_) => None,
            Standing::OtherBuild(newer) if newer.identity.version == jar.identity.version => None,
            Standing::OtherBuild(newer) => Some((jar, Some(newer))),
            Standing::Added => Some((jar, None)),
        })
        .map(|(jar, replaced_by)| StaleJar { jar, replaced_by })
        .collect()
}

fn is_of(jar: &IndexedJar, release: &ClassIndex) -> bool {
    match standing(jar, release) {
        Standing::Shipped(_) => true,
        Standing::OtherBuild(other) => {
            other.identity.version.is_some() && other.identity.version == jar.identity.version
        }
        Standing::Added => false,
    }
}
