//! `refit approve`.

use clap::{Args, ValueEnum};
use refit_app::ApprovalRequest;
use refit_model::{ApprovalOf, ExitCode};
use refit_report::approval_text;

use super::Context;
use crate::arguments::Which;
use crate::failure::Ending;

const EXAMPLES: &str = "\
An approval is for one plan, one environment and one run, and expires. The plan must have no open
question, no finding that blocks, and a rehearsal that it passed.

Examples:
  refit approve staging --by 'A. Name'
  refit approve staging --by 'A. Name' --plan 3f2a9c1e --valid-hours 4
  refit approve staging --by 'A. Name' --of restore";

/// Gives a person's word for the plan.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Approve {
    #[command(flatten)]
    which: Which,
    /// Who approves
    #[arg(long, value_name = "NAME")]
    by: String,
    /// What is approved
    #[arg(long, value_enum, default_value_t = Of::Run)]
    of: Of,
    /// The plan that the approver saw: refused if it is not the newest one
    #[arg(long, value_name = "DIGEST")]
    plan: Option<String>,
    /// How long it holds
    #[arg(long, value_name = "HOURS", default_value_t = 24, value_parser = clap::value_parser!(u32).range(1..=720))]
    valid_hours: u32,
}

/// What is approved.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Of {
    /// Doing the plan.
    Run,
    /// Passing the point of no return.
    PointOfNoReturn,
    /// Giving up the way back.
    Finalise,
    /// Restoring a restore point, which loses what came since.
    Restore,
}

impl Approve {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let approval = context.app.approve(
            &target,
            &ApprovalRequest {
                of: self.of.into(),
                plan: self.plan.clone(),
                by: self.by.clone(),
                valid_seconds: i64::from(self.valid_hours) * 3600,
            },
        )?;
        let text = approval_text(&approval.body, context.screen.style());
        context.screen.value(&approval, &text)?;
        Ok(ExitCode::Done)
    }
}

impl From<Of> for ApprovalOf {
    fn from(of: Of) -> Self {
        match of {
            Of::Run => Self::Run,
            Of::PointOfNoReturn => Self::PointOfNoReturn,
            Of::Finalise => Self::Finalise,
            Of::Restore => Self::Restore,
        }
    }
}
