//! `cargo xtask demo`: sets up what is needed, and becomes `refit demo`.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Args;

use crate::error::Result;
use crate::program;
use crate::repository::Repository;
use crate::setup::{ArtifactsOption, Setup};

/// Options of the command.
#[derive(Args, Debug)]
pub struct Demo {
    #[command(flatten)]
    artifacts: ArtifactsOption,
    /// Options of `refit demo`
    #[arg(last = true, value_name = "OPTIONS OF REFIT DEMO")]
    words: Vec<OsString>,
}

impl Demo {
    /// What is handed to `refit demo`.
    #[cfg(test)]
    pub fn words(&self) -> &[OsString] {
        &self.words
    }

    /// Ends with an error before `refit demo` begins, or not at all: this process becomes it, so
    /// that Ctrl-C, the terminal and the exit code are its own.
    pub fn perform(&self, repository: &Repository) -> Result<ExitCode> {
        let setup = Setup::for_demo(&self.artifacts.folder(repository))?;
        println!("building refit");
        program::run(repository.cargo().args(["build", "--locked", "--package", "refit-cli"]))?;
        let mut command = repository.cargo();
        // The user's own folder: paths among the options are relative to it.
        command.current_dir(".");
        command.args(["run", "--quiet", "--locked", "--manifest-path"]);
        command.arg(repository.root().join("Cargo.toml"));
        command.args(["--package", "refit-cli", "--", "demo", "--artifacts"]);
        command.arg(setup.artifacts());
        if !names_folder(&self.words) {
            let folder = free_folder(&repository.cache());
            println!("the demonstration is made in {}", folder.display());
            command.arg("--folder").arg(folder);
        }
        setup.apply(command.args(&self.words));
        let error = command.exec();
        Err(program::not_started(&command, &error))
    }
}

fn names_folder(words: &[OsString]) -> bool {
    let words = words.iter().map(|word| word.to_string_lossy());
    words.into_iter().any(|word| word == "--folder" || word.starts_with("--folder="))
}

/// The first of `demo-1`, `demo-2` ... that is not there: what an earlier demonstration left is
/// neither used nor removed, since its brokers may still run.
fn free_folder(cache: &Path) -> PathBuf {
    let mut number = 1;
    loop {
        let folder = cache.join(format!("demo-{number}"));
        if !folder.exists() {
            return folder;
        }
        number += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_earlier_demonstration_is_left_alone() {
        let cache = tempfile::tempdir().unwrap();
        assert_eq!(free_folder(cache.path()), cache.path().join("demo-1"));
        std::fs::create_dir(cache.path().join("demo-1")).unwrap();
        assert_eq!(free_folder(cache.path()), cache.path().join("demo-2"));
    }

    #[test]
    fn a_folder_that_the_user_names_is_used() {
        let words = |words: &[&str]| words.iter().map(OsString::from).collect::<Vec<_>>();
        assert!(names_folder(&words(&["--folder", "x"])));
        assert!(names_folder(&words(&["--folder=x"])));
        assert!(!names_folder(&words(&["--leave-running"])));
    }
}
