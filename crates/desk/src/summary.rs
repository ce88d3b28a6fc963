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
    /// Who holds the ball in what has waited longest; whose turn it is, where nothing waits.
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
        self.summary_with(now, self.deadline_at_risk_from())
    }

    /// The same, where it is known from when on the forecast passes the deadline.
    pub(crate) fn summary_with(
        &self,
        now: Timestamp,
        at_risk_from: Option<Timestamp>,
    ) -> Option<Summary> {
        let request = self.request.as_ref()?;
        let calendar = &request.customer.calendar;
        let wait = self.waits().into_iter().next();
        let wait = wait.map(|wait| (wait.waits_for, wait.since)).or_else(|| self.turn());
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
            waits_for: wait.map(|(party, _)| party),
            waits_since: wait.map(|(_, since)| since),
            due: running().map(|clock| clock.due(calendar, now)).min(),
            is_late: running().any(|clock| clock.is_late(calendar, now)),
            is_deadline_at_risk: at_risk_from.is_some_and(|from| from <= now),
            consultant: self.holder(Post::Consultant).cloned(),
            project_manager: self.holder(Post::ProjectManager).cloned(),
            deadline: request.fields.deadline,
            changed: self.changed.unwrap_or(request.made),
        })
    }

    /// Whose turn it is where nothing waits, and since when: who is at something or could begin it,
    /// the longest first, and otherwise the side that is to fill a vacant post.
    fn turn(&self) -> Option<(Party, Timestamp)> {
        if self.state != CaseState::Open {
            return None;
        }
        let at_work = self.at_hand();
        let at_work =
            at_work.filter_map(|(activity, since)| Some((*activity.rule.owners.first()?, since)));
        let vacant = Post::ALL.into_iter();
        let vacant =
            vacant.filter_map(|post| Some((post.role().party()?, self.vacant_since(post)?)));
        at_work.min_by_key(|(_, since)| *since).or_else(|| vacant.min_by_key(|(_, since)| *since))
    }
}
