//! The simulated host's machine: its disk and its programs, each call of which can fail.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::MutexGuard;

use refit_hosts::{Disk, Fence, HostError, Kind, Machine, Metadata, Output, ProcessId, Result};
use refit_model::{Command, Digest, HostPath};

use crate::fault::{Fault, Place};
use crate::saboteur::Saboteur;
use crate::simulation::Simulation;
use crate::site;
use crate::state::{State, unreachable};
use crate::tree::{Body, Node};

/// The host at work on one request.
pub(crate) struct SimMachine<'a> {
    sim: &'a Simulation,
    /// Whose process works here; killing it ends the work. `None` for what arrives late.
    controller: Option<u32>,
    /// In whose name.
    fence: Option<&'a Fence>,
    /// Nothing is done any more: the connection, the process or the power is gone.
    is_over: Cell<bool>,
}

impl<'a> SimMachine<'a> {
    pub(crate) fn new(
        sim: &'a Simulation,
        controller: Option<u32>,
        fence: Option<&'a Fence>,
    ) -> Self {
        Self { sim, controller, fence, is_over: Cell::new(false) }
    }

    /// The state, unless the work is over.
    fn state(&self) -> Result<MutexGuard<'a, State>> {
        if self.is_over.get() { Err(unreachable("the work is over")) } else { Ok(self.sim.state()) }
    }

    /// One thing that the host does, at which the work can end.
    fn work(&self, what: &str, path: &Path) -> Result<MutexGuard<'a, State>> {
        let mut state = self.state()?;
        state.pass(Place::Work);
        state.tell(|| format!("    {what} {}", path.display()));
        let why = match self.controller {
            Some(controller) if state.strikes(Fault::KilledAtWork) => {
                state.kill(controller);
                "this process is dead"
            }
            _ if state.strikes(Fault::Severed) => "the connection is lost",
            _ if state.strikes(Fault::PowerCut) => {
                state.cut_power();
                "the power was cut"
            }
            _ => return Ok(state),
        };
        self.is_over.set(true);
        Err(unreachable(why))
    }

    /// One change of the disk, which can fail too.
    fn disk(&self, what: &str, path: &Path, grows: bool) -> Result<MutexGuard<'a, State>> {
        let mut state = self.work(what, path)?;
        if state.strikes(Fault::DiskError) {
            return Err(HostError::io("write", path, io::Error::other("input/output error")));
        }
        state.must_take(path, grows)?;
        self.note(&mut state, path);
        Ok(state)
    }

    /// Notes that somebody changes what is not the host's own.
    fn note(&self, state: &mut State, path: &Path) {
        if let Some(fence) = self.fence.filter(|fence| !path.starts_with(&fence.control)) {
            state.laws.changes(fence);
        }
    }

    /// Puts something where nothing is.
    fn add(&self, what: &str, path: &Path, node: Node) -> Result<()> {
        let mut state = self.disk(what, path, true)?;
        if state.tree.look(path).is_some() {
            return Err(HostError::Exists(path.into()));
        }
        if state.tree.add(path, node) { Ok(()) } else { Err(HostError::NotFound(path.into())) }
    }

    fn new_node(&self, body: Body, mode: u32) -> Result<Node> {
        let modified = i128::from(self.state()?.wall_seconds()) * 1_000_000_000;
        Ok(Node { body, mode, uid: 7, modified })
    }

    fn copy_node(&self, from: &Path, to: &Path, node: Node) -> Result<()> {
        let names = match &node.body {
            Body::Folder(_) => self.state()?.tree.names(from).unwrap_or_default(),
            _ => Vec::new(),
        };
        let body = match node.body {
            Body::Folder(_) => Body::Folder(BTreeMap::new()),
            other => other,
        };
        self.add("copy", to, Node { body, ..node })?;
        for name in names {
            let child = self.state()?.tree.look(&from.join(&name)).cloned();
            let child = child.ok_or_else(|| HostError::NotFound(from.join(&name).into()))?;
            self.copy_node(&from.join(&name), &to.join(&name), child)?;
        }
        Ok(())
    }
}

