//! Compiling the playbook of a run.

use std::path::Path;

use jiff::Timestamp;
use refit_model::{Assessment, Playbook, Stored, TrialSummary};
use refit_playbook::{CompileError, Learned, compile};
use refit_trial::report::TrialReport;

use super::folder::{self, PlaybookFolder};
use super::pages;
use crate::{App, AppError, Result, RunView, StateError, Target};

impl App<'_> {
    /// Compiles the playbook of the last run of an installation, and stores it.
    pub fn build_playbook(&self, target: &Target) -> Result<Stored<Playbook>> {
        let view = self.last_run(target)?;
        let playbook = self.compile(&view, &self.trials(target, &view)?)?;
        Ok(self.state.save(playbook)?)
    }

    /// Writes a playbook with its parameters left open.
    pub fn write_playbook(
        &self,
        playbook: &Stored<Playbook>,
        output: &Path,
    ) -> Result<PlaybookFolder> {
        let output = folder::absolute(output)?;
        folder::check_free(&output, playbook)?;
        let files = pages::playbook_pages(playbook)?.into_files();
        folder::write(&output, playbook, None, files)
    }

    /// Compiles the playbook of a run as it stands in the state directory.
    pub(super) fn compile(&self, view: &RunView, trials: &[TrialSummary]) -> Result<Playbook> {
        let plan = &view.plan.body;
        let assessment: Stored<Assessment> = self.state.load(plan.assessment)?;
        let pack = self.packs.get(plan.pack.platform.as_str())?;
        let learned = Learned {
            product: &pack.product.title,
            plan: &view.plan,
            assessment: &assessment.body,
            run: &view.run,
            events: &view.events,
            trials,
        };
        compile(&learned).map_err(|error| match error {
            CompileError::NotDone { run, state } => AppError::First {
                what: format!("the run {run} is {state}"),
                how: "a playbook is compiled from a run that is done: bring one to its end with \
                      `refit run`"
                    .into(),
            },
            other => other.into(),
        })
    }

    /// The last trial of an installation, if it tried what this run made.
    fn trials(&self, target: &Target, view: &RunView) -> Result<Vec<TrialSummary>> {
        let Some(digest) = self.newest(target)?.trial else { return Ok(Vec::new()) };
        let report: Stored<TrialReport> = match self.state.load(digest) {
            Ok(report) => report,
            Err(StateError::Missing { .. }) => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let (subject, plan) = (&report.body.subject, &view.plan.body);
        let same = subject.before.version == plan.from && subject.after.version == plan.to;
        let later = is_later(&report.created, view.events.first().map(|event| event.at.as_str()));
        Ok(if same && later { vec![summary(&report)] } else { Vec::new() })
    }
}

/// What a playbook says of a trial.
pub(super) fn summary(report: &Stored<TrialReport>) -> TrialSummary {
    TrialSummary { report: report.digest, lines: report.body.lines() }
}

/// Whether a trial was made after a run began. Times that cannot be read say no.
fn is_later(trial: &str, run: Option<&str>) -> bool {
    let time = |text: &str| text.parse::<Timestamp>().ok();
    match (time(trial), run.and_then(time)) {
        (Some(trial), Some(run)) => trial >= run,
        _ => false,
    }
}
