//! A case: everything about one request, as its events say.

mod apply;
mod clocks;
mod facts;
mod missing;
mod people;
mod state;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use refit_model::{Digest, Facts, RunId, StepId};
use serde::{Deserialize, Serialize};

pub use apply::ApplyError;
pub(crate) use apply::other_environment;
pub use state::{CaseEvent, CaseState};

use crate::{
    AccessCheck, Activity, ActivityKey, Approval, ApprovalSubject, AssessmentSummary, Assignment,
    BusinessCalendar, CaseId, ChangeRequest, Clock, Contact, Defect, Dependency, Document,
    Engagement, EngagementKind, Event, Evidence, HaltedRun, InstalledBy, KickOff, Letter, Note,
    NoteScope, OnCallWindow, OtherUpgrade, PlanDecision, PlaybookVersion, Post, PostedFile,
    PostedPlan, Problem, Process, Prose, Questionnaire, RecordedRun, Request, Resources, Role,
    Schedule, SoftwarePlaced, StepTick, SupportGroup, Trial, UserId, Verdict,
};

/// The version of how cases are written down; a stored one of another version is folded anew.
pub const CASE_FORMAT: u32 = 2;

/// Everything about one request. It changes by [`Case::apply`] alone; what may happen next is
/// decided by [`Case::decide`], which changes nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// [`CASE_FORMAT`].
    pub format: u32,
    /// Its id.
    pub id: CaseId,
    /// How many events it is the fold of; the number of the last one.
    pub events: u64,
    /// When the last event happened.
    pub changed: Option<Timestamp>,
    /// Whether it is open.
    pub state: CaseState,
    /// The request.
    pub request: Option<Request>,
    /// The process as it stood when the request was made, with an extension that was accepted.
    pub process: Process,
    /// The activities, in the order of the process.
    pub activities: Vec<Activity>,
    /// The clocks, each by the activity whose time it is.
    pub clocks: BTreeMap<ActivityKey, Clock>,
    /// What activities' owners said when they were done.
    pub evidence: Vec<ActivityEvidence>,
    /// The consultant's response.
    pub response: Option<Prose>,
    /// The formal acknowledgement.
    pub acknowledgement: Option<Prose>,
    /// Who got which post, the latest last.
    pub assignments: Vec<Assignment>,
    /// Posts whose holder is gone, and since when.
    pub vacated: BTreeMap<Post, Timestamp>,
    /// What the rules say about eligibility, where they do not say yes.
    pub judged: Option<JudgedEligibility>,
    /// What a person decided about eligibility.
    pub eligibility: Option<EligibilityDecision>,
    /// The support group.
    pub group: Option<SupportGroup>,
    /// What was agreed at the kick-off.
    pub kick_off: Option<KickOff>,
    /// When it was held the last time.
    pub kicked_off: Option<Timestamp>,
    /// The dependencies of the kick-off that are met, by number, from 1.
    pub met: BTreeSet<u32>,
    /// Persons of the customer.
    pub contacts: Vec<Contact>,
    /// Since when a duty has a gap again, after the project was set up.
    pub gap_since: Option<Timestamp>,
    /// Files, in the order in which they were posted.
    pub files: Vec<PostedFile>,
    /// Notes, in the order in which they were written.
    pub notes: Vec<Note>,
    /// The questionnaire.
    pub questionnaire: Option<Questionnaire>,
    /// Documents that were sent.
    pub documents: Vec<Document>,
    /// What an inventory found.
    pub inventory: Facts,
    /// What the inventory is of.
    pub inventory_source: Option<Digest>,
    /// Access checks, the latest last.
    pub access: Vec<AccessCheck>,
    /// Assessments, the latest last.
    pub assessments: Vec<AssessmentSummary>,
    /// Plans, the latest last.
    pub plans: Vec<PostedPlan>,
    /// What was planned when the first plan was accepted, if everything takes its longest.
    pub baseline: Option<Schedule>,
    /// What was decided about plans, in the order in which it was.
    #[serde(default)]
    pub decisions: Vec<PlanDecision>,
    /// Approvals, in the order in which they were given.
    pub approvals: Vec<Approval>,
    /// That the software is placed, the latest last.
    pub software: Vec<SoftwarePlaced>,
    /// Runs, in their order. One that was taken back after its end is there once for each end.
    pub runs: Vec<RecordedRun>,
    /// Runs that stand still.
    pub halted: Vec<HaltedRun>,
    /// What was upgraded, and was not taken back.
    pub installed: Vec<InstalledBy>,
    /// Ticks of steps that were carried out by the customer's hands.
    pub ticks: Vec<StepTick>,
    /// Trials, in their order.
    pub trials: Vec<Trial>,
    /// Defects, in the order in which they were found.
    pub defects: Vec<Defect>,
    /// The material for the other environments.
    pub resources: Option<Resources>,
    /// Versions of the Playbook, the latest last.
    pub playbooks: Vec<PlaybookVersion>,
    /// Change requests and clarifications.
    pub changes: Vec<ChangeRequest>,
    /// Times of on-call support.
    pub on_call: Vec<OnCallWindow>,
    /// Problems that were reported.
    pub problems: Vec<Problem>,
    /// What became of other environments.
    pub others: Vec<OtherUpgrade>,
    /// Paid engagements.
    pub engagements: Vec<Engagement>,
    /// What has to be sent because of what happened, in the order in which it happened.
    pub letters: Vec<Letter>,
}

/// What an activity's owner said when it was done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ActivityEvidence {
    /// The activity.
    pub activity: ActivityKey,
    /// What is to be known about it.
    pub note: Option<Prose>,
    /// What shows that it is done.
    pub evidence: Option<Evidence>,
}

