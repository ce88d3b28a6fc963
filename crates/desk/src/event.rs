//! What happened to a case: the events that it is the fold of.

use std::collections::BTreeMap;

use jiff::Timestamp;
use refit_model::{Digest, EnvironmentName, Facts, RunId};
use serde::{Deserialize, Serialize};

use crate::{
    AccessCheck, ActivityEvent, ActivityKey, Actor, Answer, Approval, AssessmentSummary,
    Assignment, CaseEvent, ChangeRequest, ChangeRequestEvent, Contact, Defect, DefectEvent,
    Document, DocumentEvent, DocumentKey, Duty, EligibilityDecision, Engagement, EngagementEvent,
    Evidence, HaltedRun, KickOff, Note, OnCallWindow, OtherUpgrade, PlanDecision, PlaybookVersion,
    Post, PostedFile, PostedPlan, Problem, ProblemEvent, Process, Prose, QuestionId,
    QuestionnaireDescription, RecordedRun, Request, RequestFields, Resources, ReturnedFile,
    SoftwarePlaced, StepTick, SupportGroup, Trial, UserId, Verdict, VersionStanding,
};

/// The version of how events are written down. A program refuses those of a later one.
pub const EVENT_FORMAT: u32 = 1;

/// One thing that happened to a case. The list of events is its one full history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// [`EVENT_FORMAT`].
    pub format: u32,
    /// Its number within the case, from 1, without gaps.
    pub number: u64,
    /// When. Never before the event before.
    pub at: Timestamp,
    /// By whom; also for what followed from what somebody did.
    pub by: Actor,
    /// What.
    pub change: Change,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Change {
    /// The request was made; the process is kept as it stood then.
    RequestMade {
        /// The request.
        request: Box<Request>,
        /// The process.
        process: Process,
    },
    /// The request's fields were changed.
    RequestAmended {
        /// The fields.
        fields: Box<RequestFields>,
        /// Whether the version is known.
        version: VersionStanding,
    },
    /// The consultant responded.
    Responded(Prose),
    /// The project manager acknowledged formally.
    Acknowledged(Prose),
    /// Somebody got a post.
    Assigned(Assignment),
    /// Who had a post is gone.
    PostVacated {
        /// The post.
        post: Post,
        /// Who had it.
        user: UserId,
        /// Why.
        why: Prose,
    },
    /// The rules do not say yes to the request, or say something else than before.
    EligibilityJudged {
        /// What they say.
        verdict: Verdict,
        /// What the rules say that do not hold, or cannot be told.
        why: Vec<Prose>,
    },
    /// A person decided about eligibility.
    EligibilityDecided(EligibilityDecision),
    /// The case was withdrawn, closed, or taken up again.
    CaseMoved(CaseEvent),
    /// The support group was set.
    GroupSet(SupportGroup),
    /// The kick-off was held.
    KickedOff(KickOff),
    /// What the project hung on is there.
    DependencyMet {
        /// The dependency of the kick-off, by number, from 1.
        dependency: u32,
    },
    /// A person of the customer was named.
    ContactNamed(Contact),
    /// A person was released from a duty.
    ContactRemoved {
        /// The duty.
        duty: Duty,
        /// The person.
        user: UserId,
    },
    /// A file was posted.
    FilePosted(PostedFile),
    /// A note was written.
    NoteAdded(Note),
    /// Something happened to an activity.
    ActivityMoved {
        /// The activity.
        activity: ActivityKey,
        /// What.
        event: ActivityEvent,
    },
    /// What an activity's owner said when it was done.
    ActivityEvidence {
        /// The activity.
        activity: ActivityKey,
        /// What is to be known about it.
        note: Option<Prose>,
        /// What shows that it is done.
        evidence: Option<Evidence>,
    },
    /// Access is verified and all documents are processed: the execution's clock runs.
    ExecutionClockStarted {
        /// The activity whose clock it is.
        clock: ActivityKey,
    },
    /// The questionnaire was sent, and the documents that go with it.
    QuestionnaireSent {
        /// What is asked.
        description: QuestionnaireDescription,
        /// The documents, the questionnaire among them.
        documents: Vec<Document>,
    },
    /// Another document was sent.
    DocumentSent(Document),
    /// A file came back.
    FileReturned {
        /// The document.
        document: DocumentKey,
        /// The file.
        file: ReturnedFile,
    },
    /// Something happened to a document.
    DocumentMoved {
        /// The document.
        document: DocumentKey,
        /// What.
        event: DocumentEvent,
    },
    /// An inventory was recorded.
    InventoryRecorded {
        /// Its facts.
        facts: Facts,
        /// What they are of.
        source: Digest,
    },
    /// Answers were saved or removed.
    AnswersSaved(BTreeMap<QuestionId, Option<Answer>>),
    /// The answers as they stand were submitted.
    AnswersSubmitted,
    /// Missing answers were asked for.
    MissingAsked(Vec<QuestionId>),
    /// Access was checked.
    AccessChecked(AccessCheck),
    /// An assessment was recorded.
    AssessmentRecorded(AssessmentSummary),
    /// A plan was posted.
    PlanPosted(PostedPlan),
    /// A question of a plan was decided, or that was taken back.
    PlanDecided(PlanDecision),
    /// The customer objects to a plan.
    PlanObjected {
        /// The plan.
        plan: Digest,
        /// Why.
        why: Prose,
    },
    /// Something was approved.
    Approved(Approval),
    /// The software was placed.
    SoftwareRecorded(SoftwarePlaced),
    /// A run was recorded.
    RunRecorded(RecordedRun),
    /// A run stands still.
    RunHalted(HaltedRun),
    /// A run that stood still goes on.
    RunWentOn {
        /// The run.
        run: RunId,
    },
    /// A step was ticked.
    StepTicked(StepTick),
    /// A trial was recorded.
    TrialRecorded(Trial),
    /// A defect was found.
    DefectFound(Defect),
    /// Something happened to a defect.
    DefectMoved {
        /// The defect, by number.
        defect: u32,
        /// What.
        event: DefectEvent,
    },
    /// The material for the other environments was delivered.
    ResourcesDelivered(Resources),
    /// A version of the Playbook was posted.
    PlaybookPosted(PlaybookVersion),
    /// A change or a clarification was asked for.
    ChangeAsked(ChangeRequest),
    /// Something happened to a change request.
    ChangeMoved {
        /// The change request, by number.
        change: u32,
        /// What.
        event: ChangeRequestEvent,
    },
    /// The final Playbook was delivered.
    PlaybookDelivered {
        /// The version, by number.
        version: u32,
    },
    /// On-call support was opened.
    OnCallOpened(OnCallWindow),
    /// A problem was reported.
    ProblemReported(Problem),
    /// Something happened to a problem.
    ProblemMoved {
        /// The problem, by number.
        problem: u32,
        /// What.
        event: ProblemEvent,
    },
    /// Another environment is going to be upgraded.
    EnvironmentPlanned(EnvironmentName),
    /// Another environment was upgraded, or not.
    OtherUpgraded(OtherUpgrade),
    /// A paid engagement was opened.
    EngagementOpened(Engagement),
    /// Something happened to a paid engagement.
    EngagementMoved {
        /// The engagement, by number.
        engagement: u32,
        /// What.
        event: EngagementEvent,
    },
}
