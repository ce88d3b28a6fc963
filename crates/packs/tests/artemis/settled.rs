//! The site's files, settled by the pack.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use refit_model::Secret;
use refit_packs::{FileSides, FileWay, Packs};

use crate::homes::Versions;
use crate::site::{Site, read};

/// Which old default is taken.
#[derive(Clone, Copy)]
pub enum Lineage {
    /// What the old version's own command had made for this site.
    Given,
    /// The nearest one that the pack knows.
    OfPack,
}

/// What the pack knows of a file.
pub fn way(file: &str, versions: Versions) -> FileWay {
    let pack = Packs::embedded().settings_of("artemis").unwrap();
    let [old, new] = [versions.old, versions.new].map(|version| version.parse().unwrap());
    FileWay::of_pack(&pack, file, &old, &new).unwrap()
}

/// Settles all files of the site, whose new defaults are those in `fresh`, and writes them to
/// `etc`. The settled files, by name.
pub fn settle_into(
    site: &Site,
    lineage: Lineage,
    fresh: &Path,
    etc: &Path,
) -> BTreeMap<String, Secret> {
    fs::create_dir_all(etc).unwrap();
    let mut settled = BTreeMap::new();
    for file in site.files() {
        let (name, content) = settle(site, lineage, fresh, &file);
        fs::write(etc.join(&name), content.expose()).unwrap();
        settled.insert(name, content);
    }
    settled
}

fn settle(site: &Site, lineage: Lineage, fresh: &Path, file: &str) -> (String, Secret) {
    let way = way(file, site.versions);
    let name = way.new.path.trim_start_matches("etc/").to_owned();
    let base = match lineage {
        Lineage::Given => Some(read(&site.base.join(file), &way.old)),
        Lineage::OfPack => None,
    };
    let own = read(&site.file(file), &way.old);
    let new = read(&fresh.join(&name), &way.new);
    let sides = FileSides { base: base.as_ref(), site: &own, new: Some(&new) };
    let settled = way.settle(sides, &[]);
    let open: Vec<_> = settled.settlement.open().collect();
    assert!(open.is_empty(), "{file}: {open:#?}");
    let content = settled.print(&own, Some(&new)).unwrap();
    let content = content.unwrap_or_else(|| panic!("{file}: nothing to write"));
    (name, content)
}