impl Disk for SimMachine<'_> {
    fn stat(&self, path: &Path) -> Result<Option<Metadata>> {
        Ok(self.state()?.tree.look(path).map(metadata))
    }

    fn is_folder(&self, path: &Path) -> Result<bool> {
        Ok(self.state()?.tree.open(path).is_some_and(|node| node.kind() == Kind::Folder))
    }

    fn read(&self, path: &Path, _limit: u64) -> Result<Vec<u8>> {
        match self.state()?.tree.open(path).map(|node| &node.body) {
            Some(Body::File(content)) => Ok(content.clone()),
            _ => Err(HostError::NotFound(path.into())),
        }
    }

    fn make_folder(&self, path: &Path, mode: u32) -> Result<()> {
        let node = self.new_node(Body::Folder(BTreeMap::new()), mode)?;
        self.add("make folder", path, node)
    }

    fn create(&self, path: &Path, content: &[u8], mode: u32) -> Result<()> {
        let node = self.new_node(Body::File(content.to_vec()), mode)?;
        self.add("create", path, node)
    }

    fn symlink(&self, path: &Path, target: &Path) -> Result<()> {
        let node = self.new_node(Body::Link(target.to_owned()), 0o777)?;
        self.add("link", path, node)
    }

    fn replace(&self, from: &Path, to: &Path) -> Result<()> {
        let mut state = self.disk("replace", to, false)?;
        if state.saboteur == Some(Saboteur::TornRename) {
            state.tree.unlink(to);
            drop(state);
            state = self.disk("replace", to, false)?;
        }
        if state.tree.rename(from, to) { Ok(()) } else { Err(HostError::NotFound(from.into())) }
    }

    fn rename(&self, from: &Path, to: &Path) -> Result<()> {
        let mut state = self.disk("rename", to, false)?;
        if state.tree.look(to).is_some() {
            return Err(HostError::Exists(to.into()));
        }
        if state.tree.rename(from, to) { Ok(()) } else { Err(HostError::NotFound(from.into())) }
    }

    fn delete(&self, path: &Path) -> Result<()> {
        let is_folder =
            self.state()?.tree.look(path).is_some_and(|node| node.kind() == Kind::Folder);
        if is_folder {
            let names = self.state()?.tree.names(path).unwrap_or_default();
            for name in names {
                self.delete(&path.join(name))?;
            }
        }
        self.disk("delete", path, false)?.tree.unlink(path);
        Ok(())
    }

    fn copy(&self, from: &Path, to: &Path) -> Result<()> {
        let node = self.state()?.tree.look(from).cloned();
        match node {
            Some(node) => self.copy_node(from, to, node),
            None => Err(failed("cp", "no such file")),
        }
    }

    fn fetch(&self, from: &HostPath, to: &Path) -> Result<Digest> {
        self.copy(from.as_path(), to)?;
        Ok(Digest::of(&self.read(to, u64::MAX)?))
    }

    fn unpack(&self, archive: &HostPath, into: &Path) -> Result<PathBuf> {
        let damaged = || HostError::Archive { path: archive.clone(), reason: "damaged".into() };
        let files = site::archive_files(&self.read(archive.as_path(), u64::MAX)?);
        let files = files.ok_or_else(damaged)?;
        for (path, content) in &files {
            let path = into.join(path);
            let mut missing = Vec::new();
            for folder in path.ancestors().skip(1).take_while(|folder| *folder != into) {
                if !self.is_folder(folder)? {
                    missing.push(folder);
                }
            }
            for folder in missing.into_iter().rev() {
                self.make_folder(folder, 0o755)?;
            }
            self.create(&path, content.as_bytes(), 0o644)?;
        }
        let first = files.keys().next().and_then(|path| path.iter().next());
        first.map(PathBuf::from).ok_or_else(damaged)
    }

    fn sync(&self, path: &Path) -> Result<()> {
        let mut state = self.work("sync", path)?;
        if state.strikes(Fault::DiskError) {
            return Err(HostError::io("write", path, io::Error::other("input/output error")));
        }
        let kind = state.tree.open(path).map(Node::kind);
        let kind = kind.ok_or_else(|| HostError::NotFound(path.into()))?;
        let lies = match kind {
            Kind::Folder => state.saboteur == Some(Saboteur::NoFolderSync),
            _ => state.saboteur == Some(Saboteur::NoFileSync),
        };
        if !lies {
            state.tree.sync(path);
        }
        Ok(())
    }

    fn sync_all(&self, path: &Path) -> Result<()> {
        self.work("sync all", path)?.tree.sync_all();
        Ok(())
    }
}

impl Machine for SimMachine<'_> {
    fn terminate(&self, process: ProcessId) -> Result<()> {
        let mut state = self.work("terminate", Path::new("process"))?;
        self.note(&mut state, Path::new("process"));
        let now = state.now;
        state.processes.end(process, now, false);
        Ok(())
    }

    fn kill(&self, process: ProcessId) -> Result<()> {
        let mut state = self.work("kill", Path::new("process"))?;
        self.note(&mut state, Path::new("process"));
        let now = state.now;
        state.processes.end(process, now, true);
        Ok(())
    }

    fn run(&self, command: &Command) -> Result<Output> {
        let name = command.argv.first().map_or("", String::as_str);
        let mut state = self.work("run", Path::new(name))?;
        if state.strikes(Fault::CommandFails) {
            return Err(failed(name, "out of luck"));
        }
        self.note(&mut state, Path::new(name));
        execute(&mut state, &command.argv)?;
        drop(state);
        // It has done its work; now it ends, or that is not heard of any more.
        drop(self.work("ran", Path::new(name))?);
        let (stdout, stderr) = (format!("{name} was done\n"), String::new());
        Ok(Output { code: Some(0), stdout, stderr, truncated: false })
    }
}

