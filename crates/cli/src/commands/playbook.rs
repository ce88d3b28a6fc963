//! `refit playbook`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use refit_app::{Applied, CheckResult, PlaybookFolder, Target, VerifyReport, shell_word};
use refit_model::{ExitCode, Playbook, Stored};
use refit_report::{PlanReport, drift_html, drift_text};
use serde::Serialize;

use super::Context;
use super::plan::NO_RUN;
use crate::arguments::Which;
use crate::failure::{Ending, Failure};
use crate::screen::Shown;

const EXAMPLES: &str = "\
A playbook is compiled from the plan, journal, decisions and notes of a run that is done. It is
named by its digest, by the beginning of that, by its file, or by the folder with it; without a name
the newest one is meant. One that comes from another machine is kept as soon as it is read.

Examples:
  refit playbook build staging
  refit playbook render --environment production      for a person with a shell alone
  refit playbook drift --environment production       what differs there (code 5 if anything does)
  refit playbook apply --environment production       the plan that follows it
  refit playbook verify ./playbook-staging/playbook.json";

/// What was done, for the next environment: for `refit`, and for a person with a shell alone.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct PlaybookArguments {
    #[command(subcommand)]
    command: PlaybookCommand,
}

#[derive(Debug, Subcommand)]
enum PlaybookCommand {
    /// Compile the playbook of the last run of an environment, and write it as JSON, Markdown, HTML
    #[command(after_help = "Examples:\n  refit playbook build staging\n  \
                            refit playbook build staging --output ./handover")]
    Build(Build),
    /// Write a playbook for people: with its parameters open, or with an environment's values
    #[command(after_help = RENDER)]
    Render(Render),
    /// Tell what differs between where a playbook was learned and an environment
    #[command(after_help = "Nothing is changed. Ends with code 5 if anything but site values \
                            differs.\n\nExamples:\n  refit playbook drift --environment \
                            production\n  refit playbook drift 3f2a9c1e --environment production \
                            --format html > drift.html")]
    Drift(There),
    /// Make the plan of an environment that follows a playbook
    #[command(after_help = APPLY)]
    Apply(There),
    /// Check a playbook against the plan, journal and trials that it names
    #[command(after_help = "Ends with code 1 if anything is wrong. What the state directory does \
                            not hold is told, and not checked.\n\nExamples:\n  refit playbook \
                            verify\n  refit playbook verify ./playbook-staging/playbook.json")]
    Verify(Named),
}

const RENDER: &str = "\
With --environment the environment is assessed and planned for as the playbook says; nothing of it
is changed. Beside the text lie the functions that its commands use and the texts of files that
steps write. Secrets are in none of them. A person needs sh, coreutils, tar, curl and iproute2. Ends
with code 3 if findings forbid to begin, with code 4 if something must be decided first.

Examples:
  refit playbook render
  refit playbook render --environment production --output ./for-production";

const APPLY: &str = "\
The playbook's decisions that apply are taken over; those whose two sides are others here are asked
again. Then the ordinary commands go on: rehearse, approve, run. Ends with code 3 if findings forbid
a run, with code 4 if something must be decided.

Examples:
  refit playbook apply --environment production
  refit playbook apply ./playbook-staging --environment production";

/// Compile a run's playbook.
#[derive(Args, Debug)]
struct Build {
    #[command(flatten)]
    which: Which,
    /// Where it is written [default: playbook-ENVIRONMENT]
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Which playbook.
#[derive(Args, Debug)]
struct Named {
    /// The playbook: its digest, the beginning of it, its file or folder [default: the newest]
    #[arg(value_name = "PLAYBOOK")]
    playbook: Option<String>,
}

/// Which playbook, and where.
#[derive(Args, Debug)]
struct There {
    #[command(flatten)]
    named: Named,
    /// The environment, or ENVIRONMENT:INSTALLATION where it has several
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: String,
}

/// Write a playbook for people.
#[derive(Args, Debug)]
struct Render {
    #[command(flatten)]
    named: Named,
    /// The environment whose values are put in
    #[arg(long, value_name = "ENVIRONMENT")]
    environment: Option<String>,
    /// Where it is written [default: playbook-for-ENVIRONMENT, or playbook-DIGEST]
    #[arg(long, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

impl PlaybookArguments {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        match &self.command {
            PlaybookCommand::Build(command) => command.perform(context),
            PlaybookCommand::Render(command) => command.perform(context),
            PlaybookCommand::Drift(command) => command.drift(context),
            PlaybookCommand::Apply(command) => command.apply(context),
            PlaybookCommand::Verify(command) => command.verify(context),
        }
    }
}

/// What was written, for programs.
#[derive(Serialize)]
struct Written<'a> {
    playbook: &'a refit_model::Digest,
    #[serde(flatten)]
    written: &'a PlaybookFolder,
}

impl Build {
    fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let playbook = context.app.build_playbook(&target)?;
        let output = self
            .output
            .clone()
            .unwrap_or_else(|| format!("playbook-{}", target.environment_name()).into());
        let written = context.app.write_playbook(&playbook, &output)?;
        let text = format!(
            "{}{}",
            described(&playbook, &written),
            next(&[
                "refit playbook drift --environment NAME",
                "refit playbook render --environment NAME",
                "refit playbook apply --environment NAME",
            ])
        );
        show_written(context, &playbook, &written, &text)
    }
}

impl Named {
    fn find(&self, context: &Context<'_>) -> Result<Stored<Playbook>, Failure> {
        Ok(context.app.find_playbook(self.playbook.as_deref())?)
    }

    fn verify(&self, context: &Context<'_>) -> Ending {
        let playbook = self.find(context)?;
        let report = context.app.verify_playbook(&playbook)?;
        context.screen.value(&report, &verified(&playbook, &report))?;
        Ok(if report.is_right() { ExitCode::Done } else { ExitCode::Failed })
    }
}

