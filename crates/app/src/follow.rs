//! Looking on while another process works on a run, and asking it to stop.

use refit_execute::{Event, JournalReader, Meanwhile, SeenLine};
use refit_hosts::{Cancel, HostError, Reader};
use refit_model::{HostPath, RunId, SecretRef};
use rustix::process::{Pid, PidfdFlags, Signal, pidfd_open, pidfd_send_signal};

use crate::assess::controller;
use crate::state::io_error;
use crate::{App, Result, Target};

/// How long looking for the process may take.
const LOOK_SECONDS: u32 = 10;

impl App<'_> {
    /// Everything that is recorded of a run; nothing before it has begun.
    pub fn events(&self, run: &RunId) -> Result<Vec<Event>> {
        self.journal(run)?.map_or_else(|| Ok(Vec::new()), |mut journal| Ok(journal.news()?))
    }

    /// What is recorded of a run, to be read as it grows; none before it has begun.
    pub fn journal(&self, run: &RunId) -> Result<Option<JournalReader>> {
        let path = self.state.journal_path(run);
        Ok(if path.exists() { Some(JournalReader::open(&path, run)?) } else { None })
    }

    /// What was seen lately while steps of a run went on: for showing alone.
    pub fn meanwhile(&self, run: &RunId) -> Result<Vec<SeenLine>> {
        let path = self.state.meanwhile_path(run);
        Ok(Meanwhile::read(&path).map_err(io_error("read", &path))?)
    }

    /// The process of this machine that works on a run now.
    pub fn worker(&self, run: &RunId) -> Result<Option<u32>> {
        let (host, cancel) = (controller(), Cancel::new());
        let lock = HostPath::from(self.state.run_folder(run).join("lock"));
        Ok(Reader::new(&host, &cancel, LOOK_SECONDS).lock_owner(&lock)?)
    }

    /// Asks the process that works on a run to stop at the next safe place, as Ctrl-C there would.
    /// `false` where no process works on it.
    pub fn pause(&self, run: &RunId) -> Result<bool> {
        let Some(worker) = self.worker(run)? else { return Ok(false) };
        let pid = i32::try_from(worker).ok().and_then(Pid::from_raw);
        let Some(handle) = pid.and_then(|pid| pidfd_open(pid, PidfdFlags::empty()).ok()) else {
            return Ok(false);
        };
        // Looked at again: now the handle is known to be of the process that holds the lock.
        if self.worker(run)? != Some(worker) {
            return Ok(false);
        }
        let failed = |error: rustix::io::Errno| {
            HostError::io("signal", format!("process {worker}"), error.into())
        };
        Ok(pidfd_send_signal(&handle, Signal::INT).map(|()| true).map_err(failed)?)
    }

    /// Whether a password must be typed in: such a run cannot do without its terminal.
    pub fn needs_terminal(target: &Target) -> bool {
        let logins = &target.entry().logins;
        let all = [&logins.broker, &logins.console];
        all.into_iter().flatten().any(|login| matches!(login.password, SecretRef::Prompt(_)))
    }
}
