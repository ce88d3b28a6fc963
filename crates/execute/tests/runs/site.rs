//! A site of files alone, with a plan that has every act that needs no broker.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use refit_execute::{
    Charge, Ended, ExecuteError, Executor, Finding, HaltReason, Interrupt, Journal, KeyChange,
    Meanwhile, RunEvent, Status, Unobserved, World, WorldError,
};
use refit_hosts::{Cancel, Deadline, Host, LocalHost, Reader};
use refit_model::{
    Act, BrokerCheck, Check, Command, Condition, Digest, Document, FilePair, Fingerprint, HostName,
    HostPath, Landmark, Owner, PackRef, Phase, Plan, PlannedFile, PointOfNoReturn, RestoreItem,
    RunId, Secret, Step, StepId, Strategy, Template, Undo, UndoAct,
};

pub struct Site {
    pub root: PathBuf,
    /// Where its journal is.
    state: PathBuf,
    host: Box<dyn Host>,
}

impl Site {
    /// Makes the site's files: an old home with its data inside, a link to it, and an archive.
    pub fn make(root: &Path) -> Self {
        let old = root.join("broker-1");
        fs::create_dir_all(old.join("conf")).unwrap();
        fs::create_dir_all(old.join("data")).unwrap();
        fs::write(old.join("conf/users"), "ann=secret\n").unwrap();
        fs::write(old.join("data/store"), "messages").unwrap();
        std::os::unix::fs::symlink("broker-1", root.join("current")).unwrap();
        let new = root.join("pack/broker-2/conf");
        fs::create_dir_all(&new).unwrap();
        fs::write(new.join("main"), "default\n").unwrap();
        let made = std::process::Command::new("tar")
            .args(["cf", "broker-2.tar", "-C", "pack", "broker-2"])
            .current_dir(root)
            .status()
            .unwrap();
        assert!(made.success());
        fs::remove_dir_all(root.join("pack")).unwrap();
        fs::write(root.join("counter"), "").unwrap();
        Self::open(root)
    }

    /// The site that was made before.
    pub fn open(root: &Path) -> Self {
        Self::on(root, Box::new(LocalHost::new(HostName::new("local").unwrap())))
    }

    /// The same, reached by another host.
    pub fn on(root: &Path, host: Box<dyn Host>) -> Self {
        Self { root: root.to_owned(), state: root.join("state"), host }
    }

    /// The same, with the journal of another folder in the site's.
    pub fn with_state(self, name: &str) -> Self {
        let state = self.root.join(name);
        Self { state, ..self }
    }

    /// The same, with the journal elsewhere.
    pub fn with_state_at(self, state: &Path) -> Self {
        Self { state: state.to_owned(), ..self }
    }

    pub fn run_id() -> RunId {
        RunId::new("test-1").unwrap()
    }

    pub fn journal_path(&self) -> PathBuf {
        self.state.join("journal.sqlite")
    }

    pub fn status(&self) -> Status {
        Status::of(&Journal::read_only(&self.journal_path(), &Self::run_id()).unwrap()).unwrap()
    }

    /// Everything of the site but Refit's own folders, as text.
    pub fn picture(&self) -> String {
        let (local, cancel) = (LocalHost::new(HostName::new("local").unwrap()), Cancel::new());
        let reader = Reader::new(&local, &cancel, 60);
        let entries = reader.walk(&HostPath::from(&self.root), 10_000).unwrap();
        let mut text = String::new();
        for entry in entries {
            let path = entry.path.to_string();
            if path.starts_with("state") || path.starts_with("control") {
                continue;
            }
            let content = fs::read_to_string(self.root.join(&path)).unwrap_or_default();
            // Manifest and archive hold times, which differ from site to site.
            let timed = ["ENTRIES.jsonl", "broker-2.tar"].iter().any(|name| path.ends_with(name));
            let content = if timed { String::new() } else { content };
            let (kind, mode) = (entry.metadata.kind, entry.metadata.mode);
            let target = entry.metadata.target;
            text += &format!("{path} {kind:?} {mode:o} {target:?} {content:?}\n");
        }
        text.replace(&self.root.display().to_string(), "ROOT")
    }

