//! The simulated host, behind a network that loses, delays and cuts.

use std::collections::VecDeque;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use refit_hosts::{
    Answer, Cancel, Change, Control, Deadline, Details, Disk as _, Entry, Fence, Hear, Host,
    HostError, Kind, Outcome, Query, Recall, Result, Seen, Space, change,
};
use refit_model::{Digest, HostName, HostPath, RunId};

use crate::fault::{Fault, Place};
use crate::machine::{SimMachine, metadata};
use crate::operator;
use crate::processes::Broker;
use crate::saboteur::Saboteur;
use crate::simulation::Simulation;
use crate::site;
use crate::state::{Late, State, unreachable};
use crate::tree::Body;

/// How long something waits that hears nothing.
const HANG_MILLISECONDS: u64 = 60_000;

/// The host as one process of Refit's sees it.
pub(crate) struct SimHost {
    pub(crate) sim: Arc<Simulation>,
    pub(crate) name: HostName,
    /// The process.
    pub(crate) controller: u32,
    /// Where the process keeps its journal.
    pub(crate) store: usize,
    /// Whether it took over from a frozen one.
    pub(crate) is_second: bool,
}

/// What becomes of a request that arrived, or of its answer.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Delivery {
    Whole,
    AnswerLost,
    Nothing,
    Hang { done: bool },
}

