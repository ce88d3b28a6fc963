//! Keys that no version of the product knows: told, never repaired.

use std::collections::HashSet;

use super::records::Records;
use crate::Document;
use crate::pattern::without_number;

/// Tells which live keys of the site's file the product does not know, where its keys are known.
pub(super) fn note_unknown(site: &Document, records: &mut Records) {
    let known = &site.spec().known;
    if known.is_empty() {
        return;
    }
    let plain: HashSet<&str> =
        known.iter().filter(|key| key.is_plain()).map(|key| key.0.as_str()).collect();
    let patterns: Vec<_> = known.iter().filter(|key| !key.is_plain()).collect();
    let is_known = |path: &str| {
        plain.contains(without_number(path)) || patterns.iter().any(|key| key.matches(path))
    };
    for key in site.keys().into_iter().filter(|key| key.live && !is_known(&key.path)) {
        let text = format!(
            "No version of the product that Refit knows reads this key (line {}): a misspelt name, \
             or one of something else. It stays as it is.",
            key.line
        );
        records.remark(&key.path, text);
    }
}
