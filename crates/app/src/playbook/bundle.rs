//! A playbook with all that belongs to it, as one archive for the people of other environments.

use std::collections::BTreeMap;

use flate2::Compression;
use flate2::write::GzEncoder;
use refit_model::{
    Digest, DocumentError, Playbook, SettledFile, Stored, Template, TemplateError, TemplatePiece,
};
use refit_settings::secret_lines;
use tar::{Builder, EntryType, Header};

use super::folder::DOCUMENT;
use super::pages::{self, playbook_pages};
use crate::{AppError, Result};

/// Where the settled files lie in the archive.
const SETTLED: &str = "settled";
/// What the archive says of itself.
const ABOUT: &str = "README.txt";

/// Where documentation of the upgrade stands in the archive.
const DOCUMENTATION: &str = "documentation";

/// What is handed over of a playbook, as one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaybookBundle {
    /// The archive.
    pub content: Vec<u8>,
    /// The files in it.
    pub files: Vec<String>,
    /// Those of them that are no text, and were not looked through for secrets.
    pub unread: Vec<String>,
}

/// A gzip'ed tar archive of a playbook: the document, its texts for people, the functions that its
/// commands use, the configuration files as they were settled where `template` has their texts, and
/// the checksums of all, with the documentation that is given by name. Secrets are marks in it: it
/// is refused where a settled file or a text of the documentation seems to hold one. The same
/// playbook and texts give the same bytes.
pub fn playbook_bundle(
    playbook: &Stored<Playbook>,
    template: &dyn Fn(Digest) -> Option<Template>,
    documentation: BTreeMap<String, Vec<u8>>,
) -> Result<PlaybookBundle> {
    let mut files = playbook_pages(playbook)?.into_files();
    let settled = settled(&playbook.body, template);
    files.insert(ABOUT.to_owned(), about(playbook, &settled).into_bytes());
    files.extend(settled.files);
    files.extend(
        documentation
            .into_iter()
            .filter(|(name, _)| is_inside(name))
            .map(|(name, content)| (format!("{DOCUMENTATION}/{name}"), content)),
    );
    let unread = unread(&files)?;
    let json = serde_json::to_vec_pretty(playbook).map_err(DocumentError::from)?;
    files.insert(DOCUMENT.to_owned(), json);
    files.insert(pages::SUMS.to_owned(), sums(&files));
    let content = packed(&bundle_name(&playbook.body), &files)
        .map_err(|error| AppError::Usage(format!("the bundle cannot be packed: {error}")))?;
    Ok(PlaybookBundle { content, files: files.into_keys().collect(), unread })
}

/// The files that are no text, and so could not be looked through for secrets. One that seems to
/// hold a secret is refused. What Refit writes of a playbook itself has marks in place of secrets.
fn unread(files: &BTreeMap<String, Vec<u8>>) -> Result<Vec<String>> {
    let is_foreign = |name: &str| {
        [SETTLED, DOCUMENTATION].iter().any(|top| name.starts_with(&format!("{top}/")))
    };
    let mut unread = Vec::new();
    for (name, content) in files.iter().filter(|(name, _)| is_foreign(name)) {
        let Ok(text) = std::str::from_utf8(content) else {
            unread.push(name.clone());
            continue;
        };
        if let Some(found) = secret_lines(text).first() {
            return Err(AppError::Usage(format!(
                "line {} of {name} seems to hold a secret (`{}`): take it out, and post the file anew",
                found.line, found.name
            )));
        }
    }
    Ok(unread)
}

/// The name of the archive's one folder, and of its file without the suffix.
pub fn bundle_name(playbook: &Playbook) -> String {
    let Playbook { installation, from, to, .. } = playbook;
    format!("playbook-{installation}-{from}-to-{to}")
}

/// The settled files, and those whose texts are not at hand.
struct Settled {
    files: BTreeMap<String, Vec<u8>>,
    absent: Vec<String>,
}

fn settled(playbook: &Playbook, template: &dyn Fn(Digest) -> Option<Template>) -> Settled {
    let mut settled = Settled { files: BTreeMap::new(), absent: Vec::new() };
    for settlement in &playbook.settlements {
        let SettledFile::Written(digest) = settlement.result else { continue };
        let file = &settlement.file;
        let text = template(digest).and_then(|template| marked(&template).ok());
        match text.filter(|_| is_inside(file)) {
            Some(text) => {
                settled.files.insert(format!("{SETTLED}/{file}"), text.into_bytes());
            }
            None => settled.absent.push(file.clone()),
        }
    }
    settled
}

/// Whether a path leads to a place below the folder that it is relative to.
fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| !matches!(part, "" | "." | "..");
    path.split('/').all(is_name) && !path.contains('\0')
}

/// The text, with a mark for each secret.
fn marked(template: &Template) -> std::result::Result<String, TemplateError> {
    let piece = |piece: TemplatePiece<'_>| match piece {
        TemplatePiece::Text(text) => text.to_owned(),
        TemplatePiece::Slot(slot) => format!("[secret {}#{}]", slot.file, slot.key),
    };
    Ok(template.pieces()?.into_iter().map(piece).collect())
}

fn about(playbook: &Stored<Playbook>, settled: &Settled) -> String {
    let body = &playbook.body;
    let mut text = format!(
        "{}\n\nMade from the run {} in {}. Digest: {}\n\n\
         playbook.html, playbook.md  to be read: every step, and what is typed to do it by hand\n\
         playbook.json               the same for programs: `refit playbook apply playbook.json \
         --environment NAME`\n\
         functions.sh                what the typed commands use\n",
        body.title, body.run, body.environment, playbook.digest
    );
    if !settled.files.is_empty() {
        text += "settled/                    the configuration files as they were settled there\n";
    }
    text += "SHA256SUMS                  checksums: `sha256sum --check SHA256SUMS`\n\n\
             No secret is in it: where one stands in a file, there is a mark \
             `[secret FILE#KEY]`.\n";
    if !settled.absent.is_empty() {
        text += &format!(
            "\nNot in it, since their texts were not at hand: {}\n",
            settled.absent.join(", ")
        );
    }
    text
}

fn sums(files: &BTreeMap<String, Vec<u8>>) -> Vec<u8> {
    let line = |(name, content): (&String, &Vec<u8>)| {
        format!("{}  {name}\n", Digest::of(content).to_hex())
    };
    files.iter().map(line).collect::<String>().into_bytes()
}

fn packed(folder: &str, files: &BTreeMap<String, Vec<u8>>) -> std::io::Result<Vec<u8>> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for (name, content) in files {
        let mut header = Header::new_gnu();
        header.set_entry_type(EntryType::Regular);
        header.set_mode(0o644);
        header.set_size(content.len() as u64);
        archive.append_data(&mut header, format!("{folder}/{name}"), content.as_slice())?;
    }
    archive.into_inner()?.finish()
}
