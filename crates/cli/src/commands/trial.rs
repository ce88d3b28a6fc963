//! `refit trial`.

use clap::Args;
use refit_app::TrialRequest;
use refit_model::ExitCode;
use refit_model::TrialVerdict;
use refit_report::{trial_html, trial_text};

use super::Context;
use crate::arguments::Which;
use crate::failure::Ending;
use crate::screen::Shown;

const EXAMPLES: &str = "\
Compares the old version with the new one after a run: both serve copies of the store that the old
one left, on other ports, in turn. Loss, order and access decide; what was measured of speed decides
only if it is clear, and says INCONCLUSIVE otherwise. The running broker is asked who may connect,
nothing else. Needs the memory of two more brokers, and room for two more copies of the store.

Examples:
  refit trial staging
  refit trial staging --pairs 12 --load-seconds 60 --rate 1000
  refit trial staging --format html > trial.html";

/// Compares the new version with the old one: messages, access, speed, restarts
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Trial {
    #[command(flatten)]
    which: Which,
    /// Pairs of loads, old and new in turn; looked at after 6, 12 and 24; 0 for none
    #[arg(long, value_name = "NUMBER", default_value_t = 6, value_parser = clap::value_parser!(u32).range(0..=24))]
    pairs: u32,
    /// How long each load is measured, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=3600))]
    load_seconds: u32,
    /// Messages a second of a load
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    rate: u32,
    /// The size of a message of a load, in bytes
    #[arg(long, value_name = "BYTES", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(40..=16_777_216))]
    size: u32,
    /// Pairs of restarts, old and new in turn; 0 for none
    #[arg(long, value_name = "NUMBER", default_value_t = 6, value_parser = clap::value_parser!(u32).range(0..=24))]
    restarts: u32,
}

impl Trial {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let request = TrialRequest {
            pairs: self.pairs,
            load_seconds: self.load_seconds,
            per_second: self.rate,
            body_bytes: self.size,
            restarts: self.restarts,
        };
        let report = context.app.trial(&target, &request)?;
        context.screen.document(&Shown {
            json: &report,
            text: &|| Ok(trial_text(&report, context.screen.style())),
            html: Some(&|| Ok(trial_html(&report))),
        })?;
        Ok(match report.body.verdict {
            TrialVerdict::Pass => ExitCode::Done,
            TrialVerdict::Fail | TrialVerdict::Inconclusive | TrialVerdict::Invalid => {
                ExitCode::TrialNotPassed
            }
        })
    }
}
