//! `refit note`.

use clap::Args;
use refit_model::{ExitCode, StepId};

use super::Context;
use crate::arguments::{Which, Who};
use crate::failure::{Ending, Failure};

const EXAMPLES: &str = "\
Notes stay where they were taken, and become part of the playbook.

Examples:
  refit note staging 'the monitoring saw the restart'
  refit note staging --step start-new 'took longer than in the rehearsal'";

/// Records what a person saw.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Note {
    #[command(flatten)]
    which: Which,
    /// What was seen
    #[arg(value_name = "TEXT")]
    text: String,
    /// The step it is about
    #[arg(long, value_name = "STEP")]
    step: Option<StepId>,
    #[command(flatten)]
    who: Who,
}

impl Note {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        if self.text.trim().is_empty() {
            return Err(Failure::usage("the note is empty"));
        }
        let target = context.app.target(&self.which.environment)?;
        let run = context.app.note(&target, self.step.clone(), &self.who.by(), &self.text)?;
        let json = serde_json::json!({ "run": run, "noted": self.text });
        context.screen.value(&json, &format!("noted in the journal of the run {run}"))?;
        Ok(ExitCode::Done)
    }
}
