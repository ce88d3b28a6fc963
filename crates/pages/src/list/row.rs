//! A case in a list.

use jiff::Timestamp;
use jiff::civil::Date;
use refit_desk::{Case, CaseId, Post, StateMachine, UserId};

use crate::project::{Wait, waits};

/// A case in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestRow {
    /// The case.
    pub case: CaseId,
    /// Its title.
    pub title: String,
    /// The customer's name.
    pub customer: String,
    /// Platform and version.
    pub platform: String,
    /// Where the case stands: `open`, `withdrawn`, `closed`.
    pub state: &'static str,
    /// The phase of the first activity that is not settled.
    pub phase: Option<String>,
    /// For whom it waits, what for, and since when.
    pub waits: Vec<Wait>,
    /// The consultant.
    pub consultant: Option<UserId>,
    /// The project manager.
    pub manager: Option<UserId>,
    /// The support group.
    pub group: Option<String>,
    /// The customer's deadline.
    pub deadline: Date,
    /// Whether anything is late.
    pub is_late: bool,
    /// When something happened last.
    pub changed: Timestamp,
}

impl RequestRow {
    /// A case at the moment `now`; none before there is a request.
    pub fn of(case: &Case, now: Timestamp) -> Option<Self> {
        let request = case.request.as_ref()?;
        let open = case.activities.iter().find(|activity| !activity.state.is_settled());
        let waits = waits(case, now);
        Some(Self {
            case: case.id.clone(),
            title: request.title.clone(),
            customer: request.customer.name.to_string(),
            platform: format!("{} {}", request.fields.platform, request.fields.current_version),
            state: case.state.word(),
            phase: open.map(|activity| activity.rule.phase.to_string()),
            is_late: waits.iter().any(|wait| wait.is_late),
            waits,
            consultant: case.holder(Post::Consultant).cloned(),
            manager: case.holder(Post::ProjectManager).cloned(),
            group: case.group.as_ref().map(|group| group.name.to_string()),
            deadline: request.fields.deadline,
            changed: case.changed.unwrap_or(request.made),
        })
    }
}
