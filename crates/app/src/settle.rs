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

impl NamedContent {
    /// The name without the folders before it.
    fn last_part(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or_default()
    }
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
        KnownOfFile::Format(format) => FileWay::of_format(request.site.last_part(), *format),
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
        let content = self.content(&settled)?;
        let Settled { mut settlement, content: template, moved: _, companion } = settled;
        let result = self.result(&settlement, template.as_ref())?;
        if let Some(names) = &self.request.names {
            let named = result.as_ref().unwrap_or(self.site);
            settlement.remarks.extend(unknown_names(names, named)?);
        }
        let companion = companion.map(|beside| self.beside(*beside)).transpose()?;
        Ok(answer(settlement, content, self.site, result, companion))
    }

    /// The file beside the settled one. No schema is about it.
    fn beside(&self, settled: Settled) -> Result<Box<SettledAlone>> {
        let text = self.content(&settled)?;
        let Settled { settlement, content, .. } = settled;
        let spec = FileSpec { path: settlement.file.clone(), ..self.way.old.clone() };
        let read = |template| Document::parse_template(template, &spec);
        let result = content.as_ref().map(read).transpose();
        let result = result.map_err(|error| AppError::Usage(error.to_string()))?;
        Ok(Box::new(answer(settlement, text, self.site, result, None)))
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

    fn content(&self, settled: &Settled) -> Result<Option<Secret>> {
        let printed = settled.print(self.site, self.new);
        printed.map_err(|error| AppError::Usage(error.to_string()))
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

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    fn named(name: &str, text: &str) -> NamedContent {
        NamedContent { name: name.to_owned(), content: Secret::new(text) }
    }

    /// A site's `rabbitmq.config` that becomes two files.
    fn becoming_two(packs: &Packs) -> SettledAlone {
        let request = SettleRequest {
            base: None,
            site: named("mine/rabbitmq.config", SITE),
            new: Some(named("rabbitmq.conf", "# listeners.tcp.default = 5672\n")),
            known: KnownOfFile::Pack {
                platform: "rabbitmq".to_owned(),
                from: "3.12.0".parse().unwrap(),
                to: "3.13.7".parse().unwrap(),
                file: "rabbitmq.config".to_owned(),
            },
            decisions: Vec::new(),
            names: None,
        };
        settle_alone(packs, &request).unwrap()
    }

    /// The pack with a rule more, by which a key of a file is a person's decision.
    fn asking(folder: &Path, file: &str, key: &str) -> Packs {
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/rabbitmq");
        let copy = folder.join("rabbitmq");
        fs::create_dir(&copy).unwrap();
        fs::copy(pack.join("about.toml"), copy.join("about.toml")).unwrap();
        let settings = fs::read_to_string(pack.join("settings.toml")).unwrap();
        let rule = format!(
            "\n[[rule]]\nid = \"asked\"\nfile = \"etc/rabbitmq/{file}\"\nkey = \"{key}\"\n\
             since = \"3.13.0\"\naction = {{ ask = {{ question = \"Is it so?\" }} }}\n\
             why = \"It may be.\"\nsource = \"test\"\n"
        );
        fs::write(copy.join("settings.toml"), settings + &rule).unwrap();
        Packs::with_folder(folder)
    }

    const SITE: &str = "[{rabbit, [{tcp_listeners, [5673]}, {cluster_nodes, {['a@b'], ram}},\n \
                        {default_pass, <<\"hunter2\">>}]}].\n";

    #[test]
    fn a_second_file_has_its_own_content_and_report() {
        let settled = becoming_two(&Packs::embedded());
        let second = settled.companion.as_ref().unwrap();
        assert_eq!(settled.settlement.file, "etc/rabbitmq/rabbitmq.conf");
        assert_eq!(second.settlement.file, "etc/rabbitmq/advanced.config");
        let content =
            |one: &SettledAlone| one.content.as_ref().unwrap().expose_text().unwrap().to_owned();
        let both = content(&settled) + &content(second);
        assert!(content(&settled).contains("listeners.tcp.1 = 5673\n"), "{both}");
        assert!(content(second).contains("cluster_nodes"), "{both}");
        assert!(both.contains("hunter2"), "secrets are filled in: {both}");
        for one in [&settled, second] {
            let result = one.result_text.as_ref().unwrap();
            assert!(!result.contains("hunter2") && !one.site_text.contains("hunter2"), "{result}");
            assert!(!one.refused && one.questions.is_empty());
        }
    }

    #[test]
    fn of_two_files_none_has_a_content_while_one_is_open() {
        let first = ("rabbitmq.conf", "listeners.tcp.1");
        let second = ("advanced.config", "rabbit/cluster_nodes");
        for (file, key) in [first, second] {
            let folder = tempfile::tempdir().unwrap();
            let settled = becoming_two(&asking(folder.path(), file, key));
            let beside = settled.companion.as_ref().unwrap();
            let both = [&settled, beside];
            let is_open = |one: &SettledAlone| one.settlement.result == SettledFile::Open;
            assert_eq!(both.map(is_open), [file == first.0, file == second.0], "{file}");
            let asked: Vec<_> = both.iter().flat_map(|one| &one.questions).collect();
            assert_eq!(asked.len(), 1, "{asked:?}");
            assert_eq!(asked[0].subject, format!("etc/rabbitmq/{file}#{key}"));
            assert!(both.iter().all(|one| one.content.is_none() && !one.refused), "{file}");
        }
    }

    #[test]
    fn a_file_that_no_pack_knows_is_called_as_the_site_calls_it() {
        let request = SettleRequest {
            base: None,
            site: named("there/own.properties", "a=1\n"),
            new: Some(named("new.properties", "a=2\n")),
            known: KnownOfFile::Format(Format::Properties),
            decisions: Vec::new(),
            names: None,
        };
        let settled = settle_alone(&Packs::embedded(), &request).unwrap();
        assert_eq!(settled.settlement.file, "own.properties");
        assert_eq!(settled.settlement.sources, ["own.properties"]);
    }
}
