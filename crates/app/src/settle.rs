//! Settling one file by itself, without an installation.

use refit_model::{Decision, Question, Secret, SettledFile, Settlement, Version};
use refit_packs::{FileSides, FileWay, Packs};
use refit_settings::{Document, FileSpec, Format, is_refused, question};

use crate::{AppError, Result};

/// The sides of one file.
#[derive(Clone, Debug)]
pub struct SettleRequest {
    /// The vendor's old default; without it, the pack knows from which one the site's descends.
    pub base: Option<NamedContent>,
    /// The site's file.
    pub site: NamedContent,
    /// The vendor's new default; none where the new version ships none.
    pub new: Option<NamedContent>,
    /// What is known of the file.
    pub known: KnownOfFile,
    /// What was decided before.
    pub decisions: Vec<Decision>,
}

/// A file's content, and its name for messages.
#[derive(Clone, Debug)]
pub struct NamedContent {
    /// The name.
    pub name: String,
    /// The content.
    pub content: Secret,
}

/// What is known of a file that is to be settled.
#[derive(Clone, Debug)]
pub enum KnownOfFile {
    /// How it is written, nothing else.
    Format(Format),
    /// What a pack knows of it.
    Pack {
        /// The platform.
        platform: String,
        /// The version that the site runs.
        from: Version,
        /// The version that it is to run.
        to: Version,
        /// The file: its path below the home, or the end of it.
        file: String,
    },
}

/// A settled file.
#[derive(Clone, Debug)]
pub struct SettledAlone {
    /// What became of every key.
    pub settlement: Settlement,
    /// The content of the file; none where a decision is open, or where the new version has no such
    /// file.
    pub content: Option<Secret>,
    /// What waits for a person.
    pub questions: Vec<Question>,
    /// Among them is one that no answer settles: the file cannot be settled at all.
    pub refused: bool,
}

/// Settles one file.
pub fn settle_alone(packs: &Packs, request: &SettleRequest) -> Result<SettledAlone> {
    let way = match &request.known {
        KnownOfFile::Format(format) => FileWay::of_format(*format),
        KnownOfFile::Pack { platform, from, to, file } => {
            let pack = packs.settings_of(platform)?;
            FileWay::of_pack(&pack, file, from, to)
                .map_err(|error| AppError::Usage(error.to_string()))?
        }
    };
    let base = request.base.as_ref().map(|side| read(side, &way.old)).transpose()?;
    let site = read(&request.site, &way.old)?;
    let new = request.new.as_ref().map(|side| read(side, &way.new)).transpose()?;
    let sides = FileSides { base: base.as_ref(), site: &site, new: new.as_ref() };
    let settled = way.settle(sides, &request.decisions);
    let settlement = settled.settlement;
    let content = match settlement.result {
        SettledFile::AsSite => Some(request.site.content.clone()),
        SettledFile::AsNew => request.new.as_ref().map(|new| new.content.clone()),
        SettledFile::Absent | SettledFile::Open => None,
        SettledFile::Written(_) => {
            let fill =
                |template: refit_model::Template| template.fill(|slot| site.secret(&slot.key));
            let filled = settled.content.map(fill).transpose();
            filled.map_err(|error| AppError::Usage(error.to_string()))?
        }
    };
    let questions = settlement.open().filter_map(|key| question(&settlement, key)).collect();
    let refused = settlement.open().any(is_refused);
    Ok(SettledAlone { settlement, content, questions, refused })
}

/// Reads a side; what is wrong is told under the name that the caller knows.
fn read(side: &NamedContent, spec: &FileSpec) -> Result<Document> {
    Document::parse(side.content.expose(), spec).map_err(|error| {
        let error = refit_settings::ParseError { file: side.name.clone(), ..error };
        AppError::Usage(error.to_string())
    })
}
