//! The rules of the house that no other tool checks: `cargo xtask tidy`, and a part of
//! `cargo xtask test`.
//!
//! Each rule is a function from the texts of the repository, or from what cargo tells of its
//! crates, to problems; none of them reads anything itself.

mod arrows;
mod crates;
mod decisions;
mod guide;
mod lengths;
mod modules;
mod problem;
mod pure;
mod typed;
mod words;

use std::collections::BTreeMap;
use std::process::ExitCode;

use crate::error::{Error, Result};
use crate::repository::Repository;
use crates::Crate;
use problem::Problem;

/// Text files by their paths from the top folder.
type Texts = BTreeMap<String, String>;

/// Tells what is not as it should be.
pub fn perform(repository: &Repository) -> Result<ExitCode> {
    hold(repository)?;
    println!("the rules of the house hold");
    Ok(ExitCode::SUCCESS)
}

/// Every rule holds, or what does not is printed.
pub fn hold(repository: &Repository) -> Result<()> {
    let texts = repository.texts()?;
    let crates = crates::of(repository)?;
    let problems = problems(&texts, &crates);
    for problem in &problems {
        println!("{problem}");
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::Untidy(problems.len())) }
}

/// What breaks a rule.
fn problems(texts: &Texts, crates: &[Crate]) -> Vec<Problem> {
    [
        lengths::check(texts),
        words::check(texts),
        modules::check(texts, crates),
        arrows::check(crates),
        pure::check(texts),
        guide::check(texts, crates),
        decisions::check(texts),
        typed::check(texts, crates),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Texts for the tests of rules.
    pub fn texts(files: &[(&str, &str)]) -> Texts {
        files.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect()
    }

    /// What is told of these problems.
    pub fn told(problems: &[Problem]) -> Vec<String> {
        problems.iter().map(Problem::to_string).collect()
    }

    #[test]
    fn the_rules_hold_here() {
        let repository = Repository::find().unwrap();
        let crates = crates::of(&repository).unwrap();
        assert!(crates.len() > 10, "the crates are read");
        let texts = repository.texts().unwrap();
        assert!(texts.len() > 400, "the texts are read");
        assert_eq!(told(&problems(&texts, &crates)), Vec::<String>::new());
    }
}