/// What the rules say about eligibility, where they do not say yes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JudgedEligibility {
    /// What they say.
    pub verdict: Verdict,
    /// Why: what the rules say that do not hold, or cannot be told.
    pub why: Vec<Prose>,
    /// Since when.
    pub since: Timestamp,
}

/// What a person decided about eligibility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EligibilityDecision {
    /// Whether the customer gets the service.
    pub is_eligible: bool,
    /// Why.
    pub why: Prose,
    /// Who decided.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

impl Case {
    /// A case without any event.
    pub fn new(id: CaseId) -> Self {
        Self {
            format: CASE_FORMAT,
            id,
            events: 0,
            changed: None,
            state: CaseState::Open,
            request: None,
            process: Process(Vec::new()),
            activities: Vec::new(),
            clocks: BTreeMap::new(),
            evidence: Vec::new(),
            response: None,
            acknowledgement: None,
            assignments: Vec::new(),
            vacated: BTreeMap::new(),
            judged: None,
            eligibility: None,
            group: None,
            kick_off: None,
            kicked_off: None,
            met: BTreeSet::new(),
            contacts: Vec::new(),
            gap_since: None,
            files: Vec::new(),
            notes: Vec::new(),
            questionnaire: None,
            documents: Vec::new(),
            inventory: Facts::new(),
            inventory_source: None,
            access: Vec::new(),
            assessments: Vec::new(),
            plans: Vec::new(),
            baseline: None,
            decisions: Vec::new(),
            approvals: Vec::new(),
            software: Vec::new(),
            runs: Vec::new(),
            halted: Vec::new(),
            installed: Vec::new(),
            ticks: Vec::new(),
            trials: Vec::new(),
            defects: Vec::new(),
            resources: None,
            playbooks: Vec::new(),
            changes: Vec::new(),
            on_call: Vec::new(),
            problems: Vec::new(),
            others: Vec::new(),
            engagements: Vec::new(),
            letters: Vec::new(),
        }
    }

    /// Folds events, from the first on.
    pub fn replay<'a>(
        id: CaseId,
        events: impl IntoIterator<Item = &'a Event>,
    ) -> Result<Self, ApplyError> {
        let mut case = Self::new(id);
        events.into_iter().try_for_each(|event| case.apply(event))?;
        Ok(case)
    }

    /// The customer's calendar, once there is a request.
    pub fn calendar(&self) -> Option<&BusinessCalendar> {
        self.request.as_ref().map(|request| &request.customer.calendar)
    }

    /// An activity.
    pub fn activity(&self, key: &str) -> Option<&Activity> {
        self.activities.iter().find(|activity| activity.key.as_str() == key)
    }

    /// Whether an activity is done, skipped or excluded.
    pub fn is_settled(&self, key: &str) -> bool {
        self.activity(key).is_some_and(|activity| activity.state.is_settled())
    }

    /// A document.
    pub fn document(&self, key: &str) -> Option<&Document> {
        self.documents.iter().find(|document| document.template.key.as_str() == key)
    }

    /// Who has a post now.
    pub fn holder(&self, post: Post) -> Option<&UserId> {
        if self.vacated.contains_key(&post) {
            return None;
        }
        self.assignments.iter().rev().find(|one| one.post == post).map(|one| &one.user)
    }

    /// The dependencies of the kick-off that are not met, with their numbers.
    pub fn unmet_dependencies(&self) -> impl Iterator<Item = (u32, &Dependency)> {
        let all = self.kick_off.iter().flat_map(|kick_off| &kick_off.dependencies);
        (1..).zip(all).filter(|(number, _)| !self.met.contains(number))
    }

    /// The plan that counts now.
    pub fn plan(&self) -> Option<&PostedPlan> {
        self.plans.last()
    }

    /// A run as it was recorded last.
    pub fn run(&self, run: &RunId) -> Option<&RecordedRun> {
        self.runs.iter().rev().find(|one| one.run == *run)
    }

    /// The assessment that counts now.
    pub fn assessment(&self) -> Option<&AssessmentSummary> {
        self.assessments.last()
    }

    /// The version of the Playbook that counts now.
    pub fn playbook(&self) -> Option<&PlaybookVersion> {
        self.playbooks.last()
    }

    /// The approval of exactly this content.
    pub fn approval(&self, subject: ApprovalSubject, digest: Digest) -> Option<&Approval> {
        self.approvals.iter().find(|one| one.subject == subject && one.digest == digest)
    }

    /// Whether the plan that counts now is accepted.
    pub fn is_plan_accepted(&self) -> bool {
        let plan = self.plan();
        plan.is_some_and(|plan| self.approval(ApprovalSubject::Plan, plan.digest).is_some())
    }

    /// The notes that somebody of this role may read.
    pub fn notes_for(&self, role: Role) -> impl Iterator<Item = &Note> {
        let is_for = move |note: &&Note| role.is_team() || note.scope == NoteScope::Everyone;
        self.notes.iter().filter(is_for)
    }

    /// Whether somebody of this role has ticked a step of a plan.
    pub fn has_ticked(&self, role: Role, plan: Digest, step: &StepId) -> bool {
        let looked_for = (Some(plan), step, role);
        self.ticks.iter().any(|tick| (tick.plan, &tick.step, tick.role) == looked_for)
    }

    /// Whether both sides have ticked a step that the customer's hands carried out.
    pub fn is_ticked(&self, plan: Digest, step: &StepId) -> bool {
        let has = |role: Role| self.has_ticked(role, plan, step);
        has(Role::Customer) && has(Role::Consultant)
    }

    /// Whether an engagement of this kind was accepted.
    pub fn has_engagement(&self, kind: EngagementKind) -> bool {
        self.engagements.iter().any(|one| one.is_accepted(kind))
    }
}
