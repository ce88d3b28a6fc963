//! Environments with running brokers, and the use cases for them.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use refit_app::{App, ApprovalRequest, Person, PlanRequest, RunOptions, StateDir, Target};
use refit_demo::{DemoSite, JavaHome, SiteSpec, Sizes, StopOnDrop, Variant};
use refit_execute::{Ended, Interrupt, Unobserved};
use refit_hosts::Cancel;
use refit_model::{ApprovalOf, Decision, EnvironmentName, Secret};
use refit_packs::Packs;

/// How long a broker may take to start, or to take all messages.
pub const WITHIN: Duration = Duration::from_mins(3);
const SIZES: Sizes = Sizes { queue_messages: 120, durable_messages: 40, body_bytes: 900 };

/// Nobody listens, nobody can be asked.
struct Nobody;

impl Person for Nobody {
    fn tell(&self, _what: &str) {}

    fn ask_secret(&self, _text: &str) -> Option<Secret> {
        None
    }
}

/// An environment whose broker runs and holds its messages; ended with this.
pub struct Running {
    pub site: DemoSite,
    _guard: StopOnDrop,
}

/// Makes, starts and loads an environment.
pub fn running(folder: &Path, archive: &Path, variant: Variant, name: &str) -> Running {
    let spec = SiteSpec {
        name: EnvironmentName::new(name).unwrap(),
        variant,
        archive: archive.to_owned(),
        java: JavaHome::of_this_machine().unwrap(),
        sizes: SIZES,
    };
    let site = DemoSite::make(&folder.join(name), spec).unwrap();
    let guard = site.stop_on_drop();
    site.start(WITHIN).unwrap();
    site.load_messages(Instant::now() + WITHIN).unwrap();
    Running { site, _guard: guard }
}

/// The use cases, with a state directory of their own.
pub fn app(folder: &Path, state: &str, artifacts: &Path) -> App<'static> {
    App {
        state: StateDir::open(&folder.join(state)).unwrap(),
        packs: Packs::embedded(),
        environments: folder.join("environments"),
        artifacts: Some(artifacts.to_owned()),
        person: &Nobody,
        cancel: Cancel::new(),
    }
}

/// Rehearses, approves and runs the newest plan.
pub fn carry_out(app: &App<'_>, target: &Target) {
    let rehearsal = app.rehearse(target).unwrap();
    assert!(rehearsal.body.checks.iter().all(|check| check.passed), "{:?}", rehearsal.body.checks);
    let approval = ApprovalRequest {
        of: ApprovalOf::Run,
        plan: None,
        by: "A. Tester".into(),
        valid_seconds: 3_600,
    };
    app.approve(target, &approval).unwrap();
    let options = RunOptions { by: "A. Tester".into(), ..RunOptions::default() };
    let (_, ended) = app.run(target, &options, &mut Unobserved, Interrupt::new()).unwrap();
    assert_eq!(ended, Ended::Complete);
}

/// Plans with the data moved out of the old home.
pub fn plan(app: &App<'_>, target: &Target) {
    let request = PlanRequest {
        decide: vec![Decision {
            subject: "data-location".into(),
            choice: "move".into(),
            seen: None,
            by: "A. Tester".into(),
            why: "nobody shall delete them with the old version".into(),
        }],
        ..PlanRequest::default()
    };
    app.plan(target, &request).unwrap();
}

/// Every file below `folder`, with its content.
pub fn files_below(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            let kind = std::fs::symlink_metadata(&path).unwrap().file_type();
            if kind.is_dir() {
                folders.push(path);
            } else if kind.is_file() {
                let content = std::fs::read(&path).unwrap();
                files.push((path, content));
            }
        }
    }
    files.sort();
    files
}
