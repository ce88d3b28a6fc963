//! Every file of code belongs to a crate: one that no `mod` names is compiled by nobody.

use std::collections::BTreeSet;

use super::Texts;
use super::crates::Crate;
use super::problem::Problem;

/// Targets for a fuzzer, which builds them itself, apart from the workspace.
const FUZZ: &str = "fuzz/fuzz_targets/";
/// What stands in for libraries of others, outside of the workspace.
const THIRD_PARTY: &str = "third-party/";

/// Files of code that no target reaches.
pub fn check(texts: &Texts, crates: &[Crate]) -> Vec<Problem> {
    let mut reached = BTreeSet::new();
    for root in crates.iter().flat_map(|named| &named.roots) {
        reach(texts, root, folder_of(root), &mut reached);
    }
    let is_dead = |path: &&String| {
        let elsewhere = path.starts_with(FUZZ) || path.starts_with(THIRD_PARTY);
        path.ends_with(".rs") && !elsewhere && !reached.contains(*path)
    };
    texts.keys().filter(is_dead).map(|path| Problem::of(path, "no `mod` names this file")).collect()
}

/// Notes a file and those of its modules, which are within `folder`.
fn reach(texts: &Texts, path: &str, folder: &str, reached: &mut BTreeSet<String>) {
    let Some(text) = texts.get(path) else { return };
    if !reached.insert(path.to_owned()) {
        return;
    }
    for name in text.lines().filter_map(module_of) {
        let inner = format!("{folder}/{name}");
        for file in [format!("{inner}.rs"), format!("{inner}/mod.rs")] {
            reach(texts, &file, &inner, reached);
        }
    }
}

/// The module that a line declares to be in a file of its own.
fn module_of(line: &str) -> Option<&str> {
    let line = line.trim().strip_suffix(';')?;
    let (before, name) = line.split_once("mod ").filter(|(before, _)| is_visibility(before))?;
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    (before.is_empty() || before.ends_with(' '))
        .then_some(name)
        .filter(|name| name.chars().all(is_name))
}

fn is_visibility(text: &str) -> bool {
    matches!(text.trim(), "" | "pub" | "pub(crate)" | "pub(super)")
}

fn folder_of(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::{texts, told};

    #[test]
    fn a_file_that_no_module_names_is_told() {
        let files = [
            ("c/src/lib.rs", "mod a;\npub(crate) mod b;\nmod tests {\n    mod inner;\n}\n"),
            ("c/src/a.rs", "mod deep;\n"),
            ("c/src/a/deep.rs", "// mod dead;\n"),
            ("c/src/b/mod.rs", "pub mod c;\n"),
            ("c/src/b/c.rs", ""),
            ("c/src/inner.rs", ""),
            ("c/src/dead.rs", ""),
            ("c/src/deep.rs", ""),
            ("c/notes.txt", ""),
        ];
        let crates = [Crate { roots: vec!["c/src/lib.rs".to_owned()], ..Crate::default() }];
        assert_eq!(
            told(&check(&texts(&files), &crates)),
            ["c/src/dead.rs: no `mod` names this file", "c/src/deep.rs: no `mod` names this file"]
        );
    }
}
