//! From judgements to a settlement: the text is written, read again, and compared with what was
//! judged.

use std::collections::{BTreeMap, HashMap};

use refit_model::{Encoding, Outcome, RuleRef, SettledFile, Settlement, Shown, Slot, Template};

use super::align::Reference;
use super::base::BaseView;
use super::judge::{Answer, Judge};
use super::records::{Held, Records};
use super::rules::Gone;
use super::side::Side;
use super::values::same;
use super::whole::NEW_SLOT;
use super::{SettleInput, Settled};
use crate::comment::is_decoration;
use crate::mark::{marks, replace_marks, shown, slot_id};
use crate::opaque::WHOLE_FILE;
use crate::pattern::{parts, without_number};
use crate::render::{Plan, render};
use crate::tree::{ItemId, ItemKind, ROOT};
use crate::{Document, Format};

/// The most keys that a question about a whole file names.
const MAX_NAMED: usize = 5;

/// What there is at the end of a merge.
pub(super) struct Ending<'a> {
    pub(super) judge: &'a Judge<'a>,
    pub(super) base: &'a BaseView,
    pub(super) site: &'a Side,
    pub(super) new: &'a Side,
    pub(super) plan: &'a Plan,
    /// What the new default has commented out, before anything was switched on.
    pub(super) new_off: BTreeMap<String, Option<String>>,
    /// The site's own text is the result, not the new default's with changes.
    pub(super) site_text: bool,
    /// How the two files are shown as wholes.
    pub(super) site_size: String,
    pub(super) new_size: String,
    pub(super) gone: Vec<Gone>,
    pub(super) written: BTreeMap<String, (RuleRef, Option<Shown>)>,
}

impl Ending<'_> {
    /// Writes, checks and reports.
    pub(super) fn finish(&self, input: &SettleInput, mut records: Records) -> Settled {
        let template = self.template(&mut records);
        let result = Document::parse_template(&template, self.new.document.spec());
        let side = match &result {
            Ok(document) => {
                let side = Side::new(document, &intended(&records));
                self.check(&side, &mut records);
                Some(side)
            }
            Err(error) => {
                whole_file(
                    &mut records,
                    &format!("The settled file would not read back ({error})."),
                );
                None
            }
        };
        let mut outcomes = self.outcomes(&records, side.as_ref());
        let answer = records.get(WHOLE_FILE).and_then(|_| self.whole_answer());
        for key in &mut outcomes {
            match answer {
                Some(SettledFile::AsSite) => {
                    key.outcome = Outcome::Kept;
                    key.result = key.site.clone();
                }
                Some(_) => {
                    key.outcome = Outcome::TakenFromNew;
                    key.result = key.new.clone();
                }
                None => {}
            }
        }
        let file = answer.unwrap_or_else(|| settled_file(input, &template, &records));
        let content = matches!(file, SettledFile::Written(_)).then_some(template);
        let settlement = Settlement {
            file: input.file().to_owned(),
            sources: vec![input.site.spec().path.clone()],
            lineage: input.lineage.clone(),
            target: input.target.clone(),
            outcomes,
            remarks: records.remarks,
            result: file,
        };
        Settled::new(settlement, content)
    }

    /// What was decided about the whole file.
    fn whole_answer(&self) -> Option<SettledFile> {
        let site = Shown::Text(self.site_size.clone());
        let new = Shown::Text(self.new_size.clone());
        match self.judge.answer(WHOLE_FILE, Some(&site), Some(&new))? {
            Answer::KeepSite => Some(SettledFile::AsSite),
            Answer::TakeNew => Some(SettledFile::AsNew),
            Answer::Own(_) => None,
        }
    }

    /// The settled text, its slots those of the site's file.
    fn template(&self, records: &mut Records) -> Template {
        let site = &self.site.document;
        let new = &self.new.document;
        if self.site_text {
            return site.template();
        }
        let mut unknown = false;
        let vendors = VendorTexts::of(new);
        let rendered = render(new, self.plan);
        let text = replace_marks(&rendered, |id| match id.strip_prefix(NEW_SLOT) {
            Some(_) => vendors.get(id).unwrap_or_else(|| {
                unknown = true;
                String::new()
            }),
            None => Template::mark(id),
        });
        if unknown {
            let problem = "The new default was read without its secrets, and one is needed.";
            whole_file(records, problem);
        }
        let encoding = self.encoding(records);
        let slots = slots_of(&text, site.slots());
        Template { text: text.into_owned(), encoding, slots }
    }

    /// The encoding that holds the text of both sides.
    fn encoding(&self, records: &mut Records) -> Encoding {
        let (site, new) = (&self.site.document, &self.new.document);
        let plain = |document: &Document| document.text().is_ascii() && document.slots().is_empty();
        if site.encoding() == new.encoding() || plain(site) {
            return new.encoding();
        }
        let xml = new.spec().format == Format::Xml;
        if !xml && new.text().is_ascii() {
            return site.encoding();
        }
        if !xml || !site.slots().is_empty() {
            let problem = "The site's file and the new default have different encodings, and what \
                           is taken over could change its bytes.";
            whole_file(records, problem);
        }
        new.encoding()
    }

    /// Whether the written file says what was judged. If not, nothing is written.
    fn check(&self, result: &Side, records: &mut Records) {
        let format = self.new.document.spec().format;
        let fits = |wanted: Option<&Held>, found: Option<&Held>| match (wanted, found) {
            (Some(wanted), Some(found)) => match (wanted.value(), found.value()) {
                (Some(wanted), Some(found)) => same(format, None, wanted, found),
                (wanted, found) => wanted.unwrap_or_default() == found.unwrap_or_default(),
            },
            (wanted, found) => wanted.is_none() && found.is_none(),
        };
        let judged = records
            .iter()
            .filter(|(path, record)| !fits(record.result.as_ref(), result.held(path)))
            .map(|(path, _)| path.clone());
        let unknown = result.keys_under(ROOT).into_iter().map(|(path, _)| path);
        let wrong: Vec<String> =
            judged.chain(unknown.filter(|path| records.get(path).is_none())).collect();
        if !wrong.is_empty() {
            let named = wrong.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>().join(", ");
            let count = wrong.len();
            let problem = format!("{count} keys found no place in the new default ({named}).");
            whole_file(records, &problem);
        }
        if let Some(note) = self.lost_comment(result) {
            let problem =
                format!("A note of the site found no place in the new default: `{note}`.");
            whole_file(records, &problem);
        }
    }

    /// A comment of the site's own that the result has not, though what holds it is there.
    fn lost_comment(&self, result: &Side) -> Option<String> {
        let tree = self.site.document.tree();
        let text = |id: ItemId| tree.item(id).value.as_ref().map_or("", |value| &value.text);
        let is_lost = |id: &ItemId| {
            let item = tree.item(*id);
            let words = self.site.comment_id(*id);
            let vendors = self.base.has_comment(words);
            let held = item.parent == ROOT || result.live(self.site.path(item.parent)).is_some();
            let note = item.kind == ItemKind::Comment && !is_decoration(text(*id));
            note && held && !vendors && result.comments(words).is_empty()
        };
        let lost = tree.subtree(ROOT).into_iter().find(|id| !self.site_text && is_lost(id))?;
        Some(shown(text(lost).trim()).into_owned())
    }
}

