//! One difference between two inventories.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::inventory::Source;

/// What is different in a source.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Difference {
    /// The source.
    pub source: Source,
    /// The difference.
    pub kind: DifferenceKind,
}

/// A difference. Places are counted from 0; contents and keyed headers are told by their names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum DifferenceKind {
    /// It was there before, and is not there after.
    Lost {
        /// The message.
        id: String,
        /// Its place before.
        place: u64,
    },
    /// It is there after, and was not there before.
    Unexpected {
        /// The message.
        id: String,
        /// Its place after.
        place: u64,
    },
    /// It is there more often than before.
    Duplicated {
        /// The message.
        id: String,
        /// How often it was there before.
        before: u64,
        /// How often it is there after.
        after: u64,
    },
    /// It stands at another place among the messages that are there before and after.
    Reordered {
        /// The message.
        id: String,
        /// Its place before.
        before: u64,
        /// Its place after.
        after: u64,
    },
    /// A header has another value, came, or went.
    ChangedHeader {
        /// The message.
        id: String,
        /// The header.
        header: String,
        /// Its value before.
        before: Option<String>,
        /// Its value after.
        after: Option<String>,
    },
    /// The body is another one.
    ChangedBody {
        /// The message.
        id: String,
        /// The body's name before.
        before: String,
        /// The body's name after.
        after: String,
    },
    /// A durable subscription is gone, with or without messages: what is sent from now on is lost.
    SubscriptionGone,
    /// It was there before, and its time to expire has come since. No fault.
    Expired {
        /// The message.
        id: String,
        /// Its place before.
        place: u64,
    },
}

impl DifferenceKind {
    /// The word for figures in reports.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Lost { .. } => "lost",
            Self::Unexpected { .. } => "unexpected",
            Self::Duplicated { .. } => "duplicated",
            Self::Reordered { .. } => "reordered",
            Self::ChangedHeader { .. } => "changed-header",
            Self::ChangedBody { .. } => "changed-body",
            Self::SubscriptionGone => "subscription-gone",
            Self::Expired { .. } => "expired",
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: ", self.source)?;
        match &self.kind {
            DifferenceKind::Lost { id, place } => write!(f, "lost {id}, which was number {place}"),
            DifferenceKind::Unexpected { id, place } => {
                write!(f, "unexpected {id}, as number {place}")
            }
            DifferenceKind::Duplicated { id, before, after } => {
                write!(f, "{id} is there {after} times, was {before}")
            }
            DifferenceKind::Reordered { id, before, after } => {
                write!(f, "{id} is number {after}, was number {before}")
            }
            DifferenceKind::ChangedHeader { id, header, before, after } => {
                let shown = |value: &Option<String>| match value {
                    Some(value) => format!("{value:?}"),
                    None => "absent".to_owned(),
                };
                let (before, after) = (shown(before), shown(after));
                write!(f, "header {header} of {id} is {after}, was {before}")
            }
            DifferenceKind::ChangedBody { id, before, after } => {
                write!(f, "the body of {id} is {after}, was {before}")
            }
            DifferenceKind::SubscriptionGone => write!(f, "the subscription is gone"),
            DifferenceKind::Expired { id, place } => {
                write!(f, "{id}, which was number {place}, has expired")
            }
        }
    }
}
