//! What differs between formats, in one place: reading a text, writing a value, switching a comment
//! on, giving a key another name. Everything else is the same for all formats.

use std::ops::Range;

use crate::edit::Place;
use crate::key::Key;
use crate::render::Piece;
use crate::tree::{ItemId, ROOT, Tree};
use crate::{
    Document, FileSpec, Format, ParseError, erlang, ini, jaas, json, key_value, lines, mosquitto,
    nats, opaque, properties, shell, toml, xml, yaml,
};

/// How the texts of a format are built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a property of its own")]
pub(crate) struct Shape {
    /// What stands in a block has the block in its path, and belongs to it: siblings are told apart
    /// under what holds them. Otherwise a key means the same wherever it stands.
    pub(crate) nested: bool,
    /// Every item stands on a line of its own.
    pub(crate) lines: bool,
    /// A comment ends with its line.
    pub(crate) line_comments: bool,
    /// What stands between two keys of one holder, and not behind the last one.
    pub(crate) separator: Option<char>,
    /// Where a key stands twice, only the last one counts.
    pub(crate) last_counts: bool,
}

impl Shape {
    /// A key and its value on each line, wherever it stands; comments to the end of theirs.
    pub(crate) const LINES: Self = Self {
        nested: false,
        lines: true,
        line_comments: true,
        separator: None,
        last_counts: false,
    };
}

/// A change of a text: a place, and what stands there instead.
pub(crate) type Splice = (Range<usize>, String);

/// One format.
pub(crate) trait Syntax: Sync {
    /// Reads a text.
    fn parse(&self, text: &str, spec: &FileSpec) -> Result<Tree, ParseError>;

    /// How its texts are built.
    fn shape(&self) -> Shape;

    /// How the inside of one item is built: blocks within brackets may differ from others. What
    /// separates keys does not separate those of the file itself.
    fn shape_inside(&self, _document: &Document, holder: ItemId) -> Shape {
        let shape = self.shape();
        Shape { separator: shape.separator.filter(|_| holder != ROOT), ..shape }
    }

    /// A piece of another document's text, made to fit under `holder`, an item of `document`.
    /// `column` is where the piece began in its line.
    fn fitted(&self, piece: Piece, _document: &Document, _holder: ItemId, _column: usize) -> Piece {
        piece
    }

    /// `value` as it is to stand at a place of `document`; that of an attribute with its quotes.
    /// The error says why that cannot be.
    fn raw(&self, document: &Document, place: Place, value: &str) -> Result<String, &'static str>;

    /// What is to stand between a key and its value, where `head`, the text before the value, does
    /// not end with it.
    fn before_value(&self, _head: &str) -> &'static str {
        ""
    }

    /// The text of a comment as it is in force, if the comment can be one that switches something
    /// off.
    fn uncommented(&self, comment: &str) -> Option<String>;

    /// Whether nothing may stand behind this comment on its line.
    fn ends_with_line(&self, _comment: &str) -> bool {
        self.shape().line_comments
    }

    /// A line that sets a key, at the end of a file. None where the format cannot say that.
    fn entry(&self, _name: &str, _value: &str) -> Option<String> {
        None
    }

    /// Whether a key without a block can be given one by the renderer.
    fn opens_values(&self) -> bool {
        false
    }

    /// Whether what stands in the place of a key is a comment.
    fn is_comment(&self, text: &str) -> bool;

    /// The changes that give a key another name within what holds it. `old` and `new` are the parts
    /// of its path. None where the format cannot say that.
    fn renamed(&self, document: &Document, key: &Key, old: &str, new: &str) -> Option<Vec<Splice>>;

    /// How a key is named to people that has no value, but holds others.
    fn holder_name(&self, name: &str) -> String {
        name.to_owned()
    }
}

impl Format {
    pub(crate) fn syntax(self) -> &'static dyn Syntax {
        match self {
            Self::Xml => &xml::Xml,
            Self::Properties => &properties::Properties,
            Self::ShellEnvironment => &shell::ShellEnvironment,
            Self::Erlang => &erlang::Erlang,
            Self::Jaas => &jaas::Jaas,
            Self::KeyValue => &key_value::KeyValue,
            Self::Mosquitto => &mosquitto::Mosquitto,
            Self::Nats => &nats::Nats,
            Self::Lines => &lines::Lines,
            Self::Ini => &ini::Ini,
            Self::Toml => &toml::Toml,
            Self::Json => &json::Json,
            Self::Yaml => &yaml::Yaml,
            Self::Opaque => &opaque::Opaque,
        }
    }

    pub(crate) fn shape(self) -> Shape {
        self.syntax().shape()
    }
}
