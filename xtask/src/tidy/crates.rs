//! The crates of the workspace, as cargo tells them.

use std::path::Path;

use serde::Deserialize;

use crate::error::{Error, Result};
use crate::program;
use crate::repository::Repository;

/// One crate.
#[derive(Clone, Debug, Default)]
pub struct Crate {
    /// Its name.
    pub name: String,
    /// Other crates that its programs contain; what only tests use is left out.
    pub uses: Vec<String>,
    /// The files that its targets begin with, from the top folder.
    pub roots: Vec<String>,
    /// The program that `cargo run` runs of it; none where it has none, or cargo would have to
    /// guess.
    pub runs: Option<String>,
}

/// The crates of the workspace.
pub fn of(repository: &Repository) -> Result<Vec<Crate>> {
    let mut command = repository.cargo();
    command.args(["metadata", "--no-deps", "--format-version", "1", "--locked"]);
    let told = program::answer(&mut command)?;
    let metadata: Metadata = serde_json::from_str(&told).map_err(|error| Error::Answer {
        command: program::shown(&command),
        why: error.to_string(),
    })?;
    Ok(metadata.packages.into_iter().map(|package| package.read(repository.root())).collect())
}

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
}

#[derive(Deserialize)]
struct Package {
    name: String,
    default_run: Option<String>,
    dependencies: Vec<Dependency>,
    targets: Vec<Target>,
}

#[derive(Deserialize)]
struct Dependency {
    name: String,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Target {
    name: String,
    kind: Vec<String>,
    src_path: String,
}

impl Package {
    fn read(self, root: &Path) -> Crate {
        let is_used = |dependency: &Dependency| dependency.kind.as_deref() != Some("dev");
        let roots = self.targets.iter().filter_map(|target| {
            Some(Path::new(&target.src_path).strip_prefix(root).ok()?.to_str()?.to_owned())
        });
        let is_program = |target: &&Target| target.kind.iter().any(|kind| kind == "bin");
        let mut programs = self.targets.iter().filter(is_program).map(|target| &target.name);
        let only = programs.next().filter(|_| programs.next().is_none()).cloned();
        Crate {
            runs: self.default_run.or(only),
            roots: roots.collect(),
            uses: self.dependencies.into_iter().filter(is_used).map(|used| used.name).collect(),
            name: self.name,
        }
    }
}
