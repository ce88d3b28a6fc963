//! The control folder of an installation: lock, epoch, last intent, outcomes of operations.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use std::time::Duration;

use refit_model::{Digest, HostPath, RunId};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::{files, os_error};
use crate::{Cancel, Deadline, Fence, HostError, Outcome, Recall, Result};

const STATE: &str = "state.json";
const LOCK: &str = "lock";
const OUTCOMES: &str = "outcomes";

/// What the host remembers of the run in charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    run: RunId,
    epoch: u64,
    sequence: u64,
    intent: Option<Digest>,
    /// Whether the run is still in charge; another run may only take over from one that is not.
    active: bool,
}

/// The lock, held while changes are made.
pub(super) struct Guard {
    control: HostPath,
    lock: File,
}

/// Takes the lock, checks the fence and remembers its intent.
pub(super) fn pass(fence: &Fence, deadline: Deadline, cancel: &Cancel) -> Result<Guard> {
    let guard = lock(&fence.control, deadline, cancel)?;
    let state = guard.state()?.ok_or_else(|| guard.broken("no run has taken charge"))?;
    if state.epoch != fence.epoch || state.run != fence.run {
        return Err(HostError::StaleEpoch {
            control: fence.control.clone(),
            holder: state.run.to_string(),
            found: state.epoch,
            epoch: fence.epoch,
        });
    }
    if fence.sequence < state.sequence {
        let (seen, sequence) = (state.sequence, fence.sequence);
        return Err(HostError::JournalBehind { seen, sequence });
    }
    if state.sequence != fence.sequence || state.intent != Some(fence.intent) {
        let (sequence, intent) = (fence.sequence, Some(fence.intent));
        guard.write_state(&State { sequence, intent, ..state })?;
    }
    Ok(guard)
}

/// Gives `run` an epoch later than any before. Refused while another run is in charge, and where
/// the host has seen later events of this run than its journal, whose last one is `sequence`.
pub(super) fn take_charge(control: &HostPath, run: &RunId, sequence: u64) -> Result<u64> {
    files::make_folder(&control.as_path().join(OUTCOMES), 0o700)?;
    let guard = lock(control, Deadline::seconds(10), &Cancel::new())?;
    let state = guard.state()?;
    let epoch = state.as_ref().map_or(0, |state| state.epoch) + 1;
    let (seen, intent) = match state {
        Some(state) if state.run == *run => (state.sequence, state.intent),
        Some(state) if state.active => {
            let (control, holder) = (control.clone(), state.run.to_string());
            return Err(HostError::Held { control, holder });
        }
        _ => (0, None),
    };
    if sequence < seen {
        return Err(HostError::JournalBehind { seen, sequence });
    }
    guard.write_state(&State { run: run.clone(), epoch, sequence: seen, intent, active: true })?;
    Ok(epoch)
}

/// Ends the charge of `run`, where it has it.
pub(super) fn release(control: &HostPath, run: &RunId) -> Result<()> {
    let guard = lock(control, Deadline::seconds(10), &Cancel::new())?;
    match guard.state()? {
        Some(state) if state.run == *run => guard.write_state(&State { active: false, ..state }),
        _ => Ok(()),
    }
}

pub(super) fn recall(
    control: &HostPath,
    run: &RunId,
    sequence: u64,
    operation: &str,
) -> Result<Recall> {
    let path = outcome_path(control, operation)?;
    match fs::read(&path) {
        Ok(json) => {
            return serde_json::from_slice(&json).map(Recall::Done).map_err(|error| {
                let reason = format!("the recorded outcome cannot be read: {error}");
                HostError::Control { path: path.into(), reason }
            });
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(error) => return Err(HostError::io("read", path, error)),
    }
    let guard = lock(control, Deadline::seconds(10), &Cancel::new())?;
    let state = guard.state()?;
    let arrived = state.is_some_and(|state| state.run == *run && state.sequence >= sequence);
    Ok(if arrived { Recall::Begun } else { Recall::NotSeen })
}

/// The last event of `run` that was seen here. A folder that is not there has seen nothing.
pub(super) fn last_seen(control: &HostPath, run: &RunId) -> Result<Option<u64>> {
    if !control.as_path().is_dir() {
        return Ok(None);
    }
    let guard = lock(control, Deadline::seconds(10), &Cancel::new())?;
    let state = guard.state()?;
    Ok(state.filter(|state| state.run == *run).map(|state| state.sequence))
}

impl Guard {
    /// The locked file. A process that has it open holds the lock too.
    pub(super) fn lock(&self) -> &File {
        &self.lock
    }

    /// Remembers what came of the operation, where everything succeeded.
    pub(super) fn record(&self, fence: &Fence, outcomes: &[Result<Outcome>]) -> Result<()> {
        let outcomes: Vec<_> =
            outcomes.iter().filter_map(|outcome| outcome.as_ref().ok()).collect();
        let json =
            serde_json::to_vec(&outcomes).map_err(|error| self.broken(&error.to_string()))?;
        files::write(&outcome_path(&self.control, &fence.operation)?, &json, 0o600)
    }

    fn state(&self) -> Result<Option<State>> {
        let path = self.control.as_path().join(STATE);
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json)
                .map(Some)
                .map_err(|error| self.broken(&format!("it cannot be read: {error}"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(HostError::io("read", path, error)),
        }
    }

    fn write_state(&self, state: &State) -> Result<()> {
        let json = serde_json::to_vec(state).map_err(|error| self.broken(&error.to_string()))?;
        files::write(&self.control.as_path().join(STATE), &json, 0o600)
    }

    fn broken(&self, reason: &str) -> HostError {
        HostError::Control { path: self.control.join(STATE), reason: reason.to_owned() }
    }
}

fn lock(control: &HostPath, deadline: Deadline, cancel: &Cancel) -> Result<Guard> {
    let path = control.as_path().join(LOCK);
    let fail = |error| HostError::io("lock", &path, error);
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(fail)?;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                return Ok(Guard { control: control.clone(), lock: file });
            }
            Err(rustix::io::Errno::WOULDBLOCK)
                if deadline.has_passed() || cancel.is_cancelled() =>
            {
                return Err(HostError::Locked { control: control.clone() });
            }
            // There is no notice when a lock is released; changes are short.
            Err(rustix::io::Errno::WOULDBLOCK) => std::thread::sleep(Duration::from_millis(10)),
            Err(error) => return Err(fail(os_error(error))),
        }
    }
}

/// Where the outcome of an operation is kept. The id becomes a file name, so it is checked.
fn outcome_path(control: &HostPath, operation: &str) -> Result<std::path::PathBuf> {
    let safe = !operation.is_empty()
        && !operation.starts_with('.')
        && operation.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'));
    let folder = control.as_path().join(OUTCOMES);
    if safe {
        Ok(Path::new(&folder).join(format!("{operation}.json")))
    } else {
        let reason = format!("`{operation}` is no valid operation id");
        Err(HostError::Control { path: folder.into(), reason })
    }
}
