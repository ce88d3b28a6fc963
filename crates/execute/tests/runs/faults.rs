//! Faults at every change that a run makes on its host: an error before it or in its middle, an
//! answer that is lost after it was made, a disk that is full or read-only. Each time the run
//! halts, and once the fault is over the same command ends as an uninterrupted run.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use refit_execute::{Ended, HaltReason, RunEvent, RunState, StepEvent};
use refit_hosts::{
    Answer, Cancel, Change, Deadline, Fence, Hear, Host, HostError, LocalHost, Outcome, Query,
    Recall, Result, Seen,
};
use refit_model::{HostName, HostPath, RunId};

use crate::site::Site;

/// What happens to one batch of changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fault {
    /// Nothing is done.
    Before,
    /// Its first changes are done, the last one is not.
    Middle,
    /// All is done, and the answer is lost.
    AnswerLost,
    /// No byte is free.
    Full,
    /// Nothing can be written.
    ReadOnly,
}

/// The local machine, with a fault at the batch of this number.
struct Faulty {
    local: LocalHost,
    fault: Fault,
    at: usize,
    passed: AtomicUsize,
    fired: Arc<AtomicBool>,
    mount: Option<Arc<Mount>>,
}

impl Faulty {
    fn failed(what: &str) -> Vec<Result<Outcome>> {
        let source = std::io::Error::other(format!("a fault of the test: {what}"));
        vec![Err(HostError::io("change", "the host", source))]
    }
}

impl Host for Faulty {
    fn name(&self) -> &HostName {
        self.local.name()
    }

    fn ask(&self, questions: &[Query], deadline: Deadline, cancel: &Cancel) -> Vec<Result<Answer>> {
        self.local.ask(questions, deadline, cancel)
    }

    fn change(
        &self,
        fence: &Fence,
        changes: &[Change],
        deadline: Deadline,
        cancel: &Cancel,
        hear: &dyn Hear,
    ) -> Vec<Result<Outcome>> {
        let change = |changes: &[Change]| self.local.change(fence, changes, deadline, cancel, hear);
        if self.passed.fetch_add(1, Ordering::SeqCst) != self.at {
            return change(changes);
        }
        self.fired.store(true, Ordering::SeqCst);
        match self.fault {
            Fault::Before => Self::failed("before"),
            Fault::Middle => {
                let some = &changes[..changes.len() - 1];
                if !some.is_empty() {
                    // As a host does that dies in the middle: its outcome is not kept.
                    let fence = Fence { operation: "of-the-fault".into(), ..fence.clone() };
                    let done = self.local.change(&fence, some, deadline, cancel, hear);
                    assert!(done.iter().all(Result::is_ok), "{done:?}");
                }
                Self::failed("in the middle")
            }
            Fault::AnswerLost => {
                change(changes);
                Self::failed("the answer is lost")
            }
            Fault::Full | Fault::ReadOnly => {
                let mount = self.mount.as_ref().unwrap();
                mount.spoil(self.fault);
                change(changes)
            }
        }
    }

    fn recall(
        &self,
        control: &HostPath,
        run: &RunId,
        sequence: u64,
        operation: &str,
    ) -> Result<Recall> {
        self.local.recall(control, run, sequence, operation)
    }

    fn last_seen(&self, control: &HostPath, run: &RunId) -> Result<Option<Seen>> {
        self.local.last_seen(control, run)
    }

    fn take_charge(&self, control: &HostPath, run: &RunId, sequence: u64) -> Result<u64> {
        self.local.take_charge(control, run, sequence)
    }

    fn release(&self, control: &HostPath, run: &RunId, epoch: u64) -> Result<()> {
        self.local.release(control, run, epoch)
    }
}

/// A small file system of its own, which can be filled and made read-only.
struct Mount {
    at: PathBuf,
    spoilt: Mutex<Option<Fault>>,
}

impl Mount {
    /// None, told loudly, where this user may not mount.
    fn make(at: &Path, test: &str) -> Option<Arc<Self>> {
        fs::create_dir_all(at).unwrap();
        if !rustix::process::geteuid().is_root() {
            eprintln!("SKIPPED {test}: needs root, to mount a small file system");
            return None;
        }
        mount(&["-t", "tmpfs", "-o", "size=4m", "tmpfs"], at);
        Some(Arc::new(Self { at: at.to_owned(), spoilt: Mutex::new(None) }))
    }

    fn ballast(&self) -> PathBuf {
        self.at.join("state-ballast")
    }

    fn spoil(&self, fault: Fault) {
        *self.spoilt.lock().unwrap() = Some(fault);
        if fault == Fault::ReadOnly {
            mount(&["-o", "remount,ro"], &self.at);
            return;
        }
        let mut file = fs::File::create(self.ballast()).unwrap();
        let chunk = vec![0; 4096];
        while std::io::Write::write_all(&mut file, &chunk).is_ok() {}
    }

