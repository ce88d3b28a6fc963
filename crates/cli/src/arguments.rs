//! The command line.

use std::path::PathBuf;
use std::process::ExitCode as ProcessExit;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};
use refit_model::ExitCode;

use crate::commands::{
    access, approve, assess, backup, cleanup, demo, diff, discover, finalize, host_session,
    journal, note, packs, plan, playbook, request, rollback, run, schema, serve, settle, show,
    status, trial,
};

const EXAMPLES: &str = "\
The way of an upgrade:
  refit discover                         find brokers on this machine, print an environment file
  refit access check staging             prove that everything can be read and written
  refit assess staging                   what is there, and what stands in the way
  refit plan staging                     the steps, the settlements, the way back
  refit rehearse staging                 prove the plan on copies, beside the running broker
  refit approve staging --by 'A. Name'   a person's word for this plan
  refit run staging                      upgrade; the same command goes on after an interruption
  refit trial staging                    compare the new version with the old one
  refit rollback staging                 and back again
  refit playbook build staging           what was done, for the next environment

Exit codes: 0 done, 1 failed, 2 usage, 3 blocked by findings, 4 needs a person, 5 changes or drift
found, 6 trial not passed, 7 a run ended rolled back, 8 held by another, stale or in doubt,
130 interrupted.";

/// Upgrades on-premises message brokers, and can always go back.
#[derive(Debug, Parser)]
#[command(name = "refit", version, after_help = EXAMPLES, arg_required_else_help = true)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

/// Options of every command.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// The state directory: documents, journals, decisions (made with mode 0700)
    #[arg(long, global = true, value_name = "FOLDER", default_value = ".refit")]
    pub state: PathBuf,
    /// The folder with environment files, NAME.toml each
    #[arg(long, global = true, value_name = "FOLDER", default_value = "environments")]
    pub environments: PathBuf,
    /// The folder with the vendors' archives [default: the one of the last assessment, or
    /// artifacts]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub artifacts: Option<PathBuf>,
    /// A folder with packs that go before the built-in ones
    #[arg(long, global = true, value_name = "FOLDER")]
    pub packs: Option<PathBuf>,
    /// Tables for people, or JSON for programs
    #[arg(
        id = "format", long = "format", global = true, value_name = "FORM",
        value_parser = Format::of_report, default_value = "text"
    )]
    pub format: Format,
}

/// How results are written to standard output; for `refit settle`, how its files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// A page for a browser, where a command has one.
    Html,
    /// The format of a configuration file; none where a pack knows it.
    OfFile(Option<refit_settings::Format>),
}

impl Format {
    /// Reads the form of a report.
    pub fn of_report(word: &str) -> Result<Self, String> {
        match word {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            "html" => Ok(Self::Html),
            _ => Err("expected text, json or html".to_owned()),
        }
    }

    /// Reads the format of a configuration file.
    pub fn of_file(word: &str) -> Result<Self, String> {
        if word == BY_PACK {
            return Ok(Self::OfFile(None));
        }
        let known = refit_settings::Format::ALL;
        let found = known.iter().find(|format| format.word() == word);
        found.map(|format| Self::OfFile(Some(*format))).ok_or_else(|| {
            let words: Vec<_> = known.iter().map(|format| format.word()).collect();
            format!("expected one of {}", words.join(", "))
        })
    }
}

/// Stands for the format that a pack knows.
const BY_PACK: &str = "by-pack";

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Upgrade two real brokers on this machine, to see how it goes
    Demo(demo::Demo),
    /// Find brokers on this machine, and print an environment file for them
    Discover(discover::Discover),
    /// Prove what may be read and written
    Access(access::Access),
    /// Look at an installation: inventory, findings, the way to the target version
    Assess(assess::Assess),
    /// Make a plan, and decide what only people can decide
    Plan(plan::PlanArguments),
    /// Show a document: an assessment, plan, rehearsal, approval, trial, playbook or drift report
    Show(show::Show),
    /// Compare two plans
    Diff(diff::Diff),
    /// Try the new version on copies, apart from the running broker
    Rehearse(crate::commands::rehearse::Rehearse),
    /// Give a person's word for the plan
    Approve(approve::Approve),
    /// Do the plan, or go on with it
    Run(run::Run),
    /// Where a run stands, and what can be done
    Status(status::StatusArguments),
    /// Compare the new version with the old one: messages, access, speed, restarts
    Trial(trial::Trial),
    /// Record what a person saw
    Note(note::Note),
    /// Take the last run back
    Rollback(rollback::Rollback),
    /// Give up the way back, after an approval of its own
    Finalize(finalize::Finalize),
    /// Restore points: look at them, verify them, keep them off their host
    Backup(backup::BackupArguments),
    /// Remove what a finished upgrade no longer needs: the old version, restore points
    Cleanup(cleanup::Cleanup),
    /// What was done, for the next environment: for `refit`, and for a person with a shell alone
    Playbook(playbook::PlaybookArguments),
    /// A run's journal
    Journal(journal::JournalArguments),
    /// Settle one configuration file: the new default, with what the site had changed
    Settle(settle::Settle),
    /// What Refit knows of platforms
    Packs(packs::PacksArguments),
    /// Requests of a server: make, list, show, answer, send files, act
    Request(request::RequestArguments),
    /// The service around upgrades: a portal in the browser, an API, letters
    Serve(serve::Serve),
    /// The JSON schema of environment files
    Schema(schema::Schema),
    #[command(hide = true)]
    HostSession(host_session::HostSession),
}

/// The installation that a command is about.
#[derive(Args, Clone, Debug)]
pub struct Which {
    /// The environment, or ENVIRONMENT:INSTALLATION where it has several
    #[arg(value_name = "ENVIRONMENT")]
    pub environment: String,
}

/// Who says or does something, and why.
#[derive(Args, Clone, Debug)]
pub struct Who {
    /// Who says so [default: the user of this session]
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    /// Why: kept beside it
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub why: String,
}

impl Who {
    /// The name that was given, or the user's on this machine.
    pub fn by(&self) -> String {
        self.by.clone().unwrap_or_else(refit_app::session_user)
    }
}

/// Shows help where it was asked for, and what is wrong otherwise.
pub fn usage(error: &clap::Error) -> ProcessExit {
    let asked = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    // Nothing can be told where not even this can be written.
    error.print().ok();
    if asked { ExitCode::Done.into() } else { ExitCode::Usage.into() }
}
