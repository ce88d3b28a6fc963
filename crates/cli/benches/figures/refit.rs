//! A real environment, and the command `refit` beside it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use refit_demo::{DemoSite, JavaHome, SiteSpec, Sizes, StopOnDrop, Variant};
use refit_model::EnvironmentName;

const WITHIN: Duration = Duration::from_mins(2);

/// An environment with a running broker that has messages.
pub struct Bench {
    folder: PathBuf,
    artifacts: PathBuf,
    pub site: DemoSite,
    _stop: StopOnDrop,
}

/// A command that has ended.
pub struct Done {
    pub status: ExitStatus,
    pub took: Duration,
    /// The most memory that it was seen to hold, in KiB.
    pub peak_kib: u64,
}

impl Bench {
    pub fn make(folder: &Path, artifacts: &Path) -> Self {
        let spec = SiteSpec {
            name: EnvironmentName::new("bench").expect("a valid name"),
            variant: Variant::Staging,
            archive: artifacts.join("apache-activemq-5.16.7-bin.tar.gz"),
            java: JavaHome::of_this_machine().expect("a Java development kit"),
            sizes: Sizes::default(),
        };
        let site = DemoSite::make(&folder.join("bench"), spec).expect("an environment");
        let stop = site.stop_on_drop();
        site.start(WITHIN).expect("a running broker");
        site.load_messages(Instant::now() + WITHIN).expect("messages");
        let artifacts = artifacts.canonicalize().expect("the folder with archives");
        Self { folder: folder.to_owned(), artifacts, site, _stop: stop }
    }

    /// Runs a command to its end.
    pub fn refit(&self, words: &[&str]) -> Done {
        let log = fs::File::create(self.folder.join("last-output")).expect("a file for output");
        let mut command = Command::new(env!("CARGO_BIN_EXE_refit"));
        command
            .current_dir(&self.folder)
            .arg("--artifacts")
            .arg(&self.artifacts)
            .args(words)
            .stdin(Stdio::null())
            .stdout(log.try_clone().expect("a second handle"))
            .stderr(log);
        run(command)
    }

    /// The same, and it must end well.
    pub fn refit_well(&self, words: &[&str], code: i32) {
        let done = self.refit(words);
        let output = fs::read_to_string(self.folder.join("last-output")).unwrap_or_default();
        assert_eq!(done.status.code(), Some(code), "refit {words:?}:\n{output}");
    }
}

/// Runs a command and watches its memory.
pub fn run(mut command: Command) -> Done {
    let begin = Instant::now();
    let mut child = command.spawn().expect("the command can be started");
    let mut peak_kib = 0;
    loop {
        peak_kib = peak_kib.max(high_water(&child));
        if let Some(status) = child.try_wait().expect("the command can be waited for") {
            return Done { status, took: begin.elapsed(), peak_kib };
        }
        assert!(begin.elapsed() < Duration::from_mins(15), "the command does not end");
        std::thread::sleep(Duration::from_millis(2));
    }
}

/// The most memory that the process has held so far, in KiB; 0 once it has ended.
fn high_water(child: &Child) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let number = line.and_then(|line| line.trim().split(' ').next());
    number.and_then(|number| number.parse().ok()).unwrap_or(0)
}
