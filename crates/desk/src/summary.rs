//! A case in one line, for lists.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{Activity, Case, CaseId, CaseState, Line, OrganisationId, Party, Post, UserId};

/// A case in one line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// The case.
    pub id: CaseId,
    /// Its title.
    pub title: String,
    /// The customer's organisation.
    pub organisation: OrganisationId,
    /// The customer's name.
    pub customer: Line,
    /// Whether it is open.
    pub state: CaseState,
    /// The phase of the first activity that is not settled; none if all are.
    pub phase: Option<Line>,
    /// The activities that somebody is at, or that wait.
    pub open: Vec<String>,
    /// Who holds the ball in the one that has waited longest.
    pub waits_for: Option<Party>,
    /// Since when.
    pub waits_since: Option<Timestamp>,
    /// The next moment at which something is due; of clocks that stand still, none.
    pub due: Option<Timestamp>,
    /// Whether something is late.
    pub is_late: bool,
    /// Whether the hand-over may come after the customer's last day, as things stand.
    pub is_deadline_at_risk: bool,
    /// The consultant.
    pub consultant: Option<UserId>,
    /// The project manager.
    pub project_manager: Option<UserId>,
    /// The customer's last day.
    pub deadline: Date,
    /// When something happened the last time.
    pub changed: Timestamp,
}

impl Case {
    /// The case in one line, at the moment `now`; none before there is a request.
    pub fn summary(&self, now: Timestamp) -> Option<Summary> {
        let request = self.request.as_ref()?;
        let calendar = &request.customer.calendar;
        let wait = self.waits().into_iter().next();
        let running = || self.clocks.values().filter(|clock| clock.is_running());
        let open = self.activities.iter().filter(|activity| activity.state.is_open());
        let unsettled = self.activities.iter().find(|activity| !activity.state.is_settled());
        Some(Summary {
            id: self.id.clone(),
            title: request.title.clone(),
            organisation: request.customer.organisation.clone(),
            customer: request.customer.name.clone(),
            state: self.state.clone(),
            phase: unsettled.map(|activity| activity.rule.phase.clone()),
            open: open.map(Activity::title).collect(),
            waits_for: wait.as_ref().map(|wait| wait.waits_for),
            waits_since: wait.as_ref().map(|wait| wait.since),
            due: running().map(|clock| clock.due(calendar, now)).min(),
            is_late: running().any(|clock| clock.is_late(calendar, now)),
            is_deadline_at_risk: self.deadline_at_risk_from().is_some_and(|from| from <= now),
            consultant: self.holder(Post::Consultant).cloned(),
            project_manager: self.holder(Post::ProjectManager).cloned(),
            deadline: request.fields.deadline,
            changed: self.changed.unwrap_or(request.made),
        })
    }
}
