//! Settling one file by itself, without an installation.

use refit_java::{Limits, schemas};
use refit_model::{Decision, Question, Remark, Secret, SettledFile, Settlement, Template, Version};
use refit_packs::{FileSides, FileWay, Packs};
use refit_settings::{
    Document, FileSpec, Format, Schema, SchemaText, Settled, is_refused, question,
};

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
    /// A schema with the names that the new version knows, or a jar that has it.
    pub names: Option<NamedContent>,
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
    /// What waits for a person's answer.
    pub questions: Vec<Question>,
    /// Something is open that no answer settles: the file cannot be settled at all.
    pub refused: bool,
    /// The site's file without its secrets.
    pub site_text: String,
    /// The settled file without its secrets; none where there is none.
    pub result_text: Option<String>,
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
    // Keys that move into other files are told by their outcomes; there is no other file here.
    let settled = way.settle(sides, &request.decisions);
    let Settled { mut settlement, content: template, moved: _ } = settled;
    let result = match (settlement.result, &template) {
        (SettledFile::AsSite, _) => Some(site.clone()),
        (SettledFile::AsNew, _) => new.clone(),
        (SettledFile::Written(_), Some(template)) => {
            let document = Document::parse_template(template, &way.new);
            Some(document.map_err(|error| AppError::Usage(error.to_string()))?)
        }
        _ => None,
    };
    if let Some(names) = &request.names {
        let named = result.as_ref().unwrap_or(&site);
        settlement.remarks.extend(unknown_names(names, named)?);
    }
    let content = match settlement.result {
        SettledFile::AsSite => Some(request.site.content.clone()),
        SettledFile::AsNew => request.new.as_ref().map(|new| new.content.clone()),
        SettledFile::Absent | SettledFile::Open => None,
        SettledFile::Written(_) => {
            let fill = |template: Template| template.fill(|slot| site.secret(&slot.key));
            let filled = template.map(fill).transpose();
            filled.map_err(|error| AppError::Usage(error.to_string()))?
        }
    };
    let answerable = settlement.open().filter(|key| !is_refused(key));
    let questions = answerable.filter_map(|key| question(&settlement, key)).collect();
    let refused = settlement.open().any(is_refused);
    Ok(SettledAlone {
        settlement,
        content,
        questions,
        refused,
        site_text: site.template().redacted(),
        result_text: result.map(|document| document.template().redacted()),
    })
}

/// The names of a file that the new version's schema does not have.
fn unknown_names(names: &NamedContent, document: &Document) -> Result<Vec<Remark>> {
    let bad = |why: String| AppError::Usage(format!("{}: {why}", names.name));
    let bytes = names.content.expose();
    let texts = if bytes.starts_with(b"PK") {
        let found = schemas(&names.name, bytes, &Limits::default());
        found.map_err(|error| AppError::Usage(error.to_string()))?
    } else {
        vec![(names.name.clone(), bytes.to_vec())]
    };
    let text = |(name, bytes): (String, Vec<u8>)| {
        let text = String::from_utf8(bytes).map_err(|_| bad(format!("{name} is not UTF-8")))?;
        Ok(SchemaText { name, text })
    };
    let texts = texts.into_iter().map(text).collect::<Result<Vec<_>>>()?;
    if texts.is_empty() {
        return Err(
            bad("no schema (.xsd) at the top of this jar or in its folder `schema`".into()),
        );
    }
    let schema = Schema::read(&texts).map_err(|error| bad(error.to_string()))?;
    let remark = |name: refit_settings::UnknownName| Remark {
        text: format!("The new version has {name}."),
        key: Some(name.key),
        source: Some(format!("line {}; {}", name.line, names.name)),
    };
    Ok(schema.unknown_names(document).into_iter().map(remark).collect())
}

/// Reads a side; what is wrong is told under the name that the caller knows.
fn read(side: &NamedContent, spec: &FileSpec) -> Result<Document> {
    Document::parse(side.content.expose(), spec).map_err(|error| {
        let error = refit_settings::ParseError { file: side.name.clone(), ..error };
        AppError::Usage(error.to_string())
    })
}
