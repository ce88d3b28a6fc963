//! The audit log.

use std::collections::BTreeSet;

use askama::Template;
use jiff::Timestamp;
use refit_desk::CaseId;

use crate::forms::FormData;
use crate::list::encoded;
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
    /// Which entries are shown.
    pub filter: &'a AuditFilter,
}

/// Which entries of the audit log are shown; all, where nothing is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those that this person caused.
    pub who: Option<String>,
    /// Those of this request.
    pub case: Option<String>,
    /// Those of this kind.
    pub kind: Option<String>,
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
    /// The kind of what was done or tried, as it is written down: `login-refused`.
    pub kind: String,
    /// What moved: names and values, from where to where.
    pub moved: Vec<(String, String)>,
    /// The request that it is of, and the number of its event there.
    pub case: Option<(CaseId, u64)>,
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

impl AuditFilter {
    /// Reads the fields of an address.
    pub fn read(data: &FormData) -> Self {
        let [who, case, kind] = ["who", "case", "kind"]
            .map(|name| data.filled(name).map(|text| text.trim().to_owned()));
        Self { who, case, kind: kind.map(|kind| kind.replace(' ', "-").to_lowercase()) }
    }

    /// The address of the entries before one, or of the latest.
    fn path(&self, before: Option<u64>) -> String {
        let before = before.map(|number| number.to_string());
        let fields =
            [("who", &self.who), ("case", &self.case), ("kind", &self.kind), ("before", &before)];
        let fields = fields
            .into_iter()
            .filter_map(|(name, value)| Some(format!("{name}={}", encoded(value.as_ref()?))));
        let query = fields.collect::<Vec<_>>().join("&");
        if query.is_empty() { paths::AUDIT.to_owned() } else { format!("{}?{query}", paths::AUDIT) }
    }

    fn is_all(&self) -> bool {
        *self == Self::default()
    }
}

impl Page<'_> {
    /// The kinds of the entries that are shown, to be chosen from.
    fn kinds(&self) -> BTreeSet<&str> {
        self.view.rows.iter().map(|row| row.kind.as_str()).collect()
    }

    /// Where the entries of one person are.
    fn of_person(row: &AuditRow) -> String {
        AuditFilter { who: Some(row.who.clone()), ..AuditFilter::default() }.path(None)
    }

    /// Where the entries before those that are shown are.
    fn earlier(&self) -> Option<String> {
        Some(self.view.filter.path(Some(self.view.before?)))
    }
}

impl AuditRow {
    /// The event in the history of its request: path and words.
    fn event(&self) -> Option<(String, String)> {
        let (case, event) = self.case.as_ref()?;
        let path = format!("{}#event-{event}", paths::part(case, "history"));
        Some((path, format!("{case}, event {event}")))
    }

    fn words(&self) -> String {
        crate::forms::capital_word(&self.kind.replace('-', " "))
    }

    fn moment(&self) -> askama::filters::Safe<String> {
        crate::show::Moment::new(self.at, &jiff::tz::TimeZone::UTC).html()
    }
}
