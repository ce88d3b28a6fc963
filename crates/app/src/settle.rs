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
    /// A second file that the site's file becomes.
    pub companion: Option<Box<SettledAlone>>,
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
    let way = way.to_default(request.new.as_ref().map(|new| new.content.expose()));
    let base = request.base.as_ref().map(|side| read(side, &way.old)).transpose()?;
    let site = read(&request.site, &way.old)?;
    let new = request.new.as_ref().map(|side| read(side, &way.new)).transpose()?;
    let sides = Sides { way: &way, request, site: &site, new: new.as_ref() };
    let given = FileSides { base: base.as_ref(), site: &site, new: new.as_ref() };
    // Keys that move into other files are told by their outcomes; there is no other file here.
    sides.alone(way.settle(given, &request.decisions))
}

/// What a settlement was made from.
struct Sides<'a> {
    way: &'a FileWay,
    request: &'a SettleRequest,
    site: &'a Document,
    new: Option<&'a Document>,
}

impl Sides<'_> {
    fn alone(&self, settled: Settled) -> Result<SettledAlone> {
        let Settled { mut settlement, content: template, moved: _, companion } = settled;
        let result = self.result(&settlement, template.as_ref())?;
        if let Some(names) = &self.request.names {
            let named = result.as_ref().unwrap_or(self.site);
            settlement.remarks.extend(unknown_names(names, named)?);
        }
        let companion = companion.map(|beside| self.beside(*beside)).transpose()?;
        let content = self.content(&settlement, template)?;
        Ok(answer(settlement, content, self.site, result, companion))
    }

    /// The file beside the settled one. No schema is about it.
    fn beside(&self, settled: Settled) -> Result<Box<SettledAlone>> {
        let Settled { settlement, content, .. } = settled;
        let spec = FileSpec { path: settlement.file.clone(), ..self.way.old.clone() };
        let read = |template| Document::parse_template(template, &spec);
        let result = content.as_ref().map(read).transpose();
        let result = result.map_err(|error| AppError::Usage(error.to_string()))?;
        let content = self.content(&settlement, content)?;
        Ok(Box::new(answer(settlement, content, self.site, result, None)))
    }

    fn result(
        &self,
        settlement: &Settlement,
        template: Option<&Template>,
    ) -> Result<Option<Document>> {
        Ok(match (settlement.result, template) {
            (SettledFile::AsSite, _) => Some(self.site.clone()),
            (SettledFile::AsNew, _) => self.new.cloned(),
            (SettledFile::Written(_), Some(template)) => {
                let document = Document::parse_template(template, &self.way.new);
                Some(document.map_err(|error| AppError::Usage(error.to_string()))?)
            }
            _ => None,
        })
    }

    fn content(
        &self,
        settlement: &Settlement,
        template: Option<Template>,
    ) -> Result<Option<Secret>> {
        Ok(match settlement.result {
            SettledFile::AsSite => Some(self.request.site.content.clone()),
            SettledFile::AsNew => self.request.new.as_ref().map(|new| new.content.clone()),
            SettledFile::Absent | SettledFile::Open => None,
            SettledFile::Written(_) => {
                let fill = |template: Template| template.fill(|slot| self.site.secret(&slot.key));
                let filled = template.map(fill).transpose();
                filled.map_err(|error| AppError::Usage(error.to_string()))?
            }
        })
    }
}

/// A settlement as it is told. Of two files that belong together, none is written while something
/// is open in one of them.
fn answer(
    settlement: Settlement,
    content: Option<Secret>,
    site: &Document,
    result: Option<Document>,
    mut companion: Option<Box<SettledAlone>>,
) -> SettledAlone {
    let is_open = |settlement: &Settlement| settlement.result == SettledFile::Open;
    let beside_open = companion.as_ref().is_some_and(|beside| is_open(&beside.settlement));
    if let Some(beside) = companion.as_mut().filter(|_| is_open(&settlement)) {
        beside.content = None;
    }
    let answerable = settlement.open().filter(|key| !is_refused(key));
    let questions = answerable.filter_map(|key| question(&settlement, key)).collect();
    let refused = settlement.open().any(is_refused);
    SettledAlone {
        settlement,
        content: content.filter(|_| !beside_open),
        questions,
        refused,
        site_text: site.template().redacted(),
        result_text: result.map(|document| document.template().redacted()),
        companion,
    }
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
