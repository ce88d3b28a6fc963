//! Plans of seeds: every act that a simulated host knows, in different orders and lengths.

use fastrand::Rng;
use refit_model::{
    Act, BrokerCheck, Check, Command, Condition, Digest, Document as _, EndpointCheck, FilePair,
    HostName, Landmark, Owner, PackRef, Phase, Plan, PlannedFile, PointOfNoReturn, ProcessMatch,
    Protocol, RestoreItem, Step, StepId, Strategy, Template, Undo, UndoAct,
};

use crate::site::{ROOT, archive_digest, path};

/// What a plan of a seed has.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each says whether something is there")]
pub(crate) struct Shape {
    /// Whether a broker runs, and is stopped and started.
    pub(crate) broker: bool,
    /// Whether the store is converted, which is taken back by restoring it.
    pub(crate) converts: bool,
    /// Where commands come that must not be repeated: before which of the other steps.
    pub(crate) counts: Vec<usize>,
    /// Whether a person has something to do.
    pub(crate) asks: bool,
    /// Whether the archive is deleted at the end.
    pub(crate) tidies: bool,
    /// Whether the order within the preparation is another one.
    pub(crate) swapped: bool,
}

impl Shape {
    /// Draws one.
    pub(crate) fn draw(rng: &mut Rng) -> Self {
        Self {
            broker: rng.bool(),
            converts: rng.bool(),
            counts: (0..rng.usize(2..=6)).map(|_| rng.usize(1..20)).collect(),
            asks: rng.u8(0..4) == 0,
            tidies: rng.u8(0..3) == 0,
            swapped: rng.bool(),
        }
    }

    /// The plan of this shape.
    pub(crate) fn plan(&self) -> Option<Plan> {
        let mut steps = prepare(self.swapped)?;
        steps.extend(switch(self)?);
        if self.asks {
            steps.push(ask()?);
        }
        if self.tidies {
            steps.push(tidy()?);
        }
        for (number, at) in self.counts.iter().enumerate() {
            // Not the first one, which looks before anything is done.
            let at = (*at).clamp(1, steps.len());
            let downtime = at < steps.len() && steps[at].downtime && steps[at - 1].downtime;
            steps.insert(at, Step { downtime, ..count(number)? });
        }
        Some(Plan {
            environment: refit_model::EnvironmentName::new("sim").ok()?,
            installation: refit_model::InstallationName::new("broker").ok()?,
            assessment: Digest::of(b"assessment"),
            playbook: None,
            pack: PackRef {
                platform: refit_model::PlatformName::new("stub").ok()?,
                knowledge: "2026-01-01".into(),
                digest: Digest::of(b"pack"),
            },
            from: "1".parse().ok()?,
            to: "2".parse().ok()?,
            why_this_version: "simulated".into(),
            way: Vec::new(),
            strategy: Strategy::SideBySide,
            parameters: [("root", ROOT)].into_iter().collect(),
            steps,
            settlements: Vec::new(),
            decisions: Vec::new(),
            questions: Vec::new(),
            landmarks: vec![Landmark {
                text: "the new version is in place".into(),
                condition: links("current", "broker-2"),
            }],
            logs: vec![path("broker-2/log")],
            point_of_no_return: PointOfNoReturn::None("simulated".into()),
            rehearsal: None,
        })
    }
}

/// The file that the command with this number adds a line to.
pub(crate) fn counter(number: usize) -> String {
    format!("{ROOT}/counter-{number}")
}

/// The process of the broker in this home.
pub(crate) fn process(home: &str) -> ProcessMatch {
    ProcessMatch {
        executable: "java".into(),
        argument_prefix: "-Dhome=".into(),
        folder: path(home),
    }
}

