//! A configuration file: read once, without its secrets, printed back byte for byte.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, OnceLock};

use refit_model::{Encoding, SLOT_CLOSE, SLOT_OPEN, Secret, Slot, Template, TemplateError};

use crate::key::Key;
use crate::tree::{Item, ItemKind, LineIndex, MAX_BYTES, MAX_KEYS, Tree};
use crate::{FileSpec, ParseError, ParseProblem, formats, mark, secrets};

/// A configuration file.
///
/// Its text never holds a secret: what was found is set apart at once, and stands in the text and
/// in the values as a slot's mark. Only a document that was read from bytes knows its secrets.
#[derive(Clone)]
pub struct Document {
    spec: Arc<FileSpec>,
    encoding: Encoding,
    text: String,
    slots: Vec<Slot>,
    /// By the slot's key.
    secrets: BTreeMap<String, Secret>,
    tree: Arc<Tree>,
    /// The keys, once they were asked for.
    keys: OnceLock<Arc<[Key]>>,
}

impl fmt::Debug for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Document")
            .field("file", &self.spec.path)
            .field("bytes", &self.text.len())
            .field("secrets", &self.slots.len())
            .finish_non_exhaustive()
    }
}

impl Document {
    /// Reads a file.
    pub fn parse(bytes: &[u8], spec: &FileSpec) -> Result<Self, ParseError> {
        let at_start =
            |problem| ParseError { file: spec.path.clone(), line: 1, column: 1, problem };
        if bytes.len() > MAX_BYTES {
            return Err(at_start(ParseProblem::TooLarge { bytes: bytes.len(), limit: MAX_BYTES }));
        }
        let (encoding, text) = Encoding::decode(bytes);
        if let Some(at) = text.find([SLOT_OPEN, SLOT_CLOSE]) {
            let problem = ParseProblem::ReservedCharacter;
            return Err(LineIndex::new(&text).error(&spec.path, at, problem));
        }
        check_encoding(&text, encoding, spec)?;
        Self::read(text, encoding, Arc::new(spec.clone()), Vec::new(), BTreeMap::new())
    }

    /// Reads a template: the same file, its secrets unknown.
    pub fn parse_template(template: &Template, spec: &FileSpec) -> Result<Self, ParseError> {
        let expected = |what: &str| ParseError {
            file: spec.path.clone(),
            line: 1,
            column: 1,
            problem: ParseProblem::Expected(what.to_owned()),
        };
        if template.text.len() > 2 * MAX_BYTES {
            let problem =
                ParseProblem::TooLarge { bytes: template.text.len(), limit: 2 * MAX_BYTES };
            return Err(ParseError { file: spec.path.clone(), line: 1, column: 1, problem });
        }
        template.pieces().map_err(|_| expected("a template whose slots are all declared"))?;
        Self::read(
            template.text.clone(),
            template.encoding,
            Arc::new(spec.clone()),
            template.slots.clone(),
            BTreeMap::new(),
        )
    }

    /// The file's spec.
    pub fn spec(&self) -> &FileSpec {
        &self.spec
    }

    /// The file with a slot for every secret.
    pub fn template(&self) -> Template {
        Template { text: self.text.clone(), encoding: self.encoding, slots: self.slots.clone() }
    }

    /// The secret of a slot's key, as it stands in the file. None where the document was read from
    /// a template, or has no such secret.
    pub fn secret(&self, key: &str) -> Option<Secret> {
        self.secrets.get(key).cloned()
    }

    /// The file's bytes, secrets included: the same as were read, where nothing was changed. Fails
    /// where a secret is not known because the document was read from a template.
    pub fn print(&self) -> Result<Secret, TemplateError> {
        self.template().fill(|slot| self.secret(&slot.key))
    }

    /// The keys in the order of the file.
    pub fn keys(&self) -> Vec<Key> {
        self.key_list().to_vec()
    }

