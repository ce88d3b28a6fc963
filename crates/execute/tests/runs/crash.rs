//! kill -9 at every point of a run and of a roll-back: each time it is run again, the end is the
//! same as without the kill, and the command that must not be repeated was not repeated.
//!
//! The process that is killed is this test's own program, started again for one test alone.

use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::Command;

use refit_execute::{Ended, HaltReason, RunEvent, RunState, StepEvent, StepState};
use refit_model::StepId;

use crate::site::{Site, halted};

const CHILD: &str = "REFIT_TEST_SITE";

/// What the child does; not a test of its own.
#[test]
fn child() {
    let Some(root) = std::env::var_os(CHILD) else { return };
    let site = Site::open(Path::new(&root));
    let back = std::env::var_os("REFIT_TEST_BACK").is_some();
    let ended = if back { site.roll_back() } else { site.run() };
    assert_eq!(ended.unwrap(), Ended::Complete);
}

/// Runs the child; `true` if it was killed at the point, `false` if it ended well.
fn killed(root: &Path, back: bool, crash_at: &str) -> bool {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", "crash::child", "--nocapture"]).env(CHILD, root);
    command.env("REFIT_CRASH_AT", crash_at);
    if back {
        command.env("REFIT_TEST_BACK", "1");
    }
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stderr);
    match (output.status.signal(), output.status.success()) {
        (Some(9), _) => true,
        (_, true) => false,
        _ => panic!("the child failed at {crash_at}: {text}"),
    }
}

fn counted(root: &Path) -> String {
    std::fs::read_to_string(root.join("counter")).unwrap()
}

/// Kills at `NAME:0`, `NAME:1`, ... until the point is not reached any more; gives their number.
fn kill_everywhere(point: &str, back: bool, expected: &str) -> u32 {
    for count in 0.. {
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path();
        let site = Site::make(root);
        if back {
            site.run().unwrap();
        }
        let at = format!("{point}:{count}");
        if !killed(root, back, &at) {
            assert!(count > 0, "the fault {point} never happened");
            return count;
        }
        // The second kill hits the recovery, wherever it is by then.
        let complete = if back { RunState::RolledBack } else { RunState::Done };
        for again in [format!("{point}:1"), "nowhere:0".to_owned()] {
            if site.status().state != complete {
                killed(root, back, &again);
            }
        }
        assert_eq!(site.status().state, complete, "{at}");
        assert_eq!(site.picture(), expected, "{at}");
        assert_eq!(counted(root), "x\n", "{at}: the command was repeated or left out");
    }
    unreachable!("the loop ends when the point is not reached")
}

#[test]
fn a_run_that_is_killed_anywhere_ends_as_an_uninterrupted_one() {
    if !cfg!(all(feature = "crash-points", debug_assertions)) {
        eprintln!(
            "SKIPPED: needs --features refit-execute/crash-points (cargo xtask test sets it)"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    site.run().unwrap();
    let done = site.picture();
    site.roll_back().unwrap();
    let back = site.picture();
    assert!(site.status().steps.values().all(|step| step.state == StepState::Undone));

    let mut points = 0;
    for point in ["journal-before-write", "journal-after-write", "before-act", "after-act"] {
        points += kill_everywhere(point, false, &done);
    }
    for point in ["journal-before-write", "journal-after-write", "before-undo", "after-undo"] {
        points += kill_everywhere(point, true, &back);
    }
    println!("points {points}, passed {points}; a second kill in each recovery");
}

#[test]
fn a_command_whose_end_is_not_known_is_never_repeated_blindly() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    std::fs::write(site.root.join("kill"), "").unwrap();
    assert!(killed(&site.root, false, "nowhere:0"), "the command must have killed its parent");
    assert_eq!(counted(&site.root), "x\n");
    for _ in 0..2 {
        let reason = halted(site.run());
        assert!(matches!(reason, HaltReason::InDoubt { .. }), "{reason:?}");
        assert_eq!(counted(&site.root), "x\n");
    }
    let count = StepId::new("count").unwrap();
    let ended = site.begin(RunEvent::Begun, |executor| {
        executor.settle_by_hand(&count, StepEvent::Done, "ann", "the counter says so")?;
        executor.run()
    });
    assert_eq!(ended.unwrap(), Ended::Complete);
    assert_eq!(counted(&site.root), "x\n");
}
