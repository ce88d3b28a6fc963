//! The parts of the checks.

use std::fmt::{self, Display, Formatter};

use clap::ValueEnum;

use super::cargo_tests::{self, Count};
use crate::error::{Error, Result};
use crate::program;
use crate::repository::Repository;
use crate::setup::{self, ArtifactsOption, Setup};
use crate::tidy;

/// A part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Part {
    /// The code is formatted.
    Fmt,
    /// The house rules hold.
    Tidy,
    /// The lints are silent.
    Clippy,
    /// Licences, sources and doubled dependencies.
    Deny,
    /// Every test, with real brokers.
    Tests,
}

/// How a part went.
#[derive(Debug)]
pub enum Outcome {
    /// It holds.
    Passed,
    /// The tests were run; some of them may have failed.
    Tested(Count),
    /// It was not done.
    Skipped(String),
    /// It does not hold.
    Failed(Error),
}

impl Part {
    /// Every part, the quickest first.
    pub const ALL: [Self; 5] = [Self::Fmt, Self::Tidy, Self::Clippy, Self::Deny, Self::Tests];

    /// What it is about, for people.
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Fmt => "is the code formatted?",
            Self::Tidy => "do the rules of the house hold?",
            Self::Clippy => "are the lints silent?",
            Self::Deny => "are licences and sources of all dependencies allowed?",
            Self::Tests => "does everything do what it should?",
        }
    }

    /// Does it.
    pub fn perform(
        self,
        repository: &Repository,
        artifacts: &ArtifactsOption,
        filters: &[String],
    ) -> Outcome {
        let done = match self {
            Self::Fmt => cargo(repository, &["fmt", "--all", "--check"]),
            Self::Tidy => tidy::hold(repository),
            Self::Clippy => cargo(repository, &CLIPPY),
            Self::Deny => return deny(repository),
            Self::Tests => return tests(repository, artifacts, filters),
        };
        done.map_or_else(Outcome::Failed, |()| Outcome::Passed)
    }
}

impl Display for Part {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Fmt => "fmt",
            Self::Tidy => "tidy",
            Self::Clippy => "clippy",
            Self::Deny => "deny",
            Self::Tests => "tests",
        })
    }
}

/// With all features, so that the points at which tests kill a run are compiled too.
const CLIPPY: [&str; 8] = [
    "clippy",
    "--workspace",
    "--all-targets",
    "--all-features",
    "--locked",
    "--",
    "-D",
    "warnings",
];

/// What needs a download of advisories is left out.
const DENY: [&str; 7] =
    ["deny", "--offline", "check", "--hide-inclusion-graph", "licenses", "bans", "sources"];

fn cargo(repository: &Repository, words: &[&str]) -> Result<()> {
    program::run(repository.cargo().args(words))
}

fn deny(repository: &Repository) -> Outcome {
    if !setup::has_program("cargo-deny") {
        return Outcome::Skipped(
            "cargo-deny is not installed, and building it takes longer than everything else; \
             install it with `cargo install --locked cargo-deny`"
                .to_owned(),
        );
    }
    let done = cargo(repository, &DENY);
    done.map_or_else(Outcome::Failed, |()| Outcome::Passed)
}

fn tests(repository: &Repository, artifacts: &ArtifactsOption, filters: &[String]) -> Outcome {
    let setup = Setup::for_tests(&artifacts.folder(repository));
    let tested = setup.and_then(|setup| cargo_tests::run(repository, &setup, filters));
    tested.map_or_else(Outcome::Failed, Outcome::Tested)
}
