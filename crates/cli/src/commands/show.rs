//! `refit show`.

use clap::Args;
use refit_model::ExitCode;
use refit_report::{
    AssessmentReport, access_html, approval_text, drift_html, drift_text, rehearsal_text,
    trial_html, trial_text,
};

use super::Context;
use crate::failure::Ending;
use crate::screen::Shown;

const EXAMPLES: &str = "\
A document is named by its digest or by the first digits of it.

Examples:
  refit show 3f2a9c1e
  refit show 3f2a9c1e --format html > plan.html";

/// Shows a document: a plan, playbook, or a report of any kind.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Show {
    /// The document's digest, or the beginning of it
    #[arg(value_name = "DIGEST")]
    digest: String,
}

impl Show {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        use refit_app::AnyDocument as Any;
        let style = context.screen.style();
        match context.app.state.find_any(&self.digest)? {
            Any::Access(report) => context.screen.document(&Shown {
                json: &report,
                text: &|| Ok(super::access::text(&report)),
                html: Some(&|| Ok(access_html(&report))),
            })?,
            Any::Assessment(assessment) => {
                let report = AssessmentReport { assessment: &assessment, observations: None };
                context.screen.document(&Shown {
                    json: &assessment,
                    text: &|| Ok(report.to_text(style)),
                    html: Some(&|| Ok(report.to_html())),
                })?;
            }
            Any::Plan(plan) => super::plan::show(context, &plan)?,
            Any::Rehearsal(report) => {
                context.screen.value(&report, &rehearsal_text(&report, style))?;
            }
            Any::Approval(approval) => {
                context.screen.value(&approval, &approval_text(&approval.body, style))?;
            }
            Any::Trial(trial) => context.screen.document(&Shown {
                json: &trial,
                text: &|| Ok(trial_text(&trial, style)),
                html: Some(&|| Ok(trial_html(&trial))),
            })?,
            Any::Playbook(playbook) => {
                let pages = refit_app::playbook_pages(&playbook)?;
                context.screen.document(&Shown {
                    json: &playbook,
                    text: &|| Ok(pages.markdown.clone()),
                    html: Some(&|| Ok(pages.html.clone())),
                })?;
            }
            Any::Drift(drift) => context.screen.document(&Shown {
                json: &drift,
                text: &|| Ok(drift_text(&drift, style)),
                html: Some(&|| Ok(drift_html(&drift))),
            })?,
        }
        Ok(ExitCode::Done)
    }
}
