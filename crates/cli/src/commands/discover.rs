//! `refit discover`.

use clap::Args;
use refit_model::{EnvironmentName, ExitCode};

use super::Context;
use crate::failure::{Ending, Failure};

const EXAMPLES: &str = "\
Nothing is changed. What is printed is to be looked over and saved.

Example:
  refit discover --name staging > environments/staging.toml";

/// Finds running brokers on this machine, and prints an environment file for them.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Discover {
    /// The environment's name
    #[arg(long, value_name = "NAME", default_value = "staging")]
    name: EnvironmentName,
}

impl Discover {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let found = context.app.discover(&self.name)?;
        for process in &found.unseen {
            context.screen.progress().print(&format!("cannot be looked into: {process}"));
        }
        if found.environment.installations.is_empty() {
            return Err(Failure::failed(
                "no running broker was found; start the broker, or write the environment file by \
                 hand (`refit schema` prints its schema)",
            ));
        }
        context.screen.value(&found.environment, &found.text)?;
        Ok(ExitCode::Done)
    }
}
