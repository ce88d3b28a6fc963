//! Changes to the vendor's file: values, lines that go, lines that come.

use std::collections::{BTreeMap, BTreeSet};

use crate::Document;
use crate::properties::{escape_key, escape_value};
use crate::render::{Insert, Piece, Plan, line_end, render};
use crate::tree::{ItemId, ItemKind, ROOT};

/// What is to be changed.
#[derive(Default)]
pub(super) struct Edits {
    set: BTreeMap<String, String>,
    pub(super) removed: BTreeSet<String>,
    /// Behind a key of the vendor's.
    beside: Vec<(String, String, String)>,
    /// At the end, with the site's notes.
    tail: Vec<Line>,
}

/// A line at the end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    Note(String),
    Entry(String, String),
    Blank,
}

impl Edits {
    pub(super) fn set(&mut self, key: &str, value: &str) {
        self.set.insert(key.to_owned(), value.to_owned());
        self.removed.remove(key);
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.set.remove(key);
        self.removed.insert(key.to_owned());
    }

    pub(super) fn add_beside(&mut self, neighbour: &str, key: &str, value: &str) {
        if let Some(known) = self.beside.iter_mut().find(|known| known.1 == key) {
            value.clone_into(&mut known.2);
        } else {
            self.beside.push((neighbour.to_owned(), key.to_owned(), value.to_owned()));
        }
    }

    pub(super) fn add(&mut self, line: Line) {
        self.tail.push(line);
    }

    /// What the changes write: keys and values.
    pub(super) fn written(&self) -> BTreeMap<&str, &str> {
        let set = self.set.iter().map(|(key, value)| (key.as_str(), value.as_str()));
        let beside = self.beside.iter().map(|(_, key, value)| (key.as_str(), value.as_str()));
        let tail = self.tail.iter().filter_map(|line| match line {
            Line::Entry(key, value) => Some((key.as_str(), value.as_str())),
            Line::Note(_) | Line::Blank => None,
        });
        set.chain(beside).chain(tail).collect()
    }

    /// The vendor's text with the changes.
    pub(super) fn apply(&self, new: &Document, heading: &str) -> String {
        let eol = line_end(new.text());
        let mut plan = Plan::default();
        for (key, value) in &self.set {
            plan.values.extend(live(new, key).map(|id| (id, escape_value(value))));
        }
        for key in &self.removed {
            plan.removed.extend(live(new, key));
        }
        for (neighbour, key, value) in &self.beside {
            let after = new.live_value(neighbour).map(|place| place.id);
            let piece = Piece {
                kind: ItemKind::Key,
                lead: eol.to_owned(),
                text: entry(key, value),
                trailing_comment: false,
                closing: String::new(),
            };
            plan.inserted.entry(ROOT).or_default().push(Insert { after, rank: 0, piece });
        }
        let mut text = render(new, &plan);
        if !self.tail.is_empty() {
            if !text.ends_with('\n') {
                text.push_str(eol);
            }
            text.push_str(&format!("{eol}# {heading}{eol}"));
        }
        for line in &self.tail {
            match line {
                Line::Note(note) => text.push_str(&format!("#{note}{eol}")),
                Line::Entry(key, value) => text.push_str(&format!("{}{eol}", entry(key, value))),
                Line::Blank => text.push_str(eol),
            }
        }
        text
    }
}

/// Where a key stands in the vendor's file: the vendor can have written it twice.
fn live<'a>(new: &'a Document, key: &'a str) -> impl Iterator<Item = ItemId> + 'a {
    let items = new.tree().items.iter().enumerate();
    items.filter(move |(_, item)| item.is_live_key() && item.name == key).map(|(id, _)| id)
}

fn entry(key: &str, value: &str) -> String {
    format!("{}={}", escape_key(key), escape_value(value))
}
