//! The tree behind every format: items with spans into the text, so that nothing is ever lost.
//!
//! A tree does not own the text. Printing is the text itself; a change is a splice at a span,
//! after which the text is read again.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::section::Section;
use crate::{ParseError, ParseProblem};

/// The place of an item in its tree. The root is 0.
pub(crate) type ItemId = usize;

/// The root's place.
pub(crate) const ROOT: ItemId = 0;
/// Begins the path of a key that is commented out.
pub(crate) const OFF: &str = "off:";
/// The largest file that is read, in bytes.
pub(crate) const MAX_BYTES: usize = 4 << 20;
/// The deepest nesting that is read.
pub(crate) const MAX_DEPTH: usize = 200;
/// The most keys of one file.
pub(crate) const MAX_KEYS: usize = 50_000;
/// The most items of one file: keys, comments, and what else stands for itself.
const MAX_ITEMS: usize = 100_000;
/// The longest key path, in bytes.
const MAX_PATH: usize = 4_000;
/// The most characters of an identity that stand in a path.
const MAX_IDENTITY: usize = 200;

/// A file's items, in the order of the file.
#[derive(Clone, Debug)]
pub(crate) struct Tree {
    pub(crate) items: Vec<Item>,
}

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ItemKind {
    /// The whole file.
    Root,
    /// A key: an element, a property, a variable, a block or a command.
    Key,
    /// A comment; its children are the keys that it switches off.
    Comment,
    /// Text that stands for itself, such as a processing instruction.
    Other,
}

/// One item.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) kind: ItemKind,
    pub(crate) parent: ItemId,
    /// Which of the parent's children it is, from 0.
    pub(crate) place: usize,
    /// Not commented out.
    pub(crate) live: bool,
    /// The element's local name, the property's key, the variable.
    pub(crate) name: String,
    /// The path's last part, without a number.
    pub(crate) segment: String,
    /// The key path, unique in the file; empty for comments and other text.
    pub(crate) path: String,
    pub(crate) span: Range<usize>,
    /// The item's own value.
    pub(crate) value: Option<Value>,
    pub(crate) attributes: Vec<Attribute>,
    /// Where the children stand, if the item can have some.
    pub(crate) body: Option<Range<usize>>,
    pub(crate) children: Vec<ItemId>,
    /// The section to which it belongs, in formats whose lines open sections.
    pub(crate) section: Option<Section>,
    /// The kind of the section that it opens.
    pub(crate) opens: Option<&'static str>,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Value {
    /// As the program that reads the file sees it.
    pub(crate) text: String,
    /// As it stands in the file, without quotes; none where it stands in several pieces.
    pub(crate) span: Option<Range<usize>>,
}

/// An attribute of an XML element.
#[derive(Clone, Debug)]
pub(crate) struct Attribute {
    /// `@` and the local name.
    pub(crate) segment: String,
    pub(crate) path: String,
    pub(crate) value: Value,
    /// With the blank space before it and the closing quote.
    pub(crate) outer: Range<usize>,
    /// It stands in the element's path segment, and is no key of its own.
    pub(crate) identity: bool,
}

impl Tree {
    pub(crate) fn item(&self, id: ItemId) -> &Item {
        &self.items[id]
    }

    /// The ids of an item and of everything under it, in the order of the file.
    pub(crate) fn subtree(&self, id: ItemId) -> Vec<ItemId> {
        let mut ids = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            ids.push(id);
            open.extend(self.items[id].children.iter().rev());
        }
        ids
    }
}

impl Item {
    pub(crate) fn is_live_key(&self) -> bool {
        self.kind == ItemKind::Key && self.live
    }
}

/// Builds a tree, gives each key its path, and holds the limits.
pub(crate) struct TreeBuilder<'a> {
    file: &'a str,
    lines: LineIndex<'a>,
    tree: Tree,
    used: HashSet<String>,
    /// For each path that came more than once, the number to try next.
    next_numbers: HashMap<String, usize>,
    /// In flat formats a block does not lengthen the paths of the keys inside.
    flat: bool,
}

impl<'a> TreeBuilder<'a> {
    pub(crate) fn new(file: &'a str, text: &'a str, flat: bool) -> Self {
        let root = Item {
            kind: ItemKind::Root,
            body: Some(0..text.len()),
            ..Item::new(ItemKind::Root, 0..text.len())
        };
        Self {
            file,
            lines: LineIndex::new(text),
            tree: Tree { items: vec![root] },
            used: HashSet::new(),
            next_numbers: HashMap::new(),
            flat,
        }
    }

