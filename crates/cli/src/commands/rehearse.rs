//! `refit rehearse`.

use clap::Args;
use refit_model::ExitCode;
use refit_report::rehearsal_text;

use super::Context;
use crate::arguments::Which;
use crate::failure::Ending;

const EXAMPLES: &str = "\
The new version starts on copies of the merged configuration and of the data, on other ports, apart
from the running broker, and is asked what it is and what it holds. Nothing is left behind.

Example:
  refit rehearse staging";

/// Tries the new version on copies, apart from the running broker.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Rehearse {
    #[command(flatten)]
    which: Which,
}

impl Rehearse {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let report = context.app.rehearse(&target)?;
        context.screen.value(&report, &rehearsal_text(&report, context.screen.style()))?;
        Ok(if report.body.passed() { ExitCode::Done } else { ExitCode::Failed })
    }
}
