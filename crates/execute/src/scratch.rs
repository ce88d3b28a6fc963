//! Scratch folders: where a version is tried on copies, beside the running installation.
//!
//! What is in a scratch folder belongs to Refit alone: its brokers are ended by a signal to the
//! verified process, and killed where they do not end. No script of the vendor's is called, which
//! could hit another broker.

use std::collections::BTreeMap;
use std::time::Duration;

use refit_hosts::{Cancel, Change, Deadline, Fence, Host, HostError, Reader, Writer};
use refit_model::{
    Act, Check, Digest, EndpointPart, HostPath, Override, OverrideTo, Parameters, ProcessMatch,
    RunId,
};

use crate::act::{ACT_SECONDS, perform};
use crate::condition::await_check;
use crate::{ExecuteError, Finding, KeyChange, Result, World};

/// How long a scratch folder's broker may take to end; then it is killed, since it is ours.
const STOP_SECONDS: u64 = 30;
/// How long one question may take.
const QUESTION_SECONDS: u32 = 600;
/// How often copying a store is tried while a broker changes it.
const COPY_ATTEMPTS: u32 = 5;
/// Configuration files are small.
const FILE_LIMIT: u64 = 64 << 20;

/// A scratch folder on a host, in the charge of this process.
pub struct Scratch<'a> {
    world: &'a dyn World,
    host: &'a dyn Host,
    folder: HostPath,
    fence: Fence,
    cancel: &'a Cancel,
}

impl<'a> Scratch<'a> {
    /// The scratch folder `folder`, for the purpose `name`. Nothing is made yet.
    pub fn new(
        world: &'a dyn World,
        host: &'a dyn Host,
        folder: &HostPath,
        name: &str,
        cancel: &'a Cancel,
    ) -> Result<Self> {
        let run = RunId::new(name).map_err(|error| ExecuteError::State(error.to_string()))?;
        if folder.to_str().is_none() {
            return Err(ExecuteError::State(format!("{folder} is not UTF-8")));
        }
        let fence = Fence {
            control: format!("{folder}.control").into(),
            run,
            epoch: 0,
            sequence: 1,
            intent: Digest::of(name.as_bytes()),
            operation: name.to_owned(),
        };
        Ok(Self { world, host, folder: folder.clone(), fence, cancel })
    }

    /// The folder.
    pub fn folder(&self) -> &HostPath {
        &self.folder
    }

    /// Where the host remembers what was done to the folder.
    pub fn control(&self) -> &HostPath {
        &self.fence.control
    }

    /// Takes charge and makes the folder, open to this user alone: it will hold secrets.
    pub fn make(&mut self) -> Result<()> {
        self.take_charge()?;
        self.writer().make(&[Change::MakeFolder { path: self.folder.clone(), mode: 0o700 }])?;
        Ok(())
    }

