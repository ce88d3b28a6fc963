//! `refit demo`: the whole journey on two real brokers, with the ordinary commands.

mod journey;
mod sites;
mod summary;
mod teller;
mod tried;

use std::path::PathBuf;

use clap::Args;
use refit_model::ExitCode;

use crate::arguments::Global;
use crate::failure::Ending;
use crate::screen::Screen;
use crate::session::{self, Asked};

use sites::Sites;
use teller::Teller;

const EXAMPLES: &str = "\
Makes two environments on this machine, staging and production, each a real ActiveMQ 5.16.7 with
what sites really change, and upgrades them with the ordinary commands, which are printed. Needs a
JDK and the archives of ActiveMQ 5.16.7 and of a newer version. Everything is in one folder; the
brokers listen on free ports of 127.0.0.1 only and are ended with the demonstration.

Examples:
  refit demo --artifacts ./archives
  refit demo --artifacts ./archives --prepare-only";

/// Upgrades two real brokers on this machine, to see how it goes.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Demo {
    /// Where everything is put; must not exist
    #[arg(long, value_name = "FOLDER", default_value = "refit-demo")]
    folder: PathBuf,
    /// Only make and start the two environments, and leave them running
    #[arg(long)]
    prepare_only: bool,
    /// Leave the brokers running at the end
    #[arg(long)]
    leave_running: bool,
}

impl Demo {
    pub fn perform(&self, global: &Global, screen: &Screen) -> Ending {
        let interrupt = session::listen(screen, &Asked::default())?;
        let teller = Teller::new(screen);
        let artifacts = global.artifacts.clone().unwrap_or_else(|| "artifacts".into());
        let sites = Sites::make(&self.folder, &artifacts, &teller)?;
        if self.prepare_only {
            teller.text(&sites.how_to_go_on(&artifacts))?;
            sites.keep_running();
            return Ok(ExitCode::Done);
        }
        let code = journey::go(&sites, &artifacts, &teller, &interrupt);
        if self.leave_running {
            sites.keep_running();
        }
        code
    }
}