fn prepare(swapped: bool) -> Option<Vec<Step>> {
    let digest = archive_digest();
    let tar = path("staged/broker-2.tar");
    let into = path("broker-2");
    let has_tar = Condition::HasDigest { path: tar.clone(), digest };
    let unpacked = Condition::Unpacked { archive: tar.clone(), digest, into: into.clone() };
    let fetch = Act::Fetch { artifact: "broker-2.tar".into(), digest, to: tar.clone() };
    let unpack = Act::Unpack { archive: tar.clone(), digest, into: into.clone() };
    let aside = Act::Move { from: into, to: path("broker-2.rolled-back"), leave_link: false };
    let inputs = Condition::Unchanged(vec![PlannedFile {
        path: path("broker-1/conf/nothing"),
        fingerprint: None,
    }]);
    let nothing = |why: &str| Undo::Nothing(why.into());
    let mut inside = vec![place()?, write()?];
    if swapped {
        inside.reverse();
    }
    let first = [
        step("inputs", Condition::Never, Act::Observe, inputs, nothing("looked only"))?,
        step(
            "fetch",
            has_tar.clone(),
            fetch,
            has_tar,
            undo(Condition::Absent(tar.clone()), Act::Remove(vec![tar])),
        )?,
        step(
            "unpack",
            unpacked.clone(),
            unpack,
            unpacked,
            undo(Condition::Absent(path("broker-2")), aside),
        )?,
    ];
    Some(first.into_iter().chain(inside).chain([point_a()?]).collect())
}

fn place() -> Option<Step> {
    let pairs =
        vec![FilePair { from: path("broker-1/conf/users"), to: path("broker-2/conf/users") }];
    let same = Condition::SameAs(pairs.clone());
    step("place", same.clone(), Act::Place(pairs), same, Undo::Nothing("in the new home".into()))
}

fn write() -> Option<Step> {
    let template = Template::plain("settled").digest().ok()?;
    let (file, mode, secrets_from) = (path("broker-2/conf/main"), 0o640, path("broker-1/conf"));
    let written =
        Condition::Holds { path: file.clone(), template, mode, secrets_from: secrets_from.clone() };
    let act = Act::WriteFile { path: file, template, mode, secrets_from };
    step("write", written.clone(), act, written, Undo::Nothing("in the new home".into()))
}

fn point_a() -> Option<Step> {
    let items = vec![RestoreItem { name: "home".into(), path: path("broker-1"), warm: true }];
    let act = Act::RestorePoint {
        at: path("points/a"),
        items,
        seal: true,
        rehearse_in: Some(path("points/scratch")),
    };
    let taken = Condition::RestorePoint(path("points/a"));
    step("point-a", taken.clone(), act, taken, Undo::Nothing("kept".into()))
}

fn data() -> Vec<RestoreItem> {
    vec![RestoreItem { name: "data".into(), path: path("data"), warm: false }]
}

/// Everything while clients are cut off, and the seal after it.
fn switch(shape: &Shape) -> Option<Vec<Step>> {
    let mut steps = Vec::new();
    if shape.broker {
        steps.push(stop_old()?);
    }
    let moved = links("broker-1/data", "data");
    let leave = Act::Move { from: path("broker-1/data"), to: path("data"), leave_link: true };
    let back = Condition::All(vec![
        Condition::Absent(path("data")),
        Condition::Exists(path("broker-1/data/store")),
    ]);
    let move_back = Act::Move { from: path("data"), to: path("broker-1/data"), leave_link: false };
    steps.push(step("move", moved.clone(), leave, moved, undo(back, move_back))?);
    let copied = Condition::Exists(path("points/b/data"));
    let act =
        Act::RestorePoint { at: path("points/b"), items: data(), seal: false, rehearse_in: None };
    steps.push(step("point-b", copied.clone(), act, copied, Undo::Nothing("kept".into()))?);
    if shape.converts {
        steps.push(convert()?);
    }
    steps.push(turn()?);
    if shape.broker {
        steps.push(start_new()?);
    }
    for step in &mut steps {
        step.downtime = true;
    }
    let sealed = Condition::RestorePoint(path("points/b"));
    let seal = Act::Seal { at: path("points/b"), items: data() };
    steps.push(step("seal", sealed.clone(), seal, sealed, Undo::Nothing("kept".into()))?);
    Some(steps)
}

fn turn() -> Option<Step> {
    let link = |target: &str| Act::Link {
        path: path("current"),
        target: target.to_owned().into(),
        set_aside: None,
    };
    let to = |target: &str| Condition::LinksTo {
        path: path("current"),
        target: target.to_owned().into(),
    };
    step(
        "switch",
        to("broker-2"),
        link("broker-2"),
        to("broker-2"),
        undo(to("broker-1"), link("broker-1")),
    )
}

