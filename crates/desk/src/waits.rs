//! Everything in a case that waits: for whom, for what, and since when.

use jiff::Timestamp;
use refit_model::RunId;
use serde::Serialize;

use crate::{
    ActivityKey, ActivityState, ApprovalSubject, Case, CaseState, ChangeRequestState, DocumentKey,
    DocumentState, EngagementKind, EngagementState, Party, ProblemState, Verdict,
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
    /// A dependency of the kick-off, by number.
    Dependency(u32),
    /// The decision about eligibility.
    Eligibility,
    /// People of the customer with a duty.
    Contacts,
    /// A run that stands still.
    Run(RunId),
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
            Self::Dependency(number) => format!("dependency/{number}"),
            Self::Eligibility => "eligibility".to_owned(),
            Self::Contacts => "contacts".to_owned(),
            Self::Run(run) => format!("run/{run}"),
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
        waits.extend(self.waiting_dependencies());
        waits.extend(self.waiting_eligibility());
        waits.extend(self.waiting_contacts());
        waits.extend(self.waiting_runs());
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
            let why = match (&change.state, change.awaits) {
                (ChangeRequestState::Discussed(text), Party::Customer) => {
                    format!("an answer to: {text}")
                }
                (ChangeRequestState::Submitted | ChangeRequestState::Discussed(_), _) => {
                    "an answer".to_owned()
                }
                (ChangeRequestState::Agreed(_), _) => "a version that has it".to_owned(),
                _ => return None,
            };
            Some(Waiting {
                of: WaitingOf::Change(change.number),
                title: format!("Change request {}", change.number),
                waits_for: change.awaits,
                why,
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
        let is_helped = self.has_engagement(EngagementKind::ProblemsElsewhere);
        self.problems.iter().filter_map(move |problem| {
            let why = match &problem.state {
                ProblemState::Reported => "to be replicated, or answered",
                ProblemState::Replicated(_) => "a corrected version",
                ProblemState::OutOfScope(_) if is_helped => "help, as the engagement says",
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

    fn waiting_dependencies(&self) -> impl Iterator<Item = Waiting> {
        let since = self.kicked_off;
        self.unmet_dependencies().filter_map(move |(number, dependency)| {
            Some(Waiting {
                of: WaitingOf::Dependency(number),
                title: dependency.what.to_string(),
                waits_for: dependency.from,
                why: format!("a dependency of the kick-off, by {}", dependency.due),
                since: since?,
            })
        })
    }

    /// What the rules do not say yes to, until a person has decided; then, where the customer is
    /// not eligible and wants no paid engagement, until the request is ended.
    fn waiting_eligibility(&self) -> Option<Waiting> {
        let kind = EngagementKind::WholeUpgrade;
        let offer = self.engagements.iter().rev().find(|one| one.kind == kind);
        let judged = self.judged.as_ref().filter(|one| one.verdict != Verdict::Holds);
        let (why, since) = match (&self.eligibility, offer.map(|one| (one.state, one.since))) {
            (_, Some((EngagementState::Accepted | EngagementState::Offered, _))) => return None,
            (None, _) => ("to be decided: the rules do not say yes", judged?.since),
            (Some(decision), _) if decision.is_eligible => return None,
            (Some(decision), answered) => (
                "to be ended: the customer is not eligible, and has no paid engagement",
                answered.map_or(decision.at, |(_, since)| since),
            ),
        };
        Some(Waiting {
            of: WaitingOf::Eligibility,
            title: "Eligibility".to_owned(),
            waits_for: Party::ProjectManager,
            why: why.to_owned(),
            since,
        })
    }

    fn waiting_contacts(&self) -> Option<Waiting> {
        let gaps = self.gap_since.map(|since| (since, self.gaps_since_set_up()));
        let (since, gaps) = gaps.filter(|(_, gaps)| !gaps.is_empty())?;
        let why: Vec<_> = gaps.into_iter().map(|gap| gap.what).collect();
        Some(Waiting {
            of: WaitingOf::Contacts,
            title: "People of the customer".to_owned(),
            waits_for: Party::Customer,
            why: format!("{}: nothing new begins before", why.join("; ")),
            since,
        })
    }

    fn waiting_runs(&self) -> impl Iterator<Item = Waiting> {
        self.halted.iter().map(|halted| Waiting {
            of: WaitingOf::Run(halted.run.clone()),
            title: format!("The run {}", halted.run),
            waits_for: halted.waits_for,
            why: halted.words(),
            since: halted.since,
        })
    }
}
