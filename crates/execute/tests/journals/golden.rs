//! Journals of every format that was ever released are read: their files are kept here.
//!
//! A new format adds a file; none is ever changed. `UPDATE_EXPECT=1` writes the newest one where
//! there is none yet.

use std::fs;
use std::path::{Path, PathBuf};

use refit_execute::{
    Detail, DoneHow, Event, HaltReason, Journal, Payload, RunEvent, RunState, Status, StepEvent,
    StepState, read_lines,
};
use refit_model::{Digest, EnvironmentName, RunId, StepId};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/journals/golden")
}

fn run() -> RunId {
    RunId::new("staging-1-0123abcd").unwrap()
}

/// One of each kind of event, in an order that can be.
fn payloads() -> Vec<Payload> {
    let controller = |event, epoch| Payload::Controller {
        event,
        plan: Digest::of(b"plan"),
        environment: EnvironmentName::new("staging").unwrap(),
        approval: Digest::of(b"approval"),
        epoch,
        by: "ann@bastion".into(),
        why: "the window is open".into(),
    };
    let step = |name: &str, event, detail| Payload::Step {
        step: StepId::new(name).unwrap(),
        event,
        attempt: 1,
        detail,
    };
    let said = |text: &str| Detail { text: text.into(), ..Detail::default() };
    let done = |how| Detail { how: Some(how), milliseconds: Some(12), ..said("as seen") };
    let halt = |reason| Payload::Halted {
        reason,
        now: vec!["no: it is switched".into()],
        log_tail: vec!["broker.log:".into()],
    };
    let id = |name: &str| StepId::new(name).unwrap();
    let (first, second) = ("stop-old", "count");
    vec![
        controller(RunEvent::Begun, 1),
        Payload::Measured { name: "down_since_boot_milliseconds".into(), value: 7 },
        step(first, StepEvent::Intent, Detail::default()),
        step(first, StepEvent::Acted, Detail { output: vec!["ended".into()], ..said("") }),
        step(first, StepEvent::Done, done(DoneHow::Acted)),
        step(second, StepEvent::Intent, Detail::default()),
        halt(HaltReason::Interrupted { step: id(second) }),
        controller(RunEvent::Begun, 2),
        step(second, StepEvent::Doubted, said("nobody knows")),
        halt(HaltReason::InDoubt { step: id(second), text: "nobody knows".into() }),
        Payload::Note { step: Some(id(second)), by: "ann".into(), text: "looked".into() },
        controller(RunEvent::Begun, 3),
        step(second, StepEvent::Failed, said("ann: it is not done")),
        halt(HaltReason::Failed { step: id(second), error: "no".into(), may_skip: true }),
        controller(RunEvent::Begun, 4),
        step(second, StepEvent::Skipped, said("ann: not needed")),
        halt(HaltReason::Window { step: id("later"), text: "60 s are left".into() }),
        controller(RunEvent::Begun, 5),
        step("later", StepEvent::Done, done(DoneHow::AlreadySo)),
        halt(HaltReason::Person {
            step: id("look"),
            role: "operator".into(),
            instructions: vec!["look".into()],
        }),
        controller(RunEvent::RollBackBegun, 6),
        halt(HaltReason::Approval { step: id(first), what: "restoring".into() }),
        controller(RunEvent::RollBackBegun, 7),
        step("later", StepEvent::Undone, Detail::default()),
        step(second, StepEvent::Undone, Detail::default()),
        step(first, StepEvent::UndoIntent, Detail::default()),
        step(first, StepEvent::UndoFailed, said("no")),
        step(first, StepEvent::UndoIntent, Detail::default()),
        step(first, StepEvent::Undone, said("it runs")),
        Payload::Ended { event: RunEvent::RolledBack, why: String::new() },
    ]
}

fn is_as_written(events: &[Event]) {
    let found: Vec<_> = events.iter().map(|event| event.payload.clone()).collect();
    assert_eq!(found, payloads());
    let status = Status::of(events).unwrap();
    assert_eq!(status.state, RunState::RolledBack);
    assert_eq!(status.step(&StepId::new("stop-old").unwrap()), StepState::Undone);
}

#[test]
fn journals_of_format_1_are_read() {
    let path = folder().join("format-1.sqlite");
    if !path.exists() && std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::create_dir_all(folder()).unwrap();
        let mut journal = Journal::open(&path, &run()).unwrap();
        for payload in payloads() {
            journal.append(payload).unwrap();
        }
    }
    // Read in a copy: opening a file of this kind writes beside it.
    let place = tempfile::tempdir().unwrap();
    let copy = place.path().join("journal.sqlite");
    fs::copy(&path, &copy).unwrap();
    is_as_written(&Journal::read_only(&copy, &run()).unwrap());
    let mut journal = Journal::open(&copy, &run()).unwrap();
    journal.append(Payload::Note { step: None, by: "ann".into(), text: "later".into() }).unwrap();
}

#[test]
fn exported_journals_of_format_1_are_read() {
    let path = folder().join("format-1.jsonl");
    if !path.exists() && std::env::var_os("UPDATE_EXPECT").is_some() {
        let events = Journal::read_only(&folder().join("format-1.sqlite"), &run()).unwrap();
        let lines: Vec<_> =
            events.iter().map(|event| refit_execute::event_json(event).unwrap() + "\n").collect();
        fs::write(&path, lines.concat()).unwrap();
    }
    is_as_written(&read_lines(&path, &fs::read_to_string(&path).unwrap()).unwrap());
}

#[test]
fn a_newer_format_is_refused_with_advice() {
    let path = folder().join("format-1.jsonl");
    let newer = fs::read_to_string(&path).unwrap().replacen("\"schema\":1", "\"schema\":2", 1);
    let error = read_lines(&path, &newer).unwrap_err().to_string();
    assert!(error.contains("schema 2") && error.contains("reads 1"), "{error}");
}
