//! `refit diff`.

use clap::Args;
use refit_model::{ExitCode, Plan, Stored};
use refit_report::PlanDiff;

use super::Context;
use crate::failure::Ending;

/// Compares two plans; code 5 if they differ.
#[derive(Args, Debug)]
#[command(after_help = "Example:\n  refit diff 3f2a9c1e 77b0d2aa")]
pub struct Diff {
    /// The earlier plan's digest, or the beginning of it
    #[arg(value_name = "PLAN")]
    before: String,
    /// The later plan's digest, or the beginning of it
    #[arg(value_name = "OTHER")]
    after: String,
}

impl Diff {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let find = |given: &str| -> Result<Stored<Plan>, refit_app::AppError> {
            Ok(context.app.state.find(given)?)
        };
        let (before, after) = (find(&self.before)?, find(&self.after)?);
        let diff = PlanDiff::between(&before.body, &after.body);
        let json = serde_json::json!({
            "before": before.digest, "after": after.digest, "same": diff.is_empty(),
        });
        context.screen.value(&json, &diff.to_text(context.screen.style()))?;
        Ok(if diff.is_empty() { ExitCode::Done } else { ExitCode::Changes })
    }
}
