//! What lists need of a case, and the case itself.

use jiff::Timestamp;
use jiff::civil::Date;

use crate::engine::{Row, Value, reading};
use crate::error::{Result, StoreError};
use crate::moment::{NEVER, micros, moment};
use crate::{JsonText, Store};

/// The columns of a list's row.
pub(super) const COLUMNS: &str = "id, version, title, organisation, state, assignees, viewers, \
                                  support_group, due_us, deadline, shown, opened_us, changed_us";

/// What lists show, filter and order by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListColumns {
    /// The title.
    pub title: String,
    /// The organisation whose case it is; it must be there.
    pub organisation: String,
    /// The state, as the desk names it.
    pub state: String,
    /// Users who have a post in the case, the most important one first: lists are ordered by it.
    pub assignees: Vec<String>,
    /// The support group, where one is set.
    pub group: Option<String>,
    /// Users who see the case besides its assignees and its group.
    pub viewers: Vec<String>,
    /// When the next thing is due.
    pub due: Option<Timestamp>,
    /// The customer's last day.
    pub deadline: Option<Date>,
    /// What the caller shows besides; null where it has to be made anew.
    pub shown: JsonText,
    /// When the request was made.
    pub opened: Timestamp,
}

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Its id.
    pub id: String,
    /// Its version: how many events it has.
    pub version: u64,
    /// What the list shows.
    pub columns: ListColumns,
    /// When it was changed last.
    pub changed: Timestamp,
}

/// A case as a whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Snapshot {
    /// What lists show.
    pub row: CaseRow,
    /// The fold of its events.
    pub body: JsonText,
}

impl Store {
    /// A case, if there is one.
    pub async fn case(&self, id: &str) -> Result<Option<Snapshot>> {
        let text = format!(
            "SELECT {COLUMNS}, body FROM cases JOIN case_snapshots ON case_id = id WHERE id = $1"
        );
        let row = reading("a case", text).bind(id).row(self.engine.reader()).await?;
        let snapshot = |row| Ok(Snapshot { row: read(&row)?, body: row.json("body")? });
        row.map(snapshot).transpose()
    }
}

/// Reads a list's row out of its columns.
pub(super) fn read(row: &Row) -> Result<CaseRow> {
    let due: i64 = row.get("due_us")?;
    Ok(CaseRow {
        id: row.text("id")?,
        version: row.number("version")?,
        columns: ListColumns {
            title: row.text("title")?,
            organisation: row.text("organisation")?,
            state: row.text("state")?,
            assignees: row.texts("assignees")?,
            group: row.filled_text("support_group")?,
            viewers: row.texts("viewers")?,
            due: (due != NEVER).then(|| moment(due)),
            deadline: deadline(row)?,
            shown: row.json("shown")?,
            opened: row.time("opened_us")?,
        },
        changed: row.time("changed_us")?,
    })
}

fn deadline(row: &Row) -> Result<Option<Date>> {
    let Some(text) = row.filled_text("deadline")? else { return Ok(None) };
    let damaged = |error: jiff::Error| StoreError::damaged("a case", error.to_string());
    text.parse().map(Some).map_err(damaged)
}

impl ListColumns {
    /// The columns that are written, without id, version and digest.
    pub(crate) const WRITTEN: [&str; 11] = [
        "title",
        "organisation",
        "state",
        "assignees",
        "first_assignee",
        "viewers",
        "support_group",
        "due_us",
        "deadline",
        "shown",
        "opened_us",
    ];

    /// The values of [`Self::WRITTEN`].
    pub(crate) fn values(&self) -> Result<[Value; 11]> {
        let first = self.assignees.first().map_or("", String::as_str);
        Ok([
            (&self.title).into(),
            (&self.organisation).into(),
            (&self.state).into(),
            (&JsonText::of(&self.assignees)?).into(),
            first.into(),
            (&JsonText::of(&self.viewers)?).into(),
            self.group.as_deref().unwrap_or("").into(),
            self.due.map_or(NEVER, micros).into(),
            self.deadline.map(|day| day.to_string()).unwrap_or_default().into(),
            (&self.shown).into(),
            self.opened.into(),
        ])
    }

    /// Everybody who is tied to the case, each once, and whether the person has a post in it.
    pub(crate) fn people(&self) -> Vec<(&str, bool)> {
        let mut people: Vec<_> = self.assignees.iter().map(|user| (user.as_str(), true)).collect();
        people.extend(self.viewers.iter().map(|user| (user.as_str(), false)));
        people.sort_unstable_by_key(|(user, is_assigned)| (*user, !is_assigned));
        people.dedup_by_key(|(user, _)| *user);
        people
    }
}
