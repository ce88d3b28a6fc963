//! What documents tell people to type exists: commands of `cargo xtask`, and packages that `cargo
//! build` and `cargo run` find. What they tell of `refit` is held by a test of that program.

use clap::Parser as _;
use clap::error::ErrorKind;

use super::Texts;
use super::crates::Crate;
use super::problem::Problem;
use crate::arguments::Arguments;

/// The documents.
const DOCUMENTS: [&str; 2] = ["README.md", "docs/guide.md"];
/// Where cargo is told what `xtask` is.
const ALIASES: &str = ".cargo/config.toml";

/// Commands that would not do what the documents say.
pub fn check(texts: &Texts, crates: &[Crate]) -> Vec<Problem> {
    let alias = texts.get(ALIASES).and_then(|text| alias(text));
    let mut problems = Vec::new();
    for path in DOCUMENTS {
        for (index, line) in texts.get(path).map_or("", String::as_str).lines().enumerate() {
            let wrong = commands(line).filter_map(|words| wrong(&words, alias.as_deref(), crates));
            problems.extend(wrong.map(|what| Problem::at(path, index, what)));
        }
    }
    problems
}

/// What `xtask` stands for.
fn alias(text: &str) -> Option<Vec<String>> {
    let value = text.lines().find_map(|line| line.strip_prefix("xtask = \""))?;
    Some(value.strip_suffix('"')?.split_whitespace().map(ToOwned::to_owned).collect())
}

/// The cargo commands of a line: a line of code, or what stands between backticks.
fn commands(line: &str) -> impl Iterator<Item = Vec<&str>> {
    let quoted = line.split('`').skip(1).step_by(2);
    std::iter::once(line).chain(quoted).filter_map(|text| {
        let mut words = text.split_whitespace();
        let is_cargo = words.next() == Some("cargo") && text.starts_with("cargo ");
        is_cargo.then(|| words.take_while(|word| *word != "#").collect())
    })
}

fn wrong(words: &[&str], alias: Option<&[String]>, crates: &[Crate]) -> Option<String> {
    match words {
        ["xtask", rest @ ..] => match alias {
            None => Some(format!("{ALIASES} does not say what `cargo xtask` is")),
            Some(alias) => {
                let alias: Vec<_> = alias.iter().map(String::as_str).collect();
                wrong(&alias, None, crates).or_else(|| unknown_to_xtask(rest))
            }
        },
        ["run", rest @ ..] => {
            let package = package(rest)?;
            let runs = crates.iter().find(|one| one.name == package)?.runs.as_deref();
            runs.is_none().then(|| format!("`cargo run` finds no program of `{package}` to run"))
        }
        _ => None,
    }
    .or_else(|| {
        let package = package(words)?;
        let is_known = crates.iter().any(|one| one.name == package);
        (!is_known).then(|| format!("there is no package `{package}`"))
    })
}

/// The package that is named to cargo itself.
fn package<'a>(words: &[&'a str]) -> Option<&'a str> {
    let own = words.split(|word| *word == "--").next()?;
    let at = own.iter().position(|word| ["--package", "-p"].contains(word))?;
    own.get(at + 1).copied()
}

/// Why these words are none of `cargo xtask`. A word that stands for a value may be of any kind.
fn unknown_to_xtask(words: &[&str]) -> Option<String> {
    let error = Arguments::try_parse_from(["cargo xtask"].iter().chain(words)).err()?;
    let is_known = matches!(
        error.kind(),
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion | ErrorKind::ValueValidation
    );
    let first = error.to_string().lines().next().unwrap_or_default().to_owned();
    (!is_known).then(|| format!("`cargo xtask {}`: {first}", words.join(" ")))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{texts, told};
    use super::*;

    const ALIAS: &str = "[alias]\nxtask = \"run --locked --package xtask --\"\n";

    fn crates() -> Vec<Crate> {
        let one = |name: &str, runs: Option<&str>| Crate {
            name: name.to_owned(),
            runs: runs.map(ToOwned::to_owned),
            ..Crate::default()
        };
        vec![one("refit-cli", Some("refit")), one("xtask", Some("xtask")), one("refit-two", None)]
    }

    fn problems(readme: &str, alias: &str) -> Vec<String> {
        told(&check(&texts(&[("README.md", readme), (".cargo/config.toml", alias)]), &crates()))
    }

    #[test]
    fn what_exists_may_be_typed() {
        let readme = "cargo xtask demo\ncargo xtask test   # all of it\n`cargo xtask --help` and \
                      `cargo xtask corpus FOLDER`, `cargo test`\n\
                      cargo run --package refit-cli -- serve --package x\n\
                      `cargo build --release --package refit-two`\n";
        assert_eq!(problems(readme, ALIAS), Vec::<String>::new());
    }

    #[test]
    fn what_does_not_exist_is_told() {
        let readme = "cargo xtask dmo\ncargo xtask demo --fast\ncargo run -p refit-two\n\
                      `cargo build --package refit-three`\n";
        let told = problems(readme, ALIAS);
        assert_eq!(told.len(), 4, "{told:?}");
        assert!(told[0].starts_with("README.md:1: `cargo xtask dmo`: error: unrecognized"));
        assert!(told[1].contains("--fast"), "{told:?}");
        assert!(told[2].contains("finds no program of `refit-two`"), "{told:?}");
        assert!(told[3].contains("there is no package `refit-three`"), "{told:?}");
    }

    #[test]
    fn without_its_alias_nothing_of_xtask_may_be_typed() {
        let told = problems("cargo xtask demo\n", "");
        assert!(told[0].contains("does not say what `cargo xtask` is"), "{told:?}");
        let other = ALIAS.replace("package xtask", "package refit-two");
        assert!(problems("cargo xtask demo\n", &other)[0].contains("no program of `refit-two`"));
    }

    /// The first two commands of the README are what this is for.
    #[test]
    fn the_first_commands_of_the_readme_are_looked_at() {
        let readme = include_str!("../../../README.md");
        let found: Vec<_> = readme.lines().flat_map(commands).take(2).collect();
        assert_eq!(found, [["xtask", "demo"], ["xtask", "test"]]);
    }
}
