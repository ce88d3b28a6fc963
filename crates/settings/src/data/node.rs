//! Values that hold values, with their places in the text; and the items that they become.

use std::ops::Range;

use super::identity::{entry_segment, scalar, value_segment};
use super::name::{ENTRY, segment};
use crate::tree::{Item, ItemId, ItemKind, TreeBuilder, Value};
use crate::{FileSpec, ParseError};

/// A value.
#[derive(Debug)]
pub(crate) struct Node {
    /// With its quotes or brackets.
    pub(crate) span: Range<usize>,
    pub(crate) content: Content,
    /// What stands before a block and belongs to it, such as an anchor.
    pub(crate) head: Option<Range<usize>>,
}

/// What a value is.
#[derive(Debug)]
pub(crate) enum Content {
    /// One value; a block without entries is one too.
    Scalar(String),
    Map(Block),
    List(Block),
}

/// What a map or a list holds.
#[derive(Debug)]
pub(crate) struct Block {
    pub(crate) body: Range<usize>,
    pub(crate) children: Vec<Child>,
}

impl Content {
    /// A block in these brackets: a map, a list, or a single value where nothing stands in it.
    pub(crate) fn of_block(block: Block, close: char) -> Self {
        let empty = block.children.is_empty();
        match close {
            '}' if empty => Self::Scalar("{}".to_owned()),
            _ if empty => Self::Scalar("[]".to_owned()),
            '}' => Self::Map(block),
            _ => Self::List(block),
        }
    }
}

/// What stands in a block.
#[derive(Debug)]
pub(crate) enum Child {
    Note(Note),
    Entry(Entry),
}

/// A key with its value, or an entry of a list.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The parts of a dotted key; none in a list.
    pub(crate) key: Vec<String>,
    pub(crate) span: Range<usize>,
    pub(crate) value: Node,
}

/// A comment.
#[derive(Debug)]
pub(crate) struct Note {
    pub(crate) span: Range<usize>,
    /// Without its marks.
    pub(crate) text: Range<usize>,
    pub(crate) off: Option<Off>,
}

/// A key that a comment switches off.
#[derive(Debug)]
pub(crate) struct Off {
    pub(crate) key: Vec<String>,
    pub(crate) span: Range<usize>,
    pub(crate) value: Value,
}

/// Adds what a block holds under `parent`. `element` is the name of the block. Recursive, as deep
/// as the reader of the format allows.
pub(crate) fn add_block(
    builder: &mut TreeBuilder,
    spec: &FileSpec,
    text: &str,
    parent: ItemId,
    element: &str,
    block: Block,
) -> Result<(), ParseError> {
    for child in block.children {
        match child {
            Child::Note(note) => add_note(builder, text, parent, &note)?,
            Child::Entry(entry) => add_entry(builder, spec, text, parent, element, entry)?,
        }
    }
    Ok(())
}

pub(super) fn add_entry(
    builder: &mut TreeBuilder,
    spec: &FileSpec,
    text: &str,
    parent: ItemId,
    element: &str,
    entry: Entry,
) -> Result<(), ParseError> {
    let name = entry.key.last().map_or(ENTRY, String::as_str).to_owned();
    let in_path = match (&entry.value.content, entry.key.is_empty()) {
        (Content::Map(block), true) => {
            entry_segment(spec, element, ENTRY, |key| scalar(block, key))
        }
        (Content::Scalar(value), true) => value_segment(spec, builder.path(parent), value),
        (Content::List(_), true) => ENTRY.to_owned(),
        (_, false) => path_of(&entry.key),
    };
    let mut item = Item::key(&name, in_path, entry.span);
    match entry.value.content {
        Content::Scalar(value) => {
            item.value = Some(Value { text: value, span: Some(entry.value.span) });
            builder.add(parent, item)?;
        }
        Content::Map(block) | Content::List(block) => {
            item.body = Some(block.body.clone());
            item.value = entry
                .value
                .head
                .map(|head| Value { text: text[head.clone()].to_owned(), span: Some(head) });
            let id = builder.add(parent, item)?;
            add_block(builder, spec, text, id, &name, block)?;
        }
    }
    Ok(())
}

/// The parts of a dotted key as parts of a path.
pub(super) fn path_of(key: &[String]) -> String {
    key.iter().map(|part| segment(part)).collect::<Vec<_>>().join("/")
}

pub(super) fn add_note(
    builder: &mut TreeBuilder,
    text: &str,
    parent: ItemId,
    note: &Note,
) -> Result<(), ParseError> {
    let mut item = Item::new(ItemKind::Comment, note.span.clone());
    item.live = false;
    item.value =
        Some(Value { text: text[note.text.clone()].to_owned(), span: Some(note.text.clone()) });
    let id = builder.add(parent, item)?;
    if let Some(off) = &note.off {
        let name = off.key.last().map_or("", String::as_str);
        let mut item = Item::key(name, path_of(&off.key), off.span.clone());
        item.live = false;
        item.value = Some(off.value.clone());
        builder.add(id, item)?;
    }
    Ok(())
}
