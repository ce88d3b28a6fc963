//! Runs programs with a limit in time.

use std::ffi::OsStr;
use std::io::{Read as _, Seek as _};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::DemoError;

/// How much of a program's output an error repeats, in bytes.
const OUTPUT_LIMIT: usize = 4_000;
/// How often an ending program is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A program to run to its end: with a clean environment, without input, in a process group of its
/// own, so that Ctrl-C at a terminal does not reach what it leaves behind.
pub struct Tool(Command);

impl Tool {
    /// The program; of the environment it gets `PATH` only.
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.env_clear().stdin(Stdio::null()).process_group(0);
        if let Some(path) = std::env::var_os("PATH") {
            command.env("PATH", path);
        }
        Self(command)
    }

    /// One more argument.
    pub fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.0.arg(argument);
        self
    }

    /// More arguments.
    pub fn args<S: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = S>) -> Self {
        self.0.args(arguments);
        self
    }

    /// One more variable.
    pub fn env(mut self, name: &str, value: &Path) -> Self {
        self.0.env(name, value);
        self
    }

    /// The folder to run it in.
    pub fn within(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    /// Runs it; anything but success is an error.
    pub fn run(mut self, limit: Duration) -> Result<(), DemoError> {
        let program = self.0.get_program().to_string_lossy().into_owned();
        let failed = |status: String, output: String| DemoError::Tool {
            program: program.clone(),
            status,
            output,
        };
        // A file and no pipe: a pipe would have to be read while waiting, and what the program
        // leaves running would keep it open.
        let mut output = tempfile::tempfile()
            .and_then(|file| {
                self.0.stdout(file.try_clone()?).stderr(file.try_clone()?);
                Ok(file)
            })
            .map_err(|error| failed(format!("no place for its output: {error}"), String::new()))?;
        let status = wait(&mut self.0, limit);
        match status {
            Ok(Some(status)) if status.success() => Ok(()),
            Ok(Some(status)) => Err(failed(status.to_string(), tail(&mut output))),
            Ok(None) => Err(failed(format!("not done within {limit:?}"), tail(&mut output))),
            Err(error) => Err(failed(error.to_string(), String::new())),
        }
    }
}

/// How it ended; none if it did not end in time and was killed.
fn wait(command: &mut Command, limit: Duration) -> std::io::Result<Option<ExitStatus>> {
    let deadline = Instant::now() + limit;
    let mut child = command.spawn()?;
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        if Instant::now() >= deadline {
            child.kill()?;
            child.wait()?;
            return Ok(None);
        }
        thread::sleep(LOOK_EVERY);
    }
}

fn tail(output: &mut std::fs::File) -> String {
    let mut bytes = Vec::new();
    let read = output.rewind().and_then(|()| output.read_to_end(&mut bytes));
    match read {
        Ok(_) => last(&bytes, OUTPUT_LIMIT),
        Err(error) => format!("(its output cannot be read: {error})"),
    }
}

/// The last bytes as text.
pub fn last(bytes: &[u8], limit: usize) -> String {
    let from = bytes.len().saturating_sub(limit);
    String::from_utf8_lossy(&bytes[from..]).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failure_tells_what_was_printed() {
        let tool = Tool::new("sh").args(["-c", "echo first; echo second >&2; exit 3"]);
        let error = tool.run(Duration::from_secs(10)).unwrap_err().to_string();
        assert!(error.contains("first\nsecond") && error.contains('3'), "{error}");
    }

    #[test]
    fn a_program_that_does_not_end_is_ended() {
        let begin = Instant::now();
        let tool = Tool::new("sh").args(["-c", "exec sleep 60"]);
        let error = tool.run(Duration::from_millis(50)).unwrap_err().to_string();
        assert!(error.contains("not done within"), "{error}");
        assert!(begin.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn the_environment_is_clean() {
        // What a shell sets by itself is left out.
        let others = "env | grep -vE '^(PATH|PWD|OLDPWD|SHLVL|_)='";
        let tool = Tool::new("sh").args(["-c", &format!("! {others}")]);
        tool.run(Duration::from_secs(10)).unwrap();
    }
}
