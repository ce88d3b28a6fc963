//! `cargo xtask test`: everything that CI checks, part by part.

mod cargo_tests;
mod part;
mod programs;
mod summary;

use std::process::ExitCode;
use std::time::Instant;

use clap::Args;

use crate::error::Result;
use crate::repository::Repository;
use crate::setup::{ArtifactsOption, Setup};
use cargo_tests::Count;
use part::Part;
use summary::Summary;

/// Runs the tests that are only run by hand, because they take long.
pub fn long(repository: &Repository, artifacts: &ArtifactsOption) -> Result<Count> {
    let setup = Setup::for_tests(&artifacts.folder(repository))?;
    // What writes files of the repository is no test.
    let filters = ["--ignored", "--skip", "by_hand"].map(str::to_owned);
    cargo_tests::run(repository, &setup, &filters)
}

/// Options of the command.
#[derive(Args, Debug)]
pub struct Test {
    /// Only tests with one of these in their names, and no other part unless --only names it
    #[arg(value_name = "FILTER")]
    filters: Vec<String>,
    /// Only these parts, separated by commas
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PARTS")]
    only: Vec<Part>,
    #[command(flatten)]
    artifacts: ArtifactsOption,
}

impl Test {
    /// Does the parts in order, up to the first that fails; then tells how each went.
    pub fn perform(&self, repository: &Repository) -> ExitCode {
        let parts = self.parts();
        let mut summary = Summary::default();
        for part in &parts {
            println!("\n== {part}: {}", part.purpose());
            let begin = Instant::now();
            let outcome = part.perform(repository, &self.artifacts, &self.filters);
            let line = summary.add(*part, begin.elapsed(), outcome);
            println!("== {line}");
            if !summary.is_good() {
                break;
            }
        }
        println!("\n{}", summary.text(&parts));
        if summary.is_good() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
    }

    /// The parts that are asked for, in their own order.
    fn parts(&self) -> Vec<Part> {
        let is_wanted = |part: &Part| match (self.only.is_empty(), self.filters.is_empty()) {
            (true, true) => true,
            (true, false) => *part == Part::Tests,
            (false, _) => self.only.contains(part),
        };
        Part::ALL.into_iter().filter(is_wanted).collect()
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        test: Test,
    }

    fn parts(words: &[&str]) -> Vec<Part> {
        let line = Line::parse_from(std::iter::once(&"test").chain(words));
        line.test.parts()
    }

    #[test]
    fn every_part_is_done_unless_some_are_named() {
        assert_eq!(parts(&[]), Part::ALL);
        assert_eq!(parts(&["--only", "tidy,fmt"]), [Part::Fmt, Part::Tidy]);
        assert_eq!(parts(&["some_test"]), [Part::Tests]);
        assert_eq!(parts(&["some_test", "--only", "clippy"]), [Part::Clippy]);
    }

    #[test]
    fn an_unknown_part_is_refused() {
        assert!(Line::try_parse_from(["test", "--only", "no-such-part"]).is_err());
    }
}
