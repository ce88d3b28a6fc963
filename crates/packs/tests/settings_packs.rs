//! Packs that know settings alone: what they say holds together.

use std::collections::BTreeSet;

use refit_packs::Packs;

#[test]
fn every_embedded_pack_of_settings_holds_together() {
    let packs = Packs::embedded();
    let names: Vec<String> =
        packs.list_of_settings().unwrap().into_iter().map(|entry| entry.name).collect();
    assert!(names.len() >= 6, "{names:?}");
    for name in names {
        let pack = packs.settings_of(&name).unwrap();
        let settings = &pack.settings;
        let files: BTreeSet<&str> = settings.file.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(files.len(), settings.file.len(), "{name}: two files of one path");
        let known = settings.known.iter().flat_map(|known| &known.files);
        let ruled = settings.rule.iter().map(|rule| &rule.file);
        let moved = settings.migration.iter().flat_map(|way| [&way.from, &way.to]);
        for file in known.chain(ruled).chain(moved) {
            assert!(files.contains(file.as_str()), "{name}: `{file}` is no file of the pack");
        }
        let ids: BTreeSet<&str> = settings.rule.iter().map(|rule| rule.id.as_str()).collect();
        assert_eq!(ids.len(), settings.rule.len(), "{name}: two rules of one id");
        for rule in &settings.rule {
            let said = !rule.why.trim().is_empty() && !rule.source.trim().is_empty();
            assert!(said, "{name}: {} says neither why nor whence", rule.id);
        }
    }
}
