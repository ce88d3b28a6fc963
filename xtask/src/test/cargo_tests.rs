//! Runs every test program, two at a time, and counts what the tests say.

use std::env;
use std::fmt::{self, Display, Formatter};
use std::io::{self, BufRead as _, BufReader, Read};
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use super::programs;
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
    /// The programs whose tests those are.
    pub failed_in: Vec<String>,
    /// How many are only run by hand.
    pub ignored: usize,
    /// The lines of those that were skipped for want of their surroundings.
    pub skipped: Vec<String>,
}

/// How many test programs are run at a time: most wait for brokers most of the time.
const LANES: usize = 2;
/// How many tests of each run at a time, for the same reason.
const THREADS: &str = "4";

/// Runs the tests of the workspace, all or those with one of `filters` in their names, and all of
/// them though some fail. An error is what kept them from being run.
pub fn run(repository: &Repository, setup: &Setup, filters: &[String]) -> Result<Count> {
    let programs = programs::build(repository)?;
    let (next, total) = (AtomicUsize::new(0), programs.len());
    let lane = || -> Result<Count> {
        let mut count = Count::default();
        loop {
            let index = next.fetch_add(1, Ordering::SeqCst);
            let Some(program) = programs.get(index) else { return Ok(count) };
            println!("   Begun {} ({} of {total})", program.name, index + 1);
            let mut command = program.command();
            command.args(filters);
            count = count.with(told(prepared(&mut command, setup), &program.name)?);
        }
    };
    let mut count = thread::scope(|scope| {
        let lanes: Vec<_> = (0..LANES).map(|_| scope.spawn(lane)).collect();
        let all = lanes.into_iter().map(|lane| lane.join().unwrap_or_else(|_| Err(unread())));
        all.collect::<Result<Vec<_>>>()
            .map(|counts| counts.into_iter().fold(Count::default(), Count::with))
    })?;
    let mut examples = repository.cargo();
    examples.args(["test", "--doc", "--workspace", "--all-features", "--locked", "--quiet", "--"]);
    examples.args(filters).stdin(Stdio::null());
    count = count.with(told(prepared(&mut examples, setup), "examples in documentation")?);
    for name in &count.failed_in {
        println!("FAILED: {name}");
    }
    Ok(count.without_skipped())
}

/// With the same cases every time: 8 laws on 13 formats, two of them with guards and without.
fn prepared<'a>(command: &'a mut Command, setup: &Setup) -> &'a mut Command {
    command.env("REFIT_LAW_CASES", "800").env("PROPTEST_RNG_SEED", "2026");
    if env::var_os("RUST_TEST_THREADS").is_none() {
        command.env("RUST_TEST_THREADS", THREADS);
    }
    setup.apply(command);
    command
}

/// Runs a program, shows its lines as they come, each behind its name since another program tells
/// too, and counts.
fn told(command: &mut Command, name: &str) -> Result<Count> {
    let begin = Instant::now();
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| program::not_started(command, &error))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    // Each by a thread of its own: a pipe that nobody reads would stop the tests.
    let read = thread::scope(|scope| {
        let errors = scope.spawn(|| count(err, name));
        let out = count(out, name);
        errors.join().map(|errors| Ok(out?.with(errors?)))
    });
    let read: io::Result<Count> = read.map_err(|_| unread())?;
    let mut count = read.map_err(|error| program::not_started(command, &error))?;
    let status = child.wait().map_err(|error| program::not_started(command, &error))?;
    count.end(name, status);
    println!("     Ran {name} in {:.1} s", begin.elapsed().as_secs_f64());
    Ok(count)
}

/// Shows a stream line by line, and counts.
fn count(from: Option<impl Read>, name: &str) -> io::Result<Count> {
    let mut count = Count::default();
    let Some(from) = from else { return Ok(count) };
    for line in BufReader::new(from).split(b'\n') {
        let line = line?;
        let line = String::from_utf8_lossy(&line);
        count.take(&line);
        if !line.is_empty() {
            println!("{name} | {line}");
        }
    }
    Ok(count)
}

fn unread() -> Error {
    Error::Answer { command: "the tests".to_owned(), why: "their reader failed".to_owned() }
}

impl Display for Count {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped, .. } = self;
        write!(formatter, "{passed} passed, {failed} failed, {} skipped", skipped.len())
    }
}

impl Count {
    /// Takes how a program ended.
    fn end(&mut self, name: &str, status: ExitStatus) {
        if !status.success() {
            // Where no test failed it is an example that does not compile, or a program that
            // crashed.
            self.failed = self.failed.max(1);
            self.failed_in.push(format!("{name} ({status})"));
        }
    }

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
        self.failed_in.extend(other.failed_in);
        self.passed += other.passed;
        self
    }

    /// One that was skipped has passed for its own program, but not here.
    fn without_skipped(mut self) -> Self {
        self.passed = self.passed.saturating_sub(self.skipped.len());
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

    fn counted(text: &str) -> Count {
        let mut count = Count::default();
        text.lines().for_each(|line| count.take(line));
        count
    }

    #[test]
    fn results_of_all_test_programs_are_added() {
        let err = "   Running x\nSKIPPED kept: needs the archives\n";
        let expected = Count {
            passed: 42,
            failed: 3,
            ignored: 1,
            skipped: vec!["SKIPPED kept: needs the archives".to_owned()],
            failed_in: Vec::new(),
        };
        assert_eq!(counted(OUT).with(counted(err)).without_skipped(), expected);
    }

    #[test]
    fn a_program_that_crashes_has_failed() {
        let run = |told: &str, script| {
            let mut count = counted(told);
            count.end("wire: all", Command::new("sh").args(["-c", script]).status().unwrap());
            count
        };
        let crashed = run("", "kill -SEGV $$");
        assert_eq!((crashed.failed, crashed.failed_in.len()), (1, 1), "{crashed:?}");
        let failed = run("test result: FAILED. 1 passed; 2 failed;", "exit 101");
        assert_eq!((failed.passed, failed.failed), (1, 2));
        assert!(failed.failed_in[0].starts_with("wire: all"));
    }

    #[test]
    fn a_skipped_test_after_its_own_name_is_seen() {
        let mut count = Count::default();
        count.take("test kept ... SKIPPED kept: needs a JDK");
        assert_eq!(count.skipped, ["SKIPPED kept: needs a JDK"]);
    }
}
