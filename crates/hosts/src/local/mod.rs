//! The machine that Refit runs on, as a host.

mod archive;
mod command;
mod control;
mod files;
mod identity;
mod processes;

use std::io;

use refit_model::{HostName, HostPath, RunId};

use crate::{
    Answer, Cancel, Change, Deadline, Fence, Host, HostError, Outcome, Query, Recall, Result,
};

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
    ) -> Vec<Result<Outcome>> {
        let guard = match control::pass(fence, deadline, cancel) {
            Ok(guard) => guard,
            Err(error) => return vec![Err(error)],
        };
        let mut outcomes = Vec::with_capacity(changes.len());
        for change in changes {
            let outcome = make(change, &guard, deadline, cancel);
            let failed = outcome.is_err();
            outcomes.push(outcome);
            if failed {
                return outcomes;
            }
        }
        if let Err(error) = guard.record(fence, &outcomes) {
            outcomes.pop();
            outcomes.push(Err(error));
        }
        outcomes
    }

    fn recall(
        &self,
        control: &HostPath,
        run: &RunId,
        sequence: u64,
        operation: &str,
    ) -> Result<Recall> {
        control::recall(control, run, sequence, operation)
    }

    fn last_seen(&self, control: &HostPath, run: &RunId) -> Result<Option<u64>> {
        control::last_seen(control, run)
    }

    fn take_charge(&self, control: &HostPath, run: &RunId, sequence: u64) -> Result<u64> {
        control::take_charge(control, run, sequence)
    }

    fn release(&self, control: &HostPath, run: &RunId) -> Result<()> {
        control::release(control, run)
    }
}

fn answer(question: &Query, deadline: Deadline, cancel: &Cancel) -> Result<Answer> {
    match question {
        Query::Identity => identity::identity().map(Answer::Identity),
        Query::Stat(path) => files::stat(path.as_path()).map(Answer::Stat),
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

fn make(
    change: &Change,
    guard: &control::Guard,
    deadline: Deadline,
    cancel: &Cancel,
) -> Result<Outcome> {
    let done = |()| Outcome::Done;
    match change {
        Change::MakeFolder { path, mode } => files::make_folder(path.as_path(), *mode).map(done),
        Change::Write { path, content, mode } => {
            files::write(path.as_path(), content.expose(), *mode).map(done)
        }
        Change::Link { path, target } => files::link(path.as_path(), target.as_path()).map(done),
        Change::Move { from, to } => files::rename(from.as_path(), to.as_path()).map(done),
        Change::Copy { from, to } => {
            files::copy(from, to, guard.lock(), deadline, cancel).map(done)
        }
        Change::Remove(path) => files::remove(path.as_path()).map(done),
        Change::Unpack { archive, into } => archive::unpack(archive, into, cancel).map(done),
        Change::Terminate(process) => {
            processes::signal(*process, rustix::process::Signal::TERM).map(done)
        }
        Change::Kill(process) => {
            processes::signal(*process, rustix::process::Signal::KILL).map(done)
        }
        Change::Run(command) => command::run(command, deadline, cancel)
            .and_then(|output| command::accept(command, output))
            .map(Outcome::Ran),
    }
}

/// An error of `rustix` as one of the standard library.
fn os_error(error: rustix::io::Errno) -> io::Error {
    io::Error::from(error)
}
