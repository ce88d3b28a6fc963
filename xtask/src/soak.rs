//! `cargo xtask soak`: the long forms of the proofs, for a night or before a release.

use std::process::ExitCode;

use clap::Args;

use crate::error::Result;
use crate::program;
use crate::repository::Repository;
use crate::setup::ArtifactsOption;
use crate::sim::simulator;
use crate::test;

/// Options of the command.
#[derive(Args, Debug)]
pub struct Soak {
    /// How many seeds the simulator tries
    #[arg(long, value_name = "COUNT", default_value = "100000")]
    seeds: u32,
    #[command(flatten)]
    artifacts: ArtifactsOption,
}

impl Soak {
    /// The simulator first, then every test that is only run by hand, real brokers killed at every
    /// record among them.
    pub fn perform(&self, repository: &Repository) -> Result<ExitCode> {
        println!("== the simulator, {} seeds", self.seeds);
        program::run(simulator(repository).args(["--seeds", &self.seeds.to_string()]))?;
        println!("== the tests that take long");
        let count = test::long(repository, &self.artifacts)?;
        println!("{count}");
        Ok(if count.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}
