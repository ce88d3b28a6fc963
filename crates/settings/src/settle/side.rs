//! One of the two files of a settlement, by the paths under which its keys are settled.

use std::collections::{BTreeMap, HashMap};

use super::align::{Reference, paths};
use super::base::comparable;
use super::records::Held;
use crate::Document;
use crate::comment::comment_id;
use crate::tree::{Attribute, Item, ItemId, ItemKind};

/// A file and its keys.
pub(super) struct Side {
    pub(super) document: Document,
    /// By item; empty for what is no key.
    paths: Vec<String>,
    live: BTreeMap<String, ItemId>,
    off: HashMap<String, ItemId>,
    values: HashMap<String, Held>,
    comments: HashMap<String, Vec<ItemId>>,
    /// What names each comment by its words.
    words: HashMap<ItemId, String>,
    /// The lines of each section, by the one that opens it.
    members: HashMap<ItemId, Vec<ItemId>>,
}

impl Side {
    pub(super) fn new(document: &Document, reference: &Reference) -> Self {
        let paths = paths(document, reference);
        let mut side = Self {
            document: document.clone(),
            paths,
            live: BTreeMap::new(),
            off: HashMap::new(),
            values: HashMap::new(),
            comments: HashMap::new(),
            words: HashMap::new(),
            members: HashMap::new(),
        };
        for (id, item) in document.tree().items.iter().enumerate() {
            side.index(id, item);
        }
        side
    }

    fn index(&mut self, id: ItemId, item: &Item) {
        let text = || item.value.as_ref().map(|value| value.text.clone());
        match item.kind {
            ItemKind::Key if item.live => {
                let path = self.paths[id].clone();
                for attribute in item.attributes.iter().filter(|attribute| !attribute.identity) {
                    let value = Held::Value(attribute.value.text.clone());
                    self.values.insert(self.attribute_path(id, attribute), value);
                }
                self.values.insert(path.clone(), Held::of(text()));
                self.live.insert(path, id);
                if let Some(header) = item.section.and_then(|section| section.header) {
                    self.members.entry(header).or_default().push(id);
                }
            }
            ItemKind::Key => {
                self.off.entry(self.paths[id].clone()).or_insert(id);
            }
            ItemKind::Comment => {
                let words = comment_id(&text().unwrap_or_default());
                self.comments.entry(words.clone()).or_default().push(id);
                self.words.insert(id, words);
            }
            ItemKind::Root | ItemKind::Other => {}
        }
    }

    pub(super) fn item(&self, id: ItemId) -> &Item {
        self.document.tree().item(id)
    }

    pub(super) fn path(&self, id: ItemId) -> &str {
        &self.paths[id]
    }

    pub(super) fn attribute_path(&self, id: ItemId, attribute: &Attribute) -> String {
        let inside = &attribute.path[self.item(id).path.len()..];
        format!("{}{inside}", self.paths[id])
    }

    /// The live item with this path.
    pub(super) fn live(&self, path: &str) -> Option<ItemId> {
        self.live.get(path).copied()
    }

    /// The paths of all live items.
    pub(super) fn live_paths(&self) -> impl Iterator<Item = &String> {
        self.live.keys()
    }

    /// The commented-out item with this path.
    pub(super) fn off(&self, path: &str) -> Option<ItemId> {
        self.off.get(path).copied()
    }

    /// What is commented out, by path, with bare marks.
    pub(super) fn off_values(&self) -> BTreeMap<String, Option<String>> {
        let mut values = BTreeMap::new();
        for (id, item) in self.document.tree().items.iter().enumerate() {
            if item.kind != ItemKind::Key || item.live {
                continue;
            }
            let own = item.value.as_ref().map(|value| comparable(&value.text));
            values.insert(self.paths[id].clone(), own);
            for attribute in item.attributes.iter().filter(|attribute| !attribute.identity) {
                let value = Some(comparable(&attribute.value.text));
                values.insert(self.attribute_path(id, attribute), value);
            }
        }
        values
    }

    /// What stands at the live key with this path, of an item or an attribute.
    pub(super) fn held(&self, path: &str) -> Option<&Held> {
        self.values.get(path)
    }

    /// The paths of all live items and attributes, in no order.
    pub(super) fn held_paths(&self) -> impl Iterator<Item = &str> {
        self.values.keys().map(String::as_str)
    }

    /// The comments with these words.
    pub(super) fn comments(&self, id: &str) -> &[ItemId] {
        self.comments.get(id).map_or(&[], Vec::as_slice)
    }

    /// What names the comments by their words, equal ones once.
    pub(super) fn comment_words(&self) -> impl Iterator<Item = &str> {
        self.comments.keys().map(String::as_str)
    }

    /// What names a comment by its words.
    pub(super) fn comment_id(&self, id: ItemId) -> &str {
        self.words.get(&id).map_or("", String::as_str)
    }

    /// The lines of the section that an item opens, and of the sections inside of it.
    pub(super) fn members(&self, header: ItemId) -> Vec<ItemId> {
        let mut members = self.members.get(&header).cloned().unwrap_or_default();
        let mut next = 0;
        while let Some(&member) = members.get(next) {
            members.extend(self.members.get(&member).into_iter().flatten());
            next += 1;
        }
        members
    }

    /// The live keys of an item and everything under it, attributes included, and those of the
    /// section that it opens.
    pub(super) fn keys_under(&self, id: ItemId) -> Vec<(String, Held)> {
        let mut keys = Vec::new();
        let members = self.members(id).into_iter();
        for inner in self.document.tree().subtree(id).into_iter().chain(members) {
            let item = self.item(inner);
            if !item.is_live_key() {
                continue;
            }
            let value = item.value.as_ref().map(|value| value.text.clone());
            keys.push((self.paths[inner].clone(), Held::of(value)));
            for attribute in item.attributes.iter().filter(|attribute| !attribute.identity) {
                let value = Held::Value(attribute.value.text.clone());
                keys.push((self.attribute_path(inner, attribute), value));
            }
        }
        keys
    }
}
