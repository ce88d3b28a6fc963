//! `refit backup list` and `verify`.

use clap::Args;
use refit_app::{PointEntry, PointState};
use refit_model::{ExitCode, RunId};

use super::size;
use crate::arguments::Which;
use crate::commands::Context;
use crate::failure::{Ending, Failure};

#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    which: Which,
}

#[derive(Args, Debug)]
pub struct Verify {
    #[command(flatten)]
    which: Which,
    /// Those of one run alone
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
}

impl List {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let points = context.app.restore_points(&target)?;
        context.screen.value(&points, &text(&target.shown(), &points))?;
        Ok(ExitCode::Done)
    }
}

impl Verify {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let run = self.run.as_deref().map(run_id).transpose()?;
        let points = context.app.verify_points(&target, run.as_ref())?;
        context.screen.value(&points, &text(&target.shown(), &points))?;
        let is_damaged = |point: &PointEntry| matches!(point.state, PointState::Damaged(_));
        Ok(if points.iter().any(is_damaged) { ExitCode::Failed } else { ExitCode::Done })
    }
}

/// A run's id, as it was given.
pub fn run_id(given: &str) -> Result<RunId, Failure> {
    RunId::new(given).map_err(|error| Failure::usage(format!("`{given}` is no run: {error}")))
}

fn text(target: &str, points: &[PointEntry]) -> String {
    if points.is_empty() {
        return format!("There is no restore point of {target} on its host.\n");
    }
    let mut text = format!("Restore points of {target}\n\n");
    for point in points {
        let state = match &point.state {
            PointState::Sealed => "complete",
            PointState::Verified => "every byte as recorded",
            PointState::Unsealed => "not complete: it has no manifest yet",
            PointState::Damaged(_) => "DAMAGED",
        };
        text += &format!(
            "  {} of the run {} ({}): {state}, {} files, {}\n    {}\n",
            point.point,
            point.run,
            point.run_state,
            point.files,
            size(point.size_bytes),
            point.path
        );
        if let PointState::Damaged(why) = &point.state {
            text += &format!("    {why}\n");
        }
    }
    text
}
