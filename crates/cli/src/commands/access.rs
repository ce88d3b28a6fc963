//! `refit access check`.

use clap::{Args, Subcommand};
use refit_model::{AccessReport, ExitCode, Stored};

use super::Context;
use crate::arguments::Which;
use crate::failure::Ending;

const EXAMPLES: &str = "\
Reads what must be read, and makes, reads and deletes a file wherever steps will write; nothing is
left behind. Ends with code 3 where something could not be proved. The report is kept in the state
directory; a request's page takes it from there, or as the file that `--format json` gives.

Examples:
  refit access check staging
  refit access check staging --format json > access.json";

/// Proves what may be read and written.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct Access {
    #[command(subcommand)]
    command: AccessCommand,
}

#[derive(Debug, Subcommand)]
enum AccessCommand {
    /// Prove it, path by path
    #[command(after_help = EXAMPLES)]
    Check(Which),
}

impl Access {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let AccessCommand::Check(which) = &self.command;
        let target = context.app.target(&which.environment)?;
        let report = context.app.access_check(&target)?;
        context.screen.value(&report, &text(&report))?;
        Ok(if report.body.is_enough() { ExitCode::Done } else { ExitCode::Blocked })
    }
}

/// The report for people.
pub fn text(stored: &Stored<AccessReport>) -> String {
    let report = &stored.body;
    let AccessReport { environment, installation, host, user, .. } = report;
    let mut text = format!(
        "Access to {installation} in {environment} on the host {host}, as the user {user}\n\n"
    );
    for proof in &report.proofs {
        let mark = if proof.proved { "ok    " } else { "FAILED" };
        text += &format!(
            "  {mark}  {}\n          {}\n          {}\n",
            proof.what, proof.at, proof.answer
        );
    }
    text += if report.is_enough() {
        "\nEverything that an upgrade needs could be proved.\n"
    } else {
        "\nNot everything could be proved: give the user who runs Refit what is missing.\n"
    };
    text += &format!("The report is kept as {}.\n", stored.digest);
    text
}
