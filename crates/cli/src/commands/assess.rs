//! `refit assess`.

use clap::Args;
use refit_model::{Assessment, ExitCode, Observations, Stored, Version};
use refit_report::AssessmentReport;
use serde::Serialize;

use super::Context;
use crate::arguments::Which;
use crate::failure::Ending;
use crate::screen::Shown;

const EXAMPLES: &str = "\
Nothing is changed on the host. Findings that block a run end the command with code 3.

Examples:
  refit assess staging --artifacts /srv/archives
  refit assess staging --to 5.18.3 --format json
  refit assess staging --format html > assessment.html";

/// Looks at an installation: inventory, findings, the way to the target version.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Assess {
    #[command(flatten)]
    which: Which,
    /// The version to go to [default: the newest that the pack knows and the archives hold]
    #[arg(long, value_name = "VERSION")]
    to: Option<Version>,
}

/// What programs get.
#[derive(Serialize)]
struct Pair<'a> {
    assessment: &'a Stored<Assessment>,
    observations: &'a Stored<Observations>,
}

impl Assess {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let pair = context.app.assess(&target, self.to.as_ref())?;
        let report = AssessmentReport {
            assessment: &pair.assessment,
            observations: Some(&pair.observations.body),
        };
        context.screen.document(&Shown {
            json: &Pair { assessment: &pair.assessment, observations: &pair.observations },
            text: &|| Ok(report.to_text(context.screen.style())),
            html: Some(&|| Ok(report.to_html())),
        })?;
        Ok(if pair.blocking().is_empty() { ExitCode::Done } else { ExitCode::Blocked })
    }
}