    fn mend(&self) {
        match self.spoilt.lock().unwrap().take() {
            Some(Fault::ReadOnly) => mount(&["-o", "remount,rw"], &self.at),
            Some(_) => fs::remove_file(self.ballast()).unwrap(),
            None => {}
        }
    }
}

impl Drop for Mount {
    fn drop(&mut self) {
        let ended = Command::new("umount").arg("--lazy").arg(&self.at).status();
        assert!(ended.is_ok_and(|status| status.success()), "{} stays mounted", self.at.display());
    }
}

/// How long a mount may be busy.
const PATIENCE: Duration = Duration::from_mins(1);

/// A program that another test starts holds what is open for writing here until it has begun:
/// meanwhile nothing can be made read-only.
fn mount(options: &[&str], at: &Path) {
    let since = Instant::now();
    while !Command::new("mount").args(options).arg(at).status().unwrap().success() {
        assert!(since.elapsed() < PATIENCE, "mount {options:?} {}", at.display());
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Both ways: `run` alone, or taking back what was run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Way {
    Forward,
    Back,
}

impl Way {
    fn go(self, site: &Site) -> std::result::Result<Ended, refit_execute::ExecuteError> {
        if self == Self::Forward { site.run() } else { site.roll_back() }
    }

    fn complete(self) -> RunState {
        if self == Self::Forward { RunState::Done } else { RunState::RolledBack }
    }
}

fn expected(way: Way) -> String {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    assert_eq!(site.run().unwrap(), Ended::Complete);
    if way == Way::Back {
        assert_eq!(site.roll_back().unwrap(), Ended::Complete);
    }
    site.picture()
}

/// Faults at the first batch, the second, ... until there is none of that number. Gives how many.
fn at_every_change(fault: Fault, way: Way, test: &str) -> usize {
    let expected = expected(way);
    for at in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().join("site");
        let mount = match fault {
            Fault::Full | Fault::ReadOnly => {
                let Some(mount) = Mount::make(&root, test) else { return 0 };
                Some(mount)
            }
            _ => {
                fs::create_dir_all(&root).unwrap();
                None
            }
        };
        // The journal lies elsewhere: it is the controller's.
        let state = folder.path().join("state");
        let site = Site::make(&root).with_state_at(&state);
        if way == Way::Back {
            assert_eq!(site.run().unwrap(), Ended::Complete);
        }
        let fired = Arc::new(AtomicBool::new(false));
        let host = Faulty {
            local: LocalHost::new(HostName::new("local").unwrap()),
            fault,
            at,
            passed: AtomicUsize::new(0),
            fired: Arc::clone(&fired),
            mount: mount.clone(),
        };
        let ended = way.go(&Site::on(&root, Box::new(host)).with_state_at(&state));
        if !fired.load(Ordering::SeqCst) {
            assert_eq!(ended.unwrap(), Ended::Complete);
            return at;
        }
        let text = format!("{fault:?} at {at}: {ended:?}");
        if let Some(mount) = &mount {
            mount.mend();
        }
        if site.status().state != way.complete() {
            go_on(&site, way, &text);
        }
        assert_eq!(site.status().state, way.complete(), "{text}");
        assert_eq!(site.picture(), expected, "{text}");
        let counted = fs::read_to_string(root.join("counter")).unwrap();
        assert_eq!(counted, "x\n", "{text}: the command was repeated or left out");
    }
    unreachable!("the loop ends when there is no such change")
}

/// The same command again; where it is in doubt, as a person says who looks at the host.
fn go_on(site: &Site, way: Way, text: &str) {
    match way.go(site).unwrap() {
        Ended::Complete => {}
        Ended::Halted(HaltReason::InDoubt { step, .. }) => {
            let done = !fs::read_to_string(site.root.join("counter")).unwrap().is_empty();
            let event = if done { StepEvent::Done } else { StepEvent::Failed };
            let ended = site.begin(RunEvent::Begun, |executor| {
                executor.settle_by_hand(&step, event, "ann", "looked")?;
                executor.run()
            });
            assert_eq!(ended.unwrap(), Ended::Complete, "{text}");
        }
        Ended::Halted(reason) => panic!("{text}: it halted again: {reason:?}"),
    }
}

fn both_ways(fault: Fault, test: &str) {
    for way in [Way::Forward, Way::Back] {
        let points = at_every_change(fault, way, test);
        assert!(points > 3 || points == 0, "{points}");
        println!("{fault:?} {way:?}: points {points}, passed {points}");
    }
}

#[test]
fn errors_before_every_change() {
    both_ways(Fault::Before, "errors_before_every_change");
}

#[test]
fn errors_in_the_middle_of_every_change() {
    both_ways(Fault::Middle, "errors_in_the_middle_of_every_change");
}

#[test]
fn answers_lost_after_every_change() {
    both_ways(Fault::AnswerLost, "answers_lost_after_every_change");
}

#[test]
fn a_full_disk_at_every_change() {
    both_ways(Fault::Full, "a_full_disk_at_every_change");
}

#[test]
fn a_read_only_file_system_at_every_change() {
    both_ways(Fault::ReadOnly, "a_read_only_file_system_at_every_change");
}
