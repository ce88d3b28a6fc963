//! One pack, loaded and validated.

use std::collections::BTreeMap;

use refit_model::{Facts, Hop, PackRef, Version};

use crate::files::{self, Files};
use crate::questions::QUESTIONS;
use crate::toml_file::TomlFile;
use crate::{
    Checks, FactList, PackError, Place, Problem, Product, Series, Settings, Shipped,
    ShippedDefault, VersionError, Versions, defaults, shipped, validate,
};

const PRODUCT: &str = "pack.toml";
const VERSIONS: &str = "versions.toml";
const SETTINGS: &str = "settings.toml";
const FACTS: &str = "facts.toml";
const CHECKS: &str = "checks.toml";

/// What Refit knows of one platform.
#[derive(Clone, Debug)]
pub struct Pack {
    /// Which knowledge this is.
    pub reference: PackRef,
    /// The product: layout, process, commands, health.
    pub product: Product,
    /// Series, releases and hops.
    pub versions: Versions,
    /// Configuration files and rules.
    pub settings: Settings,
    /// Facts and how they are read.
    pub facts: FactList,
    /// What to look at before an upgrade.
    pub checks: Checks,
    /// What the vendor's archives hold, for the versions that were looked at.
    pub shipped: BTreeMap<Version, Shipped>,
    /// The vendor's defaults of configuration files, by path and version.
    pub defaults: Vec<ShippedDefault>,
    files: Files,
}

impl Pack {
    /// Reads a pack from the files of its folder, which is called `name`.
    pub(crate) fn read(name: &str, files: Files) -> Result<Self, PackError> {
        let product: Product = parse(name, &files, PRODUCT)?;
        let reference = PackRef {
            platform: product.platform.clone(),
            knowledge: product.knowledge.clone(),
            digest: files::digest(&files),
        };
        let (shipped, defaults) = vendors_files(name, &files)?;
        let pack = Self {
            reference,
            product,
            versions: parse(name, &files, VERSIONS)?,
            settings: parse::<Settings>(name, &files, SETTINGS)?.with_known_keys(),
            facts: parse(name, &files, FACTS)?,
            checks: parse(name, &files, CHECKS)?,
            shipped,
            defaults,
            files,
        };
        let problems = validate::problems(&pack, name);
        if problems.is_empty() { Ok(pack) } else { Err(PackError::Invalid(problems)) }
    }

    /// The pack's name.
    pub fn name(&self) -> &str {
        self.product.platform.as_str()
    }

    /// The series of `version`, or an error that lists the series that are known.
    pub fn series(&self, version: &Version) -> Result<&Series, VersionError> {
        let unknown = || VersionError::Unknown {
            platform: self.name().to_owned(),
            knowledge: self.product.knowledge.clone(),
            version: version.clone(),
            series: self.series_names(),
        };
        self.versions.series_of(version).ok_or_else(unknown)
    }

    /// The supported hops from one version to another, through releases that the pack knows. Empty
    /// if both are the same.
    pub fn way(&self, from: &Version, to: &Version) -> Result<Vec<Hop>, VersionError> {
        self.series(from)?;
        self.series(to)?;
        if to < from {
            return Err(VersionError::Downgrade { from: from.clone(), to: to.clone() });
        }
        let releases = self.versions.releases();
        let no_way = || VersionError::NoWay {
            from: from.clone(),
            to: to.clone(),
            reachable: self.newest_of_each_series(&self.versions.within_reach(from, &releases)),
        };
        self.versions.way(from, to, &releases).ok_or_else(no_way)
    }

    /// The facts of the series of `installed` and `target`: `installed.NAME` and `target.NAME`, and
    /// both versions.
    pub fn series_facts(&self, installed: &Version, target: &Version) -> Facts {
        let mut facts = Facts::new();
        for (side, version) in [("installed", installed), ("target", target)] {
            facts.set(format!("{side}.version"), version.to_string());
            let series = self.versions.series_of(version);
            for (name, value) in series.into_iter().flat_map(|series| &series.facts) {
                facts.set(format!("{side}.{name}"), value.clone());
            }
        }
        facts
    }

    /// The names of all series, oldest first.
    pub fn series_names(&self) -> Vec<Version> {
        let series = self.versions.series.iter();
        series.map(|series| series.name.clone()).collect()
    }

    /// Of each series the newest one among `versions`, oldest series first.
    pub(crate) fn newest_of_each_series(&self, versions: &[Version]) -> Vec<Version> {
        let newest = |series: &Series| {
            let of_it = versions.iter().filter(|v| v.is_of_series(&series.name));
            of_it.max().cloned()
        };
        self.versions.series.iter().filter_map(newest).collect()
    }

    /// The place of a key in one of the pack's files.
    pub(crate) fn place(&self, file: &str, key: &str) -> Place {
        toml_file(self.name(), &self.files, file)
            .map_or_else(|_| Place::of_file(file), |found| found.place(key))
    }

    /// Every source in the pack's files, with its place.
    pub(crate) fn sources(&self) -> Vec<(Place, String)> {
        let of = |file| toml_file(self.name(), &self.files, file).map(|found| found.sources());
        [PRODUCT, VERSIONS, SETTINGS, FACTS, CHECKS, QUESTIONS]
            .into_iter()
            .filter_map(|file| of(file).ok())
            .flatten()
            .collect()
    }
}

/// What the vendor ships, and its defaults of configuration files.
pub(crate) fn vendors_files(
    name: &str,
    files: &Files,
) -> Result<(BTreeMap<Version, Shipped>, Vec<ShippedDefault>), PackError> {
    let of = |wanted: fn(&str) -> bool| {
        let found = files.iter().filter(move |(path, _)| wanted(path));
        found.map(move |(path, bytes)| (format!("{name}/{path}"), bytes.as_slice()))
    };
    let shipped = shipped::read_all(of(shipped::is_document))?;
    let defaults = defaults::read_all(of(defaults::is_default), &shipped)?;
    Ok((shipped, defaults))
}

pub(crate) fn parse<T: serde::de::DeserializeOwned>(
    name: &str,
    files: &Files,
    file: &str,
) -> Result<T, PackError> {
    toml_file(name, files, file)?.parse()
}

fn toml_file<'a>(name: &str, files: &'a Files, file: &str) -> Result<TomlFile<'a>, PackError> {
    let path = format!("{name}/{file}");
    let expected = [PRODUCT, VERSIONS, SETTINGS, FACTS, CHECKS];
    let bytes = files.get(file).ok_or_else(|| PackError::MissingFile {
        file: path.clone(),
        expected: expected.iter().map(ToString::to_string).collect(),
    })?;
    let text = std::str::from_utf8(bytes).map_err(|_| {
        PackError::Invalid(vec![Problem {
            place: Place::of_file(path.clone()),
            what: "the file is not UTF-8".to_owned(),
        }])
    })?;
    Ok(TomlFile { name: path, text })
}
