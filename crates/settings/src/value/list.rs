//! Lists: entries with a separator between.

use crate::ValueKind;

/// How a kind of list is written and read.
#[derive(Clone, Copy)]
pub(super) struct List {
    separator: char,
    /// The order of the entries has a meaning.
    pub(super) ordered: bool,
    /// An entry with a star stands for others, so that entries do not stand for themselves.
    pub(super) wildcards: bool,
}

impl List {
    pub(super) fn of(kind: ValueKind) -> Option<Self> {
        let list = |separator, ordered, wildcards| Some(Self { separator, ordered, wildcards });
        match kind {
            ValueKind::CommaList => list(',', false, false),
            ValueKind::PermissionList => list(',', false, true),
            ValueKind::SemicolonList => list(';', true, false),
            ValueKind::SpaceList => list(' ', true, false),
            ValueKind::Uri | ValueKind::JvmArguments | ValueKind::Size | ValueKind::Duration => {
                None
            }
        }
    }

    pub(super) fn entries(self, value: &str) -> impl Iterator<Item = &str> {
        let separates =
            move |c: char| c == self.separator || self.separator == ' ' && c.is_whitespace();
        value.split(separates).map(str::trim).filter(|entry| !entry.is_empty())
    }

    pub(super) fn has_wildcard(self, entry: &str) -> bool {
        self.wildcards && entry.contains(['*', '#', '>'])
    }

    /// The entries as one value, with or without a blank behind each separator as in `like`.
    pub(super) fn joined(self, entries: &[&str], like: &str) -> String {
        let dense =
            like.contains(self.separator) && !like.contains(&format!("{} ", self.separator));
        let blank = if dense || self.separator == ' ' { "" } else { " " };
        entries.join(&format!("{}{blank}", self.separator))
    }
}
