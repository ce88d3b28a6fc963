//! The machine that upgrades are done from.

use std::ffi::OsString;
use std::path::PathBuf;

use refit_app::{App, Person, StateDir};
use refit_hosts::Cancel;
use refit_model::Secret;
use refit_packs::Packs;

/// The machine that upgrades are done from: where `refit plan`, `refit run` and the others keep
/// what they make, and how a run is begun by a process of its own.
#[derive(Clone, Debug)]
pub struct Upgrades {
    /// The state directory.
    pub state: StateDir,
    /// The folder with environment files.
    pub environments: PathBuf,
    /// The folder with the vendors' archives, where it was given.
    pub artifacts: Option<PathBuf>,
    /// The program `refit`.
    pub program: PathBuf,
    /// The options of every command that it gets.
    pub options: Vec<OsString>,
}

/// A server has nobody to ask, and nobody before it who listens.
struct Nobody;

impl Person for Nobody {
    fn tell(&self, _what: &str) {}

    fn ask_secret(&self, _text: &str) -> Option<Secret> {
        None
    }
}

impl Upgrades {
    /// The use cases of this machine.
    pub(crate) fn app(&self, packs: &Packs) -> App<'static> {
        App {
            state: self.state.clone(),
            packs: packs.clone(),
            environments: self.environments.clone(),
            artifacts: self.artifacts.clone(),
            person: &Nobody,
            cancel: Cancel::new(),
        }
    }
}
