//! `refit backup key`.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use refit_app::{Key, NewKey, make_key_file};
use refit_model::ExitCode;

use super::At;
use crate::commands::Context;
use crate::failure::Ending;

const EXAMPLES: &str = "\
Give at least two persons a key of their own, each in a file of theirs. Remove the key of whoever
leaves. The last key, and the one in use, cannot be removed. Somebody who kept a copy of the
repository and of a key can go on reading that copy.

Examples:
  refit backup key new ~/second.key
  refit backup key add --repository /mnt/share/refit --key-file ~/refit.key \\
    --new-key-file ~/second.key --holder 'B. Second'
  refit backup key list --repository /mnt/share/refit --key-file ~/refit.key
  refit backup key remove 3f2a9c1e --repository /mnt/share/refit --key-file ~/refit.key";

#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub struct KeyArguments {
    #[command(subcommand)]
    command: KeyCommand,
}

#[derive(Debug, Subcommand)]
enum KeyCommand {
    /// Make a key file, which opens nothing yet
    New {
        /// The file, which must not be there
        #[arg(value_name = "FILE")]
        file: PathBuf,
    },
    /// Let another key open a repository
    Add {
        #[command(flatten)]
        at: At,
        /// The file with the other key
        #[arg(long, value_name = "FILE")]
        new_key_file: PathBuf,
        /// Who holds it [default: the user of this session]
        #[arg(long, value_name = "NAME")]
        holder: Option<String>,
    },
    /// Who can open a repository
    List {
        #[command(flatten)]
        at: At,
    },
    /// Take a key away
    Remove {
        /// The key's id, or its beginning
        #[arg(value_name = "ID")]
        id: String,
        #[command(flatten)]
        at: At,
    },
}

impl KeyArguments {
    pub fn perform(&self, context: &Context<'_>) -> Ending {
        let (app, screen) = (&context.app, context.screen);
        match &self.command {
            KeyCommand::New { file } => {
                make_key_file(file)?;
                let json = serde_json::json!({ "key_file": file });
                screen.value(&json, &format!("{} is made.", file.display()))?;
            }
            KeyCommand::Add { at, new_key_file, holder } => {
                let new = NewKey { file: new_key_file.clone(), holder: holder.clone() };
                let key = app.add_repository_key(&at.place(), &new)?;
                screen.value(&key, &format!("{} opens it now.", line(&key)))?;
            }
            KeyCommand::List { at } => {
                let keys = app.repository_keys(&at.place())?;
                let lines: Vec<_> = keys.iter().map(line).collect();
                screen.value(&keys, &lines.join("\n"))?;
            }
            KeyCommand::Remove { id, at } => {
                let key = app.remove_repository_key(&at.place(), id)?;
                screen.value(&key, &format!("{} opens it no more.", line(&key)))?;
            }
        }
        Ok(ExitCode::Done)
    }
}

fn line(key: &Key) -> String {
    let id = &key.id[..key.id.len().min(8)];
    let in_use = if key.in_use { ", in use now" } else { "" };
    format!("{id}  held by {}, added {}{in_use}", key.holder, key.added)
}
