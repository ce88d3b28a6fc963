//! What was done, how long it took, and where the reports are.

use std::time::Duration;

use refit_app::{Newest, StateDir, StateError};
use refit_demo::DemoSite;
use refit_execute::{Journal, Status};
use refit_model::{InstallationName, RunId, Stored};
use refit_trial::report::TrialReport;

use super::sites::{INSTALLATION, Sites};
use crate::failure::Failure;

/// The measured value of a run that clients were cut off for.
const DOWNTIME: &str = "downtime_milliseconds";
/// The same, while a run was taken back.
const BACK_DOWNTIME: &str = "roll_back_downtime_milliseconds";
/// The test of a trial that restarts both versions.
const RESTART: &str = "restart-gap-microseconds";

/// The summary.
pub fn text(sites: &Sites, took: Duration) -> Result<String, Failure> {
    let state = StateDir::open(&sites.folder().join(".refit")).map_err(|e| failed(&e))?;
    let mut text = String::new();
    for site in sites.both() {
        text += &of_site(&state, site)?;
    }
    let seconds = took.as_secs();
    text += &format!(
        "\nThe whole journey took {} min {} s.\n\nWhere things are, below {}:\n",
        seconds / 60,
        seconds % 60,
        sites.folder().display()
    );
    for (path, what) in PLACES {
        text += &format!("  {path:<26} {what}\n");
    }
    Ok(text)
}

const PLACES: [(&str, &str); 5] = [
    ("playbook/", "the playbook as JSON, Markdown and HTML"),
    ("playbook-production/", "the same with the values of production, for a person with a shell"),
    (".refit/documents/", "assessments, plans, rehearsals, trials, by content"),
    (".refit/runs/", "the journal of each run (`refit journal staging`)"),
    ("*/*/refit-restore-points", "what a way back needs"),
];

fn of_site(state: &StateDir, site: &DemoSite) -> Result<String, Failure> {
    let name = &site.spec().name;
    let installation = InstallationName::new(INSTALLATION).map_err(|error| failed(&error))?;
    let newest = state.newest(name, &installation).map_err(|error| failed(&error))?;
    let mut text = format!("\n{name}\n");
    for run in &newest.runs {
        text += &of_run(state, run)?;
    }
    text += &floor(state, &newest)?;
    Ok(text)
}

fn of_run(state: &StateDir, run: &RunId) -> Result<String, Failure> {
    let events = Journal::read_only(&state.journal_path(run), run).map_err(|e| failed(&e))?;
    let status = Status::of(&events).map_err(|error| failed(&error))?;
    let measured = |name: &str| status.measured.get(name).copied();
    let mut text = format!("  run {run}: {}", status.state.word());
    if let Some(down) = measured(DOWNTIME) {
        text += &format!("; clients cut off for {}", seconds(down));
    }
    if let Some(down) = measured(BACK_DOWNTIME) {
        text += &format!("; on the way back for {}", seconds(down));
    }
    Ok(text + "\n")
}

/// The bare restart that the trial measured on copies: below it no upgrade can come.
fn floor(state: &StateDir, newest: &Newest) -> Result<String, Failure> {
    let Some(digest) = newest.trial else { return Ok(String::new()) };
    let report: Stored<TrialReport> = match state.load(digest) {
        Ok(report) => report,
        Err(StateError::Missing { .. }) => return Ok(String::new()),
        Err(error) => return Err(failed(&error)),
    };
    let result = report.body.deciding(RESTART);
    let pair = result.and_then(|result| result.ratio.as_ref()?.pairs.first());
    let floor = pair.map(|pair| {
        format!(
            "  the bare floor, a restart as a client saw it on copies: {} of the old version, {} of \
             the new one\n",
            seconds(pair.before / 1_000),
            seconds(pair.after / 1_000)
        )
    });
    let verdict = format!("  trial: {} ({})\n", report.body.verdict, report.body.reason);
    Ok(floor.unwrap_or_default() + &verdict)
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1_000, milliseconds % 1_000 / 10)
}

fn failed(error: &dyn std::error::Error) -> Failure {
    Failure::failed(format!("the summary cannot be made: {error}"))
}