impl SimHost {
    /// Sends a request, and gives what comes back. `changes` says whether it is one that changes
    /// something.
    fn exchange<T>(
        &self,
        what: &str,
        changes: bool,
        later: impl FnOnce() -> Option<Late>,
        act: impl Fn(&SimMachine<'_>) -> Result<T>,
    ) -> Result<T> {
        let delivery = self.send(what, changes, later)?;
        let machine = SimMachine::new(&self.sim, Some(self.controller), None);
        match delivery {
            Delivery::Nothing => return Err(unreachable("the connection is lost")),
            Delivery::Hang { done: false } => return Err(HostError::Deadline(what.to_owned())),
            _ => {}
        }
        let answer = act(&machine);
        let saboteur = self.sim.state().saboteur;
        if delivery != Delivery::Whole && saboteur == Some(Saboteur::RetryingTransport) {
            return act(&machine);
        }
        match delivery {
            Delivery::Whole => answer,
            Delivery::Hang { .. } => Err(HostError::Deadline(what.to_owned())),
            _ => Err(unreachable("the connection is lost")),
        }
    }

    fn send(
        &self,
        what: &str,
        changes: bool,
        later: impl FnOnce() -> Option<Late>,
    ) -> Result<Delivery> {
        let mut state = self.sim.state();
        state.must_live(self.controller)?;
        state.wait(1);
        state.pass(Place::Request);
        state.tell(|| format!("  {} asks: {what}", self.controller));
        self.operators(&mut state);
        let arriving = arriving(&mut state);
        let frozen = !self.is_second && state.strikes(Fault::Frozen);
        drop(state);
        for late in arriving {
            self.deliver(&late);
        }
        if frozen {
            operator::take_over(&self.sim, self.store);
        }
        let mut state = self.sim.state();
        if state.strikes(Fault::Killed) {
            state.kill(self.controller);
            return Err(unreachable("this process is dead"));
        }
        Ok(weather(&mut state, changes, later))
    }

    /// What people do meanwhile.
    fn operators(&self, state: &mut State) {
        if state.strikes(Fault::WallJump) {
            state.jump();
        }
        let once = state.strikes(Fault::CtrlC);
        let twice = !once && state.strikes(Fault::CtrlCTwice);
        let interrupt = state.interrupts.get(&self.controller);
        for _ in 0..usize::from(once) + 2 * usize::from(twice) {
            if let Some(interrupt) = interrupt {
                interrupt.wish();
            }
        }
    }

    /// A request arrives after its time.
    fn deliver(&self, late: &Late) {
        self.sim.state().tell(|| format!("  late: {}", late.fence.operation));
        let outcomes = self.make(None, late.store, &late.fence, &late.changes);
        let refused = outcomes.iter().any(Result::is_err);
        self.sim.state().tell(|| format!("  late: {}", if refused { "refused" } else { "done" }));
    }

    /// The host makes changes, and is looked at.
    fn make(
        &self,
        controller: Option<u32>,
        store: usize,
        fence: &Fence,
        changes: &[Change],
    ) -> Vec<Result<Outcome>> {
        let unfenced;
        let passed = if self.sim.state().saboteur == Some(Saboteur::NoFence) {
            unfenced = self.unfenced(fence);
            &unfenced
        } else {
            fence
        };
        let machine = SimMachine::new(&self.sim, controller, Some(fence));
        let outcomes = change(&machine, passed, changes);
        let seen = self.peek(&fence.control, &fence.run);
        if seen == Some(Seen { sequence: fence.sequence, intent: Some(fence.intent) }) {
            self.sim.state().laws.has_seen(store);
        }
        outcomes
    }

    /// A fence that passes whatever the host has seen.
    fn unfenced(&self, fence: &Fence) -> Fence {
        let epoch = self.sim.state().laws.epoch();
        let seen = self.peek(&fence.control, &fence.run).unwrap_or_default();
        Fence { epoch, sequence: fence.sequence.max(seen.sequence), ..fence.clone() }
    }

    /// What the host has seen, looked at from outside.
    fn peek(&self, control: &HostPath, run: &RunId) -> Option<Seen> {
        let machine = SimMachine::new(&self.sim, None, None);
        Control::new(&machine, control).last_seen(run).ok().flatten()
    }
}

/// Requests that arrive now, with this one.
fn arriving(state: &mut State) -> Vec<Late> {
    for late in &mut state.late {
        late.after = late.after.saturating_sub(1);
    }
    let all = std::mem::take(&mut state.late);
    let (due, rest) = all.into_iter().partition(|late| late.after == 0);
    state.late = rest;
    due
}

/// What the network does with a request.
fn weather(state: &mut State, changes: bool, later: impl FnOnce() -> Option<Late>) -> Delivery {
    if state.strikes(Fault::RequestLost) {
        return Delivery::Nothing;
    }
    if changes && state.strikes(Fault::AnswerLost) {
        return Delivery::AnswerLost;
    }
    if state.strikes(Fault::Hang) {
        state.wait(HANG_MILLISECONDS);
        return Delivery::Hang { done: state.rng.bool() };
    }
    let Some(mut late) = changes.then(later).flatten() else { return Delivery::Whole };
    if state.strikes(Fault::Late) {
        late.after = state.rng.u32(1..20);
        state.late.push(late);
        state.wait(HANG_MILLISECONDS);
        return Delivery::Hang { done: false };
    }
    Delivery::Whole
}

impl Host for SimHost {
    fn name(&self) -> &HostName {
        &self.name
    }

    fn ask(
        &self,
        questions: &[Query],
        _deadline: Deadline,
        cancel: &Cancel,
    ) -> Vec<Result<Answer>> {
        let what = questions.first().map_or_else(String::new, shown);
        let answers = self.exchange(
            &what,
            false,
            || None,
            |machine| {
                Ok(questions
                    .iter()
                    .map(|question| answer(&self.sim, machine, question, cancel))
                    .collect())
            },
        );
        answers.unwrap_or_else(|error| vec![Err(error)])
    }

    fn change(
        &self,
        fence: &Fence,
        changes: &[Change],
        _deadline: Deadline,
        _cancel: &Cancel,
        _hear: &dyn Hear,
    ) -> Vec<Result<Outcome>> {
        let late = || {
            Some(Late {
                after: 0,
                fence: fence.clone(),
                changes: changes.to_vec(),
                store: self.store,
            })
        };
        let outcomes = self.exchange(&fence.operation, true, late, |_| {
            Ok(self.make(Some(self.controller), self.store, fence, changes))
        });
        outcomes.unwrap_or_else(|error| vec![Err(error)])
    }

