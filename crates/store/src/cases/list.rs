//! Lists of cases, page by page.

use serde::{Deserialize, Serialize};

use super::columns::{COLUMNS, read};
use super::cursor::Key;
use super::{CaseFilter, CaseRow, Cursor};
use crate::Store;
use crate::engine::{Row, Value, reading};
use crate::error::{Result, StoreError};

/// A list of cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseList {
    /// Which cases.
    pub filter: CaseFilter,
    /// In which order.
    pub order: CaseOrder,
    /// From which end.
    pub direction: Direction,
    /// After which row; from the beginning, if it is none.
    pub after: Option<Cursor>,
    /// How many at most.
    pub limit: u32,
}

/// What a list goes by; then by the case's id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CaseOrder {
    /// When the next thing is due; cases without such a thing come last when ascending.
    Due,
    /// The customer's last day; cases without one come first when ascending.
    Deadline,
    /// When the case was changed last.
    Changed,
    /// When the request was made.
    Opened,
    /// The title.
    Title,
    /// The organisation's id.
    Organisation,
    /// The state's name.
    State,
    /// The first assignee's id; cases without one come first when ascending.
    Assignee,
    /// The support group; cases without one come first when ascending.
    Group,
}

/// From which end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The smallest and earliest first.
    Ascending,
    /// The greatest and latest first.
    Descending,
}

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePage {
    /// The cases.
    pub rows: Vec<CaseRow>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

impl Store {
    /// A page of a list. A cursor of another order or direction is refused.
    pub async fn cases(&self, list: &CaseList) -> Result<CasePage> {
        let key = list.order.column();
        let mut condition = list.filter.condition(list.order, self.engine.unindexed());
        if let Some(after) = &list.after {
            if (after.order, after.direction) != (list.order, list.direction) {
                return Err(StoreError::Invalid("the cursor is of another list".to_owned()));
            }
            let comparison = list.direction.comparison();
            let place = [after.key.value(), (&after.id).into()];
            condition.and(&format!("({key}, id) {comparison} (?, ?)"), place);
        }
        let direction = list.direction.word();
        let text = format!(
            "SELECT {COLUMNS}, first_assignee FROM cases WHERE {} \
             ORDER BY {key} {direction}, id {direction} LIMIT ${}",
            condition.text,
            condition.values.len() + 1
        );
        // One more tells whether there is another page.
        let page = reading("the list of cases", text).bind_all(condition.values);
        let found = page.bind(u64::from(list.limit) + 1).rows(self.engine.reader()).await?;
        let limit = usize::try_from(list.limit).unwrap_or(usize::MAX);
        let shown = &found[..found.len().min(limit)];
        let next = match shown.last() {
            Some(last) if found.len() > limit => Some(list.cursor(last)?),
            _ => None,
        };
        Ok(CasePage { rows: shown.iter().map(read).collect::<Result<_>>()?, next })
    }

    /// How many cases fit a filter.
    pub async fn count_cases(&self, filter: &CaseFilter) -> Result<u64> {
        // Without an order there is nothing to sort: an index is looked up in.
        let condition = filter.condition(CaseOrder::Due, "");
        let text = format!("SELECT COUNT(*) AS count FROM cases WHERE {}", condition.text);
        let count = reading("the list of cases", text).bind_all(condition.values);
        let row = count.row(self.engine.reader()).await?;
        row.map_or(Ok(0), |row| row.number("count"))
    }
}

impl CaseList {
    /// The place of a row in this list.
    fn cursor(&self, row: &Row) -> Result<Cursor> {
        let column = self.order.column();
        let key = if self.order.is_moment() {
            Key::Moment(row.get(column)?)
        } else {
            Key::Text(row.text(column)?)
        };
        Ok(Cursor { order: self.order, direction: self.direction, key, id: row.text("id")? })
    }
}

impl CaseOrder {
    /// Every order.
    pub const ALL: [Self; 9] = [
        Self::Due,
        Self::Deadline,
        Self::Changed,
        Self::Opened,
        Self::Title,
        Self::Organisation,
        Self::State,
        Self::Assignee,
        Self::Group,
    ];

    fn column(self) -> &'static str {
        match self {
            Self::Due => "due_us",
            Self::Deadline => "deadline",
            Self::Changed => "changed_us",
            Self::Opened => "opened_us",
            Self::Title => "title",
            Self::Organisation => "organisation",
            Self::State => "state",
            Self::Assignee => "first_assignee",
            Self::Group => "support_group",
        }
    }

    pub(super) fn is_moment(self) -> bool {
        matches!(self, Self::Due | Self::Changed | Self::Opened)
    }
}

impl Direction {
    /// Both directions.
    pub const ALL: [Self; 2] = [Self::Ascending, Self::Descending];

    fn word(self) -> &'static str {
        match self {
            Self::Ascending => "ASC",
            Self::Descending => "DESC",
        }
    }

    fn comparison(self) -> &'static str {
        match self {
            Self::Ascending => ">",
            Self::Descending => "<",
        }
    }
}

impl Key {
    fn value(&self) -> Value {
        match self {
            Self::Moment(micros) => (*micros).into(),
            Self::Text(text) => text.into(),
        }
    }
}
