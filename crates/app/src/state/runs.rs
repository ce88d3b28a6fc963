//! Runs: which there are, and who works on one.

use std::fs;
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use refit_model::{Digest, EnvironmentName, InstallationName, RunId};
use rustix::fs::{FlockOperation, flock};
use serde::{Deserialize, Serialize};

use super::{StateDir, StateError, io_error, make_private, write_private};

/// What stands beside a run's journal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RunEntry {
    /// The run.
    pub run: RunId,
    /// Its environment.
    pub environment: EnvironmentName,
    /// Its installation.
    pub installation: InstallationName,
    /// Its plan.
    pub plan: Digest,
    /// The approval it began under.
    pub approval: Digest,
    /// The folder with the archives.
    pub artifacts: PathBuf,
}

/// Held while a process works on a run: a second one on this machine is refused.
#[derive(Debug)]
pub struct RunLock {
    _file: fs::File,
}

impl StateDir {
    /// Records a new run, or finds the one of this name again.
    pub fn begin_run(&self, entry: &RunEntry) -> Result<(), StateError> {
        let folder = self.run_folder(&entry.run);
        make_private(&folder)?;
        let path = folder.join("run.json");
        if path.exists() {
            return Ok(());
        }
        let json = serde_json::to_vec_pretty(entry)
            .map_err(|error| StateError::Document { path: path.clone(), source: error.into() })?;
        write_private(&path, &json)
    }

    /// What stands beside a run's journal.
    pub fn run(&self, run: &RunId) -> Result<RunEntry, StateError> {
        let path = self.run_folder(run).join("run.json");
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json)
                .map_err(|error| StateError::Document { path, source: error.into() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(StateError::Missing {
                kind: "run",
                digest: run.to_string(),
                state: self.root().to_owned(),
            }),
            Err(error) => Err(io_error("read", &path)(error)),
        }
    }

    /// All runs that have begun, of all installations, in the order of their names.
    pub fn runs(&self) -> Result<Vec<RunId>, StateError> {
        let folder = self.root().join("runs");
        let entries = match fs::read_dir(&folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(io_error("list", &folder)(error)),
        };
        let mut runs = Vec::new();
        for entry in entries {
            let entry = entry.map_err(io_error("list", &folder))?;
            // A lock alone is no run.
            if let Some(run) = entry.file_name().to_str().and_then(|name| RunId::new(name).ok())
                && entry.path().join("run.json").exists()
            {
                runs.push(run);
            }
        }
        runs.sort();
        Ok(runs)
    }

    /// All runs of an installation, in the order in which they began.
    pub fn runs_of(
        &self,
        environment: &EnvironmentName,
        installation: &InstallationName,
    ) -> Result<Vec<RunEntry>, StateError> {
        let newest = self.newest(environment, installation)?;
        let mut entries = Vec::new();
        for run in &newest.runs {
            match self.run(run) {
                Ok(entry) => entries.push(entry),
                // Approved, and never begun.
                Err(StateError::Missing { .. }) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(entries)
    }

    /// Takes a run into this process's hands.
    pub fn lock_run(&self, run: &RunId) -> Result<RunLock, StateError> {
        lock(&self.run_folder(run), &format!("the run {run}"))
    }

    /// Takes the rehearsals of an installation into this process's hands.
    pub fn lock_rehearsal(
        &self,
        environment: &EnvironmentName,
        installation: &InstallationName,
    ) -> Result<RunLock, StateError> {
        let folder = self.installation_folder(environment, installation);
        lock(&folder, &format!("a rehearsal of {environment}"))
    }

    /// A run's journal.
    pub fn journal_path(&self, run: &RunId) -> PathBuf {
        self.run_folder(run).join("journal.sqlite")
    }

    /// What is seen while a step of a run goes on: for those who look on.
    pub fn meanwhile_path(&self, run: &RunId) -> PathBuf {
        self.run_folder(run).join("meanwhile.jsonl")
    }

    /// Opens what a run's process says while no terminal hears it, to write at its end.
    pub fn open_console(&self, run: &RunId) -> Result<(PathBuf, fs::File), StateError> {
        let folder = self.run_folder(run);
        make_private(&folder)?;
        let path = folder.join("console.log");
        let mut options = fs::OpenOptions::new();
        let file = options.create(true).append(true).mode(0o600).open(&path);
        Ok((path.clone(), file.map_err(io_error("write", &path))?))
    }

    /// A run's folder.
    pub fn run_folder(&self, run: &RunId) -> PathBuf {
        Path::new(self.root()).join("runs").join(run.as_str())
    }
}

/// Locks a folder of the state directory.
fn lock(folder: &Path, what: &str) -> Result<RunLock, StateError> {
    make_private(folder)?;
    let path = folder.join("lock");
    let file = fs::File::create(&path).map_err(io_error("write", &path))?;
    match flock(&file, FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(RunLock { _file: file }),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(StateError::Busy(what.to_owned())),
        Err(error) => Err(io_error("lock", &path)(error.into())),
    }
}

/// The id of the run of this ordinal in its environment, for this plan.
pub(crate) fn run_id(environment: &EnvironmentName, ordinal: usize, plan: Digest) -> RunId {
    // Long names are cut; ordinal and plan still tell runs apart.
    let name = &environment.as_str()[..environment.as_str().len().min(50)];
    RunId::new(format!("{name}-{ordinal}-{}", plan.short()))
        .expect("made of the beginning of a valid name, a number and hexadecimal digits")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_in_one_process_hands() {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::open(&folder.path().join("state")).unwrap();
        let run = RunId::new("staging-orders-1").unwrap();
        let lock = state.lock_run(&run).unwrap();
        assert!(matches!(state.lock_run(&run), Err(StateError::Busy(_))));
        drop(lock);
        state.lock_run(&run).unwrap();
    }

    #[test]
    fn long_names_give_valid_run_ids() {
        let long = "a".repeat(refit_model::MAX_NAME_LENGTH);
        let environment = EnvironmentName::new(long).unwrap();
        let run = run_id(&environment, 12, Digest::of(b"plan"));
        assert!(run.as_str().ends_with(&Digest::of(b"plan").short()));
    }
}
