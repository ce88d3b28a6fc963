//! One configuration file on the way from one version to another: everything that settling it
//! needs beside its sides.

use refit_model::{Decision, Facts, Lineage, Version};
use refit_settings::{
    Base, Document, FileSpec, Format, Migration, Rule, SettleInput, Settled, ShippedFile, migrate,
    settle,
};
use thiserror::Error;

use crate::{SettingsPack, ShippedDefault};

/// A file that is to be settled, and what is known of it.
#[derive(Clone, Debug)]
pub struct FileWay {
    /// How the site's file is read.
    pub old: FileSpec,
    /// How the new version's file is read; another one where it has another name or format.
    pub new: FileSpec,
    migration: Option<Migration>,
    rules: Vec<Rule>,
    facts: Facts,
    /// The vendor's defaults of the old file.
    defaults: Vec<ShippedDefault>,
    from: Version,
    to: Version,
}

/// The sides of a file that is to be settled.
#[derive(Clone, Copy, Debug)]
pub struct FileSides<'a> {
    /// The vendor's old default; without it the nearest one that the pack knows is taken.
    pub base: Option<&'a Document>,
    /// The site's file.
    pub site: &'a Document,
    /// The vendor's new default; none where the new version ships none.
    pub new: Option<&'a Document>,
}

/// A pack does not know which file is meant.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum FileWayError {
    /// No file of this name.
    #[error("the pack {pack} knows no file `{file}`; it knows: {}", known.join(", "))]
    Unknown {
        /// The pack.
        pack: String,
        /// What was asked for.
        file: String,
        /// The files that it knows.
        known: Vec<String>,
    },
    /// Several files can be meant.
    #[error("`{file}` can be several files of the pack {pack}; say which: {}", known.join(", "))]
    Ambiguous {
        /// The pack.
        pack: String,
        /// What was asked for.
        file: String,
        /// The files that can be meant.
        known: Vec<String>,
    },
}

impl FileWay {
    /// A file of which nothing but its format is known.
    pub fn of_format(format: Format) -> Self {
        let spec = FileSpec::plain("file", format);
        Self {
            old: spec.clone(),
            new: spec,
            migration: None,
            rules: Vec::new(),
            facts: Facts::new(),
            defaults: Vec::new(),
            from: Version::unnamed(),
            to: Version::unnamed(),
        }
    }

    /// What `pack` knows of the file of this role: its path below the home, or the end of it.
    pub fn of_pack(
        pack: &SettingsPack,
        role: &str,
        from: &Version,
        to: &Version,
    ) -> Result<Self, FileWayError> {
        let settings = &pack.settings;
        let (name, file) = (pack.about.platform.as_str().to_owned(), role.to_owned());
        let paths = |files: &[&FileSpec]| files.iter().map(|file| file.path.clone()).collect();
        let old = match &settings.files_of_role(role)[..] {
            [only] => (*only).clone(),
            [] => {
                let known = paths(&settings.file.iter().collect::<Vec<_>>());
                return Err(FileWayError::Unknown { pack: name, file, known });
            }
            several => {
                return Err(FileWayError::Ambiguous { pack: name, file, known: paths(several) });
            }
        };
        let migration = settings.migration_between(&old.path, from, to).cloned();
        let moved = migration.as_ref().and_then(|migration| settings.file(&migration.to));
        let new = moved.unwrap_or(&old).clone();
        let mut facts = Facts::new();
        facts.set("installed.version".to_owned(), from.to_string());
        facts.set("target.version".to_owned(), to.to_string());
        let of_old = pack.defaults.iter().filter(|default| default.file.path == old.path);
        Ok(Self {
            migration,
            rules: settings.rules_between(from, to),
            facts,
            defaults: of_old.cloned().collect(),
            from: from.clone(),
            to: to.clone(),
            new,
            old,
        })
    }

    /// The way to this new default, where there is one: a file that the new version reads in its
    /// old form as well is carried over only if the default is not written in that.
    #[must_use]
    pub fn to_default(mut self, new: Option<&[u8]>) -> Self {
        let optional = self.migration.as_ref().is_some_and(|migration| migration.optional);
        if optional && new.is_none_or(|bytes| Document::parse(bytes, &self.old).is_ok()) {
            self.migration = None;
            self.new = self.old.clone();
        }
        self
    }

    /// Settles the file.
    pub fn settle(&self, sides: FileSides<'_>, decisions: &[Decision]) -> Settled {
        let (base, lineage) = self.lineage(&sides);
        let input = SettleInput {
            base,
            lineage: &lineage,
            site: sides.site,
            new: sides.new,
            rules: &self.rules,
            facts: &self.facts,
            decisions,
            brought: &[],
            target: &self.to,
        };
        match &self.migration {
            Some(migration) => migrate(migration, &input),
            None => settle(&input),
        }
    }

    /// The base, and the versions that ship it where the pack knows them.
    fn lineage<'a>(&'a self, sides: &FileSides<'a>) -> (Option<Base<'a>>, Lineage) {
        if let Some(given) = sides.base {
            let digest = ShippedFile::of(given).ok().map(|facts| facts.digest);
            let same = self.defaults.iter().find(|one| Some(&one.file.digest) == digest.as_ref());
            let versions = same.map(|same| same.versions.clone()).unwrap_or_default();
            return (Some(Base::Document(given)), Lineage::Shipped(versions));
        }
        match crate::nearest(&self.defaults, &self.old.path, sides.site, &self.from) {
            Some(nearest) => {
                (Some(Base::Shipped(&nearest.file)), Lineage::Shipped(nearest.versions.clone()))
            }
            None => (None, Lineage::Own),
        }
    }
}
