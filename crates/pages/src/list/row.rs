//! A case in a list.

use jiff::Timestamp;
use refit_desk::{Case, ListEntry, Summary};

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// The case in one line, as the desk has it.
    pub summary: Summary,
    /// Platform and version.
    pub platform: String,
    /// The support group.
    pub group: Option<String>,
}

impl RequestRow {
    /// A case at the moment `now`; none before there is a request.
    pub fn of(case: &Case, now: Timestamp) -> Option<Self> {
        Some(Self::of_entry(&case.list_entry()?, now))
    }

    /// The same, without the case.
    pub fn of_entry(entry: &ListEntry, now: Timestamp) -> Self {
        Self {
            summary: entry.summary(now),
            platform: format!("{} {}", entry.platform, entry.version),
            group: entry.group.as_ref().map(ToString::to_string),
        }
    }
}
