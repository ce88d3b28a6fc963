//! One configuration file on the way from one version to another: everything that settling it
//! needs beside its sides.

use refit_model::{Decision, Facts, Lineage, Version};
use refit_settings::{
    Base, Document, FileSpec, Format, Migration, Rule, SettleInput, Settled, ShippedFile, migrate,
    settle,
};
use thiserror::Error;

use crate::settings_pack::rules_for;
use crate::{SettingsPack, ShippedDefault};

/// A file that is to be settled, and what is known of it.
#[derive(Clone, Debug)]
pub struct FileWay {
    /// How the site's file is read.
    pub old: FileSpec,
    /// How the new version's file is read; another one where it has another name or format.
    pub new: FileSpec,
    migration: Option<Migration>,
    /// All rules of the pack.
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
    /// A file of which nothing but its name and its format is known.
    pub fn of_format(name: &str, format: Format) -> Self {
        let spec = FileSpec::plain(name, format);
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
            rules: settings.rule.clone(),
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
        let rules = rules_for(&self.rules, &lineage, &self.from, &self.to);
        let input = SettleInput {
            base,
            lineage: &lineage,
            site: sides.site,
            new: sides.new,
            rules: &rules,
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

    /// Whether the pack knows that the vendor has a default of the file in the target version, or
    /// behind it.
    fn is_shipped_on(&self) -> bool {
        let mut versions = self.defaults.iter().flat_map(|default| &default.versions);
        versions.any(|version| *version >= self.to)
    }

    /// The base, and the versions that ship it where the pack knows them.
    fn lineage<'a>(&'a self, sides: &FileSides<'a>) -> (Option<Base<'a>>, Lineage) {
        if let Some(given) = sides.base {
            let digest = ShippedFile::of(given).ok().map(|facts| facts.digest);
            let same = self.defaults.iter().find(|one| Some(&one.file.digest) == digest.as_ref());
            let versions = same.map(|same| same.versions.clone()).unwrap_or_default();
            return (Some(Base::Document(given)), Lineage::Shipped(versions));
        }
        if sides.new.is_none() && self.is_shipped_on() {
            // An example among the documents, which is not installed: nothing was taken away.
            return (None, Lineage::Own);
        }
        match crate::nearest(&self.defaults, &self.old.path, sides.site, &self.from) {
            Some(nearest) => {
                (Some(Base::Shipped(&nearest.file)), Lineage::Shipped(nearest.versions.clone()))
            }
            None => (None, Lineage::Own),
        }
    }
}

#[cfg(test)]
mod tests {
    use refit_model::{Outcome, SettledFile};
    use refit_settings::{KeyPattern, RuleAction};

    use super::*;
    use crate::Packs;

    fn version(text: &str) -> Version {
        text.parse().unwrap()
    }

    fn of_rabbitmq() -> FileWay {
        let pack = Packs::embedded().settings_of("rabbitmq").unwrap();
        FileWay::of_pack(&pack, "rabbitmq.config", &version("3.12.0"), &version("4.0.5")).unwrap()
    }

    #[test]
    fn an_example_that_is_not_installed_is_not_gone() {
        let pack = Packs::embedded().settings_of("rabbitmq").unwrap();
        let (from, to) = (version("3.8.9"), version("3.13.7"));
        let way = FileWay::of_pack(&pack, "rabbitmq.conf", &from, &to).unwrap().to_default(None);
        let site = Document::parse(b"heartbeat = 30\n", &way.old).unwrap();
        let settled = way.settle(FileSides { base: None, site: &site, new: None }, &[]);
        assert_eq!(settled.settlement.result, SettledFile::AsSite);
    }

    #[test]
    fn a_file_is_carried_over_only_to_a_default_that_is_not_in_its_old_form() {
        let new_form: &[u8] = b"listeners.tcp.default = 5672\n";
        for (default, path) in [
            (Some(new_form), "etc/rabbitmq/rabbitmq.conf"),
            (Some(b"[]."), "etc/rabbitmq/rabbitmq.config"),
            (None, "etc/rabbitmq/rabbitmq.config"),
        ] {
            let way = of_rabbitmq().to_default(default);
            assert_eq!(way.new.path, path);
            assert_eq!(way.old.path, "etc/rabbitmq/rabbitmq.config");
            let site = b"[{rabbit, [{heartbeat, 30}, {default_pass, <<\"p\">>}]}].\n";
            let site = Document::parse(site, &way.old).unwrap();
            let new = default.map(|text| Document::parse(text, &way.new).unwrap());
            let sides = FileSides { base: None, site: &site, new: new.as_ref() };
            let settled = way.settle(sides, &[]);
            assert_eq!(settled.settlement.file, path);
            assert_eq!(settled.companion.is_some(), default == Some(new_form), "{default:?}");
        }
    }

