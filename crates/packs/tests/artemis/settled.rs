//! The site's files, settled by the pack.

use std::fs;
use std::path::Path;

use refit_model::{Outcome, SettledFile};
use refit_packs::{FileSides, FileWay, Packs};
use refit_settings::Settled;

use crate::homes::{NEW, OLD};
use crate::site::{Site, read};

/// The files of an instance of the old version.
pub const FILES: [&str; 9] = [
    "artemis-roles.properties",
    "artemis-users.properties",
    "artemis.profile",
    "bootstrap.xml",
    "broker.xml",
    "jolokia-access.xml",
    "logging.properties",
    "login.config",
    "management.xml",
];

/// What the pack knows of a file.
pub fn way(file: &str) -> FileWay {
    let pack = Packs::embedded().settings_of("artemis").unwrap();
    FileWay::of_pack(&pack, file, &OLD.parse().unwrap(), &NEW.parse().unwrap()).unwrap()
}

/// Settles all files of the site into a fresh instance of the new version.
pub fn settle_into(site: &Site, instance: &Path) {
    for file in FILES {
        settle_file(site, file, instance);
    }
}

fn settle_file(site: &Site, file: &str, instance: &Path) {
    let way = way(file);
    let base = read(&site.base.join(file), &way.old);
    let own = read(&site.file(file), &way.old);
    let path = instance.join(&way.new.path);
    let new = read(&path, &way.new);
    let sides = FileSides { base: Some(&base), site: &own, new: Some(&new) };
    let Settled { settlement, content, .. } = way.settle(sides, &[]);
    let open: Vec<_> = settlement.open().collect();
    assert!(open.is_empty(), "{file}: {open:#?}");
    let is_dropped = |outcome: &Outcome| matches!(outcome, Outcome::Dropped(_));
    for key in settlement.outcomes.iter().filter(|key| is_dropped(&key.outcome)) {
        println!("{file}: {key:?}");
    }
    let content = match settlement.result {
        SettledFile::AsSite => own.print().unwrap(),
        SettledFile::AsNew => new.print().unwrap(),
        SettledFile::Written(_) => content.unwrap().fill(|slot| own.secret(&slot.key)).unwrap(),
        SettledFile::Absent | SettledFile::Open => panic!("{file}: nothing to write"),
    };
    fs::write(path, content.expose()).unwrap();
}
