//! A host that is reached by OpenSSH.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use refit_model::{HostName, HostPath, RunId, SshAddress};

use super::message::{Reply, Request, SentChange};
use super::session::{Asked, Session};
use super::talk::never;
use super::{Program, SshClient, SshError};
use crate::{
    Answer, Cancel, Change, Deadline, Fence, Hear, Host, HostError, Outcome, Query, Recall, Result,
    Seen, Unheard,
};

/// How long the host may take for what has no time limit of its own.
const SHORT: Duration = Duration::from_mins(1);

/// Another machine. It is connected with when it is first asked, and again where the connection has
/// ended while nobody asked; what was sent once is never sent again.
pub struct SshHost {
    name: HostName,
    client: SshClient,
    program: Program,
    session: Mutex<Option<Session>>,
}

impl SshHost {
    /// The host at this address, on which this very program answers.
    pub fn new(name: HostName, address: SshAddress) -> Result<Self> {
        Ok(Self::with(name, SshClient::new(address)?, Program::own()))
    }

    /// The same with another client, and another program that answers.
    pub fn with(name: HostName, client: SshClient, program: Program) -> Self {
        Self { name, client, program, session: Mutex::new(None) }
    }

    /// Asks over the connection, which is made where there is none.
    fn exchange(&self, asked: Asked<'_>) -> Result<Reply> {
        let mut held = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut session = match held.take().and_then(Session::still_open) {
            Some(session) => session,
            None => Session::open(&self.client, &self.program, asked.cancel)?,
        };
        // A session that failed is gone with the error.
        let reply = session.exchange(asked)?;
        *held = Some(session);
        reply
    }

    fn short(&self, request: Request) -> Result<Reply> {
        let (within, files) = (SHORT, Vec::new());
        let (cancel, hear) = (never(), &Unheard);
        self.exchange(Asked { request, within, parts: 1, files, cancel, hear })
    }

    fn other_answer<T>(&self) -> Result<T> {
        let host = self.client.address().host().to_owned();
        Err(SshError::Garbled { host, why: "an answer of another kind".into() }.into())
    }
}

impl Host for SshHost {
    fn name(&self) -> &HostName {
        &self.name
    }

    fn ask(&self, questions: &[Query], deadline: Deadline, cancel: &Cancel) -> Vec<Result<Answer>> {
        let request = Request::Ask(questions.to_vec());
        let (within, parts) = (deadline.left(), questions.len());
        let (files, hear) = (Vec::new(), &Unheard);
        let reply = self.exchange(Asked { request, within, parts, files, cancel, hear });
        match reply {
            Ok(Reply::Answers(answers)) if answers.len() == parts => answers,
            Ok(_) => (0..parts).map(|_| self.other_answer()).collect(),
            Err(error) => for_each(error, parts),
        }
    }

    fn change(
        &self,
        fence: &Fence,
        changes: &[Change],
        deadline: Deadline,
        cancel: &Cancel,
        hear: &dyn Hear,
    ) -> Vec<Result<Outcome>> {
        let sent = changes.iter().cloned().map(SentChange).collect();
        let request = Request::Change { fence: fence.clone(), changes: sent };
        let files = changes.iter().filter_map(|change| match change {
            Change::Fetch { from, .. } => Some(from),
            _ => None,
        });
        let (within, files) = (deadline.left(), files.collect());
        match self.exchange(Asked { request, within, parts: 1, files, cancel, hear }) {
            Ok(Reply::Outcomes(outcomes)) if is_whole(&outcomes, changes.len()) => outcomes,
            Ok(_) => vec![self.other_answer()],
            Err(error) => vec![Err(error)],
        }
    }

    fn recall(
        &self,
        control: &HostPath,
        run: &RunId,
        sequence: u64,
        operation: &str,
    ) -> Result<Recall> {
        let (control, run, operation) = (control.clone(), run.clone(), operation.to_owned());
        match self.short(Request::Recall { control, run, sequence, operation })? {
            Reply::Recall(recall) => recall,
            _ => self.other_answer(),
        }
    }

    fn last_seen(&self, control: &HostPath, run: &RunId) -> Result<Option<Seen>> {
        let request = Request::LastSeen { control: control.clone(), run: run.clone() };
        match self.short(request)? {
            Reply::LastSeen(seen) => seen,
            _ => self.other_answer(),
        }
    }

    fn take_charge(&self, control: &HostPath, run: &RunId, sequence: u64) -> Result<u64> {
        let (control, run) = (control.clone(), run.clone());
        match self.short(Request::TakeCharge { control, run, sequence })? {
            Reply::Epoch(epoch) => epoch,
            _ => self.other_answer(),
        }
    }

    fn release(&self, control: &HostPath, run: &RunId, epoch: u64) -> Result<()> {
        let (control, run) = (control.clone(), run.clone());
        match self.short(Request::Release { control, run, epoch })? {
            Reply::Released(released) => released,
            _ => self.other_answer(),
        }
    }
}

/// Whether each change has an outcome, or all up to the first that failed.
fn is_whole(outcomes: &[Result<Outcome>], changes: usize) -> bool {
    match outcomes.split_last() {
        None => changes == 0,
        Some((last, before)) => {
            let is_end = outcomes.len() == changes || (last.is_err() && outcomes.len() < changes);
            is_end && before.iter().all(Result::is_ok)
        }
    }
}

/// The same error for each question.
fn for_each(error: HostError, questions: usize) -> Vec<Result<Answer>> {
    let again = |error: &HostError| match error {
        HostError::Ssh(error) => HostError::Ssh(error.clone()),
        HostError::Cancelled(what) => HostError::Cancelled(what.clone()),
        other => HostError::Deadline(other.chain()),
    };
    let rest: Vec<_> = (1..questions).map(|_| Err(again(&error))).collect();
    std::iter::once(Err(error)).chain(rest).collect()
}
