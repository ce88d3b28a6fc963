//! `refit journal`.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use refit_app::{AppError, RunView};
use refit_execute::{event_json, read_lines};
use refit_model::{ExitCode, RunId};
use refit_report::journal_text;

use super::Context;
use crate::failure::{Ending, Failure};

const EXAMPLES: &str = "\
Examples:
  refit journal show staging
  refit journal verify staging
  refit journal export staging --output staging.jsonl
  refit journal verify --file staging.jsonl";

/// A run's journal.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct JournalArguments {
    #[command(subcommand)]
    command: JournalCommand,
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Print every event
    Show(WhichRun),
    /// Check that no event is missing, added or changed
    Verify(Verify),
    /// Write every event as a line of JSON with its digest, for keeping elsewhere
    Export(Export),
}

#[derive(Args, Debug)]
struct Verify {
    #[command(flatten)]
    which: Option<WhichRun>,
    /// An exported journal, in place of an environment's
    #[arg(long, value_name = "FILE", conflicts_with = "environment")]
    #[arg(required_unless_present = "environment")]
    file: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct Export {
    #[command(flatten)]
    which: WhichRun,
    /// The file, which must not exist yet [default: standard output]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Args, Debug)]
struct WhichRun {
    /// The environment; its last run is meant
    #[arg(value_name = "ENVIRONMENT")]
    environment: String,
    /// Another run of it
    #[arg(long, value_name = "RUN")]
    run: Option<RunId>,
}

impl JournalArguments {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        match &self.command {
            JournalCommand::Show(which) => {
                let events = which.view(context)?.events;
                let text = journal_text(&events, context.screen.style());
                context.screen.value(&events, &text)?;
            }
            JournalCommand::Verify(Verify { file: Some(file), .. }) => verify_file(context, file)?,
            JournalCommand::Verify(Verify { which, file: None }) => {
                let which = which.as_ref();
                which.ok_or_else(|| Failure::usage("say which environment"))?.verify(context)?;
            }
            JournalCommand::Export(export) => export.perform(context)?,
        }
        Ok(ExitCode::Done)
    }
}

impl WhichRun {
    /// The run with its journal. Reading that checks its chain of digests.
    fn view(&self, context: &Context<'_>) -> Result<RunView, Failure> {
        let target = context.app.target(&self.environment)?;
        Ok(match &self.run {
            Some(run) => context.app.view(run)?,
            None => context.app.last_run(&target)?,
        })
    }

    fn verify(&self, context: &Context<'_>) -> Result<(), Failure> {
        let view = self.view(context)?;
        let host = context.app.compare_with_host(&context.app.target(&self.environment)?, &view)?;
        tell_whole(context, &view.run, view.events.len(), &format!("\n{host}"))
    }
}

impl Export {
    fn perform(&self, context: &Context<'_>) -> Result<(), Failure> {
        let view = self.which.view(context)?;
        let mut text = String::new();
        for event in &view.events {
            text += &event_json(event).map_err(AppError::from)?;
            text.push('\n');
        }
        let Some(path) = &self.output else { return context.screen.text(&text) };
        let failed = |error: std::io::Error| {
            Failure::failed(format!("{} cannot be written: {error}", path.display()))
        };
        let mut file = File::create_new(path).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        let (run, events) = (&view.run, view.events.len());
        let json = serde_json::json!({ "run": run, "events": events, "file": path });
        let text = format!("{events} events of the run {run} are in {}", path.display());
        context.screen.value(&json, &text)
    }
}

fn verify_file(context: &Context<'_>, path: &Path) -> Result<(), Failure> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Failure::failed(format!("{} cannot be read: {error}", path.display())))?;
    let events = read_lines(path, &text).map_err(AppError::from)?;
    let Some(first) = events.first() else {
        return Err(Failure::failed(format!("{} holds no event", path.display())));
    };
    tell_whole(context, &first.run, events.len(), "")
}

fn tell_whole(
    context: &Context<'_>,
    run: &RunId,
    events: usize,
    more: &str,
) -> Result<(), Failure> {
    let text = format!(
        "the journal of the run {run} is whole: {events} events, each holds the digest of the one \
         before{more}"
    );
    let json = serde_json::json!({ "run": run, "events": events, "whole": true });
    context.screen.value(&json, &text)
}
