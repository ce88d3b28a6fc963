//! `cargo xtask sim`: the executor over a seeded world that fails.

use std::ffi::OsString;
use std::os::unix::process::CommandExt as _;
use std::process::{Command, ExitCode};

use clap::Args;

use crate::error::Result;
use crate::program;
use crate::repository::Repository;

/// The simulator, to be given its options.
pub fn simulator(repository: &Repository) -> Command {
    let mut command = repository.cargo();
    command.args(["run", "--quiet", "--locked", "--package", "refit-sim", "--"]);
    command
}

/// Options of the command.
#[derive(Args, Debug)]
#[command(disable_help_flag = true)]
pub struct Sim {
    /// Options of the simulator, `--help` among them
    #[arg(trailing_var_arg = true, allow_hyphen_values = true, value_name = "OPTIONS")]
    words: Vec<OsString>,
}

impl Sim {
    /// Ends with an error before the simulator begins, or not at all: this process becomes it, so
    /// that its exit code is its own.
    pub fn perform(&self, repository: &Repository) -> Result<ExitCode> {
        let mut command = simulator(repository);
        command.args(&self.words);
        let error = command.exec();
        Err(program::not_started(&command, &error))
    }
}
