//! Which key of `rabbitmq.config` is which key of `rabbitmq.conf`.

use std::collections::HashMap;

use refit_model::Version;

const KEYS: &str = include_str!("keys.tsv");

/// A key's new name and the kind of its value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Row {
    pub(super) to: &'static str,
    pub(super) kind: &'static str,
}

impl Row {
    /// The key above the entries of a list; none where the row is about a single value.
    pub(super) fn list(&self) -> Option<&'static str> {
        ["listeners", "users", "words", "tags", "nodes"].contains(&self.kind).then_some(self.to)
    }
}

/// The keys that the schema of `target` knows, by their paths in `rabbitmq.config`.
///
/// Schemas of some releases are known. A key counts if the last one up to the target has it, and
/// the first one from the target on.
pub(super) fn rows(target: &Version) -> HashMap<&'static str, Row> {
    let known = releases();
    let last_before = known.iter().rev().find(|(_, version)| version <= target);
    let first_after = known.iter().find(|(_, version)| version >= target);
    let needed: Vec<&str> =
        last_before.into_iter().chain(first_after).map(|(word, _)| *word).collect();
    let has_all = |releases: &str| needed.iter().all(|one| releases.split(',').any(|r| r == *one));
    lines()
        .filter(|line| has_all(line[3]))
        .map(|[from, to, kind, _]| (from, Row { to, kind }))
        .collect()
}

fn lines() -> impl Iterator<Item = [&'static str; 4]> {
    let rows = KEYS.lines().filter(|line| !line.starts_with('#'));
    rows.filter_map(|line| line.split('\t').collect::<Vec<_>>().try_into().ok())
}

/// The releases whose schemas are known, in their order.
fn releases() -> Vec<(&'static str, Version)> {
    let mut words: Vec<&str> = lines().flat_map(|line| line[3].split(',')).collect();
    words.sort_unstable();
    words.dedup();
    let mut releases: Vec<(&str, Version)> =
        words.into_iter().filter_map(|word| Some((word, word.parse().ok()?))).collect();
    releases.sort_by(|one, other| one.1.cmp(&other.1));
    releases
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn rows_of(version: &str) -> HashMap<&'static str, Row> {
        rows(&version.parse().unwrap())
    }

    #[test]
    fn every_line_is_a_row_and_every_key_stands_once() {
        let written = KEYS.lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(lines().count(), written);
        assert_eq!(lines().map(|line| line[0]).collect::<HashSet<_>>().len(), written);
        assert_eq!(
            releases().iter().map(|found| found.0).collect::<Vec<_>>(),
            ["3.8", "3.13", "4.3"]
        );
    }

    #[test]
    fn a_key_counts_where_the_schemas_around_the_target_have_it() {
        assert_eq!(rows_of("3.9.1")["rabbit/heartbeat"], Row { to: "heartbeat", kind: "integer" });
        let proxied = "rabbitmq_management/oauth_enabled";
        assert!(!rows_of("3.9.1").contains_key(proxied));
        assert!(rows_of("3.13").contains_key(proxied));
        assert!(rows_of("4.1.0").contains_key(proxied));
        assert!(rows_of("4.4.0").contains_key(proxied));
        assert!(rows_of("3.8.35").contains_key("rabbitmq_management/listener/port"));
    }
}
