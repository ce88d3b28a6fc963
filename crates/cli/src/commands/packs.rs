//! `refit packs`.

use clap::{Args, Subcommand};
use refit_app::AppError;
use refit_model::ExitCode;
use refit_packs::Packs;

use crate::failure::{Ending, Failure};
use crate::screen::Screen;

/// What Refit knows of platforms.
#[derive(Args, Debug)]
#[command(after_help = "Examples:\n  refit packs list\n  refit packs show activemq-classic\n  \
                  refit packs check ./mypacks/activemq-classic")]
pub struct PacksArguments {
    #[command(subcommand)]
    command: PacksCommand,
}

#[derive(Debug, Subcommand)]
enum PacksCommand {
    /// The packs, and of which day their knowledge is
    List,
    /// What one pack knows, with its sources
    Show {
        /// The platform
        #[arg(value_name = "PLATFORM")]
        platform: String,
    },
    /// Check a pack, and say what is unconfirmed or missing in it
    Check {
        /// The platform, or the folder of a pack
        #[arg(value_name = "PLATFORM|FOLDER")]
        platform: String,
    },
}

impl PacksArguments {
    pub fn perform(&self, packs: &Packs, screen: &Screen) -> Ending {
        match &self.command {
            PacksCommand::List => list(packs, screen),
            PacksCommand::Show { platform } => {
                let pack = packs.get(platform).map_err(AppError::from)?;
                let description = pack.describe();
                screen.value(&description, &description.to_text())?;
                Ok(ExitCode::Done)
            }
            PacksCommand::Check { platform } => check(packs, platform, screen),
        }
    }
}

fn list(packs: &Packs, screen: &Screen) -> Ending {
    let mut summaries = Vec::new();
    for entry in packs.list().map_err(AppError::from)? {
        summaries.push(packs.get(&entry.name).map_err(AppError::from)?.summary());
    }
    let lines: Vec<_> = summaries
        .iter()
        .map(|pack| {
            format!(
                "{:<20} {:<28} versions {}, knowledge of {}",
                pack.platform, pack.title, pack.versions, pack.knowledge
            )
        })
        .collect();
    screen.value(&summaries, &lines.join("\n"))?;
    Ok(ExitCode::Done)
}

fn check(packs: &Packs, given: &str, screen: &Screen) -> Ending {
    let path = std::path::Path::new(given);
    let (folder, name) = match (path.is_dir(), path.parent(), path.file_name()) {
        (true, Some(folder), Some(name)) if path.join("pack.toml").exists() => {
            let name =
                name.to_str().ok_or_else(|| Failure::usage("the folder's name is no text"))?;
            let folder = if folder.as_os_str().is_empty() { ".".into() } else { folder.to_owned() };
            (Some(Packs::with_folder(folder)), name)
        }
        _ => (None, given),
    };
    let pack = folder.as_ref().unwrap_or(packs).get(name).map_err(AppError::from)?;
    let notes = pack.check();
    let lines: Vec<_> = notes.iter().map(note_line).collect();
    let text = format!(
        "{}\n{} can be used; {} notes",
        lines.join("\n"),
        pack.reference.platform,
        lines.len()
    );
    let json = serde_json::json!({ "platform": pack.reference.platform, "notes": lines });
    screen.value(&json, text.trim_start())?;
    Ok(ExitCode::Done)
}

fn note_line(note: &refit_packs::Note) -> String {
    format!("{}: {}: {}", note.place, note.kind.word(), note.text)
}
