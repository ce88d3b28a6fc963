//! The audit log.

use askama::Template;
use jiff::Timestamp;

use crate::{Html, Shell, paths};

/// A page of the audit log, the latest first.
#[derive(Clone, Copy, Debug)]
pub struct AuditView<'a> {
    /// The entries.
    pub rows: &'a [AuditRow],
    /// The number of the entry before which the next page begins, if there is one.
    pub before: Option<u64>,
    /// What the check of the chain said: how far it is whole, or where it is broken.
    pub chain: Result<CheckedChain, &'a str>,
    /// The chain's end now: its number and digest, to be kept elsewhere.
    pub end: &'a str,
    /// An end that was kept elsewhere, as it was given, and what contradicts it.
    pub kept: Option<(&'a str, Option<&'a str>)>,
}

/// How far the chain was checked, and is whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CheckedChain {
    /// The last entry that was checked.
    pub checked: u64,
    /// How many entries there are.
    pub total: u64,
}

/// An entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// Its number.
    pub number: u64,
    /// When.
    pub at: Timestamp,
    /// Who; the name that was tried, where nobody was logged in.
    pub who: String,
    /// From which address.
    pub from: String,
    /// What was done or tried.
    pub what: String,
    /// Whether it was allowed.
    pub is_allowed: bool,
    /// The request's id.
    pub request: String,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: AuditView<'a>,
}

/// The audit log. Times are in UTC.
pub fn audit(shell: &Shell<'_>, view: AuditView<'_>) -> Html {
    Html::of(&Page { shell, title: "Audit log", here: paths::AUDIT, view })
}

impl CheckedChain {
    fn is_all(self) -> bool {
        self.checked >= self.total
    }
}

impl AuditRow {
    fn moment(&self) -> askama::filters::Safe<String> {
        crate::show::Moment::new(self.at, &jiff::tz::TimeZone::UTC).html()
    }
}
