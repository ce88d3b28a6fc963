//! What lies beside a rendered playbook: the texts that steps write, cut where secrets stand.

use std::collections::BTreeMap;

use refit_model::{
    Act, Digest, Encoding, HostPath, Slot, Step, Template, TemplateError, TemplatePiece,
};
use thiserror::Error;

use crate::shell::{Attachment, AttachmentPiece, SecretLine};

/// What lies beside a rendered playbook.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attachments {
    /// Files by their path in the playbook's folder. They hold no secrets.
    pub files: BTreeMap<String, Vec<u8>>,
    /// Secrets that a person must put into files of their own.
    pub secrets: Vec<NeededSecret>,
    texts: BTreeMap<Digest, Attachment>,
}

/// A secret that a person must put into a file of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededSecret {
    /// The file's name in the folder with the secrets.
    pub name: String,
    /// The file of the old version that holds the secret.
    pub file: HostPath,
    /// Where in that file: its key.
    pub key: String,
}

/// A text cannot be laid beside the playbook.
#[derive(Debug, Error)]
pub enum AttachError {
    /// The text is not at hand.
    #[error("the text {0} of a step is not at hand")]
    Missing(Digest),
    /// The text is damaged.
    #[error(transparent)]
    Template(#[from] TemplateError),
}

/// What attachments are made from.
#[derive(Clone, Copy)]
pub struct Texts<'a> {
    /// The texts that steps write.
    pub new: &'a BTreeMap<Digest, Template>,
    /// The texts of the old version, by their path within its home.
    pub old: &'a BTreeMap<String, Template>,
    /// Whether the line of the live file gives exactly the secret of the slot.
    pub gives: &'a dyn Fn(&Slot, &SecretLine) -> bool,
}

impl Attachments {
    /// The attachments of steps with their values put in. `home` is the folder that the names of
    /// files are relative to.
    pub fn of(steps: &[Step], home: &HostPath, texts: &Texts<'_>) -> Result<Self, AttachError> {
        let mut attachments = Self::default();
        for step in steps {
            if let Act::WriteFile { path, template, secrets_from, .. } = &step.act {
                let text = texts.new.get(template).ok_or(AttachError::Missing(*template))?;
                let name = name_below(path, home);
                let attachment = attachments.attach(&name, text, secrets_from, texts)?;
                attachments.texts.insert(*template, attachment);
            }
        }
        Ok(attachments)
    }

    /// Every text.
    pub fn texts(&self) -> impl Iterator<Item = &Attachment> {
        self.texts.values()
    }

    /// How the text of a template is at hand.
    pub fn text(&self, template: Digest) -> Attachment {
        self.texts.get(&template).cloned().unwrap_or_else(|| {
            let file = format!("files/{}", template.short());
            Attachment { pieces: vec![AttachmentPiece::File(file)] }
        })
    }

    fn attach(
        &mut self,
        name: &str,
        text: &Template,
        secrets_from: &HostPath,
        texts: &Texts<'_>,
    ) -> Result<Attachment, AttachError> {
        let cut: Vec<_> =
            text.pieces()?.into_iter().filter(|piece| *piece != TemplatePiece::Text("")).collect();
        let whole = cut.len() == 1;
        let mut pieces = Vec::new();
        for piece in cut {
            pieces.push(match piece {
                TemplatePiece::Slot(slot) => self.secret(slot, secrets_from, texts),
                TemplatePiece::Text(plain) => {
                    let file = if whole {
                        format!("files/{name}")
                    } else {
                        format!("files/{name}.{}", pieces.len() + 1)
                    };
                    self.files.insert(file.clone(), encoded(plain, text.encoding)?);
                    AttachmentPiece::File(file)
                }
            });
        }
        Ok(Attachment { pieces })
    }

    /// From its line in the old file where that is certain, else from a file that a person makes.
    fn secret(
        &mut self,
        slot: &Slot,
        secrets_from: &HostPath,
        texts: &Texts<'_>,
    ) -> AttachmentPiece {
        let file = secrets_from.join(&slot.file);
        let line = texts.old.get(&slot.file).and_then(|old| secret_line(old, slot));
        if let Some(line) = line.filter(|line| (texts.gives)(slot, line)) {
            return AttachmentPiece::OnLine { file, line };
        }
        let known = self.secrets.iter().find(|known| known.file == file && known.key == slot.key);
        let name = known.map_or_else(
            || format!("secret-{}", self.secrets.len() + 1),
            |known| known.name.clone(),
        );
        if known.is_none() {
            let key = slot.key.clone();
            self.secrets.push(NeededSecret { name: name.clone(), file, key });
        }
        AttachmentPiece::Secret(name)
    }
}

/// Where the secret of a slot stands in the file that `old` is the text of; `None` where a line of
/// plain characters does not say it.
fn secret_line(old: &Template, slot: &Slot) -> Option<SecretLine> {
    let old_slot = old.slots.iter().find(|one| one.key == slot.key && one.file == slot.file)?;
    let mark = Template::mark(&old_slot.id);
    let at = old.text.find(&mark)?;
    let begin = old.text[..at].rfind('\n').map_or(0, |feed| feed + 1);
    let rest = &old.text[at + mark.len()..];
    let after = rest.split('\n').next().unwrap_or_default();
    let after = after.strip_suffix('\r').unwrap_or(after);
    let before = old.text[begin..at].trim_start();
    let is_plain = |text: &str| text.chars().all(|c| c.is_ascii_graphic() || c == ' ');
    (!before.is_empty() && is_plain(before) && is_plain(after)).then(|| SecretLine {
        number: old.text[..begin].matches('\n').count() + 1,
        before: before.to_owned(),
        after: after.to_owned(),
    })
}

fn name_below(path: &HostPath, home: &HostPath) -> String {
    let below = path.as_path().strip_prefix(home.as_path()).unwrap_or(path.as_path());
    below.display().to_string().trim_start_matches('/').to_owned()
}

fn encoded(text: &str, encoding: Encoding) -> Result<Vec<u8>, TemplateError> {
    let plain = Template { text: text.to_owned(), encoding, slots: Vec::new() };
    Ok(plain.fill(|_| None)?.expose().to_vec())
}
