//! Processes that a test started, and waiting for them.

use std::fs::{self, File};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// How long anything may take on a busy machine.
const LIMIT: Duration = Duration::from_secs(90);
const PAUSE: Duration = Duration::from_millis(20);

/// A process that runs; it and its own end with this value.
pub struct Running {
    child: Child,
    /// Where everything goes that it prints.
    output: PathBuf,
}

impl Running {
    /// Starts a command; what it prints goes into the file `output`.
    pub fn start(command: &mut Command, output: &Path) -> Self {
        let file = File::create(output).unwrap();
        command.stdin(Stdio::null()).stdout(file.try_clone().unwrap()).stderr(file);
        // A group of its own, so that what it starts can be ended with it.
        let child = command.process_group(0).spawn().unwrap();
        Self { child, output: output.to_owned() }
    }

    /// Waits until `look` finds something; a process that ends before is a failure.
    pub fn wait_for<T>(&mut self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let begin = Instant::now();
        loop {
            if let Some(found) = look() {
                return found;
            }
            let ended = self.child.try_wait().unwrap();
            assert!(ended.is_none(), "ended before {what}: {ended:?}\n{}", self.printed());
            assert!(begin.elapsed() < LIMIT, "too late: {what}\n{}", self.printed());
            thread::sleep(PAUSE);
        }
    }

    /// Waits until it has printed this.
    pub fn wait_for_line(&mut self, part: &str) {
        let output = self.output.clone();
        let printed = || fs::read_to_string(&output).ok().filter(|text| text.contains(part));
        self.wait_for(part, printed);
    }

    /// Waits until it ends by itself; how it did, and what it printed.
    pub fn ended(mut self) -> (ExitStatus, String) {
        let status = self.wait();
        (status, self.printed())
    }

    /// Asks it to end, and waits.
    pub fn end(mut self) -> ExitStatus {
        kill_process(self.pid(), Signal::TERM).unwrap();
        self.wait()
    }

    /// What it has printed.
    pub fn printed(&self) -> String {
        fs::read_to_string(&self.output).unwrap_or_default()
    }

    fn wait(&mut self) -> ExitStatus {
        let begin = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status;
            }
            assert!(begin.elapsed() < LIMIT, "it does not end\n{}", self.printed());
            thread::sleep(PAUSE);
        }
    }

    fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // The number may be another's as soon as the process was waited for.
        if let Ok(None) = self.child.try_wait() {
            let ended = kill_process_group(self.pid(), Signal::KILL);
            let waited = self.child.wait();
            if !thread::panicking() {
                ended.unwrap();
                waited.unwrap();
            }
        }
    }
}
