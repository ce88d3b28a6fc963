//! `refit run`.

use std::time::Duration;

use clap::Args;
use jiff::Timestamp;
use jiff::civil::{DateTime, Time};
use jiff::tz::TimeZone;
use refit_app::{ByHand, RunOptions};
use refit_execute::StepEvent;
use refit_model::{ExitCode, StepId};

use super::Context;
use super::background::Detach;
use super::live::Live;
use crate::arguments::{Which, Who};
use crate::failure::{Ending, Failure};

const EXAMPLES: &str = "\
The plan must have been rehearsed and approved. After an interruption of any kind (Ctrl-C, a lost
session, a crash) the same command goes on where it stopped. Ctrl-C while the broker is down waits
until it serves its clients again; a second one stops at once.

At a terminal a process of its own does the work: it goes on when the terminal goes, and Ctrl-C asks
whether to leave it, to stop it or to watch on.

Examples:
  refit run staging
  refit run staging --stop-by 04:00
  refit run staging --detach
  refit run staging --mark-done write-conf-activemq.xml --why 'written by hand'
  refit run staging --stop --why 'the window is over'";

/// Does the plan, or goes on with it.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Run {
    #[command(flatten)]
    which: Which,
    /// Only if this is the plan: its digest, or the beginning of it
    #[arg(long, value_name = "DIGEST")]
    plan: Option<String>,
    /// Begin nothing that cannot end by then: HH:MM, or YYYY-MM-DDTHH:MM, local time
    #[arg(long, value_name = "TIME")]
    stop_by: Option<String>,
    /// Try a step again that you looked at: it is not done
    #[arg(long, value_name = "STEP")]
    retry: Option<StepId>,
    /// Count a step as done that you did by hand
    #[arg(long, value_name = "STEP", conflicts_with = "retry")]
    mark_done: Option<StepId>,
    /// Leave a step out that may be left out
    #[arg(long, value_name = "STEP", conflicts_with_all = ["retry", "mark_done"])]
    skip: Option<StepId>,
    /// End the run as it stands, without going on or back
    #[arg(long, conflicts_with_all = ["retry", "mark_done", "skip", "stop_by", "detach"])]
    stop: bool,
    #[command(flatten)]
    detach: Detach,
    #[command(flatten)]
    who: Who,
}

impl Run {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let by_hand = self.by_hand();
        if (self.stop || !by_hand.is_empty()) && self.who.why.trim().is_empty() {
            return Err(Failure::usage("say why with --why: it is kept in the journal"));
        }
        if self.stop {
            return stop(context, &target, &self.who);
        }
        let window = self.stop_by.as_deref().map(until).transpose()?;
        let (by, why, plan) = (self.who.by(), self.who.why.clone(), self.plan.clone());
        let options = RunOptions { plan, window, by_hand, by, why };
        let plan = context.app.plan_to_run(&target)?;
        if self.detach.delegates(context.screen, &target)? {
            let run = context.app.run_to_do(&target)?;
            return self.detach.delegate(context, &target, &plan.body, &run);
        }
        self.detach.leave_terminal()?;
        let mut live = Live::new(context, &plan.body).quiet_if(self.detach.is_worker());
        let (run, ended) =
            context.app.run(&target, &options, &mut live, context.interrupt.clone())?;
        live.ending(context, &run, &ended)
    }

    fn by_hand(&self) -> Vec<ByHand> {
        let said = [
            (&self.retry, StepEvent::Failed),
            (&self.mark_done, StepEvent::Done),
            (&self.skip, StepEvent::Skipped),
        ];
        let said = said.into_iter().filter_map(|(step, event)| Some((step.clone()?, event)));
        said.map(|(step, event)| ByHand { step, event }).collect()
    }
}

/// Ends the last run as it stands.
pub fn stop(context: &Context<'_>, target: &refit_app::Target, who: &Who) -> Ending {
    let view = context.app.last_run(target)?;
    let mut live = Live::new(context, &view.plan.body);
    let run = context.app.stop(target, &who.by(), &who.why, &mut live)?;
    super::status::show(context, &run)?;
    Ok(ExitCode::Done)
}

/// How long it is until a local time; a time of day that is over means tomorrow's.
fn until(text: &str) -> Result<Duration, Failure> {
    let wrong = || Failure::usage(format!("`{text}` is no time: HH:MM or YYYY-MM-DDTHH:MM"));
    let (zone, now) = (TimeZone::system(), Timestamp::now());
    let here = zone.to_datetime(now);
    let end = match (text.parse::<DateTime>(), text.parse::<Time>()) {
        (Ok(moment), _) => moment,
        (_, Ok(time)) if here.time() < time => here.date().to_datetime(time),
        (_, Ok(time)) => here.date().tomorrow().map_err(|_| wrong())?.to_datetime(time),
        _ => return Err(wrong()),
    };
    let end = zone.to_timestamp(end).map_err(|_| wrong())?;
    match u64::try_from(end.as_second() - now.as_second()) {
        Ok(seconds) if seconds > 0 => Ok(Duration::from_secs(seconds)),
        _ => Err(Failure::usage(format!("`{text}` is over already"))),
    }
}

#[cfg(test)]
mod tests {
    use super::until;

    #[test]
    fn times_of_day_are_within_a_day_and_the_past_is_refused() {
        assert!(until("04:00").unwrap().as_secs() <= 25 * 3600);
        assert!(until("2020-01-01T04:00").is_err());
        assert!(until("soon").is_err());
    }
}
