//! Runs `cargo test`, and counts what its tests say.

use std::fmt::{self, Display, Formatter};
use std::io::{self, BufRead as _, BufReader, Read, Write};
use std::process::Stdio;
use std::thread;

use crate::error::{Error, Result};
use crate::program;
use crate::repository::Repository;
use crate::setup::Setup;

/// What tests said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// How many passed; one that said that it was skipped is among them for the test runner, but
    /// not here.
    pub passed: usize,
    /// How many failed.
    pub failed: usize,
    /// How many are only run by hand.
    pub ignored: usize,
    /// The lines of those that were skipped for want of their surroundings.
    pub skipped: Vec<String>,
}

/// Runs the tests of the workspace, all or those with one of `filters` in their names, and all of
/// them though some fail. An error is what kept them from being run.
pub fn run(repository: &Repository, setup: &Setup, filters: &[String]) -> Result<Count> {
    let mut command = repository.cargo();
    command.args(["test", "--workspace", "--all-features", "--locked", "--no-fail-fast", "--"]);
    command.args(filters);
    // The same cases every time: 8 laws on 13 formats, two of them with guards and without.
    command.env("REFIT_LAW_CASES", "800").env("PROPTEST_RNG_SEED", "2026");
    setup.apply(&mut command);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| program::not_started(&command, &error))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    // Each by a thread of its own: a pipe that nobody reads would stop the tests.
    let (told, errors) = thread::scope(|scope| {
        let errors = scope.spawn(|| count(err, io::stderr()));
        (count(out, io::stdout()), errors.join())
    });
    let status = child.wait().map_err(|error| program::not_started(&command, &error))?;
    let unread = |why: String| Error::Answer { command: program::shown(&command), why };
    let errors = errors.map_err(|_| unread("its reader failed".to_owned()))?;
    let both = told.and_then(|told| Ok(told.with(errors?)));
    let count = both.map_err(|error| unread(error.to_string()))?;
    if count.failed == 0 {
        // What failed was no test: code that does not compile, or a test program that crashed.
        program::succeeded(&command, status)?;
    }
    Ok(count)
}

/// Hands a stream on line by line, and counts.
fn count(from: Option<impl Read>, mut to: impl Write) -> io::Result<Count> {
    let mut count = Count::default();
    let Some(from) = from else { return Ok(count) };
    for line in BufReader::new(from).split(b'\n') {
        let line = line?;
        to.write_all(&line)?;
        to.write_all(b"\n")?;
        count.take(&String::from_utf8_lossy(&line));
    }
    Ok(count)
}

impl Display for Count {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped, .. } = self;
        write!(formatter, "{passed} passed, {failed} failed, {} skipped", skipped.len())
    }
}

impl Count {
    /// Takes a line of the test runner's, or of a test's own that says that it is skipped.
    fn take(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            self.passed += number_before(result, " passed");
            self.failed += number_before(result, " failed");
            self.ignored += number_before(result, " ignored");
        } else if let Some(at) = line.find("SKIPPED") {
            self.skipped.push(line[at..].to_owned());
        }
    }

    fn with(mut self, other: Self) -> Self {
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.skipped.extend(other.skipped);
        self.passed = (self.passed + other.passed).saturating_sub(self.skipped.len());
        self
    }
}

fn number_before(text: &str, word: &str) -> usize {
    let before = text.split(word).next().unwrap_or_default();
    let digits = before.rsplit(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
    digits.parse().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const OUT: &str = "\
running 3 tests
test a ... ok
test result: ok. 41 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 1.27s
test result: FAILED. 2 passed; 3 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0s
";

    #[test]
    fn results_of_all_test_programs_are_added() {
        let mut shown = Vec::new();
        let out = count(Some(OUT.as_bytes()), &mut shown).unwrap();
        assert_eq!(shown, OUT.as_bytes(), "everything is handed on");
        let err = "   Running x\nSKIPPED kept: needs the archives\n";
        let err = count(Some(err.as_bytes()), io::sink()).unwrap();
        let expected = Count {
            passed: 42,
            failed: 3,
            ignored: 1,
            skipped: vec!["SKIPPED kept: needs the archives".to_owned()],
        };
        assert_eq!(out.with(err), expected);
    }

    #[test]
    fn a_skipped_test_after_its_own_name_is_seen() {
        let mut count = Count::default();
        count.take("test kept ... SKIPPED kept: needs a JDK");
        assert_eq!(count.skipped, ["SKIPPED kept: needs a JDK"]);
    }
}