    #[test]
    fn a_file_that_the_new_version_does_not_read_is_carried_over_to_any_default() {
        let pack = Packs::embedded().settings_of("activemq-classic").unwrap();
        for default in [Some(&b"ACTIVEMQ_USER=\"\"\n"[..]), None] {
            let way = FileWay::of_pack(&pack, "bin/env", &version("5.18.3"), &version("6.3.1"));
            assert_eq!(way.unwrap().to_default(default).new.path, "bin/setenv");
        }
    }

    const OLDEST: &str = "host=0.0.0.0\nlevel=high\nmode=fast\nsize=5\n";
    const INSTALLED: &str = "host=127.0.0.1\nlevel=high\nspeed=fast\nsize=5\nage=1\n";
    const NEW: &str = "host=::1\nlevel=high\nspeed=fast\nsize=5\nage=1\n";

    /// A way from 2.0 to 3.0, with rules of 2.0 and of 3.0.
    fn of_rules() -> FileWay {
        let spec = FileSpec::plain("a.properties", Format::Properties);
        let default = |text: &str, versions: &[&str]| {
            let document = Document::parse(text.as_bytes(), &spec).unwrap();
            let versions = versions.iter().copied().map(version).collect();
            ShippedDefault { versions, file: ShippedFile::of(&document).unwrap() }
        };
        let rule = |key: &str, since: &str, action: RuleAction| Rule {
            id: format!("{key}-{since}"),
            file: spec.path.clone(),
            key: KeyPattern(key.to_owned()),
            since: version(since),
            when: None,
            value: None,
            given: Vec::new(),
            unless: Vec::new(),
            action,
            why: "It is so.".to_owned(),
            source: "test".to_owned(),
        };
        let translate = |old: &str, new: &str| RuleAction::Translate {
            values: vec![(old.to_owned(), new.to_owned())],
            entries: false,
        };
        let speed = RuleAction::Rename { to: "speed".to_owned() };
        FileWay {
            old: spec.clone(),
            new: spec.clone(),
            migration: None,
            rules: vec![
                rule("size", "3.0", translate("7", "7000")),
                rule("host", "2.0", RuleAction::KeepSite),
                rule("mode", "2.0", speed),
                rule("level", "2.0", translate("low", "3")),
            ],
            facts: Facts::new(),
            defaults: vec![default(OLDEST, &["1.0", "1.1"]), default(INSTALLED, &["2.0"])],
            from: version("2.0"),
            to: version("3.0"),
        }
    }

    fn settled(site: &str, base: Option<&str>) -> (Settled, String) {
        let way = of_rules();
        let read = |text: &str| Document::parse(text.as_bytes(), &way.old).unwrap();
        let (site, base, new) = (read(site), base.map(read), read(NEW));
        let sides = FileSides { base: base.as_ref(), site: &site, new: Some(&new) };
        let settled = way.settle(sides, &[]);
        assert_eq!(settled.settlement.open().count(), 0, "{:#?}", settled.settlement);
        let text = match settled.settlement.result {
            SettledFile::AsSite => site.template().text,
            SettledFile::AsNew => new.template().text,
            _ => settled.content.as_ref().unwrap().text.clone(),
        };
        (settled, text)
    }

    #[test]
    fn a_file_that_an_upgrade_left_behind_meets_the_rules_of_that_time() {
        let site = "host=0.0.0.0\nlevel=high\nmode=slow\nsize=7\n";
        for base in [None, Some(OLDEST)] {
            let (settled, text) = settled(site, base);
            let lineage = Lineage::Shipped(vec![version("1.0"), version("1.1")]);
            assert_eq!(settled.settlement.lineage, lineage);
            assert_eq!(text, "host=0.0.0.0\nlevel=high\nspeed=slow\nsize=7000\nage=1\n");
        }
        // A default that no version of the pack ships says nothing of its version.
        let (_, text) = settled(site, Some(&OLDEST.replace("fast", "fastest")));
        assert!(text.starts_with("host=::1\n") && text.contains("mode=slow\n"), "{text}");
    }

    #[test]
    fn a_file_of_the_installed_version_meets_those_after_it_alone() {
        let (_, text) = settled("host=127.0.0.1\nlevel=low\nspeed=fast\nsize=7\nage=1\n", None);
        assert_eq!(text, "host=::1\nlevel=low\nspeed=fast\nsize=7000\nage=1\n");
    }

    /// The installed version reads the value as it stands, so that it means what it means there.
    #[test]
    fn a_value_that_is_in_force_is_not_translated_after_the_fact() {
        let (settled, text) = settled("host=0.0.0.0\nlevel=low\nmode=fast\nsize=5\n", None);
        assert_eq!(text, "host=0.0.0.0\nlevel=low\nspeed=fast\nsize=5\nage=1\n");
        let level = settled.settlement.outcomes.iter().find(|key| key.key == "level").unwrap();
        assert_eq!((&level.outcome, &level.rule), (&Outcome::Kept, &None));
    }
}
