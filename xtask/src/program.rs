//! Runs other programs.

use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// How often a program that has a limit in time is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(50);
/// How often it is told that one is still at work.
const TELL_EVERY: Duration = Duration::from_secs(10);

/// The command, as it is typed.
pub fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    words.join(" ")
}

/// Runs a program with this terminal; anything but success is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    succeeded(command, status)
}

/// Runs a program with this terminal for a limited time, telling now and then that it is at work.
pub fn run_within(command: &mut Command, limit: Duration) -> Result<()> {
    let mut child =
        command.stdin(Stdio::null()).spawn().map_err(|error| not_started(command, &error))?;
    let ended = wait(&mut child, limit).map_err(|error| not_started(command, &error))?;
    let Some(status) = ended else {
        return Err(failed(command, format!("was not done within {} s", limit.as_secs())));
    };
    succeeded(command, status)
}

/// What a program prints.
pub fn answer(command: &mut Command) -> Result<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| not_started(command, &error))?;
    succeeded(command, output.status)?;
    let told = |_| Error::Answer { command: shown(command), why: "it is not UTF-8".to_owned() };
    String::from_utf8(output.stdout).map_err(told)
}

/// A program that cannot be started.
pub fn not_started(command: &Command, error: &std::io::Error) -> Error {
    failed(command, format!("cannot be run: {error}"))
}

/// Success, or how it ended.
pub fn succeeded(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() { Ok(()) } else { Err(failed(command, format!("failed: {status}"))) }
}

fn failed(command: &Command, why: String) -> Error {
    Error::Program { command: shown(command), why }
}

/// How it ended; none if it did not end in time and was killed.
fn wait(child: &mut Child, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    let mut told = begin;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if begin.elapsed() >= limit {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        if told.elapsed() >= TELL_EVERY {
            told = Instant::now();
            println!("  still at it after {} s", begin.elapsed().as_secs());
        }
        thread::sleep(LOOK_EVERY);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_names_the_command_and_how_it_ended() {
        let mut command = Command::new("sh");
        let error = run(command.args(["-c", "exit 3"])).unwrap_err().to_string();
        assert!(error.starts_with("`sh -c exit 3` failed:") && error.contains('3'), "{error}");
        let error = run(&mut Command::new("/no/such/program")).unwrap_err().to_string();
        assert!(error.contains("cannot be run"), "{error}");
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let begin = Instant::now();
        let mut command = Command::new("sleep");
        let ended = run_within(command.arg("60"), Duration::from_millis(60));
        assert!(ended.unwrap_err().to_string().contains("was not done within"));
        assert!(begin.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn what_is_printed_is_the_answer() {
        assert_eq!(answer(Command::new("echo").arg("x")).unwrap(), "x\n");
        assert!(answer(&mut Command::new("false")).is_err());
    }
}
