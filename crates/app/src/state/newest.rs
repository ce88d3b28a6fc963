//! Which documents of an installation are the newest.

use std::fs;
use std::io;
use std::path::PathBuf;

use refit_model::{Decision, Digest, EnvironmentName, InstallationName, RunId};
use serde::{Deserialize, Serialize};

use super::{StateDir, StateError, io_error, make_private, write_private};

/// The newest documents of an installation, and the decisions that were made for it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Newest {
    /// The assessment.
    pub assessment: Option<Digest>,
    /// The observations beside it.
    pub observations: Option<Digest>,
    /// The plan.
    pub plan: Option<Digest>,
    /// The rehearsal, passed or not.
    pub rehearsal: Option<Digest>,
    /// The approval of running the plan.
    pub approval: Option<Digest>,
    /// The approval of restoring, where one was given.
    pub restore_approval: Option<Digest>,
    /// The approval of passing the point of no return, where one was given.
    pub no_return_approval: Option<Digest>,
    /// The approval of finalising, where one was given.
    pub finalise_approval: Option<Digest>,
    /// The report of the last trial.
    pub trial: Option<Digest>,
    /// How many trials there were.
    pub trials: u32,
    /// The playbook that plans follow.
    pub playbook: Option<Digest>,
    /// What was decided.
    pub decisions: Vec<Decision>,
    /// The runs, in the order in which they were approved.
    pub runs: Vec<RunId>,
    /// The archive's path that the newest assessment was made with.
    pub artifacts: Option<PathBuf>,
}

impl StateDir {
    /// The newest documents of an installation.
    pub fn newest(
        &self,
        environment: &EnvironmentName,
        installation: &InstallationName,
    ) -> Result<Newest, StateError> {
        let path = self.newest_path(environment, installation);
        match fs::read(&path) {
            Ok(json) => serde_json::from_slice(&json)
                .map_err(|error| StateError::Document { path, source: error.into() }),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Newest::default()),
            Err(error) => Err(io_error("read", &path)(error)),
        }
    }

    /// Changes which documents of an installation are the newest.
    pub fn update_newest(
        &self,
        environment: &EnvironmentName,
        installation: &InstallationName,
        change: impl FnOnce(&mut Newest),
    ) -> Result<Newest, StateError> {
        let path = self.newest_path(environment, installation);
        let mut newest = self.newest(environment, installation)?;
        change(&mut newest);
        if let Some(folder) = path.parent() {
            make_private(folder)?;
        }
        let json = serde_json::to_vec_pretty(&newest)
            .map_err(|error| StateError::Document { path: path.clone(), source: error.into() })?;
        write_private(&path, &json)?;
        Ok(newest)
    }

    fn newest_path(
        &self,
        environment: &EnvironmentName,
        installation: &InstallationName,
    ) -> PathBuf {
        self.installation_folder(environment, installation).join("newest.json")
    }

    /// What belongs to one installation.
    pub(super) fn installation_folder(
        &self,
        environment: &EnvironmentName,
        installation: &InstallationName,
    ) -> PathBuf {
        let folder = self.root().join("installations").join(environment.as_str());
        folder.join(installation.as_str())
    }
}
