//! Running a command: no shell, own process group, deadline, limited output.

use std::fs::File;
use std::io::{self, Read};
use std::os::fd::AsFd;
use std::os::unix::process::CommandExt;
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use refit_model::Command;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};

use super::heard::{Heard, Stream};
use super::{identity, os_error};
use crate::{Cancel, Deadline, Hear, HostError, Output, Result, Unheard};

/// How often the operator's wish to stop is looked at.
const CANCEL_INTERVAL: Duration = Duration::from_millis(100);

/// Runs `command` until it ends, its deadline passes, or the operator asks to stop.
pub(super) fn run(command: &Command, deadline: Deadline, cancel: &Cancel) -> Result<Output> {
    run_heard(command, deadline, cancel, &Unheard)
}

/// The same; what it writes is heard as it comes.
pub(super) fn run_heard(
    command: &Command,
    deadline: Deadline,
    cancel: &Cancel,
    hear: &dyn Hear,
) -> Result<Output> {
    run_with(command, Stdio::null(), deadline, cancel, hear)
}

/// The same, with an open file that the command keeps open until it ends, as its standard input.
pub(super) fn run_holding(
    command: &Command,
    file: &File,
    deadline: Deadline,
    cancel: &Cancel,
) -> Result<Output> {
    let file = file.try_clone().map_err(|error| HostError::io("open", "the lock", error))?;
    run_with(command, file.into(), deadline, cancel, &Unheard)
}

fn run_with(
    command: &Command,
    input: Stdio,
    deadline: Deadline,
    cancel: &Cancel,
    hear: &dyn Hear,
) -> Result<Output> {
    let shown = shown(command);
    let own = Deadline::seconds(command.deadline_seconds);
    let deadline = if own.left() < deadline.left() { own } else { deadline };
    let mut child = spawn(command, input)?;
    let mut capture = Capture::new(command.output_limit_bytes as usize, hear);
    let waited = capture.until_exit(&mut child, deadline, cancel, &shown);
    let status = match waited {
        Ok(status) => status,
        Err(error) => {
            end_group(&mut child);
            return Err(error);
        }
    };
    Ok(Output {
        code: status.code(),
        truncated: capture.truncated,
        stdout: String::from_utf8_lossy(&capture.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&capture.stderr).into_owned(),
    })
}

/// Turns an exit code that does not count as success into an error.
pub(super) fn accept(command: &Command, output: Output) -> Result<Output> {
    if output.code.is_some_and(|code| command.accepted_exit_codes.contains(&code)) {
        return Ok(output);
    }
    let status =
        output.code.map_or_else(|| "a signal".to_owned(), |code| format!("exit code {code}"));
    let lines = output.stdout.lines().chain(output.stderr.lines());
    let mut tail: Vec<_> = lines.map(str::to_owned).collect();
    tail.drain(..tail.len().saturating_sub(20));
    Err(HostError::Exit { command: shown(command), status, tail })
}

fn shown(command: &Command) -> String {
    command.argv.join(" ")
}

fn spawn(command: &Command, input: Stdio) -> Result<Child> {
    let program = command.argv.first().map_or("", String::as_str);
    let fail = |source| HostError::Spawn { program: program.to_owned(), source };
    let identity = identity::identity()?;
    let path = std::env::var_os("PATH")
        .unwrap_or_else(|| "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".into());
    std::process::Command::new(program)
        .args(&command.argv[1..])
        .current_dir(&command.directory)
        .env_clear()
        .env("PATH", path)
        .env("HOME", identity.user_home.as_path())
        .env("USER", &identity.user)
        .env("LOGNAME", &identity.user)
        .env("LANG", "C")
        .envs(&command.environment)
        .stdin(input)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0)
        .spawn()
        .map_err(fail)
}

/// Ends what is left of the command: its whole process group.
fn end_group(child: &mut Child) {
    if let Some(group) = i32::try_from(child.id()).ok().and_then(Pid::from_raw) {
        // The group may have ended by itself; then there is nothing to signal.
        kill_process_group(group, Signal::KILL).ok();
    }
    drop(child.wait());
}

/// What a command wrote, each stream up to a limit: the end, if it wrote more.
struct Capture<'a> {
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    limit: usize,
    truncated: bool,
    heard: Heard<'a>,
}

impl<'a> Capture<'a> {
    fn new(limit: usize, hear: &'a dyn Hear) -> Self {
        let (stdout, stderr, heard) = (Vec::new(), Vec::new(), Heard::new(hear));
        Self { stdout, stderr, limit, truncated: false, heard }
    }

    /// Reads both streams until the child has ended. What its own children write later (a daemon
    /// that keeps the pipe) is not waited for.
    fn until_exit(
        &mut self,
        child: &mut Child,
        deadline: Deadline,
        cancel: &Cancel,
        shown: &str,
    ) -> Result<ExitStatus> {
        let wait_failed = |error: io::Error| HostError::io("wait for", shown, error);
        let pid = i32::try_from(child.id()).ok().and_then(Pid::from_raw);
        let pid = pid.ok_or(HostError::Unexpected)?;
        let exit = pidfd_open(pid, PidfdFlags::empty()).map_err(|e| wait_failed(os_error(e)))?;
        let mut stdout = child.stdout.take();
        let mut stderr = child.stderr.take();
        loop {
            if cancel.is_cancelled() {
                return Err(HostError::Cancelled(format!("`{shown}`")));
            }
            if deadline.has_passed() {
                return Err(HostError::Deadline(format!("`{shown}`")));
            }
            let ready = wait_ready(&exit, stdout.as_ref(), stderr.as_ref(), deadline)
                .map_err(wait_failed)?;
            if ready.stdout {
                self.take(&mut stdout, Stream::Out);
            }
            if ready.stderr {
                self.take(&mut stderr, Stream::Error);
            }
            self.heard.tell();
            if ready.exited && !ready.stdout && !ready.stderr {
                self.heard.end();
                return child.wait().map_err(wait_failed);
            }
        }
    }

