//! `docs/ARCHITECTURE.md` speaks of what exists, and of every crate; links of documents lead
//! somewhere.

use std::collections::BTreeSet;

use super::Texts;
use super::crates::Crate;
use super::problem::Problem;

/// The document.
const PATH: &str = "docs/ARCHITECTURE.md";
/// What declares a type.
const DECLARE: [&str; 4] = ["struct ", "enum ", "trait ", "type "];

/// Names in the document that nothing has, crates that are not in it, and dead links of documents.
pub fn check(texts: &Texts, crates: &[Crate]) -> Vec<Problem> {
    let Some(text) = texts.get(PATH) else { return vec![Problem::of(PATH, "is not there")] };
    let types = types_of(texts);
    let mut problems = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let names = quoted(line).filter_map(|name| wrong(name, texts, crates, &types));
        problems.extend(names.map(|what| Problem::at(PATH, index, what)));
    }
    let is_absent = |one: &&Crate| !text.contains(&format!("`{}`", one.name));
    let absent = crates.iter().filter(is_absent);
    problems.extend(absent.map(|one| Problem::of(PATH, format!("does not name `{}`", one.name))));
    problems.extend(dead_links(texts));
    problems
}

/// The names between backticks.
fn quoted(line: &str) -> impl Iterator<Item = &str> {
    line.split('`').skip(1).step_by(2)
}

/// What is wrong with a name, if it is one of a crate, a path or a type.
fn wrong(name: &str, texts: &Texts, crates: &[Crate], types: &BTreeSet<String>) -> Option<String> {
    if name.starts_with("refit-") && !name.contains(' ') {
        let is_known = crates.iter().any(|one| one.name == name);
        return (!is_known).then(|| format!("there is no crate `{name}`"));
    }
    let is_ours = |top: &str| texts.keys().any(|path| path.starts_with(&format!("{top}/")));
    let top = name.split('/').next().unwrap_or_default();
    if name.contains('/') && !top.is_empty() && !name.contains(' ') && is_ours(top) {
        return (!exists(texts, name)).then(|| format!("there is no `{name}`"));
    }
    let is_wrong = is_type_name(name) && !types.contains(name);
    is_wrong.then(|| format!("no type is called `{name}`"))
}

fn exists(texts: &Texts, path: &str) -> bool {
    let folder = format!("{}/", path.trim_end_matches('/'));
    texts.contains_key(path) || texts.keys().any(|known| known.starts_with(&folder))
}

/// Two words or more, written together with a capital each.
fn is_type_name(name: &str) -> bool {
    let capitals = name.chars().filter(char::is_ascii_uppercase).count();
    let is_word = name.chars().all(|c| c.is_ascii_alphanumeric());
    let begins = name.starts_with(|c: char| c.is_ascii_uppercase());
    let has_small = name.chars().any(|c| c.is_ascii_lowercase());
    is_word && begins && has_small && capitals >= 2
}

fn types_of(texts: &Texts) -> BTreeSet<String> {
    let code = texts.iter().filter(|(path, _)| path.ends_with(".rs"));
    let lines = code.flat_map(|(_, text)| text.lines());
    lines.filter_map(declared).collect()
}

/// The type that a line declares.
fn declared(line: &str) -> Option<String> {
    let line = line.trim_start();
    let line =
        line.strip_prefix("pub ").or_else(|| line.strip_prefix("pub(crate) ")).unwrap_or(line);
    let rest = DECLARE.iter().find_map(|word| line.strip_prefix(word))?;
    Some(rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
}

/// Relative links of Markdown files to what is not there.
fn dead_links(texts: &Texts) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in texts.iter().filter(|(path, _)| path.ends_with(".md") && is_ours(path)) {
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for (index, line) in text.lines().enumerate() {
            let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
            let files = targets.filter_map(|target| target.split('#').next());
            let relative = files.filter(|file| !file.is_empty() && !file.contains(':'));
            let dead = relative.filter(|file| !exists(texts, &joined(folder, file)));
            problems.extend(dead.map(|file| Problem::at(path, index, format!("no file `{file}`"))));
        }
    }
    problems
}

/// Documents for people, not what tests expect.
fn is_ours(path: &str) -> bool {
    !path.contains("/tests/")
}

/// A relative path from a folder, without `.` and `..`.
fn joined(folder: &str, file: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in file.split('/') {
        match part {
            "." | "" => {}
            ".." => drop(parts.pop()),
            other => parts.push(other),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy::tests::{texts, told};

    fn problems(guide: &str) -> Vec<String> {
        let files = [
            (PATH, guide),
            ("crates/model/src/plan.rs", "/// A plan.\npub struct RunPlan {\n"),
            ("README.md", "[guide](docs/ARCHITECTURE.md#words) [out](https://example.org)"),
        ];
        let crates = [Crate { name: "refit-model".to_owned(), ..Crate::default() }];
        told(&check(&texts(&files), &crates))
    }

    #[test]
    fn what_exists_may_be_named() {
        let guide = "`refit-model` is in `crates/model`: `RunPlan` of `crates/model/src/plan.rs`.\n\
                     `refit plan`, `a/b` and `Word` are no names. [Read](../README.md)\n";
        assert_eq!(problems(guide), Vec::<String>::new());
    }

    #[test]
    fn what_does_not_exist_is_told() {
        for (name, what) in [
            ("refit-gone", "there is no crate `refit-gone`"),
            ("crates/gone/src", "there is no `crates/gone/src`"),
            ("docs/gone.md", "there is no `docs/gone.md`"),
            ("GoneType", "no type is called `GoneType`"),
        ] {
            let told = problems(&format!("`refit-model`\nthe `{name}`\n"));
            assert_eq!(told, [format!("{PATH}:2: {what}")]);
        }
        assert_eq!(problems("nothing"), [format!("{PATH}: does not name `refit-model`")]);
        let told = problems("`refit-model` [x](gone.md) [y](../gone.md)");
        assert_eq!(
            told,
            [format!("{PATH}:1: no file `gone.md`"), format!("{PATH}:1: no file `../gone.md`")]
        );
    }

    #[test]
    fn the_document_must_be_there() {
        assert_eq!(told(&check(&Texts::new(), &[])), [format!("{PATH}: is not there")]);
    }
}
