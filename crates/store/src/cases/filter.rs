//! Which cases a list shows.

use jiff::Timestamp;

use super::CaseOrder;
use crate::engine::Value;

/// Which cases are wanted: those that fit all of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseFilter {
    /// Of this organisation.
    pub organisation: Option<String>,
    /// In one of these states; in any, if there are none.
    pub states: Vec<String>,
    /// Of this assignee.
    pub assignee: Option<Assignee>,
    /// Of this support group.
    pub group: Option<String>,
    /// Whose next thing is due before this moment.
    pub due_before: Option<Timestamp>,
    /// That this person sees.
    pub visible_to: Option<Viewer>,
}

/// Who a case is assigned to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignee {
    /// This user, in any post.
    User(String),
    /// Nobody.
    Nobody,
}

/// Somebody who sees cases without a support group, those of certain groups, and those that the
/// person is tied to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Viewer {
    /// The user.
    pub user: String,
    /// The groups.
    pub groups: Vec<String>,
}

/// A condition with the values that are bound to it.
#[derive(Default)]
pub(super) struct Condition {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl CaseFilter {
    /// The condition for a list in an order; never empty. `unindexed` is what the engine has for
    /// columns that many rows share, where no index serves both filter and order.
    pub(super) fn condition(&self, order: CaseOrder, unindexed: &str) -> Condition {
        let mut condition = Condition { text: "1 = 1".to_owned(), values: Vec::new() };
        if let Some(organisation) = &self.organisation {
            condition.and("organisation = ?", [organisation.into()]);
        }
        if !self.states.is_empty() {
            let both = matches!(order, CaseOrder::Due | CaseOrder::Changed);
            let lookup = if both && self.states.len() == 1 { "" } else { unindexed };
            condition.and_in(&format!("{lookup}state"), &self.states);
        }
        match &self.assignee {
            Some(Assignee::User(user)) => condition.and(
                "id IN (SELECT case_id FROM case_people WHERE user_id = ? AND is_assigned = 1)",
                [user.into()],
            ),
            Some(Assignee::Nobody) => condition.and("first_assignee = ''", []),
            None => {}
        }
        if let Some(group) = &self.group {
            let lookup = if order == CaseOrder::Due { "" } else { unindexed };
            condition.and(&format!("{lookup}support_group = ?"), [group.into()]);
        }
        if let Some(due) = self.due_before {
            condition.and("due_us < ?", [due.into()]);
        }
        if let Some(viewer) = &self.visible_to {
            let places = vec!["?"; viewer.groups.len() + 1].join(", ");
            let text = format!(
                "({unindexed}support_group IN ({places}) \
                 OR id IN (SELECT case_id FROM case_people WHERE user_id = ?))"
            );
            let groups = viewer.groups.iter().map(Value::from);
            let values = std::iter::once("".into()).chain(groups).chain([(&viewer.user).into()]);
            condition.and(&text, values);
        }
        condition
    }
}

impl Condition {
    /// Adds a condition, whose `?` are the values in their order.
    pub(super) fn and(&mut self, text: &str, values: impl IntoIterator<Item = Value>) {
        let mut next = self.values.len();
        self.values.extend(values);
        self.text += " AND ";
        for (index, piece) in text.split('?').enumerate() {
            if index > 0 {
                next += 1;
                self.text += &format!("${next}");
            }
            self.text += piece;
        }
    }

    fn and_in(&mut self, column: &str, values: &[String]) {
        let places = vec!["?"; values.len()].join(", ");
        self.and(&format!("{column} IN ({places})"), values.iter().map(Value::from));
    }
}
