//! `cargo xtask bench`: sets up what is needed, and measures the figures that are promised.

use std::num::NonZeroU32;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use crate::error::Result;
use crate::program;
use crate::repository::Repository;
use crate::setup::{ArtifactsOption, Setup};

/// The variable that tells the benchmark how many pairs to measure.
const PAIRS_VARIABLE: &str = "REFIT_BENCH_PAIRS";

/// Options of the command.
#[derive(Args, Debug)]
pub struct Bench {
    /// What is measured [default: everything]
    #[arg(value_enum, value_name = "FIGURE")]
    figures: Vec<Figure>,
    /// How many upgrades are compared with a bare restart
    #[arg(long, value_name = "COUNT", default_value = "10")]
    pairs: NonZeroU32,
    #[command(flatten)]
    artifacts: ArtifactsOption,
}

/// What can be measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Figure {
    /// How long `refit --help` takes.
    Help,
    /// How long an assessment takes, and how much memory.
    Assess,
    /// How long clients are cut off by an upgrade, against a bare restart.
    Downtime,
    /// What the executor and its journal cost beside the disk.
    Executor,
    /// How long configuration files of one megabyte take, and how much memory.
    Settings,
    /// How long the portal's pages take with many cases, and how much memory.
    Portal,
}

impl Bench {
    /// Prints the figures; what they are is not judged.
    pub fn perform(&self, repository: &Repository) -> Result<ExitCode> {
        let alone = [
            (Figure::Executor, "refit-execute", "executor"),
            (Figure::Settings, "refit-settings", "megabyte"),
            (Figure::Portal, "refit-portal", "portal"),
        ];
        for (figure, package, bench) in alone {
            if self.is_wanted(figure) {
                let mut command = repository.cargo();
                command.args(["bench", "--locked", "--package", package, "--bench", bench]);
                program::run(&mut command)?;
            }
        }
        let brokers = [Figure::Help, Figure::Assess, Figure::Downtime];
        if brokers.iter().any(|figure| self.is_wanted(*figure)) {
            self.with_brokers(repository)?;
        }
        Ok(ExitCode::SUCCESS)
    }

    fn is_wanted(&self, figure: Figure) -> bool {
        self.figures.is_empty() || self.figures.contains(&figure)
    }

    fn with_brokers(&self, repository: &Repository) -> Result<()> {
        let setup = Setup::for_demo(&self.artifacts.folder(repository))?;
        let mut command = repository.cargo();
        command.args(["bench", "--locked", "--package", "refit-cli", "--bench", "figures", "--"]);
        command.args(self.figures.iter().filter_map(|figure| figure.name()));
        command.env(PAIRS_VARIABLE, self.pairs.to_string());
        setup.apply(&mut command);
        program::run(&mut command)
    }
}

impl Figure {
    /// Its name in the benchmark with real brokers, if it is one of those.
    fn name(self) -> Option<&'static str> {
        match self {
            Self::Help => Some("help"),
            Self::Assess => Some("assess"),
            Self::Downtime => Some("downtime"),
            Self::Executor | Self::Settings | Self::Portal => None,
        }
    }
}
