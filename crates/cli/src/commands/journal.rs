//! `refit journal`.

use clap::{Args, Subcommand};
use refit_model::{ExitCode, RunId};
use refit_report::journal_text;

use super::Context;
use crate::failure::Ending;

/// A run's journal.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  refit journal show staging\n  refit journal verify staging")]
pub struct JournalArguments {
    #[command(subcommand)]
    command: JournalCommand,
}

#[derive(Debug, Subcommand)]
enum JournalCommand {
    /// Print every event
    Show(WhichRun),
    /// Check that no event is missing, added or changed
    Verify(WhichRun),
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
        let (JournalCommand::Show(which) | JournalCommand::Verify(which)) = &self.command;
        let target = context.app.target(&which.environment)?;
        // Reading a journal checks its chain of digests.
        let view = match &which.run {
            Some(run) => context.app.view(run)?,
            None => context.app.last_run(&target)?,
        };
        if let JournalCommand::Show(_) = self.command {
            let text = journal_text(&view.events, context.screen.style());
            context.screen.value(&view.events, &text)?;
            return Ok(ExitCode::Done);
        }
        let host = context.app.compare_with_host(&target, &view)?;
        let text = format!(
            "the journal of the run {} is whole: {} events, each holds the digest of the one \
             before\n{host}",
            view.run,
            view.events.len()
        );
        let json =
            serde_json::json!({ "run": view.run, "events": view.events.len(), "whole": true });
        context.screen.value(&json, &text)?;
        Ok(ExitCode::Done)
    }
}