/// What the file is to be.
fn settled_file(input: &SettleInput, template: &Template, records: &Records) -> SettledFile {
    if records.is_open() {
        return SettledFile::Open;
    }
    let bytes = template.fill(|_| None).ok();
    let new = input.new.and_then(|new| new.print().ok());
    if *template == input.site.template() {
        SettledFile::AsSite
    } else if template.slots.is_empty() && bytes == new {
        SettledFile::AsNew
    } else {
        let digest = refit_model::Document::digest(template);
        digest.map_or(SettledFile::Open, SettledFile::Written)
    }
}

/// Asks about the whole file: nothing smaller can help.
fn whole_file(records: &mut Records, problem: &str) {
    if records.get(WHOLE_FILE).is_none() {
        let question = format!("{problem} Keep the site's file as a whole, or take the vendor's?");
        records.ask(WHOLE_FILE, &question);
    }
}

/// What the settled file is to hold, as other files are compared with it.
fn intended(records: &Records) -> Reference {
    let mut held: Vec<(&String, &Held)> =
        records.iter().filter_map(|(path, record)| Some((path, record.result.as_ref()?))).collect();
    // What stands under a path must follow it.
    held.sort_by_cached_key(|(path, _)| {
        parts(path).into_iter().map(number_last).collect::<Vec<_>>()
    });
    let mut reference = Reference::default();
    for (path, held) in held {
        reference.push(path, held.value());
    }
    reference
}

/// A part by its name, then by its number.
fn number_last(part: &str) -> (&str, usize) {
    let name = without_number(part);
    (name, part[name.len()..].trim_start_matches('#').parse().unwrap_or(0))
}

/// The vendor's own texts for its slots.
pub(super) struct VendorTexts<'a> {
    new: &'a Document,
    by_id: HashMap<&'a str, &'a Slot>,
}

impl<'a> VendorTexts<'a> {
    pub(super) fn of(new: &'a Document) -> Self {
        let slots = new.slots().iter();
        Self { new, by_id: slots.rev().map(|slot| (slot.id.as_str(), slot)).collect() }
    }

    /// The text for the slot of this id; none where the new default was read without its secrets.
    pub(super) fn get(&self, id: &str) -> Option<String> {
        let raw = self.new.secret(&self.by_id.get(id)?.key)?;
        Some(match self.new.encoding() {
            Encoding::Utf8 => raw.expose_text()?.to_owned(),
            Encoding::Latin1 => raw.expose().iter().map(|&byte| char::from(byte)).collect(),
        })
    }
}

/// The slots that a text uses, in the order of their first marks.
pub(super) fn slots_of(text: &str, known: &[Slot]) -> Vec<Slot> {
    let mut known: HashMap<&str, &Slot> =
        known.iter().map(|slot| (slot.id.as_str(), slot)).collect();
    let used = marks(text).into_iter().filter_map(|mark| known.remove(slot_id(&text[mark])));
    used.cloned().collect()
}
