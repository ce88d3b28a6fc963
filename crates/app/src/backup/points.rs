//! Restore points on their host.

use refit_backup::{BackupError, Verified, described, verify};
use refit_execute::RunState;
use refit_hosts::{HostError, Reader};
use refit_model::{Act, HostPath, RunId};
use serde::Serialize;

use crate::reach;
use crate::{App, AppError, Result, RunView, Target};

/// How long one question about a restore point may take.
const QUESTION_SECONDS: u32 = 6 * 3600;

/// A restore point that a run has taken, or would take.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PointEntry {
    /// The run.
    pub run: RunId,
    /// How the run stands.
    pub run_state: &'static str,
    /// Its name among the run's.
    pub point: String,
    /// Where it is.
    pub path: HostPath,
    /// How it stands.
    pub state: PointState,
    /// How many files are in it.
    pub files: usize,
    /// Their size, in bytes.
    pub size_bytes: u64,
}

/// How a restore point stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PointState {
    /// Complete, and not compared now.
    Sealed,
    /// Compared with its manifest now.
    Verified,
    /// It has no manifest yet: it was begun, or its manifest is written later in the run.
    Unsealed,
    /// Something is wrong with it.
    Damaged(String),
}

impl App<'_> {
    /// The restore points of the runs of an installation, as their manifests tell.
    pub fn restore_points(&self, target: &Target) -> Result<Vec<PointEntry>> {
        self.points(target, None, |reader, at| {
            described(reader, at).map(|told| (PointState::Sealed, told.files, told.size_bytes))
        })
    }

    /// The restore points of one run, or of all, each compared with its manifest.
    pub fn verify_points(&self, target: &Target, run: Option<&RunId>) -> Result<Vec<PointEntry>> {
        let points = self.points(target, run, |reader, at| {
            self.person.tell(&format!("reading {at}"));
            let verified = verify(reader, at)?;
            Ok((PointState::Verified, verified.digests().count(), verified.size_bytes()))
        })?;
        if points.is_empty() {
            return Err(no_points(target));
        }
        Ok(points)
    }

    /// The verified restore points of a run; one that is damaged, or of another run, is an error.
    pub(super) fn verified_points(&self, target: &Target, view: &RunView) -> Result<Vec<Verified>> {
        let host = reach::host(target)?;
        let reader = Reader::new(&*host, &self.cancel, QUESTION_SECONDS);
        let mut found = Vec::new();
        for at in places(view)? {
            if !reader.exists(&at)? {
                continue;
            }
            self.person.tell(&format!("reading {at}"));
            match verify(&reader, &at) {
                Ok(verified) if verified.run().is_some_and(|run| *run != view.run) => {
                    let owner = verified.run().map(ToString::to_string).unwrap_or_default();
                    let text = format!("{at} is of the run {owner}, not of {}", view.run);
                    return Err(AppError::Usage(text));
                }
                Ok(verified) => found.push(verified),
                // B gets its manifest when the new version serves.
                Err(BackupError::Unsealed(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        if found.is_empty() { Err(no_points(target)) } else { Ok(found) }
    }

    fn points(
        &self,
        target: &Target,
        wanted: Option<&RunId>,
        look: impl Fn(&Reader<'_>, &HostPath) -> refit_backup::Result<(PointState, usize, u64)>,
    ) -> Result<Vec<PointEntry>> {
        let host = reach::host(target)?;
        let reader = Reader::new(&*host, &self.cancel, QUESTION_SECONDS);
        let runs = self.state.runs_of(target.environment_name(), &target.installation)?;
        let mut points = Vec::new();
        for run in runs.iter().filter(|entry| wanted.is_none_or(|run| entry.run == *run)) {
            let view = self.view(&run.run)?;
            for path in places(&view)? {
                if !reader.exists(&path)? {
                    continue;
                }
                let (state, files, size_bytes) = match look(&reader, &path) {
                    Ok(seen) => seen,
                    Err(BackupError::Unsealed(_)) => (PointState::Unsealed, 0, 0),
                    Err(BackupError::Host(error @ HostError::Cancelled(_))) => {
                        return Err(error.into());
                    }
                    Err(error) => (PointState::Damaged(error.to_string()), 0, 0),
                };
                points.push(PointEntry {
                    run: view.run.clone(),
                    run_state: view.status.state.word(),
                    point: path.file_name(),
                    path,
                    state,
                    files,
                    size_bytes,
                });
            }
        }
        Ok(points)
    }

    /// Why a run's restore points are still needed; `None` for one that has ended for good.
    pub(super) fn run_needs_points(&self, run: &RunId) -> Option<String> {
        match self.status_of(run) {
            Ok(Some(status)) => match status.state {
                RunState::Finalised | RunState::RolledBack => None,
                state => Some(format!("the run is {}", state.word())),
            },
            Ok(None) => Some("the run is not known to this state directory".into()),
            Err(error) => Some(format!("the run's journal cannot be read: {}", error.chain())),
        }
    }
}

/// Where the plan of a run has restore points taken.
fn places(view: &RunView) -> Result<Vec<HostPath>> {
    let parameters = view.plan.body.run_parameters(view.run.as_str());
    let mut places = Vec::new();
    for step in &view.plan.body.steps {
        if let Act::RestorePoint { at, .. } = &step.act {
            places.push(parameters.bind(at)?);
        }
    }
    Ok(places)
}

fn no_points(target: &Target) -> AppError {
    AppError::First {
        what: format!("there is no complete restore point of {} on its host", target.shown()),
        how: "they are taken by `refit run`, and stay until `refit cleanup` removes them".into(),
    }
}