/// What the programs of the site do.
fn execute(state: &mut State, argv: &[String]) -> Result<()> {
    let modified = i128::from(state.wall_seconds()) * 1_000_000_000;
    let file =
        |content: &str| Node { body: Body::File(content.into()), mode: 0o600, uid: 7, modified };
    match argv {
        [name, path] if name == "count" => {
            state.laws.executed(path);
            let before = match state.tree.open(Path::new(path)).map(|node| &node.body) {
                Some(Body::File(content)) => String::from_utf8_lossy(content).into_owned(),
                _ => String::new(),
            };
            state.tree.write_through(Path::new(path), file(&(before + "x\n")));
            Ok(())
        }
        [name, path] if name == "convert" => {
            let is_there = state.tree.open(Path::new(path)).is_some();
            if !is_there {
                return Err(failed(name, "no store"));
            }
            state.tree.write_through(Path::new(path), file("converted messages"));
            Ok(())
        }
        [name, home, data] if name == "broker" => start(state, home, data),
        _ => Err(failed("sh", "no such program")),
    }
}

fn start(state: &mut State, home: &str, data: &str) -> Result<()> {
    let version = Path::new(home).join("version");
    let version = match state.tree.open(&version).map(|node| &node.body) {
        Some(Body::File(content)) => String::from_utf8_lossy(content).into_owned(),
        _ => return Err(failed("broker", "no version")),
    };
    let data = state.tree.real_path(Path::new(data));
    let data = data.ok_or_else(|| failed("broker", "no data"))?.display().to_string();
    let dies = state.strikes(Fault::BrokerDies);
    let now = state.now;
    state.processes.start(now, [home.to_owned(), data, version], dies);
    state.wait(0);
    Ok(())
}

fn failed(command: &str, why: &str) -> HostError {
    let (command, status) = (command.to_owned(), "exit code 1".to_owned());
    HostError::Exit { command, status, tail: vec![why.to_owned()] }
}

/// What a host tells of a node.
pub(crate) fn metadata(node: &Node) -> Metadata {
    let (size, target) = match &node.body {
        Body::File(content) => (content.len() as u64, None),
        Body::Folder(_) => (0, None),
        Body::Link(target) => (0, Some(HostPath::from(target))),
    };
    Metadata {
        kind: node.kind(),
        mode: node.mode,
        uid: node.uid,
        gid: node.uid,
        size,
        modified_nanoseconds: node.modified,
        target,
    }
}

#[cfg(test)]
mod tests {
    use fastrand::Rng;
    use refit_hosts::{Change, Control, change};
    use refit_model::RunId;

    use super::*;
    use crate::simulation::quiet;

    /// How many power cuts are tried, each with another seed.
    const CUTS: u64 = 100;

    fn run() -> RunId {
        RunId::new("sim-1").unwrap()
    }

    fn survives(sim: &Simulation, path: &str) -> bool {
        (0..CUTS).all(|seed| {
            let mut tree = sim.state().tree.clone();
            tree.cut(&mut Rng::with_seed(seed));
            tree.look(Path::new(path)).is_some()
        })
    }

    #[test]
    fn folders_survive_with_their_parents_and_so_does_who_is_in_charge() {
        let sim = quiet();
        let control = HostPath::from("/srv/mq/deep/control");
        let machine = SimMachine::new(&sim, None, None);
        Control::new(&machine, &control).make().unwrap();
        let epoch = Control::new(&machine, &control).take_charge(&run(), 0).unwrap();
        let folder = Change::MakeFolder { path: "/srv/mq/a/b/c".into(), mode: 0o755 };
        let (run, intent) = (run(), refit_model::Digest::of(b"intent"));
        let fence = Fence { control, run, epoch, sequence: 1, intent, operation: "op".into() };
        assert!(change(&machine, &fence, &[folder]).iter().all(Result::is_ok));
        assert!(survives(&sim, "/srv/mq/a/b/c"));
        assert!(survives(&sim, "/srv/mq/deep/control/state.json"));
    }

    #[test]
    fn what_an_interrupted_process_left_survives_once_charge_is_taken_again() {
        let sim = quiet();
        let control = HostPath::from("/srv/mq/control");
        let machine = SimMachine::new(&sim, None, None);
        Control::new(&machine, &control).make().unwrap();
        Control::new(&machine, &control).take_charge(&run(), 0).unwrap();
        machine.create(Path::new("/srv/mq/left"), b"whole", 0o600).unwrap();
        assert!(!survives(&sim, "/srv/mq/left"));
        Control::new(&machine, &control).take_charge(&run(), 0).unwrap();
        assert!(survives(&sim, "/srv/mq/left"));
    }
}
