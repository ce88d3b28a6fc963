//! `refit backup forget` and `prune`.

use clap::Args;
use refit_app::{ForgetReport, Retention};
use refit_model::ExitCode;

use super::{At, size};
use crate::commands::Context;
use crate::failure::Ending;

pub const FORGET: &str = "\
A restore point stays if one of the rules keeps it. Those of a run that is neither finalised nor
rolled back stay always, and so do those of a run that this state directory does not know.

Examples:
  refit backup forget --keep-last 2 --repository /mnt/share/refit --key-file ~/refit.key
  refit backup forget --keep-last 2 --keep-within-days 90 --apply \\
    --repository /mnt/share/refit --key-file ~/refit.key";
pub const PRUNE: &str = "\
Removes what no restore point needs, and what interrupted work left. Nobody else may work on the
repository meanwhile.

Examples:
  refit backup prune --repository /mnt/share/refit --key-file ~/refit.key
  refit backup prune --repository /mnt/share/refit --key-file ~/refit.key --apply";

#[derive(Args, Debug)]
pub struct Forget {
    #[command(flatten)]
    at: At,
    /// Keep those of this many last runs of each installation
    #[arg(long, value_name = "RUNS")]
    keep_last: Option<u32>,
    /// Keep those that were kept within this many days
    #[arg(long, value_name = "DAYS")]
    keep_within_days: Option<u32>,
    /// Do it
    #[arg(long)]
    apply: bool,
}

#[derive(Args, Debug)]
pub struct Prune {
    #[command(flatten)]
    at: At,
    /// Do it
    #[arg(long)]
    apply: bool,
}

impl Forget {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let rules = Retention { last_runs: self.keep_last, days: self.keep_within_days };
        let report = context.app.forget_points(&self.at.place(), rules, self.apply)?;
        context.screen.value(&report, &text(&report))?;
        Ok(ExitCode::Done)
    }
}

impl Prune {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let pruned = context.app.prune_repository(&self.at.place(), self.apply)?;
        let (freed, before) = (size(pruned.freed_bytes), size(pruned.before_bytes));
        let text = match (pruned.freed_bytes, pruned.applied) {
            (0, _) => format!("All of {before} is needed.\n"),
            (_, true) => format!("{freed} of {before} were freed.\n"),
            (_, false) => format!("{freed} of {before} can be freed: add --apply.\n"),
        };
        context.screen.value(&pruned, &text)?;
        Ok(ExitCode::Done)
    }
}

fn text(report: &ForgetReport) -> String {
    let mut text = String::new();
    for one in &report.points {
        let fate = match (&one.stays, report.applied) {
            (Some(why), _) => format!("stays: {why}"),
            (None, true) => "forgotten".to_owned(),
            (None, false) => "can be forgotten".to_owned(),
        };
        let kept = &one.kept;
        text += &format!(
            "{}  restore point {} of the run {}, {}: {fate}\n",
            &kept.id[..kept.id.len().min(8)],
            kept.point,
            kept.run,
            size(kept.size_bytes)
        );
    }
    if report.points.iter().any(|one| one.stays.is_none()) {
        text += if report.applied {
            "Their room is given back by `refit backup prune`.\n"
        } else {
            "Add --apply to forget them.\n"
        };
    }
    text
}
