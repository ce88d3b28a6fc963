//! `refit rollback`.

use clap::Args;
use refit_app::{ByHand, RunOptions};
use refit_execute::StepEvent;
use refit_model::StepId;

use super::Context;
use super::background::Detach;
use super::live::Live;
use crate::arguments::{Which, Who};
use crate::failure::{Ending, Failure};

const EXAMPLES: &str = "\
The steps are taken back in reverse, each verified. Where that means to restore a restore point, it
is said what is lost and asked for an approval (refit approve ENVIRONMENT --of restore). Ends with
code 7 when everything is taken back. Going forward again is a new run.

Examples:
  refit rollback production --why 'clients of the old protocol cannot connect'
  refit rollback production --mark-undone switch-link --why 'turned by hand'
  refit rollback production --stop --why 'taken over by hand'";

/// Takes the last run back.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Rollback {
    #[command(flatten)]
    which: Which,
    /// Only if this is the run's plan: its digest, or the beginning of it
    #[arg(long, value_name = "DIGEST")]
    plan: Option<String>,
    /// Try to take a step back again that you looked at: it is not undone
    #[arg(long, value_name = "STEP")]
    retry: Option<StepId>,
    /// Count a step as taken back that you took back by hand
    #[arg(long, value_name = "STEP", conflicts_with = "retry")]
    mark_undone: Option<StepId>,
    /// End it as it stands, without going on
    #[arg(long, conflicts_with_all = ["retry", "mark_undone", "detach"])]
    stop: bool,
    #[command(flatten)]
    detach: Detach,
    #[command(flatten)]
    who: Who,
}

impl Rollback {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let by_hand = self.by_hand();
        if (self.stop || !by_hand.is_empty()) && self.who.why.trim().is_empty() {
            return Err(Failure::usage("say why with --why: it is kept in the journal"));
        }
        if self.stop {
            return super::run::stop(context, &target, &self.who);
        }
        let view = context.app.last_run(&target)?;
        if self.detach.delegates(context.screen, &target)? {
            return self.detach.delegate(context, &target, &view.plan.body, &view.run);
        }
        self.detach.leave_terminal()?;
        let mut live = Live::new(context, &view.plan.body).quiet_if(self.detach.is_worker());
        let (by, why, plan) = (self.who.by(), self.who.why.clone(), self.plan.clone());
        let options = RunOptions { plan, by_hand, by, why, ..RunOptions::default() };
        let (run, ended) =
            context.app.roll_back(&target, &options, &mut live, context.interrupt.clone())?;
        live.ending(context, &run, &ended)
    }

    fn by_hand(&self) -> Vec<ByHand> {
        let said = [(&self.retry, StepEvent::UndoFailed), (&self.mark_undone, StepEvent::Undone)];
        let said = said.into_iter().filter_map(|(step, event)| Some((step.clone()?, event)));
        said.map(|(step, event)| ByHand { step, event }).collect()
    }
}
