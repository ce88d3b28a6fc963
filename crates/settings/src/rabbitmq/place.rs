//! Entries in the vendor's `rabbitmq.conf`, which is an example and nearly all comments.

use std::collections::{HashMap, HashSet};

use refit_model::Slot;

use super::split::{ConfEntry, Split};
use crate::Document;
use crate::render::{Insert, Piece, Plan, line_end, render};
use crate::tree::{ItemId, ItemKind, OFF, ROOT};

/// An entry as a line, if the format of the file can hold it, and it is nothing that the file's
/// spec takes for a secret: the site's file is the only one that secrets come from.
pub(super) fn line(new: &Document, entry: &ConfEntry) -> Option<String> {
    let line = new.spec().format.syntax().entry(&entry.key, &entry.value)?;
    let alone = Document::parse(line.as_bytes(), new.spec()).ok()?;
    let value = alone.live_value(&entry.key)?.item.value.as_ref()?;
    (value.text == entry.value && alone.slots().is_empty()).then_some(line)
}

/// The vendor's file with the entries: each behind the vendor's example of its key or of its list,
/// or behind the entry before it of the same setting, or else at the end. None where one
/// does not read back.
pub(super) fn placed(new: &Document, split: &Split, site: &Document) -> Option<Document> {
    let mut places = Places::of(new);
    for setting in &split.conf {
        let mut notes = Some(&setting.notes);
        let mut before = None;
        let mut list = None;
        for entry in &setting.entries {
            if let Some(known) = new.live_value(&entry.key) {
                places.plan.values.insert(known.id, new.raw(known, &entry.value).ok()?);
                continue;
            }
            // What follows in a list stands behind what begins it.
            let goes_on = list.is_some() && list == entry.list;
            before = places.example(entry).filter(|_| !goes_on).or(before);
            list = entry.list;
            let notes = notes.take().into_iter().flatten();
            let mut lines: Vec<(ItemKind, String)> =
                notes.map(|note| (ItemKind::Comment, format!("#{note}"))).collect();
            lines.push((ItemKind::Key, line(new, entry)?));
            places.put(before, lines);
        }
        places.tail.extend(notes.into_iter().flatten().map(|note| format!("#{note}")));
    }
    places.tail.extend(split.notes.iter().map(|note| format!("#{note}")));
    let entries: Vec<&ConfEntry> = split.conf.iter().flat_map(|setting| &setting.entries).collect();
    places.replace_lists(new, &entries);
    let changed = new.with_text(places.text(new, &site.spec().path)).ok()?;
    // A note that reads as an example with a secret would have its secret from a file that no host
    // has.
    let known = |slot: &Slot| new.slots().iter().any(|known| known.id == slot.id);
    if !changed.slots().iter().all(known) {
        return None;
    }
    let reads_back = |entry: &&ConfEntry| {
        let found = changed.live_value(&entry.key).and_then(|found| found.item.value.as_ref());
        found.is_some_and(|value| value.text == entry.value)
    };
    entries.iter().all(reads_back).then_some(changed)
}

struct Places<'a> {
    /// The comments with the vendor's examples, by key.
    examples: HashMap<&'a str, ItemId>,
    /// The first one of those with keys of their own under a key.
    lists: HashMap<&'a str, ItemId>,
    plan: Plan,
    /// Lines for the end.
    tail: Vec<String>,
}

impl<'a> Places<'a> {
    fn of(new: &'a Document) -> Self {
        let (mut examples, mut lists) = (HashMap::new(), HashMap::new());
        for item in new.tree().items.iter().filter(|item| !item.live) {
            if let Some(key) = item.path.strip_prefix(OFF) {
                examples.entry(key).or_insert(item.parent);
                let above = key.rsplit_once('.').map(|(above, _)| above);
                above.map(|above| lists.entry(above).or_insert(item.parent));
            }
        }
        Self { examples, lists, plan: Plan::default(), tail: Vec::new() }
    }

    fn example(&self, entry: &ConfEntry) -> Option<ItemId> {
        let of_list = || self.lists.get(entry.list?);
        self.examples.get(entry.key.as_str()).or_else(of_list).copied()
    }

    fn put(&mut self, example: Option<ItemId>, lines: Vec<(ItemKind, String)>) {
        let Some(example) = example else {
            return self.tail.extend(lines.into_iter().map(|(_, text)| text));
        };
        for (kind, text) in lines {
            let piece = Piece {
                kind,
                lead: "\n".to_owned(),
                text,
                trailing_comment: false,
                closing: String::new(),
            };
            let insert = Insert { after: Some(example), rank: 0, piece };
            self.plan.inserted.entry(ROOT).or_default().push(insert);
        }
    }

    /// Where the site has a list of its own, the vendor's entries of that list are not in force.
    fn replace_lists(&mut self, new: &Document, entries: &[&ConfEntry]) {
        let lists: HashSet<&str> = entries.iter().filter_map(|entry| entry.list).collect();
        let written: HashSet<&str> = entries.iter().map(|entry| entry.key.as_str()).collect();
        let in_list = |path: &str| {
            let mut dots = path.match_indices('.').map(|(at, _)| &path[..at]);
            lists.contains(path) || dots.any(|above| lists.contains(above))
        };
        let items = new.tree().items.iter().enumerate();
        let live = items.filter(|(_, item)| item.is_live_key());
        let gone = live.filter(|(_, item)| in_list(&item.path) && !written.contains(&*item.path));
        self.plan.removed.extend(gone.map(|(id, _)| id));
    }

    fn text(mut self, new: &Document, from: &str) -> String {
        let eol = line_end(new.text());
        for insert in self.plan.inserted.values_mut().flatten() {
            eol.clone_into(&mut insert.piece.lead);
        }
        let mut text = render(new, &self.plan);
        if self.tail.is_empty() {
            return text;
        }
        if !text.is_empty() {
            if !text.ends_with('\n') {
                text.push_str(eol);
            }
            text.push_str(eol);
        }
        text.push_str(&format!("# The site's own settings, from {from}{eol}"));
        for line in &self.tail {
            text.push_str(line);
            text.push_str(eol);
        }
        text
    }
}
