//! The target of an upgrade: which version, why that one, and what its archive is worth.

use refit_model::{Digest, DigestTrust, Hop, Version};

use crate::{Pack, VersionError};

/// A version to go to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChosenTarget {
    /// The version.
    pub version: Version,
    /// The hops that lead there.
    pub way: Vec<Hop>,
    /// Why this one, for people.
    pub why: String,
}

/// What the pack knows of an archive's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArchiveJudgement {
    /// It is the archive that the pack knows.
    Known(DigestTrust),
    /// The pack knows no archive of this version.
    Unknown,
    /// The pack knows another content for this version: damaged, or not the vendor's.
    Wrong {
        /// The content that it should have.
        expected: Digest,
    },
}

impl Pack {
    /// The newest version within reach among those of the archives, and why that one. A way counts
    /// only if there is an archive of each version on it; release candidates are not chosen.
    pub fn newest_target(
        &self,
        installed: &Version,
        archives: &[Version],
    ) -> Result<ChosenTarget, VersionError> {
        self.series(installed)?;
        let is_newer_release = |version: &&Version| *version > installed && version.is_release();
        let mut candidates: Vec<_> = archives.iter().filter(is_newer_release).collect();
        candidates.sort();
        let reached = candidates.iter().rev().find_map(|version| {
            let way = self.versions.way(installed, version, archives)?;
            Some((*version, way))
        });
        let (version, way) = reached.ok_or_else(|| VersionError::NoTarget {
            from: installed.clone(),
            available: sorted(archives),
        })?;
        Ok(ChosenTarget { version: version.clone(), way, why: self.why(version, archives) })
    }

    /// What the pack knows of an archive with this content.
    pub fn judge_archive(&self, version: &Version, digest: Digest) -> ArchiveJudgement {
        match self.product.archive.known(version) {
            None => ArchiveJudgement::Unknown,
            Some(known) if known.digest == digest => ArchiveJudgement::Known(known.trust),
            Some(known) => ArchiveJudgement::Wrong { expected: known.digest },
        }
    }

    /// What the pack says about the life of the version's series; empty if nothing.
    pub fn end_of_life_text(&self, version: &Version) -> String {
        let Some(series) = self.versions.series_of(version) else {
            return String::new();
        };
        let name = &series.name;
        match &series.end_of_life {
            Some(day) if *day <= self.product.knowledge => {
                format!("the vendor ended the series {name} on {day}")
            }
            Some(day) => format!("the vendor ends the series {name} on {day}"),
            None => format!("the vendor maintains the series {name}"),
        }
    }

    fn why(&self, version: &Version, archives: &[Version]) -> String {
        let mut why = format!(
            "{version} is the newest version within reach of which there is an archive (archives: {}); {}",
            list(&sorted(archives)),
            self.end_of_life_text(version),
        );
        let is_beyond = |known: &&Version| *known > version && known.is_release();
        let beyond: Vec<_> = archives.iter().filter(is_beyond).cloned().collect();
        if !beyond.is_empty() {
            let beyond = list(&sorted(&beyond));
            why.push_str(&format!("; no supported way leads through the archives to: {beyond}"));
        }
        let known = self.newest_of_each_series(&self.versions.releases());
        let is_absent = |v: &Version| v > version && !archives.contains(v);
        let absent: Vec<_> = known.into_iter().filter(is_absent).collect();
        if !absent.is_empty() {
            let absent = list(&absent);
            why.push_str(&format!("; newer, but without an archive here: {absent}"));
        }
        why + &format!("; knowledge of {}", self.product.knowledge)
    }
}

fn sorted(versions: &[Version]) -> Vec<Version> {
    let mut versions = versions.to_vec();
    versions.sort();
    versions.dedup();
    versions
}

fn list(versions: &[Version]) -> String {
    let texts: Vec<_> = versions.iter().map(Version::to_string).collect();
    texts.join(", ")
}
