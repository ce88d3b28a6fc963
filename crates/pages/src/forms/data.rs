//! What came in with a form.

use refit_model::Digest;

use super::error::{FieldError, FormErrors};

/// The fields of a form as they came in: texts and files by name, in order; a name may come twice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FormData(Vec<(String, Entry)>);

/// The value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// What was typed or chosen.
    Text(String),
    /// A file that was sent along.
    File(Upload),
    /// A file that was sent along and is not taken.
    Refused(RefusedFile),
}

/// Why a file that was sent along is not taken. Nothing of it is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusedFile {
    /// Nothing is in it.
    Empty,
    /// It is of a kind that is not taken.
    Kind,
    /// It has more than [`MAX_FILE`] bytes.
    TooLarge,
}

/// The most bytes of a file that is sent along: 64 MiB.
pub const MAX_FILE: u64 = 64 * 1024 * 1024;
/// What files are taken, as fields say it beforehand.
pub(crate) const TAKEN_FILES: &str =
    "Text, PDF, PNG, JPEG, office documents or archives; at most 64 MiB.";

/// A file that was sent along, checked and kept by the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its name, as the sender has it.
    pub name: String,
    /// Its content.
    pub digest: Digest,
}

impl Entry {
    /// The text, if it is one.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::File(_) | Self::Refused(_) => None,
        }
    }
}

impl FormData {
    /// A form without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a text.
    pub fn push(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.0.push((name.into(), Entry::Text(text.into())));
    }

    /// Adds a file.
    pub fn push_file(&mut self, name: impl Into<String>, file: Upload) {
        self.0.push((name.into(), Entry::File(file)));
    }

    /// Adds a file that is not taken.
    pub fn push_refused(&mut self, name: impl Into<String>, why: RefusedFile) {
        self.0.push((name.into(), Entry::Refused(why)));
    }

    /// What is wrong with files that were sent along: for each the field, and why.
    pub fn refused(&self) -> FormErrors {
        let mut errors = FormErrors::default();
        for (name, entry) in self.iter() {
            if let Entry::Refused(why) = entry {
                errors.push(name, FieldError::File(*why));
            }
        }
        errors
    }

    /// The same with one more text.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, text: impl Into<String>) -> Self {
        self.push(name, text);
        self
    }

    /// The first text with this name.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find_map(|(known, entry)| entry.text().filter(|_| known == name))
    }

    /// The first text with this name; nothing if there is none but blank space.
    pub fn filled(&self, name: &str) -> Option<&str> {
        let filled = |entry: &'_ Entry| entry.text().is_some_and(|text| !text.trim().is_empty());
        let found = self.0.iter().find(|(known, entry)| known == name && filled(entry));
        found.and_then(|(_, entry)| entry.text())
    }

    /// All texts with this name.
    pub fn texts<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter_map(move |(known, entry)| match entry {
            Entry::Text(text) if known == name => Some(text.as_str()),
            _ => None,
        })
    }

    /// The files with this name.
    pub fn files<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Upload> {
        self.0.iter().filter_map(move |(known, entry)| match entry {
            Entry::File(file) if known == name => Some(file),
            _ => None,
        })
    }

    /// All fields, in order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.0.iter().map(|(name, entry)| (name.as_str(), entry))
    }

    /// Whether anything but blank space is in a field whose name begins with this and a dot.
    pub(crate) fn has_any_in(&self, prefix: &str) -> bool {
        let is_in =
            |name: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('.'));
        let is_filled = |entry: &Entry| match entry {
            Entry::Text(text) => !text.trim().is_empty(),
            Entry::File(_) | Entry::Refused(_) => true,
        };
        self.0.iter().any(|(name, entry)| is_in(name) && is_filled(entry))
    }

    /// How many rows of a list there are: one more than the largest number behind the name.
    pub(crate) fn rows(&self, name: &str, most: usize) -> usize {
        let number = |known: &str| {
            let rest = known.strip_prefix(name)?.strip_prefix('.')?;
            rest.split('.').next()?.parse::<usize>().ok()
        };
        let numbers = self.0.iter().filter_map(|(known, _)| number(known));
        numbers.max().map_or(0, |last| last.saturating_add(1)).min(most)
    }
}
