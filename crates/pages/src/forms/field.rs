//! What a form asks for: one description drives the HTML and the reading.

use refit_desk::UpgradeDocument;
use refit_model::{Name, NameKind};

/// A field of a form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name in the form, and the place of its value in the action, with dots between the parts.
    pub name: &'static str,
    /// Its label.
    pub label: &'static str,
    /// What helps to fill it in; may be empty.
    pub help: &'static str,
    /// What is typed.
    pub kind: FieldKind,
    /// Whether it has to be filled in.
    pub needed: Needed,
}

/// Whether a field has to be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needed {
    /// Yes.
    Always,
    /// No.
    Never,
    /// Yes, but where the document of the field with this name says it the server fills it in.
    Unless(&'static str),
    /// If any other field is filled in whose name begins with this and a dot.
    With(&'static str),
}

/// What is typed into a field.
#[derive(Clone, Copy, Debug)]
pub enum FieldKind {
    /// One line of text.
    Line,
    /// Text of several lines.
    Prose,
    /// Lines of text, each an entry of a list.
    Lines,
    /// A name, checked by this.
    Name(fn(&str) -> bool),
    /// Names, each checked by this: chosen, or one on each line.
    Names(fn(&str) -> bool),
    /// A day.
    Date,
    /// A moment to the minute, in the time zone of the customer.
    Moment,
    /// A whole number.
    Number {
        /// The smallest.
        least: u32,
        /// The largest.
        most: u32,
    },
    /// Numbers of things, chosen, or with commas between them.
    Numbers,
    /// An amount of work, for example `2 days`.
    Duration,
    /// A digest that is known already.
    Digest,
    /// Digests, chosen, or one on each line.
    Digests,
    /// A content: its digest, or a file.
    Content,
    /// A document that Refit made: one that the server knows, its digest, or its file.
    Document(UpgradeDocument),
    /// A file.
    File,
    /// The name of the file in this other field, if nothing else is typed.
    FileName(&'static str),
    /// A tick.
    Tick,
    /// Yes or no.
    YesNo,
    /// One of these: value and label.
    Choice(&'static [(&'static str, &'static str)]),
    /// Rows of fields, each an entry of a list.
    Rows(&'static [Field]),
}

impl Field {
    /// A field that has to be filled in.
    pub(crate) const fn new(name: &'static str, label: &'static str, kind: FieldKind) -> Self {
        Self { name, label, help: "", kind, needed: Needed::Always }
    }

    pub(crate) const fn help(self, help: &'static str) -> Self {
        Self { help, ..self }
    }

    pub(crate) const fn optional(self) -> Self {
        Self { needed: Needed::Never, ..self }
    }

    /// The document of another field says it, if it is there.
    pub(crate) const fn unless(self, document: &'static str) -> Self {
        Self { needed: Needed::Unless(document), ..self }
    }

    pub(crate) const fn with(self, prefix: &'static str) -> Self {
        Self { needed: Needed::With(prefix), ..self }
    }
}

impl FieldKind {
    /// Whether the value is a list, which is there even if it is empty.
    pub(crate) fn is_list(self) -> bool {
        matches!(self, Self::Lines | Self::Names(_) | Self::Numbers | Self::Digests | Self::Rows(_))
    }
}

/// Whether a text is a name of this kind.
pub(crate) fn is_name<K: NameKind>(text: &str) -> bool {
    Name::<K>::new(text).is_ok()
}
