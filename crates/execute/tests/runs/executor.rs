//! Whole runs over real files.

use std::fs;

use crate::site::{Site, halted};
use refit_execute::{
    DoneHow, Ended, Event, ExecuteError, Halt, HaltReason, Journal, Payload, RunEvent, RunState,
    StepEvent, StepState,
};
use refit_hosts::{Host, HostError};
use refit_model::{RunId, StepId};

fn id(step: &str) -> StepId {
    StepId::new(step).unwrap()
}

#[test]
fn a_run_does_every_step_and_rolling_back_gives_the_first_picture() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    let before = site.picture();
    assert_eq!(site.run().unwrap(), Ended::Complete);
    let status = site.status();
    assert_eq!(status.state, RunState::Done);
    assert!(status.steps.values().all(|step| step.state == StepState::Done));
    assert!(status.measured.contains_key("downtime_milliseconds"));
    let settled = fs::read_to_string(site.root.join("current/conf/main")).unwrap();
    assert_eq!(settled, "settled ann=secret\n");
    assert_eq!(fs::read_to_string(site.root.join("data/store")).unwrap(), "messages");
    assert_eq!(fs::read_to_string(site.root.join("counter")).unwrap(), "x\n");

    assert_eq!(site.roll_back().unwrap(), Ended::Complete);
    assert_eq!(site.status().state, RunState::RolledBack);
    let after = site.picture();
    let kept = ["broker-2.rolled-back", "points", "staged", "counter"];
    let of_the_site = |line: &&str| !kept.iter().any(|name| line.starts_with(name));
    let (before, after): (Vec<_>, Vec<_>) =
        (before.lines().filter(of_the_site).collect(), after.lines().filter(of_the_site).collect());
    assert_eq!(after, before);
}

#[test]
fn a_second_run_of_a_finished_run_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    site.run().unwrap();
    assert!(matches!(site.run(), Err(ExecuteError::State(_))));
}

#[test]
fn a_failed_step_halts_and_the_same_command_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    fs::create_dir(site.root.join("data")).unwrap();
    let reason = halted(site.run());
    assert!(
        matches!(&reason, HaltReason::Failed { step, .. } if *step == id("move")),
        "{reason:?}"
    );
    assert_eq!(site.status().state, RunState::Halted(Halt::Failed));
    fs::remove_dir(site.root.join("data")).unwrap();
    assert_eq!(site.run().unwrap(), Ended::Complete);
    assert_eq!(site.status().attempts(&id("move")), 2);
}

#[test]
fn a_changed_input_is_named_before_anything_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    fs::write(site.root.join("broker-1/conf/nothing"), "x").unwrap();
    let before = site.picture();
    let HaltReason::Failed { error, .. } = halted(site.run()) else { panic!("not failed") };
    assert!(error.contains("conf/nothing came since the plan was made"), "{error}");
    assert_eq!(site.picture(), before);
}

#[test]
fn what_was_there_already_is_not_overwritten() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    fs::create_dir(site.root.join("broker-2")).unwrap();
    fs::write(site.root.join("broker-2/precious"), "").unwrap();
    let reason = halted(site.run());
    assert!(
        matches!(&reason, HaltReason::Failed { step, .. } if *step == id("unpack")),
        "{reason:?}"
    );
    assert!(site.root.join("broker-2/precious").exists());
}

#[test]
fn only_steps_that_allow_it_are_skipped_and_it_is_recorded_who_did_it() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    let refused = site.begin(RunEvent::Begun, |executor| {
        executor.settle_by_hand(&id("unpack"), StepEvent::Skipped, "ann", "no need")?;
        executor.run()
    });
    assert!(matches!(refused, Err(ExecuteError::State(_))));
    let ended = site.begin(RunEvent::Begun, |executor| {
        executor.settle_by_hand(&id("count"), StepEvent::Skipped, "ann", "no need")?;
        executor.run()
    });
    assert_eq!(ended.unwrap(), Ended::Complete);
    assert_eq!(site.status().step(&id("count")), StepState::Skipped);
    assert_eq!(site.status().steps[&id("count")].detail.text, "ann: no need");
    assert_eq!(fs::read_to_string(site.root.join("counter")).unwrap(), "");
}

#[test]
fn a_step_that_is_done_by_hand_is_passed_over() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    let ended = site.begin(RunEvent::Begun, |executor| {
        executor.settle_by_hand(&id("count"), StepEvent::Done, "ann", "counted myself")?;
        executor.run()
    });
    assert_eq!(ended.unwrap(), Ended::Complete);
    assert_eq!(site.status().steps[&id("count")].how, Some(DoneHow::ByHand));
}

#[test]
fn another_run_cannot_take_an_installation_that_is_held() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    fs::create_dir(site.root.join("data")).unwrap();
    halted(site.run());
    let control = site.root.join("control").into();
    let local = refit_hosts::LocalHost::new(refit_model::HostName::new("local").unwrap());
    let taken = local.take_charge(&control, &RunId::new("test-2").unwrap(), 0);
    assert!(matches!(taken, Err(HostError::Held { .. })));
}

#[test]
fn a_journal_that_lost_its_end_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    fs::create_dir(site.root.join("data")).unwrap();
    let early = site.begin(RunEvent::Begun, |executor| {
        executor.stop("ann", "not today").map(|()| Ended::Complete)
    });
    early.unwrap();
    fs::remove_file(site.journal_path()).unwrap();
    halted(site.run());
    let copy = folder.path().join("old-journal");
    fs::rename(site.journal_path(), &copy).unwrap();
    let error = site.run().unwrap_err();
    assert!(matches!(error, ExecuteError::Host(HostError::JournalBehind { .. })), "{error}");
}

#[test]
fn interrupting_halts_at_the_step_and_going_on_completes() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    let reason = halted(site.begin(RunEvent::Begun, |executor| {
        executor.interrupt().wish();
        executor.run()
    }));
    assert_eq!(reason, HaltReason::Interrupted { step: id("inputs") });
    assert_eq!(site.run().unwrap(), Ended::Complete);
}

#[test]
fn clients_count_as_cut_off_from_the_first_act_on_and_not_before() {
    let folder = tempfile::tempdir().unwrap();
    let site = Site::make(folder.path());
    site.run().unwrap();
    site.roll_back().unwrap();
    let events = Journal::read_only(&site.journal_path(), &Site::run_id()).unwrap();
    let is_cut = |event: &Event| {
        matches!(&event.payload, Payload::Measured { name, value }
            if name.starts_with("down_since") && *value > 0)
    };
    let after: Vec<_> =
        events.windows(2).filter(|two| is_cut(&two[0])).map(|two| &two[1].payload).collect();
    let begins = |payload: &&&Payload| {
        matches!(payload, Payload::Step { event: StepEvent::Intent | StepEvent::UndoIntent, .. })
    };
    assert_eq!((after.len(), after.iter().filter(begins).count()), (2, 2), "{after:#?}");
}
