//! The key view: what a file says, as paths and values.

use refit_model::Shown;

use crate::mark;

/// One key of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// The path, unique in the file. `off:` begins the path of what is commented out.
    pub path: String,
    /// The value as the program that reads the file sees it; none where the key only holds others.
    /// A secret stands as its slot's mark, alone or inside a longer text.
    pub value: Option<String>,
    /// The line in the file, from 1.
    pub line: u32,
    /// In force, not commented out.
    pub live: bool,
    /// The whole value is a secret.
    pub secret: bool,
    /// The value stands in single quotes that are no part of it.
    pub quoted: bool,
}

impl Key {
    /// The value as reports may show it.
    pub fn shown(&self) -> Option<Shown> {
        self.value.as_deref().map(shown_value)
    }

    /// The path without the mark of what is commented out.
    pub fn plain_path(&self) -> &str {
        self.path.strip_prefix(crate::tree::OFF).unwrap_or(&self.path)
    }
}

/// A value as reports may show it.
pub(crate) fn shown_value(value: &str) -> Shown {
    if mark::is_mark(value) { Shown::Secret } else { Shown::Text(mark::shown(value).into_owned()) }
}
