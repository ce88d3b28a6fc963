//! A case in a list.

use jiff::Timestamp;
use refit_desk::{Case, ListEntry, Summary};
use refit_model::PlatformName;

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// The case in one line, as the desk has it.
    pub summary: Summary,
    /// The platform.
    pub platform: PlatformName,
    /// The version that runs.
    pub version: String,
    /// The version that is wanted, or that was installed.
    pub wanted: Option<String>,
    /// The environment that is upgraded, once that is known.
    pub environment: Option<String>,
    /// When the request was made.
    pub made: Timestamp,
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
            platform: entry.platform.clone(),
            version: entry.version.to_string(),
            wanted: entry.wanted.as_ref().map(ToString::to_string),
            environment: entry.environment.as_ref().map(ToString::to_string),
            made: entry.made,
            group: entry.group.as_ref().map(ToString::to_string),
        }
    }
}
