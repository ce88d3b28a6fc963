//! What the demonstration and the tests need from this machine: found, installed or fetched.

mod archives;
mod debian;
mod jars;
mod java;
mod maven;
mod node;
mod python;
mod tools;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use clap::Args;

use crate::error::{Error, Result};
use crate::repository::Repository;
use java::JavaHome;

/// The variable that tells tests where the archives are.
const ARTIFACTS_VARIABLE: &str = "REFIT_TEST_ARTIFACTS";
/// The versions that the demonstration goes from and to; tests need the same.
const VERSIONS: [&str; 2] = ["5.16.7", "5.18.3"];

/// Where the vendors' archives are.
#[derive(Args, Debug)]
pub struct ArtifactsOption {
    /// The folder of the vendors' archives; what is missing in it is fetched [default:
    /// .cache/artifacts of the repository]
    #[arg(long, value_name = "FOLDER", env = ARTIFACTS_VARIABLE)]
    artifacts: Option<PathBuf>,
}

impl ArtifactsOption {
    /// The folder that is meant.
    pub fn folder(&self, repository: &Repository) -> PathBuf {
        let given = self.artifacts.clone().filter(|folder| !folder.as_os_str().is_empty());
        given.unwrap_or_else(|| repository.cache().join("artifacts"))
    }
}

/// What was found or made.
pub struct Setup {
    java: JavaHome,
    artifacts: PathBuf,
    /// Where programs of Python packages are.
    python: Option<PathBuf>,
}

impl Setup {
    /// What `refit demo` needs.
    pub fn for_demo(artifacts: &Path) -> Result<Self> {
        Self::make(artifacts, &[])
    }

    /// What the tests need.
    pub fn for_tests(artifacts: &Path) -> Result<Self> {
        let mut setup = Self::make(artifacts, &tools::OF_TESTS)?;
        archives::ensure_artemis(&setup.artifacts, &setup.java)?;
        jars::ensure(&setup.artifacts, &setup.java)?;
        tools::ensure_if_possible(&tools::SERVERS)?;
        node::ensure_if_possible(&setup.artifacts);
        setup.python = python::ensure_if_possible(&setup.artifacts);
        Ok(setup)
    }

    fn make(artifacts: &Path, tools: &[tools::Tool]) -> Result<Self> {
        tools::ensure(tools)?;
        let java = JavaHome::ensure()?;
        println!("java: {}", java.as_path().display());
        fs::create_dir_all(artifacts).map_err(Error::file("make", artifacts))?;
        let artifacts = artifacts.canonicalize().map_err(Error::file("find", artifacts))?;
        archives::ensure(&artifacts, &VERSIONS, &java)?;
        Ok(Self { java, artifacts, python: None })
    }

    /// The folder of the archives.
    pub fn artifacts(&self) -> &Path {
        &self.artifacts
    }

    /// Makes a command find all this.
    pub fn apply(&self, command: &mut Command) {
        self.java.apply(command);
        if let Some(programs) = &self.python {
            tools::put_before(command, programs);
        }
        command.env(ARTIFACTS_VARIABLE, &self.artifacts);
    }
}

/// Whether a program of this name is in the `PATH`.
pub fn has_program(name: &str) -> bool {
    tools::find(name).is_some()
}

/// Makes an empty folder, without what an interrupted fetch left in it.
fn make_anew(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).map_err(Error::file("remove", folder))?;
    }
    fs::create_dir_all(folder).map_err(Error::file("make", folder))
}