    fn recall(
        &self,
        control: &HostPath,
        run: &RunId,
        sequence: u64,
        operation: &str,
    ) -> Result<Recall> {
        self.exchange(
            "recall",
            false,
            || None,
            |machine| {
                let saboteur = self.sim.state().saboteur;
                match saboteur {
                    Some(Saboteur::NoMemory) => Ok(Recall::NotSeen),
                    Some(Saboteur::BoastfulHost) => Ok(Recall::Done(Vec::new())),
                    _ => Control::new(machine, control).recall(run, sequence, operation),
                }
            },
        )
    }

    fn last_seen(&self, control: &HostPath, run: &RunId) -> Result<Option<Seen>> {
        self.exchange(
            "last seen",
            false,
            || None,
            |machine| {
                if self.sim.state().saboteur == Some(Saboteur::AnyJournal) {
                    return Ok(None);
                }
                Control::new(machine, control).last_seen(run)
            },
        )
    }

    fn take_charge(&self, control: &HostPath, run: &RunId, sequence: u64) -> Result<u64> {
        self.exchange(
            "take charge",
            true,
            || None,
            |machine| {
                let any = self.sim.state().saboteur == Some(Saboteur::AnyJournal);
                let sequence = if any { u64::MAX } else { sequence };
                let charge = Control::new(machine, control);
                charge.make()?;
                let epoch = charge.take_charge(run, sequence)?;
                self.sim.state().laws.charge_taken(epoch);
                Ok(epoch)
            },
        )
    }

