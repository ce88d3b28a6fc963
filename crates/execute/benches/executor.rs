//! What the executor costs beside the disk: a long plan whose steps find nothing to do, going on
//! with it, and appending to a journal. Printed beside the disk's own rate in the same run;
//! nothing is asserted. `cargo xtask bench executor` runs it.

#![expect(clippy::unwrap_used, reason = "a benchmark that cannot be set up ends")]

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Seek as _, SeekFrom, Write as _};
use std::path::Path;
use std::time::{Duration, Instant};

use refit_execute::{
    Charge, Ended, Executor, Finding, Interrupt, Journal, KeyChange, Payload, RunEvent, Unobserved,
    World, WorldError,
};
use refit_hosts::{Deadline, Host, LocalHost, Reader};
use refit_model::{
    Act, BrokerCheck, Check, Condition, Digest, Document as _, EnvironmentName, Fingerprint,
    HostName, HostPath, InstallationName, Owner, PackRef, Phase, Plan, PlatformName,
    PointOfNoReturn, RunId, Secret, Step, StepId, Strategy, Undo,
};

const STEPS: u32 = 10_000;
const APPENDS: u32 = 5_000;

fn main() {
    let folder = tempfile::tempdir_in(".").unwrap();
    let disk = syncs_a_second(folder.path());
    println!("disk: {disk:.0} writes of 4 KiB with fdatasync a second");
    appended(folder.path(), disk);
    whole_plan(folder.path(), disk);
}

/// How often the disk makes 4 KiB durable in a second, one after the other.
fn syncs_a_second(folder: &Path) -> f64 {
    let mut file = File::create(folder.join("synced")).unwrap();
    let block = vec![7; 4096];
    file.write_all(&block.repeat(16)).unwrap();
    file.sync_all().unwrap();
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < Duration::from_secs(3) {
        file.seek(SeekFrom::Start(u64::from(count % 16) * 4096)).unwrap();
        file.write_all(&block).unwrap();
        file.sync_data().unwrap();
        count += 1;
    }
    f64::from(count) / begin.elapsed().as_secs_f64()
}

fn appended(folder: &Path, disk: f64) {
    let run = RunId::new("bench-1").unwrap();
    let mut journal = Journal::open(&folder.join("appended.sqlite"), &run).unwrap();
    let begin = Instant::now();
    for number in 0..APPENDS {
        let note = Payload::Note { step: None, by: "ann".into(), text: format!("note {number}") };
        journal.append(note).unwrap();
    }
    let rate = f64::from(APPENDS) / begin.elapsed().as_secs_f64();
    println!(
        "append: {rate:.0} events a second with synchronous=FULL, n={APPENDS}; ratio to the disk's \
         own rate {:.2}",
        rate / disk
    );
}

fn whole_plan(folder: &Path, disk: f64) {
    let plan = plan();
    let begin = Instant::now();
    work(folder, &plan, RunEvent::Begun, Some(STEPS / 2));
    let first = begin.elapsed();
    // Going on: the journal is read and checked, and every settled step is passed over.
    let begin = Instant::now();
    let journal = Journal::open(&folder.join("journal.sqlite"), &RunId::new("bench-2").unwrap());
    let events = journal.unwrap().events().len();
    let reading = begin.elapsed();
    let begin = Instant::now();
    work(folder, &plan, RunEvent::Begun, None);
    let second = begin.elapsed();
    let whole = (first + second).as_secs_f64();
    let floor = f64::from(STEPS) / disk;
    println!(
        "executor: {STEPS} steps with nothing to do in {whole:.2} s, of which the disk's own {STEPS} \
         writes take {floor:.2} s: {:.2} s are the executor's; promised: at most 5 s",
        whole - floor
    );
    let begin = Instant::now();
    let journal = Journal::open(&folder.join("journal.sqlite"), &RunId::new("bench-2").unwrap());
    let all = journal.unwrap().events().len();
    println!(
        "resume: {:.2} s to read and check {events} events, {:.2} s for {all}; promised: at most 2 s",
        reading.as_secs_f64(),
        begin.elapsed().as_secs_f64()
    );
    println!("memory: {} MB at most; promised: at most 300 MB", peak_megabytes());
}

