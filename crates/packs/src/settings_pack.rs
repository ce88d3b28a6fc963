//! What a pack knows of settings: of a platform that Refit upgrades, or of one whose files it only
//! settles.

use refit_model::{Lineage, PlatformName, Version};
use refit_settings::{Document, FileSpec, Migration, Rule};
use serde::{Deserialize, Serialize};

use crate::files::Files;
use crate::pack::{parse, vendors_files};
use crate::{PACK_FORMAT, PackError, Place, Problem, Product, Settings, ShippedDefault};

/// The file of a folder that is a whole pack.
pub(crate) const WHOLE: &str = "pack.toml";
/// The file of a folder that holds settings alone.
pub(crate) const ALONE: &str = "about.toml";
const SETTINGS: &str = "settings.toml";

/// Configuration files of one platform, what becomes of their keys, and the vendor's defaults.
#[derive(Clone, Debug)]
pub struct SettingsPack {
    /// The platform, and the day of the knowledge.
    pub about: About,
    /// Configuration files and rules.
    pub settings: Settings,
    /// The vendor's defaults of configuration files, by path and version.
    pub defaults: Vec<ShippedDefault>,
}

/// The content of `about.toml`: what heads a pack that knows settings and nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The format of the pack's files; 1.
    pub format: u32,
    /// The platform: the name of the pack's folder.
    pub platform: PlatformName,
    /// The product's name.
    pub title: String,
    /// The day of the knowledge, as `2026-11-24`.
    pub knowledge: String,
    /// The host on which the newest software is placed, in the product's own words. The broker's
    /// host, if not said.
    #[serde(default)]
    pub software_host: Option<String>,
}

impl SettingsPack {
    /// Reads the settings of a pack from the files of its folder, which is called `name`.
    pub(crate) fn read(name: &str, files: &Files) -> Result<Self, PackError> {
        let about = about(name, files)?;
        if about.format != PACK_FORMAT || about.platform.as_str() != name {
            let what = format!(
                "a pack of format {PACK_FORMAT} for the platform `{name}` was expected, as its \
                 folder is called"
            );
            let place = Place::of_file(format!("{name}/{ALONE}"));
            return Err(PackError::Invalid(vec![Problem { place, what }]));
        }
        let (_, defaults) = vendors_files(name, files)?;
        let settings: Settings = parse(name, files, SETTINGS)?;
        Ok(Self { about, settings: settings.with_known_keys(), defaults })
    }
}

/// What the file that heads a pack says of it.
pub(crate) fn about(name: &str, files: &Files) -> Result<About, PackError> {
    let is_whole = files.contains_key(WHOLE);
    if is_whole { Ok(About::of(parse(name, files, WHOLE)?)) } else { parse(name, files, ALONE) }
}

impl About {
    fn of(product: Product) -> Self {
        let Product { format, platform, title, knowledge, .. } = product;
        Self { format, platform, title, knowledge, software_host: None }
    }
}

impl Settings {
    /// The rules for a file of this lineage on the way from the installed version to another, the
    /// oldest first. A file that was left behind by earlier upgrades meets those of that time too,
    /// as far as they are about defaults.
    pub fn rules_for(&self, lineage: &Lineage, installed: &Version, to: &Version) -> Vec<Rule> {
        rules_for(&self.rule, lineage, installed, to)
    }

    /// The migration of the file at `path` on the way, if it has one. One that may be put off is
    /// found long after its version, too. Of the others the installed version alone says whether
    /// they are due: behind it, the new file is there, and the old one is read by nobody.
    pub fn migration_between(
        &self,
        path: &str,
        from: &Version,
        to: &Version,
    ) -> Option<&Migration> {
        let on_the_way = |migration: &&Migration| {
            let begun = migration.optional || *from < migration.since;
            migration.from == path && begun && migration.since <= *to
        };
        self.migration.iter().find(on_the_way)
    }

    /// The files that `role` can mean: a path, or the end of one, as `activemq.xml` for
    /// `conf/activemq.xml`. Of several those that lie in the fewest folders.
    pub fn files_of_role(&self, role: &str) -> Vec<&FileSpec> {
        if let Some(file) = self.file(role) {
            return vec![file];
        }
        let end = format!("/{role}");
        let depth = |file: &FileSpec| file.path.matches('/').count();
        let ending = || self.file.iter().filter(|file| file.path.ends_with(&end));
        let least = ending().map(depth).min();
        ending().filter(|file| Some(depth(file)) == least).collect()
    }
}

/// See [`Settings::rules_for`].
pub(crate) fn rules_for(
    rules: &[Rule],
    lineage: &Lineage,
    installed: &Version,
    to: &Version,
) -> Vec<Rule> {
    let descent = descent(lineage, installed);
    let late = |rule: &Rule| *descent < rule.since && rule.action.is_about_defaults();
    let holds = |rule: &&Rule| rule.since <= *to && (*installed < rule.since || late(rule));
    let mut rules: Vec<_> = rules.iter().filter(holds).cloned().collect();
    rules.sort_by(|one, other| one.since.cmp(&other.since));
    rules
}

/// The newest version, up to the installed one, that ships the default from which a file descends;
/// the installed one where that is not known, or where the file is of a later version.
fn descent<'a>(lineage: &'a Lineage, installed: &'a Version) -> &'a Version {
    let shipped = match lineage {
        Lineage::Shipped(versions) => versions.as_slice(),
        Lineage::Own => &[],
    };
    shipped.iter().filter(|version| *version <= installed).max().unwrap_or(installed)
}

/// The default of the file at `path` that is nearest to `site`; of equals that of `installed`. A
/// file that has nothing of any default descends from none, unless the installed version ships one.
pub fn nearest<'a>(
    defaults: &'a [ShippedDefault],
    path: &str,
    site: &Document,
    installed: &Version,
) -> Option<&'a ShippedDefault> {
    let is_other = |default: &ShippedDefault| !default.versions.contains(installed);
    let of_path = defaults.iter().filter(|default| default.file.path == path);
    let alike = of_path.filter(|&default| !is_other(default) || default.file.shares_with(site));
    alike.min_by_key(|&default| (default.file.distance(site), is_other(default)))
}