    /// Adds `item` under `parent`; a key gets its path from its segment.
    pub(crate) fn add(&mut self, parent: ItemId, mut item: Item) -> Result<ItemId, ParseError> {
        let id = self.tree.items.len();
        if id > MAX_ITEMS {
            let problem = ParseProblem::TooMany { what: "keys and comments", limit: MAX_ITEMS };
            return Err(self.error(item.span.start, problem));
        }
        item.parent = parent;
        item.place = self.tree.items[parent].children.len();
        if item.kind == ItemKind::Key {
            let path = self.child_path(parent, &item.segment, item.live);
            item.path = self.unique(path, item.span.start)?;
        }
        for attribute in &mut item.attributes {
            let path = format!("{}/{}", item.path, attribute.segment);
            attribute.path = self.unique(path, attribute.outer.start)?;
        }
        self.tree.items.push(item);
        self.tree.items[parent].children.push(id);
        Ok(id)
    }

    /// The item again, to complete what is known only after its children.
    pub(crate) fn item_mut(&mut self, id: ItemId) -> &mut Item {
        &mut self.tree.items[id]
    }

    /// The path of an item that was added.
    pub(crate) fn path(&self, id: ItemId) -> &str {
        &self.tree.items[id].path
    }

    pub(crate) fn finish(self) -> Tree {
        self.tree
    }

    pub(crate) fn error(&self, at: usize, problem: ParseProblem) -> ParseError {
        self.lines.error(self.file, at, problem)
    }

    pub(crate) fn expected(&self, at: usize, what: &str) -> ParseError {
        self.error(at, ParseProblem::Expected(what.to_owned()))
    }

    fn child_path(&self, parent: ItemId, segment: &str, live: bool) -> String {
        let off = if live { "" } else { OFF };
        let mut holder = &self.tree.items[parent];
        while holder.kind == ItemKind::Comment {
            holder = &self.tree.items[holder.parent];
        }
        let above = holder.path.strip_prefix(OFF).unwrap_or(&holder.path);
        if self.flat || above.is_empty() {
            format!("{off}{segment}")
        } else {
            format!("{off}{above}/{segment}")
        }
    }

    fn unique(&mut self, path: String, at: usize) -> Result<String, ParseError> {
        if path.len() > MAX_PATH {
            let what = "characters in the path of a key";
            return Err(self.error(at, ParseProblem::TooMany { what, limit: MAX_PATH }));
        }
        if self.used.len() >= MAX_KEYS {
            let what = "keys";
            return Err(self.error(at, ParseProblem::TooMany { what, limit: MAX_KEYS }));
        }
        let unique = if self.used.contains(&path) { self.numbered(&path) } else { path };
        self.used.insert(unique.clone());
        Ok(unique)
    }

    /// The path with the first free number.
    fn numbered(&mut self, path: &str) -> String {
        let next = self.next_numbers.entry(path.to_owned()).or_insert(2);
        loop {
            let numbered = format!("{path}#{next}");
            *next += 1;
            if !self.used.contains(&numbered) {
                return numbered;
            }
        }
    }
}

impl Item {
    /// An item without content at `span`.
    pub(crate) fn new(kind: ItemKind, span: Range<usize>) -> Self {
        Self {
            kind,
            parent: ROOT,
            place: 0,
            live: true,
            name: String::new(),
            segment: String::new(),
            path: String::new(),
            span,
            value: None,
            attributes: Vec::new(),
            body: None,
            children: Vec::new(),
            section: None,
            opens: None,
        }
    }

    /// A key with the name and path segment `name`.
    pub(crate) fn key(name: &str, segment: String, span: Range<usize>) -> Self {
        Self { name: name.to_owned(), segment, ..Self::new(ItemKind::Key, span) }
    }
}

/// An identity as it stands in a path: one line, no brackets, not too long.
pub(crate) fn identity(text: &str) -> String {
    let mut clean = String::new();
    for word in text.split_whitespace() {
        if !clean.is_empty() {
            clean.push(' ');
        }
        for character in word.chars() {
            match character {
                '[' => clean.push_str("%5B"),
                ']' => clean.push_str("%5D"),
                other if other.is_control() => clean.push('?'),
                other => clean.push(other),
            }
        }
    }
    match clean.char_indices().nth(MAX_IDENTITY) {
        Some((end, _)) => clean[..end].to_owned() + "...",
        None => clean,
    }
}

/// Where the lines of a text begin.
pub(crate) struct LineIndex<'a> {
    starts: Vec<usize>,
    text: &'a str,
}

impl<'a> LineIndex<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let after = text.match_indices('\n').map(|(at, _)| at + 1);
        Self { starts: std::iter::once(0).chain(after).collect(), text }
    }

    /// The line of a place in the text, from 1.
    pub(crate) fn line(&self, at: usize) -> u32 {
        let line = self.starts.partition_point(|&start| start <= at);
        u32::try_from(line).unwrap_or(u32::MAX)
    }

    fn column(&self, at: usize) -> u32 {
        let start = self.starts[self.starts.partition_point(|&start| start <= at).max(1) - 1];
        let before = self.text.get(start..at).unwrap_or_default();
        u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX)
    }

    pub(crate) fn error(&self, file: &str, at: usize, problem: ParseProblem) -> ParseError {
        ParseError { file: file.to_owned(), line: self.line(at), column: self.column(at), problem }
    }
}
