//! The machine that Refit runs on, as a host.

mod archive;
mod command;
mod details;
mod files;
mod heard;
mod identity;
mod lock;
mod machine;
mod processes;
mod source;

pub(crate) use source::{Own, Source};

use std::io;

use refit_model::{HostName, HostPath, RunId};

use self::machine::LocalMachine;
use crate::{
    Answer, Cancel, Change, Control, Deadline, Fence, Hear, Host, HostError, Outcome, Query,
    Recall, Result, Seen, Unheard, batch,
};

/// How long what is remembered of runs may take to be read or written.
const CONTROL_SECONDS: u32 = 60;

/// The local machine. Acts as the user who runs Refit.
#[derive(Clone, Debug)]
pub struct LocalHost {
    name: HostName,
}

impl LocalHost {
    /// The local machine under the name that it has in the environment.
    pub fn new(name: HostName) -> Self {
        Self { name }
    }
}

impl Host for LocalHost {
    fn name(&self) -> &HostName {
        &self.name
    }

    fn ask(&self, questions: &[Query], deadline: Deadline, cancel: &Cancel) -> Vec<Result<Answer>> {
        questions.iter().map(|question| answer(question, deadline, cancel)).collect()
    }

    fn change(
        &self,
        fence: &Fence,
        changes: &[Change],
        deadline: Deadline,
        cancel: &Cancel,
        hear: &dyn Hear,
    ) -> Vec<Result<Outcome>> {
        self.change_from(&Own, fence, changes, deadline, cancel, hear)
    }

    fn recall(
        &self,
        control: &HostPath,
        run: &RunId,
        sequence: u64,
        operation: &str,
    ) -> Result<Recall> {
        locked(control, |control| control.recall(run, sequence, operation))
    }

    /// A folder that is not there has seen nothing.
    fn last_seen(&self, control: &HostPath, run: &RunId) -> Result<Option<Seen>> {
        if !control.as_path().is_dir() {
            return Ok(None);
        }
        locked(control, |control| control.last_seen(run))
    }

    fn take_charge(&self, control: &HostPath, run: &RunId, sequence: u64) -> Result<u64> {
        // The lock lies in the folder.
        let (deadline, cancel) = (Deadline::seconds(CONTROL_SECONDS), Cancel::new());
        let (source, cancel, hear) = (&Own, &cancel, &Unheard);
        let machine = LocalMachine { lock: None, source, deadline, cancel, hear };
        Control::new(&machine, control).make()?;
        locked(control, |control| control.take_charge(run, sequence))
    }

    fn release(&self, control: &HostPath, run: &RunId, epoch: u64) -> Result<()> {
        locked(control, |control| control.release(run, epoch))
    }
}

impl LocalHost {
    /// Makes changes as [`Host::change`] does; files of the controlling machine come from `source`.
    #[expect(clippy::unused_self, reason = "there is one local machine, and it is meant")]
    pub(crate) fn change_from(
        &self,
        source: &dyn Source,
        fence: &Fence,
        changes: &[Change],
        deadline: Deadline,
        cancel: &Cancel,
        hear: &dyn Hear,
    ) -> Vec<Result<Outcome>> {
        let lock = match lock::take(&fence.control, deadline, cancel) {
            Ok(lock) => lock,
            Err(error) => return vec![Err(error)],
        };
        let machine = LocalMachine { lock: Some(&lock), source, deadline, cancel, hear };
        batch::change(&machine, fence, changes)
    }
}

fn locked<T>(control: &HostPath, then: impl FnOnce(Control<'_>) -> Result<T>) -> Result<T> {
    let lock = lock::take_briefly(control)?;
    let (deadline, cancel) = (Deadline::seconds(CONTROL_SECONDS), Cancel::new());
    let (lock, source, cancel, hear) = (Some(&lock), &Own, &cancel, &Unheard);
    let machine = LocalMachine { lock, source, deadline, cancel, hear };
    then(Control::new(&machine, control))
}

fn answer(question: &Query, deadline: Deadline, cancel: &Cancel) -> Result<Answer> {
    match question {
        Query::Identity => identity::identity().map(Answer::Identity),
        Query::Stat(path) => files::stat(path.as_path()).map(Answer::Stat),
        Query::Details(path) => details::details(path.as_path()).map(Answer::Details),
        Query::Walk { root, limit } => files::walk(root, *limit, true).map(Answer::Entries),
        Query::List { root, limit } => files::walk(root, *limit, false).map(Answer::Entries),
        Query::Read { path, limit } => files::read(path.as_path(), *limit).map(Answer::Bytes),
        Query::Part { path, offset, bytes } => {
            files::part(path.as_path(), *offset, *bytes).map(Answer::Bytes)
        }
        Query::Tail { path, bytes } => files::tail(path.as_path(), *bytes).map(Answer::Bytes),
        Query::Digest(path) => files::digest(path.as_path()).map(Answer::Digest),
        Query::RealPath(path) => std::fs::canonicalize(path)
            .map(|real| Answer::Path(real.into()))
            .map_err(|error| HostError::io("resolve", path, error)),
        Query::Processes => processes::all().map(Answer::Processes),
        Query::Listeners => processes::listeners().map(Answer::Listeners),
        Query::ListenersOf(process) => processes::listeners_of(*process).map(Answer::Listeners),
        Query::ListeningPorts => processes::listening_ports().map(Answer::Ports),
        Query::Connections => processes::connections().map(Answer::Connections),
        Query::LockOwner(path) => processes::lock_owner(path.as_path()).map(Answer::LockOwner),
        Query::Space(path) => files::space(path.as_path()).map(Answer::Space),
        Query::MayWrite(path) => Ok(Answer::May(files::may_write(path.as_path()))),
        Query::FreePorts(count) => processes::free_ports(*count).map(Answer::Ports),
        Query::ProveWritable(path) => {
            files::prove_writable(path.as_path()).map(|()| Answer::Writable)
        }
        Query::Output(command) => command::run(command, deadline, cancel).map(Answer::Output),
        Query::ArchiveMatches { archive, into } => {
            archive::differences(archive, into).map(Answer::Differences)
        }
        Query::AwaitExit { process, within_milliseconds } => {
            let within = std::time::Duration::from_millis(*within_milliseconds);
            processes::await_exit(*process, within, cancel).map(Answer::Ended)
        }
    }
}

/// An error of `rustix` as one of the standard library.
fn os_error(error: rustix::io::Errno) -> io::Error {
    io::Error::from(error)
}