/// Changes the store, which is taken back by sealing and restoring the restore point.
fn convert() -> Option<Step> {
    let store = path("data/store");
    let converted =
        Condition::HasDigest { path: store.clone(), digest: Digest::of(b"converted messages") };
    let command = command(["convert", store.to_str()?]);
    let sealed = Condition::RestorePoint(path("points/b"));
    let restored =
        Condition::SameAs(vec![FilePair { from: path("points/b/data"), to: path("data") }]);
    let acts = vec![
        UndoAct {
            probe: sealed.clone(),
            act: Act::Seal { at: path("points/b"), items: data() },
            verify: Check::now(sealed),
        },
        UndoAct {
            probe: restored.clone(),
            act: Act::Restore {
                from: path("points/b"),
                items: data(),
                aside: path("points/replaced"),
            },
            verify: Check::now(restored),
        },
    ];
    let act = Act::Run { command, repeatable: true };
    step("convert", converted.clone(), act, converted, Undo::By(acts))
}

fn stop_old() -> Option<Step> {
    let old = process("broker-1");
    let stop = Act::Stop { process: old.clone(), within_seconds: 10, pid_file: None };
    let start = start("broker-1", "broker-1/data")?;
    let gone = Condition::Gone(old.clone());
    let again =
        UndoAct { probe: Condition::Runs(old), act: start, verify: serves("broker-1", "1")? };
    step("stop", gone.clone(), stop, gone, Undo::By(vec![again]))
}

fn start_new() -> Option<Step> {
    let new = process("broker-2");
    let stop = Act::Stop { process: new.clone(), within_seconds: 10, pid_file: None };
    let undo = undo(Condition::Gone(new), stop);
    let serves = serves("broker-2", "2")?;
    let probe = serves.condition.clone();
    let act = start("broker-2", "data")?;
    Some(Step { verify: serves, ..step("start", probe.clone(), act, probe, undo)? })
}

fn start(home: &str, data: &str) -> Option<Act> {
    let command = command(["broker", path(home).to_str()?, path(data).to_str()?]);
    Some(Act::Start { command, process: process(home), pid_file: None })
}

fn serves(home: &str, version: &str) -> Option<Check> {
    let endpoint = EndpointCheck {
        name: "main".into(),
        protocol: Protocol::Stomp,
        tls: false,
        address: format!("127.0.0.1:{}", crate::site::PORT),
        certificate: None,
    };
    let check = BrokerCheck {
        process: process(home),
        version: version.parse().ok()?,
        endpoints: vec![endpoint],
        folders: Vec::new(),
        again_after_milliseconds: 200,
    };
    Some(Check { condition: Condition::Broker(Box::new(check)), within_seconds: 30 })
}

/// A command that must not be repeated, and that nothing shows afterwards.
fn count(number: usize) -> Option<Step> {
    let command = command(["count", counter(number).as_str()]);
    let there = Condition::Exists(counter(number).into());
    let act = Act::Run { command, repeatable: false };
    let nothing = Undo::Nothing("a counter".into());
    step(&format!("count-{number}"), Condition::Never, act, there, nothing)
}

fn ask() -> Option<Step> {
    let act = Act::Ask(vec!["look at the console".into()]);
    let always = Condition::Exists(path("broker-1"));
    let asked = step("ask", Condition::Never, act, always, Undo::Nothing("looked only".into()))?;
    Some(Step { owner: Owner::Person("operator".into()), ..asked })
}

fn tidy() -> Option<Step> {
    let gone = Condition::Absent(path("staged/broker-2.tar"));
    let act = Act::Remove(vec![path("staged/broker-2.tar")]);
    step("tidy", gone.clone(), act, gone, Undo::Nothing("it can be fetched again".into()))
}

fn command<const N: usize>(argv: [&str; N]) -> Command {
    Command::new(argv, "/".to_owned().into())
}

fn links(from: &str, target: &str) -> Condition {
    Condition::LinksTo { path: path(from), target: path(target) }
}

fn undo(probe: Condition, act: Act) -> Undo {
    Undo::By(vec![UndoAct { verify: Check::now(probe.clone()), probe, act }])
}

fn step(id: &str, probe: Condition, act: Act, verify: Condition, undo: Undo) -> Option<Step> {
    Some(Step {
        id: StepId::new(id).ok()?,
        title: id.into(),
        reason: "simulated".into(),
        phase: Phase::Upgrade,
        host: HostName::new("sim").ok()?,
        owner: Owner::Refit,
        needs: Vec::new(),
        estimate_milliseconds: 10,
        downtime: false,
        may_skip: false,
        probe,
        act,
        verify: Check::now(verify),
        undo,
    })
}
