//! The binary `refit` as a process: started, listened to, signalled, always ended in time.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::{Arc, Condvar, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// The longest that any command of these tests may take, under load too.
const LIMIT: Duration = Duration::from_mins(4);
/// How often an ending process is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// How `refit` is called: working directory, state directory, and what must never be told.
#[derive(Clone)]
pub struct Refit {
    folder: PathBuf,
    state: PathBuf,
    options: Vec<String>,
    environment: Vec<(String, String)>,
    user: Option<(u32, PathBuf)>,
    secrets: Arc<Vec<String>>,
}

impl Refit {
    /// In this working directory, with a state directory in it.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
            state: folder.join("state"),
            options: Vec::new(),
            environment: Vec::new(),
            user: None,
            secrets: Arc::default(),
        }
    }

    /// With an option before every command.
    pub fn option(mut self, name: &str, value: impl AsRef<Path>) -> Self {
        self.options.extend([name.to_owned(), value.as_ref().display().to_string()]);
        self
    }

    /// With another state directory.
    pub fn state(mut self, name: &str) -> Self {
        self.state = self.folder.join(name);
        self
    }

    /// With a variable of the environment.
    pub fn variable(mut self, name: &str, value: impl Into<String>) -> Self {
        self.environment.push((name.to_owned(), value.into()));
        self
    }

    /// Killed by itself at a crash point.
    pub fn crashing_at(&self, point: &str) -> Self {
        self.clone().variable("REFIT_CRASH_AT", point)
    }

    /// As another user of this machine, which only root can do; with a copy of the binary that
    /// this user can reach.
    pub fn of_user(mut self, user: u32, binary: &Path) -> Self {
        self.user = Some((user, binary.to_owned()));
        self
    }

    /// With texts that no output and no file of the state directory may hold.
    pub fn keeping(mut self, secrets: Vec<String>) -> Self {
        self.secrets = Arc::new(secrets);
        self
    }

    /// The state directory.
    pub fn state_folder(&self) -> &Path {
        &self.state
    }

    /// A command, not started yet.
    pub fn command<S: AsRef<OsStr>>(&self, words: &[S]) -> Command {
        let mut command = self.program();
        command.args(["--state".as_ref(), self.state.as_os_str()]).args(&self.options).args(words);
        command.current_dir(&self.folder).env_clear().env("LANG", "C.UTF-8");
        for name in ["PATH", "HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Starts a command.
    pub fn start<S: AsRef<OsStr>>(&self, words: &[S]) -> Running {
        let mut command = self.command(words);
        let shown: Vec<_> = words.iter().map(|word| word.as_ref().to_string_lossy()).collect();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (stdout, stderr) = (Heard::default(), Heard::default());
        let readers = vec![
            stdout.listen_to(child.stdout.take().unwrap()),
            stderr.listen_to(child.stderr.take().unwrap()),
        ];
        let words = shown.join(" ");
        let (begun, secrets) = (Instant::now(), Arc::clone(&self.secrets));
        Running { child, words, begun, stdout, stderr, readers, secrets }
    }

    fn program(&self) -> Command {
        let Some((user, binary)) = &self.user else {
            return Command::new(env!("CARGO_BIN_EXE_refit"));
        };
        let mut command = Command::new("setpriv");
        command.arg(format!("--reuid={user}")).arg(format!("--regid={user}"));
        command.args(["--clear-groups", "--"]).arg(binary);
        command
    }

    /// Runs a command to its end, whatever that is.
    pub fn run<S: AsRef<OsStr>>(&self, words: &[S]) -> Done {
        self.start(words).end()
    }

    /// Runs a command that must end with this exit code.
    pub fn expect<S: AsRef<OsStr>>(&self, code: i32, words: &[S]) -> Done {
        self.run(words).with_code(code)
    }

    /// Runs a command that must end well, and gives what it told as JSON.
    pub fn json(&self, words: &[&str]) -> Value {
        let done = self.expect(0, &[&["--format", "json"], words].concat());
        serde_json::from_str(&done.stdout).unwrap_or_else(|error| panic!("{error}: {done}"))
    }

    /// No file of the state directory holds a secret.
    pub fn keeps_its_secrets(&self) {
        let mut files = 0;
        for path in crate::tree::files(&self.state) {
            let bytes = std::fs::read(&path).unwrap();
            for secret in self.secrets.iter() {
                let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
                assert!(!found, "a secret stands in {}", path.display());
            }
            files += 1;
        }
        assert!(files > 0, "the state directory is empty: nothing was looked at");
    }
}

/// A command that runs.
pub struct Running {
    child: Child,
    words: String,
    begun: Instant,
    stdout: Heard,
    stderr: Heard,
    readers: Vec<JoinHandle<()>>,
    secrets: Arc<Vec<String>>,
}

impl Running {
    /// Waits until standard error holds the text, however lines are broken; the command must not
    /// end before.
    pub fn until_told(&self, text: &str) {
        let told = self.stderr.until(text, Instant::now() + LIMIT);
        assert!(told, "`refit {}` never told `{text}`: {}", self.words, self.stderr.text());
    }

    /// Sends a signal.
    pub fn signal(&self, signal: Signal) {
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits until it has ended; what takes too long is killed and fails the test.
    pub fn end(mut self) -> Done {
        let deadline = Instant::now() + LIMIT;
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            if Instant::now() > deadline {
                self.child.kill().unwrap();
                self.child.wait().unwrap();
                panic!("`refit {}` did not end: {}", self.words, self.stderr.text());
            }
            thread::sleep(LOOK_EVERY);
        };
        for reader in self.readers.drain(..) {
            reader.join().unwrap();
        }
        let words = std::mem::take(&mut self.words);
        // Shown where the test fails.
        println!("{:>6.1} s  refit {words}: {status}", self.begun.elapsed().as_secs_f64());
        let done = Done { status, words, stdout: self.stdout.text(), stderr: self.stderr.text() };
        for secret in self.secrets.iter() {
            let told = done.stdout.contains(secret) || done.stderr.contains(secret);
            assert!(!told, "`refit {}` told a secret", done.words);
        }
        done
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It runs still only where the test has failed; then nobody waits for what comes of it.
        drop(self.child.kill().and_then(|()| self.child.wait()));
    }
}

/// A command that has ended.
#[derive(Debug)]
pub struct Done {
    status: ExitStatus,
    words: String,
    /// What it wrote to standard output.
    pub stdout: String,
    /// What it wrote to standard error.
    pub stderr: String,
}

impl Done {
    /// It must have ended with this code.
    pub fn with_code(self, code: i32) -> Self {
        assert_eq!(self.status.code(), Some(code), "{self}");
        self
    }

    /// The code that it ended with; none where a signal ended it.
    pub fn code(&self) -> Option<i32> {
        self.status.code()
    }

    /// Whether it told this, however lines are broken.
    pub fn tells(&self, text: &str) -> bool {
        unbroken(&self.stdout).contains(text) || unbroken(&self.stderr).contains(text)
    }

    /// It must have told all of this, on standard output or error. How lines are broken does not
    /// matter.
    pub fn telling(self, texts: &[&str]) -> Self {
        for text in texts {
            assert!(self.tells(text), "`{text}` was not told: {self}");
        }
        self
    }

    /// What it says can be done now: the end of its report.
    pub fn exits(&self) -> &str {
        let at = self.stdout.find("What you can do").unwrap_or_else(|| panic!("{self}"));
        &self.stdout[at..]
    }

    /// Whether it was killed by a signal that cannot be caught.
    pub fn was_killed(&self) -> bool {
        self.status.signal() == Some(Signal::KILL.as_raw())
    }

    /// It must have been killed by a signal that cannot be caught.
    pub fn killed(self) -> Self {
        assert_eq!(self.status.signal(), Some(Signal::KILL.as_raw()), "{self}");
        self
    }
}

impl std::fmt::Display for Done {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { status, words, stdout, stderr } = self;
        write!(f, "`refit {words}`: {status}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}

/// The text without its line breaks and columns.
fn unbroken(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a process has written so far to one stream.
#[derive(Clone, Default)]
struct Heard(Arc<(Mutex<Written>, Condvar)>);

#[derive(Default)]
struct Written {
    text: String,
    ended: bool,
}

impl Heard {
    fn listen_to(&self, stream: impl Read + Send + 'static) -> JoinHandle<()> {
        let heard = self.clone();
        thread::spawn(move || {
            let mut stream = BufReader::new(stream);
            let mut line = Vec::new();
            while stream.read_until(b'\n', &mut line).unwrap() > 0 {
                heard.change(|written| written.text += &String::from_utf8_lossy(&line));
                line.clear();
            }
            heard.change(|written| written.ended = true);
        })
    }

    fn change(&self, change: impl FnOnce(&mut Written)) {
        change(&mut self.0.0.lock().unwrap());
        self.0.1.notify_all();
    }

    fn until(&self, wanted: &str, deadline: Instant) -> bool {
        let mut written = self.0.0.lock().unwrap();
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let told = unbroken(&written.text).contains(wanted);
            if told || written.ended || left.is_zero() {
                return told;
            }
            written = self.0.1.wait_timeout(written, left).unwrap().0;
        }
    }

    fn text(&self) -> String {
        self.0.0.lock().unwrap().text.clone()
    }
}
