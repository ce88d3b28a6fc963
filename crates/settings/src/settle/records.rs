//! What was judged about each key, until it is written and checked.

use std::collections::{BTreeMap, BTreeSet};

use refit_model::{Outcome, Remark, RuleRef};

/// What stands at a key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Held {
    /// A value.
    Value(String),
    /// Only other keys.
    Others,
}

impl Held {
    pub(super) fn of(value: Option<String>) -> Self {
        value.map_or(Self::Others, Self::Value)
    }

    pub(super) fn value(&self) -> Option<&str> {
        match self {
            Self::Value(value) => Some(value),
            Self::Others => None,
        }
    }
}

/// What becomes of a key.
#[derive(Clone, Debug)]
pub(super) struct Record {
    pub(super) outcome: Outcome,
    pub(super) rule: Option<RuleRef>,
    /// What the settled file is to hold there.
    pub(super) result: Option<Held>,
}

/// All keys' records, and what else the reader should know.
#[derive(Default)]
pub(super) struct Records {
    by_path: BTreeMap<String, Record>,
    pub(super) remarks: Vec<Remark>,
    /// The remarks again, so that none comes twice.
    known: BTreeSet<Remark>,
}

impl Records {
    /// Records a key; what was recorded before about it is replaced.
    pub(super) fn set(&mut self, path: &str, outcome: Outcome, result: Option<Held>) {
        self.by_path.insert(path.to_owned(), Record { outcome, rule: None, result });
    }

    /// Names the rule that a record rests on.
    pub(super) fn by_rule(&mut self, path: &str, rule: Option<RuleRef>) {
        if let (Some(record), Some(rule)) = (self.by_path.get_mut(path), rule) {
            record.rule = Some(rule);
        }
    }

    /// Turns a record into a question.
    pub(super) fn ask(&mut self, path: &str, question: &str) {
        let outcome = Outcome::NeedsDecision(question.to_owned());
        match self.by_path.get_mut(path) {
            Some(record) => record.outcome = outcome,
            None => self.set(path, outcome, None),
        }
    }

    pub(super) fn get(&self, path: &str) -> Option<&Record> {
        self.by_path.get(path)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&String, &Record)> {
        self.by_path.iter()
    }

    pub(super) fn is_open(&self) -> bool {
        self.by_path.values().any(|record| matches!(record.outcome, Outcome::NeedsDecision(_)))
    }

    pub(super) fn remark(&mut self, path: &str, text: impl Into<String>) {
        self.remark_from(path, text, None);
    }

    pub(super) fn remark_from(
        &mut self,
        path: &str,
        text: impl Into<String>,
        source: Option<String>,
    ) {
        let remark = Remark { key: Some(path.to_owned()), text: text.into(), source };
        if self.known.insert(remark.clone()) {
            self.remarks.push(remark);
        }
    }
}
