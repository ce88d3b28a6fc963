//! A case in a list.

use jiff::Timestamp;
use refit_desk::{Case, Summary};

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
        let fields = &case.request.as_ref()?.fields;
        Some(Self {
            summary: case.summary(now)?,
            platform: format!("{} {}", fields.platform, fields.current_version),
            group: case.group.as_ref().map(|group| group.name.to_string()),
        })
    }
}