/// Works on the plan, up to a step if one is given.
fn work(folder: &Path, plan: &Plan, event: RunEvent, up_to: Option<u32>) {
    let run = RunId::new("bench-2").unwrap();
    let journal = Journal::open(&folder.join("journal.sqlite"), &run).unwrap();
    let world = Nothing(LocalHost::new(HostName::new("local").unwrap()));
    let charge = Charge {
        plan: plan.digest().unwrap(),
        approval: Digest::of(b"approval"),
        by: "bench".into(),
        why: String::new(),
        control: HostPath::from(folder.join("control")),
        stop_by: None,
    };
    let interrupt = Interrupt::new();
    let mut counting = Counting { left: up_to.unwrap_or(u32::MAX), interrupt: interrupt.clone() };
    let mut unobserved = Unobserved;
    let observer: &mut dyn refit_execute::Observer =
        if up_to.is_some() { &mut counting } else { &mut unobserved };
    let executor = Executor::take_charge(plan, &world, journal, observer, interrupt, charge, event);
    let mut executor = executor.unwrap();
    let ended = executor.run().unwrap();
    assert_eq!(ended == Ended::Complete, up_to.is_none(), "{ended:?}");
    let (_, status) = executor.into_parts();
    let settled = status.steps.values().filter(|step| step.state.is_settled()).count();
    assert_eq!(settled, up_to.unwrap_or(STEPS) as usize);
}

/// Wishes to stop after so many steps.
struct Counting {
    left: u32,
    interrupt: Interrupt,
}

impl refit_execute::Observer for Counting {
    fn recorded(&mut self, event: &refit_execute::Event, _status: &refit_execute::Status) {
        if event.payload.step().is_some() {
            self.left = self.left.saturating_sub(1);
            if self.left == 0 {
                self.interrupt.wish();
            }
        }
    }
}

fn peak_megabytes() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024 / 1_000_000
}

fn plan() -> Plan {
    let step = |number: u32| Step {
        id: StepId::new(format!("step-{number}")).unwrap(),
        title: format!("Step {number}"),
        reason: "for the benchmark".into(),
        phase: Phase::Upgrade,
        host: HostName::new("local").unwrap(),
        owner: Owner::Refit,
        needs: Vec::new(),
        estimate_milliseconds: 1,
        downtime: false,
        may_skip: false,
        probe: Condition::All(Vec::new()),
        act: Act::Observe,
        verify: Check::now(Condition::All(Vec::new())),
        undo: Undo::Nothing("nothing is done".into()),
    };
    Plan {
        environment: EnvironmentName::new("bench").unwrap(),
        installation: InstallationName::new("broker").unwrap(),
        assessment: Digest::of(b"assessment"),
        playbook: None,
        pack: PackRef {
            platform: PlatformName::new("stub").unwrap(),
            knowledge: "2026-01-01".into(),
            digest: Digest::of(b"pack"),
        },
        from: "1".parse().unwrap(),
        to: "2".parse().unwrap(),
        why_this_version: "bench".into(),
        way: Vec::new(),
        strategy: Strategy::SideBySide,
        parameters: std::iter::empty::<(&str, &str)>().collect(),
        steps: (0..STEPS).map(step).collect(),
        settlements: Vec::new(),
        decisions: Vec::new(),
        questions: Vec::new(),
        landmarks: Vec::new(),
        logs: Vec::new(),
        point_of_no_return: PointOfNoReturn::None("nothing is done".into()),
        rehearsal: None,
    }
}

/// A world in which nothing is asked.
struct Nothing(LocalHost);

fn not_asked<T>() -> Result<T, WorldError> {
    Err(WorldError::new("the benchmark's plan asks nothing"))
}

impl World for Nothing {
    fn host(&self, _name: &HostName) -> Result<&dyn Host, WorldError> {
        Ok(&self.0)
    }

    fn artifact(&self, file: &str) -> HostPath {
        file.to_owned().into()
    }

    fn content(&self, _: Reader<'_>, _: Digest, _: &HostPath) -> Result<Secret, WorldError> {
        not_asked()
    }

    fn fingerprint(&self, _content: &[u8]) -> Fingerprint {
        Fingerprint::from_mac(&[0; 32])
    }

    fn broker(&self, _: Reader<'_>, _: &BrokerCheck, _: Deadline) -> Result<Finding, WorldError> {
        not_asked()
    }

    fn with_values(&self, _: &str, _: &[u8], _: &[KeyChange]) -> Result<Secret, WorldError> {
        not_asked()
    }

    fn holdings(
        &self,
        _: Reader<'_>,
        _: &BrokerCheck,
        _: Deadline,
    ) -> Result<Option<BTreeMap<String, u64>>, WorldError> {
        not_asked()
    }

    fn redact(&self, text: &str) -> String {
        text.to_owned()
    }
}
