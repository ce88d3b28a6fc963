//! `versions.toml`: series with their dates and Java ranges, releases, and supported hops.

use std::collections::BTreeMap;

use refit_model::{FactValue, StoreReading, Version};
use serde::{Deserialize, Serialize};

use crate::Source;

/// The content of `versions.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// Where the lists of releases and their dates are known from.
    pub releases_source: Source,
    /// The series, oldest first.
    pub series: Vec<Series>,
    /// The supported version changes.
    pub hop: Vec<HopRule>,
}

/// The releases that share their first numbers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Series {
    /// The shared numbers, for example `5.18`.
    pub name: Version,
    /// The day of the first release, `YYYY-MM-DD`.
    pub released: String,
    /// The day on which the vendor ended it; none while it is maintained.
    #[serde(default)]
    pub end_of_life: Option<String>,
    /// Where these dates are known from.
    pub source: Source,
    /// The Java that it runs on.
    #[serde(default)]
    pub java: Option<JavaRange>,
    /// What all its releases have in common, as facts: the assessment sets them as `installed.NAME`
    /// and `target.NAME`.
    #[serde(default)]
    pub facts: BTreeMap<String, FactValue>,
    /// Where the facts are known from.
    pub facts_source: Source,
    /// Its releases and their days, `YYYY-MM-DD`.
    pub releases: BTreeMap<Version, String>,
}

/// The Java versions that a series runs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JavaRange {
    /// The lowest that it runs on.
    pub lowest: u32,
    /// The highest that it was seen to run on. A higher one is not refused, it is unconfirmed.
    pub highest_seen: u32,
    /// Where this is known from.
    pub source: Source,
}

/// A supported change from one series to another, or within one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HopRule {
    /// The series that it leaves.
    pub from: Version,
    /// The lowest release of that series that may take it; any if none is given.
    #[serde(default)]
    pub from_at_least: Option<Version>,
    /// The series that it reaches; the same one for changes within a series.
    pub to: Version,
    /// The lowest release of that series that it may reach; any if none is given.
    #[serde(default)]
    pub to_at_least: Option<Version>,
    /// Whether the old version reads a store that the new one has written.
    pub old_reads_new_store: StoreReading,
    /// Where this is known from.
    pub source: Source,
}

impl Versions {
    /// The series that `version` belongs to.
    pub fn series_of(&self, version: &Version) -> Option<&Series> {
        self.series.iter().find(|series| version.is_of_series(&series.name))
    }

    /// All known releases, oldest first.
    pub fn releases(&self) -> Vec<Version> {
        let mut releases: Vec<Version> =
            self.series.iter().flat_map(|series| series.releases.keys().cloned()).collect();
        releases.sort();
        releases
    }

    /// The rule that allows the change, the first in the order of the file.
    pub fn rule_for(&self, from: &Version, to: &Version) -> Option<&HopRule> {
        self.hop.iter().find(|rule| rule.allows(from, to))
    }
}

impl JavaRange {
    /// Whether the product runs on this Java; `None` if nobody has seen it.
    pub fn fits(&self, java: u32) -> Option<bool> {
        if java < self.lowest {
            Some(false)
        } else if java <= self.highest_seen {
            Some(true)
        } else {
            None
        }
    }
}

impl HopRule {
    /// Whether the change from `from` up to `to` is this hop.
    pub fn allows(&self, from: &Version, to: &Version) -> bool {
        from < to
            && from.is_of_series(&self.from)
            && to.is_of_series(&self.to)
            && self.from_at_least.as_ref().is_none_or(|least| from >= least)
            && self.to_at_least.as_ref().is_none_or(|least| to >= least)
    }
}
