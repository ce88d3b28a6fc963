//! `refit cleanup`.

use clap::Args;
use refit_app::CleanupReport;
use refit_model::ExitCode;

use super::Context;
use crate::arguments::Which;
use crate::failure::Ending;

const EXAMPLES: &str = "\
Without --remove it only says what can go. The old version and the restore points stay until the run
is finalised; data, running homes and what a link leads to are never removed.

Examples:
  refit cleanup staging
  refit cleanup staging --remove";

/// Removes what a finished upgrade no longer needs: the old version, restore points.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Cleanup {
    #[command(flatten)]
    which: Which,
    /// Remove what can go
    #[arg(long)]
    remove: bool,
}

impl Cleanup {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let report = context.app.cleanup(&target, self.remove)?;
        context.screen.value(&report, &text(&target.shown(), &report))?;
        Ok(ExitCode::Done)
    }
}

fn text(target: &str, report: &CleanupReport) -> String {
    if report.items.is_empty() {
        return format!("The runs of {target} left nothing.\n");
    }
    let mut text = format!("What the runs of {target} left\n\n");
    for item in &report.items {
        let fate = match (&item.stays, report.removed) {
            (Some(_), _) => "stays",
            (None, true) => "removed",
            (None, false) => "can go",
        };
        let mebibytes = item.bytes.div_ceil(1 << 20);
        text += &format!("  {fate:<8} {} ({mebibytes} MiB)\n           {}\n", item.what, item.path);
        if let Some(why) = &item.stays {
            text += &format!("           {why}\n");
        }
    }
    if !report.removed && report.items.iter().any(|item| item.stays.is_none()) {
        text += &format!("\nRemove what can go with `refit cleanup {target} --remove`.\n");
    }
    text
}
