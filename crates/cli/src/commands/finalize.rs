//! `refit finalize`.

use clap::Args;
use refit_model::ExitCode;

use super::Context;
use super::live::Live;
use crate::arguments::{Which, Who};
use crate::failure::Ending;

const EXAMPLES: &str = "\
After it the last run cannot be taken back, and `refit cleanup` may remove the old version. Needs an
approval of its own.

Examples:
  refit approve staging --of finalise --by 'A. Name'
  refit finalize staging --why 'a week without trouble'";

/// Gives up the way back, after an approval of its own.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Finalize {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    who: Who,
}

impl Finalize {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let view = context.app.last_run(&target)?;
        let mut live = Live::new(context, &view.plan.body);
        let run = context.app.finalise(&target, &self.who.by(), &self.who.why, &mut live)?;
        super::status::show(context, &run)?;
        Ok(ExitCode::Done)
    }
}