    /// Reads what is there; a stream that has ended or failed is closed.
    fn take(&mut self, stream: &mut Option<impl Read>, which: Stream) {
        let mut bytes = [0; 16 * 1024];
        match stream.as_mut().map(|stream| stream.read(&mut bytes)) {
            Some(Ok(length)) if length > 0 => {
                self.heard.take(which, &bytes[..length]);
                let limit = self.limit;
                let kept = match which {
                    Stream::Out => &mut self.stdout,
                    Stream::Error => &mut self.stderr,
                };
                kept.extend_from_slice(&bytes[..length]);
                let excess = kept.len().saturating_sub(limit);
                kept.drain(..excess);
                self.truncated |= excess > 0;
            }
            _ => *stream = None,
        }
    }
}

struct Ready {
    exited: bool,
    stdout: bool,
    stderr: bool,
}

fn wait_ready(
    exit: &impl AsFd,
    stdout: Option<&impl AsFd>,
    stderr: Option<&impl AsFd>,
    deadline: Deadline,
) -> io::Result<Ready> {
    let mut waits = vec![PollFd::new(exit, PollFlags::IN)];
    waits.extend(stdout.map(|stream| PollFd::new(stream, PollFlags::IN)));
    let stderr_at = waits.len();
    waits.extend(stderr.map(|stream| PollFd::new(stream, PollFlags::IN)));
    let timeout = deadline.left().min(CANCEL_INTERVAL);
    let timeout = Timespec::try_from(timeout).map_err(io::Error::other)?;
    match poll(&mut waits, Some(&timeout)) {
        Ok(_) | Err(rustix::io::Errno::INTR) => {}
        Err(error) => return Err(os_error(error)),
    }
    let ready = |at: usize| waits.get(at).is_some_and(|wait| !wait.revents().is_empty());
    Ok(Ready {
        exited: ready(0),
        stdout: stdout.is_some() && ready(1),
        stderr: stderr.is_some() && ready(stderr_at),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(argv: &[&str]) -> Command {
        Command::new(argv.iter().copied(), "/".to_owned().into())
    }

    fn run_now(command: &Command) -> Result<Output> {
        run(command, Deadline::seconds(60), &Cancel::new())
    }

    #[test]
    fn output_and_exit_code_come_back() {
        let output = run_now(&command(&["sh", "-c", "echo out; echo err >&2; exit 3"])).unwrap();
        assert_eq!((output.stdout.as_str(), output.stderr.as_str()), ("out\n", "err\n"));
        assert_eq!(output.code, Some(3));
        let error = accept(&command(&["sh"]), output).unwrap_err();
        assert_eq!(error.to_string(), "`sh` ended with exit code 3; it wrote:\n  out\n  err");
    }

    #[test]
    fn arguments_are_never_a_shell_string() {
        let output = run_now(&command(&["printf", "%s|", "a b", "$HOME", "`id`", ";"])).unwrap();
        assert_eq!(output.stdout, "a b|$HOME|`id`|;|");
    }

    #[test]
    fn the_environment_is_only_what_was_said() {
        let mut env = command(&["env"]);
        env.environment.insert("X".into(), "1".into());
        let output = run_now(&env).unwrap();
        let mut names: Vec<_> =
            output.stdout.lines().filter_map(|line| line.split('=').next()).collect();
        names.sort_unstable();
        assert_eq!(names, ["HOME", "LANG", "LOGNAME", "PATH", "USER", "X"]);
    }

    #[test]
    fn a_flood_is_cut_and_the_end_is_kept() {
        let mut flood = command(&["sh", "-c", "head -c 3000000 /dev/zero; printf end"]);
        flood.output_limit_bytes = 1000;
        let output = run_now(&flood).unwrap();
        assert!(output.truncated && output.stdout.len() <= 1000 && output.stdout.ends_with("end"));
    }

    #[test]
    fn the_deadline_ends_the_whole_group() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let script = format!("sleep 600 & echo $! > {}; wait", file.path().display());
        let mut slow = command(&["sh", "-c", &script]);
        slow.deadline_seconds = 1;
        assert!(matches!(run_now(&slow), Err(HostError::Deadline(_))));
        let pid = std::fs::read_to_string(file.path()).unwrap().trim().parse::<u32>().unwrap();
        // A killed process ends when the system comes to it.
        let begin = std::time::Instant::now();
        let status = || std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        while !(status().is_empty() || status().contains(") Z ")) {
            assert!(begin.elapsed() < Duration::from_secs(20), "{}", status());
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_daemon_that_keeps_the_pipe_is_not_waited_for() {
        let begin = std::time::Instant::now();
        let output = run_now(&command(&["sh", "-c", "sleep 20 & echo $!"])).unwrap();
        assert!(begin.elapsed() < Duration::from_secs(10));
        let pid = output.stdout.trim().parse::<i32>().ok().and_then(Pid::from_raw).unwrap();
        rustix::process::kill_process(pid, Signal::KILL).unwrap();
    }

    #[test]
    fn a_wish_to_stop_is_heard() {
        let cancel = Cancel::new();
        cancel.cancel();
        let slept = run(&command(&["sleep", "60"]), Deadline::seconds(60), &cancel);
        assert!(matches!(slept, Err(HostError::Cancelled(_))));
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = run_now(&command(&["/no/such/program"])).unwrap_err();
        assert_eq!(error.to_string(), "`/no/such/program` could not be started");
    }
}