impl Render {
    fn perform(&self, context: &Context<'_>) -> Ending {
        let playbook = self.named.find(context)?;
        match &self.environment {
            None => self.open(context, &playbook),
            Some(environment) => {
                let target = context.app.target(environment)?;
                self.for_target(context, &playbook, &target)
            }
        }
    }

    fn open(&self, context: &Context<'_>, playbook: &Stored<Playbook>) -> Ending {
        let default = || format!("playbook-{}", playbook.digest.short()).into();
        let output = self.output.clone().unwrap_or_else(default);
        let written = context.app.write_playbook(playbook, &output)?;
        show_written(context, playbook, &written, &described(playbook, &written))
    }

    fn for_target(
        &self,
        context: &Context<'_>,
        playbook: &Stored<Playbook>,
        target: &Target,
    ) -> Ending {
        let default = || format!("playbook-for-{}", target.environment_name()).into();
        let output = self.output.clone().unwrap_or_else(default);
        let rendered = context.app.render_playbook(target, playbook, &output)?;
        let text = format!(
            "{}{}\nWhat differs from where it was learned: `refit playbook drift {} --environment \
             {}`\n",
            described(playbook, &rendered.written),
            not_ready(&rendered.applied),
            playbook.digest.short(),
            target.shown()
        );
        show_written(context, playbook, &rendered.written, &text)?;
        Ok(readiness(&rendered.applied))
    }
}

impl There {
    fn drift(&self, context: &Context<'_>) -> Ending {
        let playbook = self.named.find(context)?;
        let target = context.app.target(&self.environment)?;
        let applied = context.app.follow_playbook(&target, &playbook)?;
        context.screen.document(&Shown {
            json: &applied.drift,
            text: &|| Ok(drift_text(&applied.drift, context.screen.style())),
            html: Some(&|| Ok(drift_html(&applied.drift))),
        })?;
        let same = applied.drift.body.is_empty();
        Ok(if same { ExitCode::Done } else { ExitCode::Changes })
    }

    fn apply(&self, context: &Context<'_>) -> Ending {
        let playbook = self.named.find(context)?;
        let target = context.app.target(&self.environment)?;
        let applied = context.app.apply_playbook(&target, &playbook)?;
        let style = context.screen.style();
        let commands = refit_app::step_commands;
        let plan = PlanReport { plan: &applied.plan, run: NO_RUN, commands: &commands };
        let text = format!(
            "{}\n{}{}",
            drift_text(&applied.drift, style),
            plan.to_summary(style),
            what_next(&target, &applied)
        );
        let blocking: Vec<_> = applied.blocking().iter().map(|one| one.key.clone()).collect();
        let json = serde_json::json!({
            "playbook": playbook.digest,
            "plan": applied.plan.digest,
            "drift": applied.drift,
            "blocking": blocking,
            "questions": applied.plan.body.questions,
        });
        context.screen.value(&json, &text)?;
        Ok(readiness(&applied))
    }
}

fn show_written(
    context: &Context<'_>,
    playbook: &Stored<Playbook>,
    written: &PlaybookFolder,
    text: &str,
) -> Ending {
    let json = Written { playbook: &playbook.digest, written };
    context.screen.value(&json, text)?;
    Ok(ExitCode::Done)
}

/// The playbook, and what was written.
fn described(playbook: &Stored<Playbook>, written: &PlaybookFolder) -> String {
    let body = &playbook.body;
    let mut text = format!(
        "{}\n\n  learned   on {} in {}, run {}\n  digest    {}\n  folder    {}\n  files\n",
        body.title,
        body.installation,
        body.environment,
        body.run,
        playbook.digest,
        written.folder.display()
    );
    for file in &written.files {
        text += &format!("    {file}\n");
    }
    text
}

fn next(commands: &[&str]) -> String {
    let lines: Vec<_> = commands.iter().map(|command| format!("  {command}\n")).collect();
    format!("\nNext\n{}", lines.concat())
}

fn what_next(target: &Target, applied: &Applied) -> String {
    let name = shell_word(&target.shown());
    match readiness(applied) {
        ExitCode::Done => next(&[
            &format!("refit rehearse {name}"),
            &format!("refit approve {name} --by NAME"),
            &format!("refit run {name}"),
        ]),
        ExitCode::Blocked => not_ready(applied),
        _ => next(&[&format!("refit plan {name} --decide SUBJECT=CHOICE --by NAME")]),
    }
}

/// What must be done before anything is begun; empty if nothing must.
fn not_ready(applied: &Applied) -> String {
    let mut text = String::new();
    for finding in applied.blocking() {
        text += &format!("\nNot ready: {} ({})", finding.title, finding.key);
    }
    for question in &applied.plan.body.questions {
        text += &format!("\nNot ready: `{}` must be decided", question.subject);
    }
    if text.is_empty() { text } else { text + "\n" }
}

fn readiness(applied: &Applied) -> ExitCode {
    if !applied.blocking().is_empty() {
        ExitCode::Blocked
    } else if applied.plan.body.questions.is_empty() {
        ExitCode::Done
    } else {
        ExitCode::NeedsPerson
    }
}

fn verified(playbook: &Stored<Playbook>, report: &VerifyReport) -> String {
    let mut text = format!("{}\n\n", playbook.body.title);
    for check in &report.checks {
        let word = match check.result {
            CheckResult::Right => "right",
            CheckResult::Wrong => "WRONG",
            CheckResult::NotChecked => "not checked",
        };
        text += &format!("  {word:<12} {}\n               {}\n", check.what, check.seen);
    }
    text
}
