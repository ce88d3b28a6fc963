//! Two controllers of one run: with a copied state directory, started together, or one asleep
//! while the other works. One proceeds, whoever it is; the other is refused by the host.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use refit_backup::BackupError;
use refit_execute::{Ended, ExecuteError};
use refit_hosts::HostError;
use rustix::process::{Pid, Signal, kill_process};

use crate::site::Site;

const ROOT: &str = "REFIT_TEST_CONTROLLED_SITE";
const STATE: &str = "REFIT_TEST_STATE";
/// How often two are started together. The long form is `cargo xtask soak`.
const PAIRS: u32 = 200;
const WITHIN: Duration = Duration::from_mins(1);

/// What the child does; not a test of its own. It begins when it is told to, and tells how it
/// ended.
#[test]
fn controller() {
    let Some(root) = std::env::var_os(ROOT) else { return };
    let site = Site::open(Path::new(&root)).with_state(&std::env::var(STATE).unwrap());
    println!("\nready");
    std::io::stdin().read_exact(&mut [0]).unwrap();
    println!("\nended: {}", outcome(&site.run()));
}

/// In one word how a controller ended.
fn outcome(ended: &Result<Ended, ExecuteError>) -> &'static str {
    let error = match ended {
        Ok(Ended::Complete) => return "complete",
        Ok(Ended::Halted(_)) => return "halted",
        Err(ExecuteError::Host(error) | ExecuteError::Backup(BackupError::Host(error))) => error,
        Err(_) => return "failed",
    };
    match error {
        HostError::StaleEpoch { .. } => "stale",
        HostError::JournalBehind { .. } => "behind",
        HostError::JournalForked { .. } => "forked",
        HostError::Held { .. } => "held",
        _ => "failed",
    }
}

struct Controller {
    child: Child,
    heard: std::io::BufReader<std::process::ChildStdout>,
}

impl Controller {
    /// Starts one, up to where it waits for being told to begin.
    fn start(root: &Path, state: &str, stop_at: Option<&str>) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "controllers::controller", "--nocapture"]);
        command.env(ROOT, root).env(STATE, state);
        if let Some(point) = stop_at {
            command.env("REFIT_CRASH_AT", point).env("REFIT_CRASH_BY", "STOP");
        }
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let heard = std::io::BufReader::new(child.stdout.take().unwrap());
        let mut controller = Self { child, heard };
        controller.until("ready");
        controller
    }

    fn until(&mut self, wanted: &str) -> String {
        let mut line = String::new();
        loop {
            line.clear();
            let read = std::io::BufRead::read_line(&mut self.heard, &mut line).unwrap();
            assert!(read > 0, "the controller never said `{wanted}`");
            if let Some(rest) = line.trim().strip_prefix(wanted) {
                return rest.to_owned();
            }
        }
    }

    fn begin(&mut self) {
        self.child.stdin.take().unwrap().write_all(b"x").unwrap();
    }

    fn end(mut self) -> String {
        let outcome = self.until("ended: ");
        self.child.wait().unwrap();
        outcome
    }

    fn pid(&self) -> Pid {
        Pid::from_raw(i32::try_from(self.child.id()).unwrap()).unwrap()
    }

    /// Waits until it has stopped itself.
    fn asleep(&self) {
        let deadline = Instant::now() + WITHIN;
        let path = format!("/proc/{}/stat", self.child.id());
        while !fs::read_to_string(&path).unwrap().contains(") T ") {
            assert!(Instant::now() < deadline, "it never stopped");
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn uninterrupted() -> String {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    assert_eq!(site.run().unwrap(), Ended::Complete);
    site.picture()
}

fn has_counted_once(site: &Site) {
    assert_eq!(fs::read_to_string(site.root.join("counter")).unwrap(), "x\n");
}

#[test]
fn of_two_that_are_started_together_one_proceeds() {
    let expected = uninterrupted();
    let mut refused: BTreeMap<String, u32> = BTreeMap::new();
    for _ in 0..PAIRS {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::make(folder.path());
        let mut both =
            ["state", "state-copied"].map(|state| Controller::start(&site.root, state, None));
        both.iter_mut().for_each(Controller::begin);
        let mut ends = both.map(Controller::end);
        ends.sort_by_key(|end| end != "complete");
        let [first, second] = ends;
        assert_eq!(first, "complete", "nobody proceeded: the other was {second}");
        assert!(
            ["stale", "behind", "forked", "held"].contains(&second.as_str()),
            "the other one was not refused: {second}"
        );
        *refused.entry(second).or_default() += 1;
        assert_eq!(site.picture(), expected);
        has_counted_once(&site);
    }
    println!("pairs {PAIRS}, one proceeded in {PAIRS}; the others were refused as {refused:?}");
}

#[test]
fn one_that_slept_while_another_finished_is_refused_when_it_wakes() {
    if !cfg!(all(feature = "crash-points", debug_assertions)) {
        eprintln!("SKIPPED one_that_slept: needs --features refit-execute/crash-points");
        return;
    }
    let expected = uninterrupted();
    let mut points = 0;
    // Not at the last act: after it nothing is changed any more that could be refused.
    for index in 0..9 {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::make(folder.path());
        let at = format!("before-act:{index}");
        let mut sleeper = Controller::start(&site.root, "state", Some(&at));
        sleeper.begin();
        sleeper.asleep();
        // What a second controller has is a copy of the state directory as it is now.
        let mut copy = Command::new("cp");
        copy.arg("-a").args(["state", "state-copied"]).current_dir(&site.root);
        assert!(copy.status().unwrap().success());
        let other = Site::open(&site.root).with_state("state-copied");
        let ended = other.run();
        if !matches!(ended, Ok(Ended::Complete)) {
            // The one command that must not be repeated may have been begun by the sleeper.
            assert_eq!(outcome(&ended), "halted", "{at}: {ended:?}");
        }
        kill_process(sleeper.pid(), Signal::CONT).unwrap();
        let outcome = sleeper.end();
        assert!(["stale", "behind", "forked"].contains(&outcome.as_str()), "{at}: {outcome}");
        if matches!(ended, Ok(Ended::Complete)) {
            assert_eq!(site.picture(), expected, "{at}");
            has_counted_once(&site);
            points += 1;
        }
    }
    assert!(points >= 8, "{points}");
    println!("points {points}, the sleeper was refused at each");
}
