//! `refit backup init`, `keep`, `kept`, `check` and `fetch`.

use std::path::PathBuf;

use clap::Args;
use refit_app::{Fetched, Kept, KeptPoint, RepositoryCheck, WhichPoint, session_user};
use refit_model::ExitCode;

use super::points::run_id;
use super::{At, size};
use crate::arguments::Which;
use crate::commands::Context;
use crate::failure::Ending;

pub const INIT: &str = "\
A new key file holds 64 random digits and can be read by its owner alone. Keep a copy of it where
the repository is not, and give a second person a key of their own (`refit backup key`).

Examples:
  refit backup init --repository /mnt/share/refit --key-file ~/refit.key";
pub const KEEP: &str = "\
Each restore point is compared with its manifest before, and what arrived is compared again. What is
kept already is left as it is. Interrupted or killed, the repository stays whole: run it again.

Examples:
  refit backup keep staging --repository /mnt/share/refit --key-file ~/refit.key";
pub const CHECK: &str = "\
Without --read-data it reads what describes the data, not the data. Ends with code 1 if anything is
damaged, and names it.

Examples:
  refit backup check --repository /mnt/share/refit --key-file ~/refit.key
  refit backup check --repository /mnt/share/refit --key-file ~/refit.key --read-data";
pub const FETCH: &str = "\
Damage is found before anything is written. Owners are given back as root alone. Each restore point
comes with the note README.txt, which says how a person puts it in its place.

Examples:
  refit backup fetch --repository /mnt/share/refit --key-file ~/refit.key --into ./back
  refit backup fetch --repository /mnt/share/refit --key-file ~/refit.key --into ./back \\
    --run staging-1-3f2a9c1e --point b";

#[derive(Args, Debug)]
pub struct Init {
    #[command(flatten)]
    at: At,
    /// Who holds the key [default: the user of this session]
    #[arg(long, value_name = "NAME")]
    holder: Option<String>,
}

#[derive(Args, Debug)]
pub struct Keep {
    #[command(flatten)]
    which: Which,
    #[command(flatten)]
    at: At,
    /// Those of another run than the last one
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
}

#[derive(Args, Debug)]
pub struct KeptArguments {
    #[command(flatten)]
    at: At,
}

#[derive(Args, Debug)]
pub struct Check {
    #[command(flatten)]
    at: At,
    /// Read every byte too
    #[arg(long)]
    read_data: bool,
}

#[derive(Args, Debug)]
pub struct Fetch {
    #[command(flatten)]
    at: At,
    /// The folder, which gets a folder for each restore point
    #[arg(long, value_name = "FOLDER")]
    into: PathBuf,
    /// The run [default: the only one that is kept]
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
    /// One restore point alone, `a` or `b`
    #[arg(long, value_name = "NAME")]
    point: Option<String>,
}

impl Init {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let holder = self.holder.clone().unwrap_or_else(session_user);
        let made = context.app.make_repository(&self.at.place(), &holder)?;
        let (folder, key) = (made.folder.display(), made.key_file.display());
        let new = if made.key_made { "the new key file" } else { "the key file" };
        let text = format!(
            "The repository {folder} is made; {new} {key} opens it.\n\
             Keep a copy of that file elsewhere: without it nothing can be read.\n"
        );
        context.screen.value(&made, &text)?;
        Ok(ExitCode::Done)
    }
}

impl Keep {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let target = context.app.target(&self.which.environment)?;
        let run = self.run.as_deref().map(run_id).transpose()?;
        let kept = context.app.keep_points(&target, run.as_ref(), &self.at.place())?;
        let line = |one: &KeptPoint| {
            let how = if one.new { "is kept, and was compared" } else { "was kept before" };
            format!("{} {how}", line(&one.kept))
        };
        let text: Vec<_> = kept.iter().map(line).collect();
        context.screen.value(&kept, &text.join("\n"))?;
        Ok(ExitCode::Done)
    }
}

impl KeptArguments {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let kept = context.app.kept_points(&self.at.place())?;
        let mut lines: Vec<_> =
            kept.iter().map(|one| format!("{} kept {}", line(one), one.at)).collect();
        if lines.is_empty() {
            lines.push("Nothing is kept in this repository.".into());
        }
        context.screen.value(&kept, &lines.join("\n"))?;
        Ok(ExitCode::Done)
    }
}

impl Check {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let checked = context.app.check_repository(&self.at.place(), self.read_data)?;
        context.screen.value(&checked, &checked_text(&checked))?;
        Ok(if checked.problems.is_empty() { ExitCode::Done } else { ExitCode::Failed })
    }
}

impl Fetch {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let which = WhichPoint { run: self.run.clone(), point: self.point.clone() };
        let fetched = context.app.fetch_points(&self.at.place(), &which, &self.into)?;
        let line =
            |one: &Fetched| format!("{} is in {}, verified", line(&one.kept), one.into.display());
        let lines: Vec<_> = fetched.iter().map(line).collect();
        context.screen.value(&fetched, &lines.join("\n"))?;
        Ok(ExitCode::Done)
    }
}

fn line(kept: &Kept) -> String {
    let id = &kept.id[..kept.id.len().min(8)];
    format!(
        "{id}  restore point {} of the run {} ({}:{}, {}),",
        kept.point,
        kept.run,
        kept.environment,
        kept.installation,
        size(kept.size_bytes)
    )
}

fn checked_text(checked: &RepositoryCheck) -> String {
    let mut text = String::new();
    for problem in &checked.problems {
        text += &format!("DAMAGED: {problem}\n");
    }
    for note in &checked.notes {
        text += &format!("note: {note}\n");
    }
    if checked.problems.is_empty() {
        text += if checked.read_data {
            "Everything is there, and every byte was read.\n"
        } else {
            "Everything is there; its data were not read (--read-data reads them).\n"
        };
    }
    text
}
