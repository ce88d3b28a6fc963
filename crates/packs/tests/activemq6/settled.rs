//! The site's files, settled by the pack.

use std::collections::BTreeMap;
use std::fs;

use refit_model::{Outcome, Secret, Settlement};
use refit_packs::{FileSides, FileWay, Packs};
use refit_settings::Document;

use crate::imitation::Imitation;
use crate::site::{FILES, Site};
use crate::{NEW, OLD};

/// What the site's files became, by their new names.
pub struct SettledSite(BTreeMap<String, (Settlement, Secret)>);

impl SettledSite {
    /// Every file.
    pub fn files(&self) -> impl Iterator<Item = (&str, &Secret)> {
        self.0.iter().map(|(file, (_, content))| (file.as_str(), content))
    }

    /// The text of a file.
    pub fn text(&self, file: &str) -> &str {
        self.0[file].1.expose_text().unwrap()
    }

    /// What became of a key.
    pub fn outcome(&self, file: &str, key: &str) -> &Outcome {
        let outcomes = &self.0[file].0.outcomes;
        let found = outcomes.iter().find(|outcome| outcome.key == key);
        &found.unwrap_or_else(|| panic!("no {key} in {outcomes:#?}")).outcome
    }
}

/// Settles every file. The old default is the nearest that the pack knows.
pub fn settle(site: &Site, new: &Imitation) -> SettledSite {
    let pack = Packs::embedded().settings_of("activemq-classic").unwrap();
    let settle = |file: &str| {
        let way = FileWay::of_pack(&pack, file, &OLD.parse().unwrap(), &NEW.parse().unwrap());
        let settled = settle_one(&way.unwrap(), file, site, new);
        (settled.0.file.clone(), settled)
    };
    SettledSite(FILES.into_iter().map(settle).collect())
}

fn settle_one(way: &FileWay, file: &str, site: &Site, new: &Imitation) -> (Settlement, Secret) {
    let own = fs::read(site.home().join(file)).unwrap();
    let new = Document::parse(new.text(&way.new.path).as_bytes(), &way.new).unwrap();
    let own = Document::parse(&own, &way.old).unwrap();
    let settled = way.settle(FileSides { base: None, site: &own, new: Some(&new) }, &[]);
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(open.is_empty(), "{file}: {open:#?}");
    let content = settled.print(&own, Some(&new)).unwrap();
    let content = content.unwrap_or_else(|| panic!("{file}: nothing to write"));
    (settled.settlement, content)
}