    /// The same, as they are kept.
    pub(crate) fn key_list(&self) -> &[Key] {
        self.keys.get_or_init(|| self.read_keys().into())
    }

    fn read_keys(&self) -> Vec<Key> {
        let lines = LineIndex::new(&self.text);
        let mut keys = Vec::new();
        for item in self.tree.items.iter().filter(|item| !item.path.is_empty()) {
            let own = (&item.path, item.value.as_ref(), item.span.start);
            let attributes = item
                .attributes
                .iter()
                .filter(|found| !found.identity)
                .map(|found| (&found.path, Some(&found.value), found.outer.end));
            for (path, value, at) in std::iter::once(own).chain(attributes) {
                let span = value.and_then(|value| value.span.clone());
                let value = value.map(|value| value.text.clone());
                let raw = span.map_or("", |span| &self.text[span]);
                let inside = raw.strip_prefix('\'').and_then(|raw| raw.strip_suffix('\''));
                keys.push(Key {
                    quoted: inside.is_some() && inside == value.as_deref(),
                    path: path.clone(),
                    secret: value.as_deref().is_some_and(mark::is_mark),
                    value,
                    line: lines.line(at),
                    live: item.live,
                });
            }
        }
        keys
    }

    /// The texts of the comments, without the marks around them.
    pub(crate) fn comments(&self) -> impl Iterator<Item = &str> {
        let comments = self.tree.items.iter().filter(|item| item.kind == ItemKind::Comment);
        comments.filter_map(|item| item.value.as_ref()).map(|value| value.text.as_str())
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    pub(crate) fn tree(&self) -> &Tree {
        &self.tree
    }

    /// The item with this path, live or commented out.
    pub(crate) fn item_at(&self, path: &str) -> Option<&Item> {
        self.tree.items.iter().find(|item| item.path == path)
    }

    pub(crate) fn encoding(&self) -> Encoding {
        self.encoding
    }

    pub(crate) fn slots(&self) -> &[Slot] {
        &self.slots
    }

    /// The document with another text, in which marks of its slots may stand.
    pub(crate) fn with_text(&self, text: String) -> Result<Self, ParseError> {
        if text == self.text {
            let mut same = self.clone();
            same.forget_unused_slots();
            return Ok(same);
        }
        Self::read(text, self.encoding, self.spec.clone(), self.slots.clone(), self.secrets.clone())
    }

    /// The document, in whose changed texts marks of these slots may stand, too.
    pub(crate) fn with_more_slots(&self, slots: &[Slot]) -> Self {
        let mut known = self.clone();
        let own: HashSet<&str> = self.slots.iter().map(|slot| slot.id.as_str()).collect();
        let is_new = |slot: &&Slot| !own.contains(slot.id.as_str());
        known.slots.extend(slots.iter().filter(is_new).cloned());
        known
    }

    /// The document with `prefix` before the id of each slot, so that its slots are not taken for
    /// those of another document.
    pub(crate) fn with_slot_prefix(&self, prefix: &str) -> Result<Self, ParseError> {
        if self.slots.is_empty() && !mark::has_mark(&self.text) {
            return Ok(self.clone());
        }
        let mut renamed = self.clone();
        for slot in &mut renamed.slots {
            slot.id = format!("{prefix}{}", slot.id);
        }
        let text = mark::replace_marks(&self.text, |id| Template::mark(&format!("{prefix}{id}")));
        let text = text.into_owned();
        Self::read(text, renamed.encoding, renamed.spec, renamed.slots, renamed.secrets)
    }

    /// Whether both hold the same bytes, as far as that is known.
    pub(crate) fn is_same_as(&self, other: &Self) -> bool {
        let same_secrets = || {
            let secret = |slot: &Slot| {
                let (one, two) = (self.secrets.get(&slot.key), other.secrets.get(&slot.key));
                one.is_some() && one == two
            };
            self.slots.iter().all(secret)
        };
        let text = |text: &str| mark::replace_marks(text, |_| String::new()).into_owned();
        self.encoding == other.encoding
            && self.slots.len() == other.slots.len()
            && text(&self.text) == text(&other.text)
            && same_secrets()
    }

    /// Reads a text, sets its secrets apart, and reads what is left.
    fn read(
        text: String,
        encoding: Encoding,
        spec: Arc<FileSpec>,
        slots: Vec<Slot>,
        secrets: BTreeMap<String, Secret>,
    ) -> Result<Self, ParseError> {
        let tree = Arc::new(formats::parse(&text, &spec)?);
        let found = secrets::find(&tree, &text, &spec);
        let keys = OnceLock::new();
        let mut document = Self { spec, encoding, text, slots, secrets, tree, keys };
        if let Some(one) = found.get(MAX_KEYS) {
            let problem = ParseProblem::TooMany { what: "secrets", limit: MAX_KEYS };
            let lines = LineIndex::new(&document.text);
            return Err(lines.error(&document.spec.path, one.span.start, problem));
        }
        if !found.is_empty() {
            document.set_apart(&found)?;
        }
        document.forget_unused_slots();
        Ok(document)
    }

    fn set_apart(&mut self, found: &[secrets::Found]) -> Result<(), ParseError> {
        let mut text = String::with_capacity(self.text.len());
        let mut from = 0;
        for secret in found {
            let slot = Slot {
                id: mark::slot_text(&self.spec.path, &secret.key),
                file: self.spec.path.clone(),
                key: secret.key.clone(),
            };
            text.push_str(&self.text[from..secret.span.start]);
            text.push_str(&Template::mark(&slot.id));
            from = secret.span.end;
            let raw = Template {
                text: self.text[secret.span.clone()].to_owned(),
                encoding: self.encoding,
                slots: Vec::new(),
            };
            if let Ok(raw) = raw.fill(|_| None) {
                self.secrets.insert(slot.key.clone(), raw);
            }
            self.slots.push(slot);
        }
        text.push_str(&self.text[from..]);
        let tree = formats::parse(&text, &self.spec)
            .map_err(|error| ParseError { problem: ParseProblem::Secrets, ..error })?;
        if !has_same_paths(&tree, &self.tree) {
            let at_start = LineIndex::new(&text).error(&self.spec.path, 0, ParseProblem::Secrets);
            return Err(at_start);
        }
        self.text = text;
        self.tree = Arc::new(tree);
        Ok(())
    }

    /// Keeps the slots that the text uses, in the order of the text.
    fn forget_unused_slots(&mut self) {
        let mut known: HashMap<String, Slot> =
            self.slots.drain(..).map(|slot| (slot.id.clone(), slot)).collect();
        for found in mark::marks(&self.text) {
            self.slots.extend(known.remove(mark::slot_id(&self.text[found])));
        }
    }
}

fn has_same_paths(one: &Tree, other: &Tree) -> bool {
    let paths = one.items.iter().map(|item| &item.path);
    paths.eq(other.items.iter().map(|item| &item.path))
}

/// XML says itself how it is encoded; what contradicts that cannot be read by any program.
fn check_encoding(text: &str, encoding: Encoding, spec: &FileSpec) -> Result<(), ParseError> {
    let declares_other = || {
        let declaration = text.split("?>").next().filter(|text| text.starts_with("<?xml"));
        declaration.is_some_and(|text| {
            let text = text.to_ascii_lowercase();
            text.contains("encoding") && !text.contains("utf-8")
        })
    };
    if spec.format == crate::Format::Xml && encoding == Encoding::Latin1 && !declares_other() {
        let first = text.find(|character: char| !character.is_ascii()).unwrap_or(0);
        let problem = ParseProblem::Expected(
            "UTF-8, or the encoding named in the XML declaration".to_owned(),
        );
        return Err(LineIndex::new(text).error(&spec.path, first, problem));
    }
    Ok(())
}
