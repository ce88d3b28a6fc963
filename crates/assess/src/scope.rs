//! What is upgraded, and what is not.

use refit_model::{FileOrigin, FileRole, ScopeLine};

use crate::configuration::Configuration;
use crate::files::Home;

/// Names this many files before it only counts.
const NAMED: usize = 5;

/// One line for each part of the installation.
pub(crate) fn lines(home: &Home, configuration: &Configuration) -> Vec<ScopeLine> {
    let line = |what: &str, included: bool, why: String| ScopeLine {
        what: what.to_owned(),
        included,
        why,
    };
    let of = |role: FileRole, origin: FileOrigin| -> Vec<&str> {
        home.files
            .iter()
            .filter(|file| file.role == role && file.origin == origin)
            .map(|file| file.path.as_str())
            .collect()
    };
    let mut lines = vec![
        line("the broker's software", true, "replaced by the target version".into()),
        line("its messages", true, "stay in their store, which the new version takes over".into()),
    ];
    let changed = configuration
        .records
        .iter()
        .filter(|record| record.role == FileRole::Configuration)
        .filter(|record| !matches!(record.origin, FileOrigin::Shipped))
        .count();
    lines.push(line(
        "settings",
        true,
        format!("{changed} configuration files that are not as shipped are settled key by key"),
    ));
    let jars = of(FileRole::Library, FileOrigin::Added);
    if !jars.is_empty() {
        let why = format!("taken over, if their classes are there: {}", named(&jars));
        lines.push(line("the site's own jars", true, why));
    }
    let others: Vec<_> = home.other_added.iter().map(String::as_str).collect();
    if !others.is_empty() {
        let why = format!("stay in the old home: {}", named(&others));
        lines.push(line("other files in the home", false, why));
    }
    lines.push(line(
        "clients and their libraries",
        false,
        "not touched; they connect to the same addresses".into(),
    ));
    lines
}

fn named(paths: &[&str]) -> String {
    let first = paths.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    match paths.len().saturating_sub(NAMED) {
        0 => first,
        more => format!("{first} and {more} more"),
    }
}