    /// Ends the folder's own brokers, if such run, and removes everything. Also after an earlier
    /// use that was killed, and when the operator asked to stop: cleaning up is how it stops.
    pub fn clean_up(&mut self, processes: &[ProcessMatch]) -> Result<()> {
        let cancel = Cancel::new();
        self.take_charge()?;
        let deadline = Deadline::seconds(ACT_SECONDS);
        let writer = Writer::new(self.host, self.fence.clone(), deadline, &cancel);
        for process in processes {
            end(&writer, process)?;
        }
        writer.make(&[Change::Remove(self.folder.clone())])?;
        // The control folder goes last: it holds the lock that the changes before passed.
        match writer.make(&[Change::Remove(self.fence.control.clone())]) {
            // Removing it takes away the place where the outcome would be recorded.
            Ok(_) | Err(HostError::NotFound(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Copies a folder although a broker goes on writing to it; a file that vanished makes the copy
    /// fail, and it is taken again as a whole.
    pub fn copy(&self, from: &HostPath, to: &HostPath) -> Result<()> {
        let mut last = HostError::Unexpected;
        let done = (0..COPY_ATTEMPTS).any(|_| {
            let folder = to.parent().map(|path| Change::MakeFolder { path, mode: 0o755 });
            let copy =
                [Change::Remove(to.clone()), Change::Copy { from: from.clone(), to: to.clone() }];
            let changes: Vec<_> = folder.into_iter().chain(copy).collect();
            self.writer().make(&changes).map_err(|error| last = error).is_ok()
        });
        if done { Ok(()) } else { Err(last.into()) }
    }

    /// Gives the configuration of the home in this folder other ports and places. The ports are
    /// the parameters `new_host.NAME` and `new_port.NAME`.
    pub fn override_keys(
        &self,
        home: &HostPath,
        overrides: &[Override],
        parameters: &Parameters,
    ) -> Result<()> {
        let mut by_file: BTreeMap<&str, Vec<KeyChange>> = BTreeMap::new();
        for one in overrides {
            let change = self.key_change(&one.key, &one.to, parameters)?;
            by_file.entry(&one.file).or_default().push(change);
        }
        for (file, changes) in by_file {
            let path = home.join(file);
            let content = self.reader().read(&path, FILE_LIMIT)?;
            let mode = self.reader().stat(&path)?.map_or(0o600, |found| found.mode);
            let content = self.world.with_values(file, &content, &changes)?;
            self.writer().make(&[Change::Write { path, content, mode }])?;
        }
        Ok(())
    }

    fn key_change(&self, key: &str, to: &OverrideTo, ports: &Parameters) -> Result<KeyChange> {
        let key = key.to_owned();
        let (name, at) = match to {
            OverrideTo::ScratchPath(below) => {
                let to = self.folder.join(below).to_string();
                return Ok(KeyChange::Value { key, to });
            }
            OverrideTo::Endpoint { name, at } => (name, at),
        };
        let host = ports.resolve(&format!("${{new_host.{name}}}"))?;
        let port = ports.resolve(&format!("${{new_port.{name}}}"))?;
        let number = port.parse().map_err(|_| {
            ExecuteError::State(format!("the port of `{name}` is no number: {port}"))
        })?;
        Ok(match at {
            EndpointPart::Uri => KeyChange::UriAddress { key, host, port: number },
            EndpointPart::Host => KeyChange::Value { key, to: host },
            EndpointPart::Port | EndpointPart::JvmProperty => KeyChange::Value { key, to: port },
        })
    }

    /// Does an act of a plan, whose paths lead into this folder.
    pub fn perform(&self, act: &Act) -> Result<()> {
        perform(self.world, &self.writer(), act, None)?;
        Ok(())
    }

    /// Waits for what must hold.
    pub fn await_check(&self, check: &Check) -> Result<Finding> {
        await_check(self.world, self.reader(), check, None)
    }

    /// A read-only view of the host.
    pub fn reader(&self) -> Reader<'a> {
        Reader::new(self.host, self.cancel, QUESTION_SECONDS)
    }

    /// The host, to be changed within this folder.
    pub fn writer(&self) -> Writer<'a> {
        let deadline = Deadline::seconds(ACT_SECONDS);
        Writer::new(self.host, self.fence.clone(), deadline, self.cancel)
    }

    /// Takes charge, also after an earlier use that was killed. There is no journal that could be
    /// behind: what is tried in a scratch folder is begun anew.
    fn take_charge(&mut self) -> Result<()> {
        let (control, run) = (&self.fence.control, &self.fence.run);
        let seen = self.host.last_seen(control, run)?.map_or(0, |seen| seen.sequence);
        self.fence.epoch = self.host.take_charge(control, run, seen)?;
        self.fence.sequence = seen + 1;
        Ok(())
    }
}

/// Ends every process that matches: by SIGTERM, and by SIGKILL where that takes too long.
fn end(writer: &Writer<'_>, process: &ProcessMatch) -> Result<()> {
    let within = Duration::from_secs(STOP_SECONDS);
    for found in writer.reader().matching(process)? {
        writer.make(&[Change::Terminate(found.id)])?;
        if !writer.reader().await_exit(found.id, within)? {
            writer.make(&[Change::Kill(found.id)])?;
            writer.reader().await_exit(found.id, within)?;
        }
    }
    Ok(())
}
