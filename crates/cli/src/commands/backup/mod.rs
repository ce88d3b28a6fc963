//! `refit backup`.

mod keys;
mod points;
mod repository;
mod retention;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use refit_app::RepositoryPlace;

use super::Context;
use crate::failure::Ending;

const EXAMPLES: &str = "\
Restore points are taken by `refit run`, and lie on the broker's host. A copy of them elsewhere is
kept in a repository: a folder on another disk or a mounted share, encrypted, which the program
restic reads too. Its key files are shown nowhere; without one of them nothing can be read.

Examples:
  refit backup list staging
  refit backup verify staging
  refit backup init --repository /mnt/share/refit --key-file ~/refit.key
  refit backup keep staging --repository /mnt/share/refit --key-file ~/refit.key
  refit backup check --repository /mnt/share/refit --key-file ~/refit.key --read-data
  refit backup fetch --repository /mnt/share/refit --key-file ~/refit.key --into ./back";

/// Restore points: look at them, verify them, keep them off their host.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct BackupArguments {
    #[command(subcommand)]
    command: BackupCommand,
}

#[derive(Debug, Subcommand)]
enum BackupCommand {
    /// The restore points on the host, as their manifests tell
    #[command(after_help = "Examples:\n  refit backup list staging\n  \
                            refit backup list staging --format json")]
    List(points::List),
    /// Compare every byte of the restore points on the host with their manifests
    #[command(
        after_help = "Ends with code 1 if one is damaged, and names what is.\n\nExamples:\n  \
                            refit backup verify staging\n  \
                            refit backup verify staging --run staging-1-3f2a9c1e"
    )]
    Verify(points::Verify),
    /// Make a repository, and its key file where there is none
    #[command(after_help = repository::INIT)]
    Init(repository::Init),
    /// Keep the restore points of the last run in a repository
    #[command(after_help = repository::KEEP)]
    Keep(repository::Keep),
    /// What a repository holds
    #[command(after_help = "Examples:\n  refit backup kept --repository /mnt/share/refit \
                            --key-file ~/refit.key")]
    Kept(repository::KeptArguments),
    /// Check a repository: that all is there and fits together, and every byte if wanted
    #[command(after_help = repository::CHECK)]
    Check(repository::Check),
    /// Give restore points back into a folder, verified by their manifests
    #[command(after_help = repository::FETCH)]
    Fetch(repository::Fetch),
    /// Key files, and who can open a repository
    Key(keys::KeyArguments),
    /// Forget restore points by rules; tells what, and does it with --apply
    #[command(after_help = retention::FORGET)]
    Forget(retention::Forget),
    /// Give back the room of what was forgotten; tells how much, and does it with --apply
    #[command(after_help = retention::PRUNE)]
    Prune(retention::Prune),
}

/// A repository and what opens it.
#[derive(Args, Clone, Debug)]
pub struct At {
    /// The repository: a folder on another disk, or on a mounted share
    #[arg(long, value_name = "FOLDER")]
    repository: PathBuf,
    /// The file with a key of the repository, mode 0600
    #[arg(long, value_name = "FILE")]
    key_file: PathBuf,
}

impl At {
    fn place(&self) -> RepositoryPlace {
        RepositoryPlace { folder: self.repository.clone(), key_file: self.key_file.clone() }
    }
}

impl BackupArguments {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        match &self.command {
            BackupCommand::List(command) => command.perform(context),
            BackupCommand::Verify(command) => command.perform(context),
            BackupCommand::Init(command) => command.perform(context),
            BackupCommand::Keep(command) => command.perform(context),
            BackupCommand::Kept(command) => command.perform(context),
            BackupCommand::Check(command) => command.perform(context),
            BackupCommand::Fetch(command) => command.perform(context),
            BackupCommand::Key(command) => command.perform(context),
            BackupCommand::Forget(command) => command.perform(context),
            BackupCommand::Prune(command) => command.perform(context),
        }
    }
}

/// A size for people.
fn size(bytes: u64) -> String {
    format!("{} MiB", bytes.div_ceil(1 << 20))
}
