//! `refit rollback`.

use clap::Args;

use super::Context;
use super::live::{Live, ending};
use crate::arguments::{Which, Who};
use crate::failure::{Ending, Failure};

const EXAMPLES: &str = "\
The steps are taken back in reverse, each verified. Where that means to restore a restore point, it
is said what is lost and asked for an approval (refit approve ENVIRONMENT --of restore). Ends with
code 7 when everything is taken back. Going forward again is a new run.

Examples:
  refit rollback production --why 'clients of the old protocol cannot connect'
  refit rollback production --stop --why 'taken over by hand'";

/// Takes the last run back.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Rollback {
    #[command(flatten)]
    which: Which,
    /// End it as it stands, without going on
    #[arg(long)]
    stop: bool,
    #[command(flatten)]
    who: Who,
}

impl Rollback {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        if self.stop && self.who.why.trim().is_empty() {
            return Err(Failure::usage("say why with --why: it is kept in the journal"));
        }
        if self.stop {
            return super::run::stop(context, &target, &self.who);
        }
        let view = context.app.last_run(&target)?;
        let mut live = Live::new(context, &view.plan.body);
        let (by, why) = (self.who.by(), &self.who.why);
        let (run, ended) =
            context.app.roll_back(&target, &by, why, &mut live, context.interrupt.clone())?;
        ending(context, &run, &ended)
    }
}