    fn release(&self, control: &HostPath, run: &RunId, epoch: u64) -> Result<()> {
        self.exchange(
            "release",
            true,
            || None,
            |machine| Control::new(machine, control).release(run, epoch),
        )
    }
}

fn shown(question: &Query) -> String {
    let path = |name: &str, path: &HostPath| format!("{name} {path}");
    match question {
        Query::Stat(at) => path("stat", at),
        Query::Details(at) => path("details", at),
        Query::Walk { root, .. } => path("walk", root),
        Query::List { root, .. } => path("list", root),
        Query::Read { path: at, .. } => path("read", at),
        Query::Digest(at) => path("digest", at),
        Query::RealPath(at) => path("real path", at),
        Query::ArchiveMatches { into, .. } => path("compare", into),
        Query::AwaitExit { process, .. } => format!("await exit of {}", process.pid),
        Query::Processes => "processes".to_owned(),
        Query::ListeningPorts => "ports".to_owned(),
        other => format!("{other:?}"),
    }
}

fn answer(
    sim: &Simulation,
    machine: &SimMachine<'_>,
    question: &Query,
    cancel: &Cancel,
) -> Result<Answer> {
    match question {
        Query::Stat(path) => machine.stat(path.as_path()).map(Answer::Stat),
        Query::Walk { root, limit } => walk(sim, root, *limit).map(Answer::Entries),
        Query::Details(path) => {
            // Its disk has no attributes, links of files or holes.
            let found = machine.stat(path.as_path())?;
            let found = found.ok_or_else(|| HostError::NotFound(path.clone()))?;
            Ok(Answer::Details(Details { data_bytes: found.size, ..Details::default() }))
        }
        Query::List { root, limit } => {
            let mut entries = walk(sim, root, *limit)?;
            entries.retain(|entry| entry.path.as_path().components().count() == 1);
            Ok(Answer::Entries(entries))
        }
        Query::Read { path, limit } => machine.read(path.as_path(), *limit).map(Answer::Bytes),
        Query::Tail { path, bytes } => {
            let content = machine.read(path.as_path(), u64::MAX)?;
            let length = usize::try_from(*bytes).unwrap_or(usize::MAX).min(content.len());
            Ok(Answer::Bytes(content[content.len() - length..].to_vec()))
        }
        Query::Digest(path) => {
            machine.read(path.as_path(), u64::MAX).map(|bytes| Answer::Digest(Digest::of(&bytes)))
        }
        Query::RealPath(path) => {
            let real = sim.state().tree.real_path(path.as_path());
            real.map(|real| Answer::Path(real.into()))
                .ok_or_else(|| HostError::NotFound(path.clone()))
        }
        Query::ArchiveMatches { archive, into } => {
            differences(machine, archive, into).map(Answer::Differences)
        }
        Query::Processes => {
            let state = sim.state();
            let told = state.processes.running(state.now).map(Broker::told).collect();
            Ok(Answer::Processes(told))
        }
        Query::ListeningPorts => {
            let state = sim.state();
            let ports = state.processes.serving(state.now).map(|_| site::PORT).collect();
            Ok(Answer::Ports(ports))
        }
        Query::AwaitExit { process, within_milliseconds } => {
            if cancel.is_cancelled() {
                return Err(HostError::Cancelled("waiting".into()));
            }
            let mut state = sim.state();
            let end = state.now + within_milliseconds;
            let ends = state.processes.end_of(*process).filter(|ends| *ends <= end);
            let until = ends.unwrap_or(end).saturating_sub(state.now);
            state.wait(until);
            Ok(Answer::Ended(ends.is_some()))
        }
        Query::Space(_) => Ok(Answer::Space(Space {
            free_bytes: 1 << 40,
            total_bytes: 1 << 40,
            free_files: 1 << 20,
            device: 1,
        })),
        _ => Err(HostError::Unexpected),
    }
}

fn walk(sim: &Simulation, root: &HostPath, limit: usize) -> Result<Vec<Entry>> {
    let state = sim.state();
    if state.tree.names(root.as_path()).is_none() {
        return Err(HostError::NotFound(root.clone()));
    }
    let mut entries = Vec::new();
    let mut folders = VecDeque::from([PathBuf::new()]);
    while let Some(folder) = folders.pop_front() {
        for name in state.tree.names(&root.as_path().join(&folder)).unwrap_or_default() {
            let relative = folder.join(name);
            let Some(node) = state.tree.look(&root.as_path().join(&relative)) else { continue };
            if node.kind() == Kind::Folder {
                folders.push_back(relative.clone());
            }
            entries.push(Entry { path: relative.into(), metadata: metadata(node) });
            if entries.len() > limit {
                let limit = limit as u64;
                return Err(HostError::TooLarge {
                    path: root.clone(),
                    limit,
                    unit: "entries".into(),
                });
            }
        }
    }
    entries.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(entries)
}

fn differences(
    machine: &SimMachine<'_>,
    archive: &HostPath,
    into: &HostPath,
) -> Result<Vec<String>> {
    let files = site::archive_files(&machine.read(archive.as_path(), u64::MAX)?);
    let mut differences = Vec::new();
    for (path, content) in files.unwrap_or_default() {
        let below: PathBuf = path.components().skip(1).collect();
        match machine.read(&into.as_path().join(&below), u64::MAX) {
            Ok(found) if found == content.as_bytes() => {}
            Ok(_) => differences.push(format!("{}: other content", below.display())),
            Err(error) if error.is_not_found() => {
                differences.push(format!("{}: missing", below.display()));
            }
            Err(error) => return Err(error),
        }
    }
    Ok(differences)
}

/// Where Refit finds an artifact on the simulated host.
pub(crate) fn artifact(file: &str) -> HostPath {
    site::path("artifacts").join(Path::new(file))
}

/// The version that a broker tells which runs from `home`.
pub(crate) fn version(state: &State, pid: u32) -> Option<String> {
    let mut serving = state.processes.serving(state.now);
    serving.find(|broker| broker.told().id.pid == pid).map(|broker| broker.version.clone())
}

/// Whether something is a file: for laws, which look from outside.
pub(crate) fn is_file(state: &State, path: &str) -> bool {
    state.tree.open(Path::new(path)).is_some_and(|node| matches!(node.body, Body::File(_)))
}
