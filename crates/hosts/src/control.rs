//! The control folder of an installation: epoch, last intent, outcomes of operations.
//!
//! Whoever uses this holds the installation's lock.

use std::path::PathBuf;

use refit_model::{HostPath, RunId};

use crate::in_charge::{InCharge, Seen};
use crate::{Disk, Fence, HostError, Outcome, Recall, Result, durable};

const STATE: &str = "state.json";
const OUTCOMES: &str = "outcomes";
/// The control folder's files are small, but for the output of commands.
const FILE_LIMIT: u64 = 64 << 20;

/// The control folder of an installation on a disk.
#[derive(Clone, Copy)]
pub struct Control<'a> {
    disk: &'a dyn Disk,
    folder: &'a HostPath,
}

impl<'a> Control<'a> {
    /// The control folder `folder`, whose lock the caller holds.
    pub fn new(disk: &'a dyn Disk, folder: &'a HostPath) -> Self {
        Self { disk, folder }
    }

    /// Makes the folder, if it is not there. Needs no lock, which lies in it.
    pub fn make(self) -> Result<()> {
        durable::make_folder(self.disk, &self.folder.as_path().join(OUTCOMES), 0o700)
    }

    /// Gives `run` an epoch later than any before: see [`crate::Host::take_charge`].
    pub fn take_charge(self, run: &RunId, sequence: u64) -> Result<u64> {
        let before = self.state()?;
        let goes_on = before.as_ref().is_some_and(|before| before.is_of(run));
        let state = InCharge::take(before, self.folder, run, sequence)?;
        if goes_on {
            // What an interrupted process left may be seen by probes though it is not on the disk.
            self.disk.sync_all(self.folder.as_path())?;
        }
        self.write(&state)?;
        Ok(state.epoch())
    }

    /// Checks the fence and remembers its intent.
    pub fn pass(self, fence: &Fence) -> Result<()> {
        let state = self.state()?.ok_or_else(|| self.broken("no run has taken charge"))?;
        let passed = state.clone().pass(fence)?;
        if passed == state { Ok(()) } else { self.write(&passed) }
    }

    /// Ends the charge of `run`, where it has it: see [`crate::Host::release`].
    pub fn release(self, run: &RunId, epoch: u64) -> Result<()> {
        let Some(state) = self.state()? else { return Ok(()) };
        let released = state.clone().release(self.folder, run, epoch)?;
        if released == state { Ok(()) } else { self.write(&released) }
    }

    /// What came of an operation of `run`, whose intent has this sequence number.
    pub fn recall(self, run: &RunId, sequence: u64, operation: &str) -> Result<Recall> {
        let path = self.outcome_path(operation)?;
        match self.disk.read(&path, FILE_LIMIT) {
            Ok(json) => {
                return serde_json::from_slice(&json).map(Recall::Done).map_err(|error| {
                    let reason = format!("the recorded outcome cannot be read: {error}");
                    HostError::Control { path: path.into(), reason }
                });
            }
            Err(error) if error.is_not_found() => {}
            Err(error) => return Err(error),
        }
        let seen = self.last_seen(run)?;
        let arrived = seen.is_some_and(|seen| seen.sequence >= sequence);
        Ok(if arrived { Recall::Begun } else { Recall::NotSeen })
    }

    /// The last event of `run` that was seen here.
    pub fn last_seen(self, run: &RunId) -> Result<Option<Seen>> {
        Ok(self.state()?.and_then(|state| state.seen(run)))
    }

    /// Remembers what came of the operation, where everything succeeded.
    pub fn record(self, fence: &Fence, outcomes: &[Result<Outcome>]) -> Result<()> {
        let outcomes: Vec<_> =
            outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        let json =
            serde_json::to_vec(&outcomes).map_err(|error| self.broken(&error.to_string()))?;
        durable::write(self.disk, &self.outcome_path(&fence.operation)?, &json, 0o600)
    }

    fn state(self) -> Result<Option<InCharge>> {
        match self.disk.read(&self.folder.as_path().join(STATE), FILE_LIMIT) {
            Ok(json) => serde_json::from_slice(&json)
                .map(Some)
                .map_err(|error| self.broken(&format!("it cannot be read: {error}"))),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn write(self, state: &InCharge) -> Result<()> {
        let json = serde_json::to_vec(state).map_err(|error| self.broken(&error.to_string()))?;
        durable::write(self.disk, &self.folder.as_path().join(STATE), &json, 0o600)
    }

    fn broken(self, reason: &str) -> HostError {
        HostError::Control { path: self.folder.join(STATE), reason: reason.to_owned() }
    }

    /// Where the outcome of an operation is kept. The id becomes a file name, so it is checked.
    fn outcome_path(self, operation: &str) -> Result<PathBuf> {
        let safe = !operation.is_empty()
            && !operation.starts_with('.')
            && operation
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
        let folder = self.folder.as_path().join(OUTCOMES);
        if safe {
            Ok(folder.join(format!("{operation}.json")))
        } else {
            let reason = format!("`{operation}` is no valid operation id");
            Err(HostError::Control { path: folder.into(), reason })
        }
    }
}
