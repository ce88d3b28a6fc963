//! Keeping restore points off their host, and fetching them back.

use std::path::{Path, PathBuf};

use refit_hosts::{LocalHost, Reader};
use refit_model::{HostName, RunId, Transport};
use refit_repository::{Access, Kept, Owner, RepositoryCheck};
use serde::Serialize;

use super::RepositoryPlace;
use crate::{App, AppError, Result, Target};

/// How long reading back what was fetched may take.
const QUESTION_SECONDS: u32 = 6 * 3600;

/// A restore point that is in a repository now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct KeptPoint {
    /// The restore point.
    #[serde(flatten)]
    pub kept: Kept,
    /// Whether it was not there before.
    pub new: bool,
}

/// A restore point that was given back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fetched {
    /// The restore point.
    #[serde(flatten)]
    pub kept: Kept,
    /// The folder.
    pub into: PathBuf,
}

/// Which restore points are fetched.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WhichPoint {
    /// Those of this run; may be left out where only one run has any.
    pub run: Option<String>,
    /// The one of this name; all of the run where it is left out.
    pub point: Option<String>,
}

impl App<'_> {
    /// Keeps the restore points of a run, the last one unless another is named.
    pub fn keep_points(
        &self,
        target: &Target,
        run: Option<&RunId>,
        place: &RepositoryPlace,
    ) -> Result<Vec<KeptPoint>> {
        let view = match run {
            Some(run) => self.view(run)?,
            None => self.last_run(target)?,
        };
        let entry = self.state.run(&view.run)?;
        if entry.environment != *target.environment_name()
            || entry.installation != target.installation
        {
            let text = format!("the run {} is not one of {}", view.run, target.shown());
            return Err(AppError::Usage(text));
        }
        let host = target.entry().host.clone();
        Self::must_be_here(target, &host)?;
        let points = self.verified_points(target, &view)?;
        let owner = Owner {
            environment: entry.environment,
            installation: entry.installation,
            run: view.run,
            host: host.to_string(),
        };
        self.with_repository(place, Access::Shared, |repository| {
            let keep = |point| {
                let (kept, new) = repository.keep(point, &owner)?;
                Ok(KeptPoint { kept, new })
            };
            points.iter().map(keep).collect()
        })
    }

    /// Restore points are read where they lie: on this machine, so far.
    fn must_be_here(target: &Target, host: &HostName) -> Result<()> {
        let transport = target.environment().hosts.get(host).map(|entry| &entry.transport);
        if transport.is_none_or(|transport| *transport == Transport::Local) {
            return Ok(());
        }
        Err(AppError::Usage(format!(
            "the restore points lie on the host {host}; run `refit backup keep` there"
        )))
    }

    /// What a repository holds.
    pub fn kept_points(&self, place: &RepositoryPlace) -> Result<Vec<Kept>> {
        self.with_repository(place, Access::Shared, |repository| Ok(repository.kept()?))
    }

    /// Checks a repository; reads every byte of it if `read_data`.
    pub fn check_repository(
        &self,
        place: &RepositoryPlace,
        read_data: bool,
    ) -> Result<RepositoryCheck> {
        self.with_repository(place, Access::Shared, |repository| Ok(repository.check(read_data)?))
    }

    /// Gives restore points back into folders below `into`, each named as the restore point.
    pub fn fetch_points(
        &self,
        place: &RepositoryPlace,
        which: &WhichPoint,
        into: &Path,
    ) -> Result<Vec<Fetched>> {
        let cancel = self.cancel.clone();
        self.with_repository(place, Access::Shared, |repository| {
            let wanted = which.choose(&repository.kept()?)?;
            let host = LocalHost::new(HostName::new("local").expect("a valid name"));
            let reader = Reader::new(&host, &cancel, QUESTION_SECONDS);
            let mut fetched = Vec::new();
            for kept in wanted {
                let into = into.join(&kept.point);
                repository.fetch(&reader, &kept, &into)?;
                fetched.push(Fetched { kept, into });
            }
            Ok(fetched)
        })
    }
}

impl WhichPoint {
    fn choose(&self, kept: &[Kept]) -> Result<Vec<Kept>> {
        let mut runs: Vec<_> = kept.iter().map(|one| one.run.to_string()).collect();
        runs.dedup();
        let run = match (&self.run, runs.as_slice()) {
            (Some(run), _) if runs.contains(run) => run,
            (None, [only]) => only,
            (None, []) => {
                return Err(AppError::First {
                    what: "nothing is kept in this repository".into(),
                    how: "`refit backup keep` keeps the restore points of a run".into(),
                });
            }
            (given, known) => {
                let given = given.as_ref().map(|run| format!("`{run}` is not kept; "));
                return Err(AppError::Usage(format!(
                    "{}say which run: --run {}",
                    given.unwrap_or_default(),
                    known.join(", --run ")
                )));
            }
        };
        let is_wanted = |one: &Kept| {
            one.run.as_str() == run && self.point.as_ref().is_none_or(|point| *point == one.point)
        };
        // Of two with one name the later is meant: the first was taken out of a torn state.
        let mut chosen: Vec<Kept> = Vec::new();
        for one in kept.iter().rev().filter(|one| is_wanted(one)) {
            if chosen.iter().all(|other| other.point != one.point) {
                chosen.insert(0, one.clone());
            }
        }
        if chosen.is_empty() {
            let text = format!("the run {run} has no restore point of that name there");
            return Err(AppError::Usage(text));
        }
        Ok(chosen)
    }
}
