//! `refit status`.

use clap::Args;
use refit_app::RunView;
use refit_model::{Digest, ExitCode, RunId};
use refit_report::RunReport;
use serde::Serialize;

use super::Context;
use crate::arguments::Which;
use crate::failure::{Ending, Failure};

const EXAMPLES: &str = "\
With --follow it looks on while a run goes on, and ends when that does; Ctrl-C asks whether to leave
the run or to stop it. With --format json it then prints what is recorded as JSON, a line an event,
as `refit journal export` does.

Examples:
  refit status staging
  refit status staging --follow
  refit status staging --follow --format json";

/// Shows where the last run stands, and what can be done.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct StatusArguments {
    #[command(flatten)]
    which: Which,
    /// Look on while the run goes on
    #[arg(long)]
    follow: bool,
}

impl StatusArguments {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let view = context.app.last_run(&target)?;
        if self.follow {
            return super::background::follow(context, &target, &view.plan.body, &view.run);
        }
        show(context, &view.run)?;
        Ok(ExitCode::Done)
    }
}

/// Where a run stands, for programs.
#[derive(Debug, Serialize)]
pub struct RunJson<'a> {
    run: &'a RunId,
    plan: Digest,
    state: &'static str,
    halted: Option<String>,
    measured: &'a std::collections::BTreeMap<String, u64>,
    events: &'a [refit_execute::Event],
}

impl<'a> RunJson<'a> {
    /// The run as a program reads it.
    pub fn of(view: &'a RunView) -> Self {
        Self {
            run: &view.run,
            plan: view.plan.digest,
            state: view.status.state.word(),
            halted: view.status.halted.as_ref().map(refit_execute::HaltReason::text),
            measured: &view.status.measured,
            events: &view.events,
        }
    }
}

/// Shows a run.
pub fn show(context: &Context<'_>, run: &RunId) -> Result<(), Failure> {
    let view = context.app.view(run)?;
    let now = super::live::now();
    let report = RunReport {
        run,
        plan: &view.plan,
        status: &view.status,
        events: &view.events,
        now: Some(&now),
    };
    let text = report.to_text(context.screen.style());
    let text = text.map_err(|error| Failure::failed(error.to_string()))?;
    context.screen.value(&RunJson::of(&view), &text)
}