    pub fn begin(
        &self,
        event: RunEvent,
        then: impl FnOnce(&mut Executor<'_>) -> Result<Ended, ExecuteError>,
    ) -> Result<Ended, ExecuteError> {
        self.begin_plan(&plan(&self.root), None, event, then)
    }

    /// The same with another plan, told to `meanwhile`.
    pub fn begin_plan(
        &self,
        plan: &Plan,
        meanwhile: Option<&Meanwhile>,
        event: RunEvent,
        then: impl FnOnce(&mut Executor<'_>) -> Result<Ended, ExecuteError>,
    ) -> Result<Ended, ExecuteError> {
        fs::create_dir_all(&self.state).unwrap();
        let journal = Journal::open(&self.journal_path(), &Self::run_id())?;
        let mut unobserved = Unobserved;
        let charge = Charge {
            plan: plan.digest().unwrap(),
            approval: Digest::of(b"approval"),
            by: "tester".into(),
            why: String::new(),
            control: "${root}/control".to_owned().into(),
            stop_by: None,
        };
        let interrupt = Interrupt::new();
        let mut executor =
            Executor::take_charge(plan, self, journal, &mut unobserved, interrupt, charge, event)?;
        if let Some(meanwhile) = meanwhile {
            executor = executor.telling(meanwhile);
        }
        then(&mut executor)
    }

    pub fn run(&self) -> Result<Ended, ExecuteError> {
        self.begin(RunEvent::Begun, |executor: &mut Executor<'_>| executor.run())
    }

    pub fn roll_back(&self) -> Result<Ended, ExecuteError> {
        self.begin(RunEvent::RollBackBegun, |executor| executor.roll_back(false))
    }
}

impl World for Site {
    fn host(&self, _name: &HostName) -> Result<&dyn Host, WorldError> {
        Ok(&*self.host)
    }

    fn artifact(&self, file: &str) -> HostPath {
        self.root.join(file).into()
    }

    fn content(
        &self,
        reader: Reader<'_>,
        _template: Digest,
        secrets_from: &HostPath,
    ) -> Result<Secret, WorldError> {
        let users = reader.read(&secrets_from.join("users"), 100);
        let users = users?;
        Ok(Secret::new([b"settled ".to_vec(), users].concat()))
    }

    fn fingerprint(&self, content: &[u8]) -> Fingerprint {
        let mut mac = [0; 32];
        mac[..content.len().min(32)].copy_from_slice(&content[..content.len().min(32)]);
        Fingerprint::from_mac(&mac)
    }

    fn broker(
        &self,
        _reader: Reader<'_>,
        _check: &BrokerCheck,
        _deadline: Deadline,
    ) -> Result<Finding, WorldError> {
        Err(WorldError::new("this site has no broker"))
    }

    fn with_values(
        &self,
        _file: &str,
        _content: &[u8],
        _changes: &[KeyChange],
    ) -> Result<Secret, WorldError> {
        Err(WorldError::new("this site is not rehearsed"))
    }

    fn holdings(
        &self,
        _reader: Reader<'_>,
        _check: &BrokerCheck,
        _deadline: Deadline,
    ) -> Result<Option<BTreeMap<String, u64>>, WorldError> {
        Ok(None)
    }

    fn redact(&self, text: &str) -> String {
        text.replace("secret", "(secret)")
    }
}

pub fn path(text: &str) -> HostPath {
    format!("${{root}}/{text}").into()
}

fn absent(text: &str) -> Condition {
    Condition::Absent(path(text))
}

fn undo(probe: Condition, act: Act) -> Undo {
    Undo::By(vec![UndoAct { verify: Check::now(probe.clone()), probe, act }])
}

pub fn step(
    id: &str,
    downtime: bool,
    probe: Condition,
    act: Act,
    verify: Condition,
    undo: Undo,
) -> Step {
    Step {
        id: StepId::new(id).unwrap(),
        title: id.into(),
        reason: "for the test".into(),
        phase: Phase::Upgrade,
        host: HostName::new("local").unwrap(),
        owner: Owner::Refit,
        needs: Vec::new(),
        estimate_milliseconds: 10,
        downtime,
        may_skip: id == "count",
        probe,
        act,
        verify: Check::now(verify),
        undo,
    }
}

/// The plan: every act that needs no broker, each with its undo.
pub fn plan(root: &Path) -> Plan {
    let archive = Digest::of(&fs::read(root.join("broker-2.tar")).unwrap());
    let template = Template::plain("settled").digest().unwrap();
    Plan {
        environment: refit_model::EnvironmentName::new("test").unwrap(),
        installation: refit_model::InstallationName::new("broker").unwrap(),
        assessment: Digest::of(b"assessment"),
        playbook: None,
        pack: PackRef {
            platform: refit_model::PlatformName::new("stub").unwrap(),
            knowledge: "2026-01-01".into(),
            digest: Digest::of(b"pack"),
        },
        from: "1".parse().unwrap(),
        to: "2".parse().unwrap(),
        why_this_version: "test".into(),
        way: Vec::new(),
        strategy: Strategy::SideBySide,
        parameters: [("root", root.to_str().unwrap())].into_iter().collect(),
        steps: prepare_steps(archive, template).into_iter().chain(switch_steps()).collect(),
        settlements: Vec::new(),
        decisions: Vec::new(),
        questions: Vec::new(),
        landmarks: vec![Landmark {
            text: "the new version is in place".into(),
            condition: Condition::LinksTo { path: path("current"), target: path("broker-2") },
        }],
        logs: Vec::new(),
        point_of_no_return: PointOfNoReturn::None("files only".into()),
        rehearsal: None,
    }
}

fn prepare_steps(archive: Digest, template: Digest) -> Vec<Step> {
    let tar = path("staged/broker-2.tar");
    let has_tar = Condition::HasDigest { path: tar.clone(), digest: archive };
    let unpacked =
        Condition::Unpacked { archive: tar.clone(), digest: archive, into: path("broker-2") };
    let pairs =
        vec![FilePair { from: path("broker-1/conf/users"), to: path("broker-2/conf/users") }];
    let written = Condition::Holds {
        path: path("broker-2/conf/main"),
        template,
        mode: 0o640,
        secrets_from: path("broker-1/conf"),
    };
    let fetch = Act::Fetch { artifact: "broker-2.tar".into(), digest: archive, to: tar.clone() };
    let unpack = Act::Unpack { archive: tar.clone(), digest: archive, into: path("broker-2") };
    let write = Act::WriteFile {
        path: path("broker-2/conf/main"),
        template,
        mode: 0o640,
        secrets_from: path("broker-1/conf"),
    };
    let inputs = Condition::Unchanged(vec![PlannedFile {
        path: path("broker-1/conf/nothing"),
        fingerprint: None,
    }]);
    let set_aside =
        Act::Move { from: path("broker-2"), to: path("broker-2.rolled-back"), leave_link: false };
    vec![
        step(
            "inputs",
            false,
            Condition::Never,
            Act::Observe,
            inputs,
            Undo::Nothing("looked only".into()),
        ),
        step(
            "fetch",
            false,
            has_tar.clone(),
            fetch,
            has_tar,
            undo(absent("staged/broker-2.tar"), Act::Remove(vec![tar])),
        ),
        step(
            "unpack",
            false,
            unpacked.clone(),
            unpack,
            unpacked,
            undo(absent("broker-2"), set_aside),
        ),
        step(
            "place",
            false,
            Condition::SameAs(pairs.clone()),
            Act::Place(pairs.clone()),
            Condition::SameAs(pairs),
            Undo::Nothing("inside the new home".into()),
        ),
        step(
            "write",
            false,
            written.clone(),
            write,
            written,
            Undo::Nothing("inside the new home".into()),
        ),
        restore_point(),
    ]
}

fn restore_point() -> Step {
    let items = vec![RestoreItem { name: "home".into(), path: path("broker-1"), warm: true }];
    let taken = Condition::RestorePoint(path("points/a"));
    let act = Act::RestorePoint {
        at: path("points/a"),
        items,
        seal: true,
        rehearse_in: Some(path("points/scratch")),
    };
    step("point-a", false, taken.clone(), act, taken, Undo::Nothing("kept".into()))
}

fn switch_steps() -> Vec<Step> {
    let cold = vec![RestoreItem { name: "data".into(), path: path("broker-1/data"), warm: false }];
    let point = Act::RestorePoint {
        at: path("points/b"),
        items: cold.clone(),
        seal: false,
        rehearse_in: None,
    };
    let copied = Condition::Exists(path("points/b/data"));
    let moved = Condition::LinksTo { path: path("broker-1/data"), target: path("data") };
    let switched = Condition::LinksTo { path: path("current"), target: path("broker-2") };
    let back = Condition::LinksTo { path: path("current"), target: "broker-1".to_owned().into() };
    // Not to be repeated. With a file `kill` it kills Refit after its work, before it can tell.
    let script =
        r#"echo x >>"$$1/counter"; if [ -e "$$1/kill" ]; then rm "$$1/kill"; kill -9 $$PPID; fi"#;
    let count = Command::new(["sh", "-c", script, "sh", "${root}"], "/".to_owned().into());
    vec![
        step("point-b", true, copied.clone(), point, copied, Undo::Nothing("kept".into())),
        step(
            "move",
            true,
            moved.clone(),
            Act::Move { from: path("broker-1/data"), to: path("data"), leave_link: true },
            moved,
            undo_move(),
        ),
        step(
            "switch",
            true,
            switched.clone(),
            Act::Link { path: path("current"), target: path("broker-2"), set_aside: None },
            switched,
            undo(
                back,
                Act::Link {
                    path: path("current"),
                    target: "broker-1".to_owned().into(),
                    set_aside: None,
                },
            ),
        ),
        step(
            "count",
            false,
            Condition::Never,
            Act::Run { command: count, repeatable: false },
            Condition::Exists(path("counter")),
            Undo::Nothing("a counter".into()),
        ),
        step(
            "seal",
            false,
            Condition::RestorePoint(path("points/b")),
            Act::Seal { at: path("points/b"), items: cold },
            Condition::RestorePoint(path("points/b")),
            Undo::Nothing("kept".into()),
        ),
    ]
}

/// Moving back takes the link away that was left.
fn undo_move() -> Undo {
    let back = Condition::All(vec![absent("data"), Condition::Exists(path("broker-1/data/store"))]);
    undo(back, Act::Move { from: path("data"), to: path("broker-1/data"), leave_link: false })
}

/// The reason of a run that halted.
pub fn halted(ended: Result<Ended, ExecuteError>) -> HaltReason {
    match ended.unwrap() {
        Ended::Halted(reason) => reason,
        Ended::Complete => panic!("the run did not halt"),
    }
}
