//! Everything in a case that waits: for whom, for what, and since when.

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    ActivityKey, ActivityState, ApprovalSubject, Case, CaseState, ChangeRequestState, DocumentKey, DocumentState,
    EngagementState, Party, ProblemState,
};

/// Something that waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Waiting {
    /// What it is.
    pub of: WaitingOf,
    /// Its name.
    pub title: String,
    /// Who holds the ball.
    pub waits_for: Party,
    /// What has to happen.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
}

/// What can wait.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaitingOf {
    /// An activity.
    Activity(ActivityKey),
    /// A document.
    Document(DocumentKey),
    /// A change request or clarification, by number.
    Change(u32),
    /// A corrected version of the Playbook, by number.
    Version(u32),
    /// A problem, by number.
    Problem(u32),
    /// A paid engagement, by number.
    Engagement(u32),
}

impl WaitingOf {
    /// A word that tells it from everything else in its case.
    pub fn key(&self) -> String {
        match self {
            Self::Activity(key) => format!("activity/{key}"),
            Self::Document(key) => format!("document/{key}"),
            Self::Change(number) => format!("change/{number}"),
            Self::Version(number) => format!("version/{number}"),
            Self::Problem(number) => format!("problem/{number}"),
            Self::Engagement(number) => format!("engagement/{number}"),
        }
    }
}

impl Case {
    /// Everything that waits, the longest first; nothing in a case that is not open.
    pub fn waits(&self) -> Vec<Waiting> {
        if self.state != CaseState::Open {
            return Vec::new();
        }
        let mut waits: Vec<_> = self.waiting_activities().collect();
        waits.extend(self.waiting_documents());
        waits.extend(self.waiting_changes());
        waits.extend(self.waiting_correction());
        waits.extend(self.waiting_problems());
        waits.extend(self.waiting_offers());
        waits.sort_by_key(|wait| wait.since);
        waits
    }

    fn waiting_activities(&self) -> impl Iterator<Item = Waiting> {
        self.activities.iter().filter_map(|activity| match &activity.state {
            ActivityState::Waiting(wait) => Some(Waiting {
                of: WaitingOf::Activity(activity.key.clone()),
                title: activity.title(),
                waits_for: wait.waits_for,
                why: wait.why.to_string(),
                since: wait.since,
            }),
            _ => None,
        })
    }

    fn waiting_documents(&self) -> impl Iterator<Item = Waiting> {
        self.documents.iter().filter_map(|document| {
            let (waits_for, why) = match &document.state {
                DocumentState::Sent => (Party::Customer, "to be returned".to_owned()),
                DocumentState::Incomplete(what) => (Party::Customer, what.to_string()),
                DocumentState::Returned => (Party::Consultant, "to be processed".to_owned()),
                DocumentState::Processed => return None,
            };
            Some(Waiting {
                of: WaitingOf::Document(document.template.key.clone()),
                title: document.template.title.to_string(),
                waits_for,
                why,
                since: document.since,
            })
        })
    }

    fn waiting_changes(&self) -> impl Iterator<Item = Waiting> {
        self.changes.iter().filter_map(|change| {
            let why = match &change.state {
                ChangeRequestState::Submitted | ChangeRequestState::Discussed(_) => "an answer",
                ChangeRequestState::Agreed(_) => "a version that has it",
                _ => return None,
            };
            Some(Waiting {
                of: WaitingOf::Change(change.number),
                title: format!("Change request {}", change.number),
                waits_for: Party::Consultant,
                why: why.to_owned(),
                since: change.since,
            })
        })
    }

    /// Approval and delivery of the first version belong to activities; a version that corrects a
    /// delivered one has none.
    fn waiting_correction(&self) -> Option<Waiting> {
        let version = self.undelivered_correction()?;
        let approval = self.approval(ApprovalSubject::Playbook, version.digest);
        let (waits_for, why, since) = match approval {
            None => (Party::Customer, "to be reviewed and approved", version.posted),
            Some(approval) => (Party::Consultant, "to be delivered", approval.at),
        };
        Some(Waiting {
            of: WaitingOf::Version(version.number),
            title: format!("Playbook version {}", version.number),
            waits_for,
            why: why.to_owned(),
            since,
        })
    }

    fn waiting_problems(&self) -> impl Iterator<Item = Waiting> {
        self.problems.iter().filter_map(|problem| {
            let why = match &problem.state {
                ProblemState::Reported => "to be replicated, or answered",
                ProblemState::Replicated(_) => "a corrected version",
                _ => return None,
            };
            Some(Waiting {
                of: WaitingOf::Problem(problem.number),
                title: format!("Problem {}", problem.number),
                waits_for: Party::Consultant,
                why: why.to_owned(),
                since: problem.since,
            })
        })
    }

    fn waiting_offers(&self) -> impl Iterator<Item = Waiting> {
        let is_offered = |state: EngagementState| state == EngagementState::Offered;
        let offered = self.engagements.iter().filter(move |one| is_offered(one.state));
        offered.map(|one| Waiting {
            of: WaitingOf::Engagement(one.number),
            title: format!("Engagement: {}", one.kind.words()),
            waits_for: Party::Customer,
            why: "to be accepted or declined".to_owned(),
            since: one.since,
        })
    }
}
