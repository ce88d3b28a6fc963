//! Keys that no version of the product knows: told, never repaired.

use std::collections::HashSet;

use super::align::split_last;
use super::records::Records;
use crate::pattern::without_number;
use crate::{Document, KeyPattern};

/// Begins a pattern that is a name wherever it stands.
const ANYWHERE: &str = "**/";

/// Tells which live keys of the site's file the product does not know, where its keys are known.
pub(super) fn note_unknown(site: &Document, records: &mut Records) {
    let known = Known::of(&site.spec().known);
    if known.is_empty() {
        return;
    }
    let variables = variables(site.text());
    for key in site.keys().into_iter().filter(|key| key.live && !known.has(&key.path)) {
        let (_, name) = split_last(key.plain_path());
        if variables.contains(&name.to_ascii_lowercase()) {
            continue;
        }
        let text = format!(
            "No version of the product that Refit knows reads this key (line {}): a misspelt name, \
             one that is long gone, or one of something else. It stays as it is.",
            key.line
        );
        records.remark(&key.path, text);
    }
}

/// Names, and patterns for the rest.
struct Known<'a> {
    paths: HashSet<&'a str>,
    names: HashSet<&'a str>,
    patterns: Vec<&'a KeyPattern>,
}

impl<'a> Known<'a> {
    fn of(keys: &'a [KeyPattern]) -> Self {
        let mut known = Self { paths: HashSet::new(), names: HashSet::new(), patterns: Vec::new() };
        for key in keys {
            let name = key.0.strip_prefix(ANYWHERE).filter(|name| !name.contains(['*', '/']));
            match name {
                Some(name) => known.names.insert(name),
                None if !key.0.contains('*') => known.paths.insert(key.0.as_str()),
                None => {
                    known.patterns.push(key);
                    true
                }
            };
        }
        known
    }

    fn is_empty(&self) -> bool {
        self.paths.is_empty() && self.names.is_empty() && self.patterns.is_empty()
    }

    fn has(&self, path: &str) -> bool {
        let part = without_number(split_last(path).1);
        let name = part.split('[').next().unwrap_or(part);
        // What stands in a list has no name that could be wrong.
        name.is_empty()
            || self.names.contains(name)
            || self.paths.contains(without_number(path))
            || self.patterns.iter().any(|key| key.matches(path))
    }
}

/// The names that a text uses as variables, in small letters.
fn variables(text: &str) -> HashSet<String> {
    let is_name = |found: char| found.is_ascii_alphanumeric() || matches!(found, '_' | '-' | '.');
    let after = text.split('$').skip(1);
    after
        .map(|rest| rest.chars().take_while(|&found| is_name(found)).collect::<String>())
        .map(|name| name.to_ascii_lowercase())
        .collect()
}
