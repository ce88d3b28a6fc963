//! `refit` before a real terminal: its own session, keys that are pressed, what a person would see.

use std::fs::{self, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};

/// The longest that anything is waited for.
const LIMIT: Duration = Duration::from_mins(2);
/// Ctrl-C, as a terminal sends it.
pub const CTRL_C: &str = "\u{3}";

/// A terminal with one command before it.
pub struct Terminal {
    keys: File,
    child: Child,
    seen: String,
}

impl Terminal {
    /// Runs a command in a session of its own, whose terminal this is.
    pub fn run(command: &Command) -> Self {
        let terminal = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&terminal).unwrap();
        unlockpt(&terminal).unwrap();
        let name = ptsname(&terminal, Vec::new()).unwrap();
        let end = || OpenOptions::new().read(true).write(true).open(name.to_str().unwrap());
        let mut session = Command::new("setsid");
        session.args(["--ctty", "--wait"]).arg(command.get_program()).args(command.get_args());
        session.env_clear().current_dir(command.get_current_dir().unwrap());
        let variables = command.get_envs();
        session.envs(variables.filter_map(|(name, value)| Some((name, value?))));
        session.stdin(end().unwrap()).stdout(end().unwrap()).stderr(end().unwrap());
        let child = session.spawn().unwrap();
        Self { keys: File::from(terminal), child, seen: String::new() }
    }

    /// Presses keys.
    pub fn press(&mut self, keys: &str) {
        self.keys.write_all(keys.as_bytes()).unwrap();
    }

    /// Waits until the text was seen since this was asked last.
    pub fn until_seen(&mut self, text: &str) {
        let deadline = Instant::now() + LIMIT;
        while !self.seen.contains(text) {
            assert!(self.read(deadline), "`{text}` was never seen: {}", self.seen);
        }
        self.seen.clear();
    }

    /// Waits for the end of the command, and gives its exit code.
    pub fn end(mut self) -> Option<i32> {
        let deadline = Instant::now() + LIMIT;
        while self.read(deadline) {}
        assert!(Instant::now() < deadline, "it did not end: {}", self.seen);
        self.child.wait().unwrap().code()
    }

    /// Reads what came; `false` when nobody is before the terminal, or it is too late.
    fn read(&mut self, deadline: Instant) -> bool {
        let left = deadline.saturating_duration_since(Instant::now());
        let wait = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: 0 };
        let mut fds = [PollFd::new(&self.keys, PollFlags::IN)];
        if poll(&mut fds, Some(&wait)).unwrap() == 0 {
            return false;
        }
        let mut bytes = [0; 4096];
        // A terminal that nobody has open any more is an error to read.
        let Ok(count @ 1..) = self.keys.read(&mut bytes) else { return false };
        self.seen += &String::from_utf8_lossy(&bytes[..count]);
        true
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // It runs still only where the test has failed; then nobody waits for what comes of it.
        drop(self.child.kill().and_then(|()| self.child.wait()));
    }
}

/// Waits until a process with these words stands still by a signal; gives its number.
pub fn until_stopped(words: &[&str]) -> i32 {
    let deadline = std::time::Instant::now() + std::time::Duration::from_mins(1);
    loop {
        for number in processes_with(words) {
            let status = fs::read_to_string(format!("/proc/{number}/status"));
            if status.is_ok_and(|status| status.contains("State:\tT")) {
                return number;
            }
        }
        assert!(std::time::Instant::now() < deadline, "the process never stood still");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
}

/// The processes whose command lines hold all of these words.
pub fn processes_with(words: &[&str]) -> Vec<i32> {
    let numbers = fs::read_dir("/proc").unwrap().filter_map(|entry| {
        let name = entry.ok()?.file_name();
        let number: i32 = name.to_str()?.parse().ok()?;
        // One that has just ended has none.
        let line = fs::read(format!("/proc/{number}/cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line).into_owned();
        words.iter().all(|word| line.contains(word)).then_some(number)
    });
    numbers.collect()
}
