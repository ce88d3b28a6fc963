//! What every use case needs: the state directory, packs, environments, artifacts.

use std::path::{Path, PathBuf};

use refit_assess::Cache;
use refit_hosts::Cancel;
use refit_model::{Environment, EnvironmentName, Installation, InstallationName, Secret};
use refit_packs::Packs;

use crate::secrets::AskSecret;
use crate::{AppError, EnvironmentFile, Newest, Result, StateDir, read_environment};

/// Hears what goes on, and asks people.
pub trait Person {
    /// What is being done now.
    fn tell(&self, what: &str);

    /// Asks for a secret; `None` where there is no terminal.
    fn ask_secret(&self, text: &str) -> Option<Secret>;
}

/// What every use case needs.
pub struct App<'a> {
    /// The state directory.
    pub state: StateDir,
    /// The packs.
    pub packs: Packs,
    /// The folder with environment files.
    pub environments: PathBuf,
    /// The folder with the vendors' archives; where it is not given, the one that the installation
    /// was assessed with, or else `artifacts` in the working directory.
    pub artifacts: Option<PathBuf>,
    /// Who is in front of it.
    pub person: &'a dyn Person,
    /// The operator's wish to stop.
    pub cancel: Cancel,
}

/// One installation of one environment.
#[derive(Clone, Debug)]
pub struct Target {
    /// The environment's file and content.
    pub file: EnvironmentFile,
    /// The installation's name.
    pub installation: InstallationName,
}

impl Target {
    /// The environment.
    pub fn environment(&self) -> &Environment {
        &self.file.environment
    }

    /// The environment's name.
    pub fn environment_name(&self) -> &EnvironmentName {
        &self.file.environment.name
    }

    /// How it is named on the command line.
    pub fn shown(&self) -> String {
        if self.file.environment.installations.len() == 1 {
            self.environment_name().to_string()
        } else {
            format!("{}:{}", self.environment_name(), self.installation)
        }
    }

    /// The installation's entry.
    pub fn entry(&self) -> &Installation {
        &self.file.environment.installations[&self.installation]
    }
}

impl App<'_> {
    /// Finds the installation that is meant: `ENVIRONMENT`, or `ENVIRONMENT/INSTALLATION` where
    /// the environment has several.
    pub fn target(&self, given: &str) -> Result<Target> {
        let (environment, wanted) = match given.rsplit_once(':') {
            Some((environment, installation)) => (environment, Some(installation)),
            None => (given, None),
        };
        let file = read_environment(environment, &self.environments)?;
        let names: Vec<_> = file.environment.installations.keys().cloned().collect();
        let found = match wanted {
            Some(wanted) => names.iter().find(|name| name.as_str() == wanted),
            None if names.len() == 1 => names.first(),
            None => None,
        };
        let installation = found.cloned().ok_or_else(|| AppError::WhichInstallation {
            given: given.to_owned(),
            known: names.iter().map(ToString::to_string).collect(),
        })?;
        let target = Target { file, installation };
        self.check_platform(&target)?;
        Ok(target)
    }

    /// An installation of a platform that there is no pack for cannot be worked on.
    fn check_platform(&self, target: &Target) -> Result<()> {
        let platform = target.entry().platform.as_str();
        let known: Vec<_> = self.packs.list()?.into_iter().map(|entry| entry.name).collect();
        if known.iter().any(|name| name == platform) {
            return Ok(());
        }
        let key = ["installations", target.installation.as_str(), "platform"];
        let message = format!("there is no pack `{platform}`; known are: {}", known.join(", "));
        Err(target.file.mistake(&key, message).into())
    }

    /// The newest documents of an installation.
    pub fn newest(&self, target: &Target) -> Result<Newest> {
        Ok(self.state.newest(target.environment_name(), &target.installation)?)
    }

    /// Changes which documents of an installation are the newest.
    pub(crate) fn update(
        &self,
        target: &Target,
        change: impl FnOnce(&mut Newest),
    ) -> Result<Newest> {
        Ok(self.state.update_newest(target.environment_name(), &target.installation, change)?)
    }

    /// The artifacts folder with links resolved, since it ends up in commands.
    pub fn artifacts_folder(&self, newest: &Newest) -> PathBuf {
        let remembered = self.artifacts.as_ref().or(newest.artifacts.as_ref());
        let folder = remembered.cloned().unwrap_or_else(|| PathBuf::from("artifacts"));
        folder.canonicalize().unwrap_or(folder)
    }
}

impl AskSecret for App<'_> {
    fn ask(&self, text: &str) -> Option<Secret> {
        self.person.ask_secret(text)
    }
}

/// Keeps what was read of archives in the state directory.
pub(crate) struct StateCache(pub(crate) PathBuf);

impl StateCache {
    pub(crate) fn of(state: &StateDir) -> Self {
        Self(state.root().join("cache"))
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.0).join(name)
    }
}

impl Cache for StateCache {
    fn get(&self, name: &str) -> Option<Vec<u8>> {
        std::fs::read(self.path(name)).ok()
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        // A cache that cannot be written costs time later, nothing else; a half-written entry is
        // no JSON and counts as not there.
        if std::fs::create_dir_all(&self.0).is_ok() {
            std::fs::write(self.path(name), bytes).ok();
        }
    }
}
