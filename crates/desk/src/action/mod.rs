//! Everything that a person can do to a case, and which roles may.

#[macro_use]
mod table;
mod contents;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use refit_model::{Digest, EnvironmentName, Facts, StepId, TrialVerdict};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::Role::{Administrator, Consultant, Customer, ProjectManager};
use crate::{
    AccessCheck, ActivityKey, Answer, AssessmentSummary, BusinessDuration, ChangeRequestKind,
    Contact, DocumentKey, Duty, EngagementKind, Evidence, Failure, GoingOn, HaltedRun, KickOff,
    Line, NewRequest, NotReplicated, NoteScope, OtherUpgrade, Party, PlanChoice, PlanStep, Post,
    PostedPlan, ProjectFile, Prose, QuestionId, RecordedRun, RequestFields, Resources, Role,
    Section, SoftwarePlaced, SupportGroup, UserId, Vacancy, VersionStanding,
};

actions! {
    /// Make the request that the case is about; for a customer who has given its word, too.
    [Customer Consultant ProjectManager] "make a request" {
        CreateRequest(#[schemars(with = "serde_json::Value")] Box<NewRequest>)
    }
    /// Change the request's fields, as long as no plan is accepted.
    [Customer] "change the request" {
        AmendRequest {
            /// The fields.
            fields: Box<RequestFields>,
            /// Whether the pack knows the version. The server asks the pack.
            #[serde(default)] #[schemars(skip)]
            version: VersionStanding,
        }
    }
    /// Acknowledge receipt, and say what comes next.
    [Consultant] "respond to the request" {
        Respond {
            /// What is said.
            message: Prose,
        }
    }
    /// Acknowledge formally, with an overview of the next steps.
    [ProjectManager] "acknowledge the request formally" {
        AcknowledgeFormally {
            /// The overview.
            overview: Prose,
        }
    }
    /// Take a vacant post oneself.
    [Consultant ProjectManager] "take the request up" { TakeUp }
    /// Give a post to somebody, also instead of somebody else.
    [ProjectManager Administrator] "assign the request" {
        Assign {
            /// The post.
            post: Post,
            /// Who gets it. The server has checked that the person has the post's role.
            to: UserId,
            /// Why; needed where somebody else has the post.
            why: Option<Prose>,
        }
    }
    /// Say that who has a post is gone: it is vacant until somebody else gets it.
    [ProjectManager Administrator] "vacate a post" { VacatePost(Vacancy) }
    /// Decide whether the customer gets the service, where the rules do not say yes.
    [ProjectManager Administrator] "decide about eligibility" {
        DecideEligibility {
            /// Whether.
            is_eligible: bool,
            /// Why.
            why: Prose,
        }
    }
    /// Take the request back.
    [Customer ProjectManager] "withdraw the request" {
        Withdraw {
            /// Why.
            why: Prose,
        }
    }
    /// Close the case, when nothing more is to be done.
    [ProjectManager Administrator] "close the case" { Close }
    /// Take a withdrawn or closed case up again.
    [ProjectManager Administrator] "reopen the case" {
        Reopen {
            /// Why.
            why: Prose,
        }
    }
    /// Put the project in a support group, or change the group.
    [Consultant ProjectManager Administrator] "set the support group" { SetGroup(SupportGroup) }
    /// Record what was agreed at the kick-off.
    [Consultant ProjectManager] "record the kick-off" { RecordKickOff(KickOff) }
    /// Say that what the project hung on is there.
    [Consultant ProjectManager] "record a met dependency" {
        MeetDependency { /** The dependency of the kick-off, by number, from 1. */ dependency: u32 }
    }
    /// Name a person of the customer and when the person is there; again, to change that.
    [Customer ProjectManager] "name a contact" { NameContact(Contact) }
    /// Release a person from a duty.
    [Customer ProjectManager] "remove a contact" {
        RemoveContact {
            /// The duty.
            duty: Duty,
            /// The person.
            user: UserId,
        }
    }
    /// Post a file, or its next version.
    [Customer Consultant ProjectManager] "post a file" { PostFile(ProjectFile) }
    /// Write a note.
    [Customer Consultant ProjectManager Administrator] "write a note" {
        AddNote {
            /// Who may read it.
            scope: NoteScope,
            /// What it says.
            text: Prose,
        }
    }
    /// Begin with an activity.
    [Customer Consultant ProjectManager] "start an activity" {
        StartActivity { /** The activity. */ activity: ActivityKey }
    }
    /// Say that an activity waits. Its clock stands still if the other side holds the ball.
    [Customer Consultant ProjectManager] "hold an activity" {
        HoldActivity {
            /// The activity.
            activity: ActivityKey,
            /// Who holds the ball.
            waits_for: Party,
            /// What has to happen.
            why: Prose,
        }
    }
    /// Say that what an activity waited for has happened.
    [Customer Consultant ProjectManager] "release an activity" {
        ReleaseActivity { /** The activity. */ activity: ActivityKey }
    }
    /// Say that an activity is done.
    [Customer Consultant ProjectManager] "finish an activity" {
        FinishActivity {
            /// The activity.
            activity: ActivityKey,
            /// What is to be known about it; needed from a consultant who does it on the
            /// customer's word.
            note: Option<Prose>,
            /// What shows that it is done.
            evidence: Option<Evidence>,
        }
    }
    /// Leave an activity out.
    [ProjectManager] "skip an activity" {
        SkipActivity {
            /// The activity.
            activity: ActivityKey,
            /// Why.
            why: Prose,
        }
    }
    /// Say that an activity does not belong to the service.
    [ProjectManager] "exclude an activity" {
        ExcludeActivity {
            /// The activity.
            activity: ActivityKey,
            /// Why.
            why: Prose,
        }
    }
    /// Take an activity up again.
    [Consultant ProjectManager] "reopen an activity" {
        ReopenActivity {
            /// The activity.
            activity: ActivityKey,
            /// Why.
            why: Prose,
        }
    }
    /// Send the questionnaire, with the pack's questions, and the documents that go with it.
    [Consultant] "send the questionnaire" {
        SendQuestionnaire {
            /// What the pack adds. The server asks the pack.
            #[serde(default)] #[schemars(skip)]
            additions: Vec<Section>,
        }
    }
    /// Send another document.
    [Consultant] "send a document" {
        SendDocument {
            /// Its key.
            key: DocumentKey,
            /// Its title.
            title: Line,
            /// What it is for.
            purpose: Prose,
            /// How long the customer has for it.
            due_in: BusinessDuration,
        }
    }
    /// Record what an inventory found: it answers questions beforehand.
    [Customer Consultant] "record an inventory" {
        RecordInventory {
            /// The facts. The server takes them from the source.
            #[serde(default)] #[schemars(skip)]
            facts: Facts,
            /// The assessment or inventory that they are of.
            source: Digest,
        }
    }
    /// Save answers; nothing removes one. What was answered since `seen` is not overwritten.
    [Customer] "save answers" {
        SaveAnswers {
            /// The answers by question.
            answers: BTreeMap<QuestionId, Option<Answer>>,
            /// The last event in view of which they were given; without it they count anyway.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            seen: Option<u64>,
        }
    }
    /// Give the questionnaire back as it stands.
    [Customer] "submit the questionnaire" { SubmitAnswers }
    /// Ask for all missing answers, once and together.
    [Consultant] "ask for missing answers" { AskForMissing }
    /// Give a document back.
    [Customer] "return a document" {
        ReturnDocument {
            /// The document.
            document: DocumentKey,
            /// The file's name.
            name: Line,
            /// Its content.
            digest: Digest,
        }
    }
    /// Say what is missing in a document.
    [Consultant] "find a document incomplete" {
        FindIncomplete {
            /// The document.
            document: DocumentKey,
            /// What is missing.
            what: Prose,
        }
    }
    /// Say that a document is complete, and used.
    [Consultant] "process a document" {
        ProcessDocument { /** The document. */ document: DocumentKey }
    }
    /// Record what `refit access check` found.
    [Consultant] "record an access check" { RecordAccessCheck(AccessCheck) }
    /// Record an assessment.
    [Consultant] "record an assessment" { RecordAssessment(AssessmentSummary) }
    /// Post a plan for the customer's acceptance.
    [Consultant] "post a plan" { PostPlan(PostedPlan) }
    /// Decide what the plan leaves open, or take back what was decided.
    [Customer Consultant] "take decisions" {
        TakeDecisions {
            /// The plan that the person saw.
            plan: Digest,
            /// What is decided, each subject once.
            choices: Vec<PlanChoice>,
            /// Why.
            why: Prose,
            /// How the customer has given its word; needed from a consultant.
            word: Option<Prose>,
        }
    }
    /// Accept the plan that is posted, and the extension if it needs one.
    [Customer] "accept the plan" {
        AcceptPlan {
            /// The plan.
            plan: Digest,
            /// Whether the longer time is accepted, where the assessment asks for it.
            accepts_extension: bool,
        }
    }
    /// Say what is wrong with the plan.
    [Customer] "object to the plan" {
        ObjectToPlan {
            /// The plan.
            plan: Digest,
            /// Why.
            why: Prose,
        }
    }
    /// Record that the newest software is on the host.
    [Consultant] "record that the software is placed" { RecordSoftware(SoftwarePlaced) }
    /// Record a run.
    [Consultant] "record a run" { RecordRun(RecordedRun) }
    /// Record that a run stands still, and who has to do something.
    [Consultant] "record that a run stands still" { RecordHalt(HaltedRun) }
    /// Record that a run that stood still goes on.
    [Consultant] "record that a run goes on" { RecordGoingOn(GoingOn) }
    /// Tick a step of the plan that the customer's hands carried out.
    [Customer Consultant] "tick a step" {
        TickStep {
            /// The plan.
            plan: Digest,
            /// The step.
            step: StepId,
        }
    }
    /// Record a trial, and what its failures were traced to.
    [Consultant] "record a trial" {
        RecordTrial {
            /// Its report.
            report: Digest,
            /// What came out.
            verdict: TrialVerdict,
            /// Failures that were traced to a component.
            failures: Vec<Failure>,
        }
    }
    /// Say what was done about a defect; a retest has to show that it helped.
    [Consultant] "fix a defect" {
        FixDefect {
            /// The defect, by number.
            defect: u32,
            /// What was done.
            how: Prose,
        }
    }
    /// Document a defect that stays.
    [Consultant] "document a defect" {
        DocumentDefect {
            /// The defect, by number.
            defect: u32,
            /// The documentation.
            text: Prose,
        }
    }
    /// Deliver the material for the other environments.
    [Consultant] "deliver the upgrade resources" { DeliverResources(Resources) }
    /// Post a version of the Playbook.
    [Consultant] "post a playbook version" {
        PostPlaybook {
            /// Its content.
            digest: Digest,
            /// What is new in it.
            summary: Prose,
            /// The agreed change requests that it has, by number.
            makes: BTreeSet<u32>,
            /// The replicated problems that it corrects, by number.
            corrects: BTreeSet<u32>,
            /// Its steps. The server takes them from it.
            #[serde(default, skip_serializing_if = "Vec::is_empty")] #[schemars(skip)]
            steps: Vec<PlanStep>,
        }
    }
    /// Ask for a change or a clarification.
    [Customer] "ask for a change" {
        AskForChange {
            /// The version, by number.
            version: u32,
            /// The step that it is about, if it is about one.
            step: Option<StepId>,
            /// Change or clarification.
            kind: ChangeRequestKind,
            /// What is asked.
            text: Prose,
        }
    }
    /// Say something about a change request.
    [Customer Consultant] "discuss a change" {
        DiscussChange {
            /// The change request, by number.
            change: u32,
            /// What is said.
            text: Prose,
        }
    }
    /// Agree to make a change.
    [Consultant] "agree to a change" {
        AgreeToChange {
            /// The change request, by number.
            change: u32,
            /// How it will be made.
            how: Prose,
        }
    }
    /// Answer a change request or clarification without changing anything.
    [Consultant] "answer a clarification" {
        AnswerChange {
            /// The change request, by number.
            change: u32,
            /// The answer.
            text: Prose,
        }
    }
    /// Say why a change is not made.
    [Consultant] "decline a change" {
        DeclineChange {
            /// The change request, by number.
            change: u32,
            /// Why.
            why: Prose,
        }
    }
    /// Take a change request back.
    [Customer] "withdraw a change" {
        WithdrawChange { /** The change request, by number. */ change: u32 }
    }
    /// Approve the latest version of the Playbook.
    [Customer] "approve the playbook" {
        ApprovePlaybook { /** Its content. */ playbook: Digest }
    }
    /// Deliver the latest, approved version as the final one.
    [Consultant] "deliver the final playbook" {
        DeliverPlaybook { /** Its content. */ playbook: Digest }
    }
    /// Open on-call support for the final version of the Playbook.
    [Consultant ProjectManager] "open on-call support" {
        OpenOnCall {
            /// Its content.
            playbook: Digest,
            /// The first moment.
            #[schemars(with = "String", extend("format" = "date-time"))]
            from: Timestamp,
            /// The first moment after it, at most a week later.
            #[schemars(with = "String", extend("format" = "date-time"))]
            until: Timestamp,
        }
    }
    /// Report a problem at a step of the Playbook.
    [Customer] "report a problem" {
        ReportProblem {
            /// The environment in which it was seen.
            environment: EnvironmentName,
            /// The step.
            step: StepId,
            /// What was seen.
            text: Prose,
        }
    }
    /// Record that a problem was seen in the upgraded environment, too.
    [Consultant] "record a replicated problem" {
        RecordReplicated {
            /// The problem, by number.
            problem: u32,
            /// What shows it.
            evidence: Evidence,
        }
    }
    /// Record that a problem was not seen there: it is out of scope.
    [Consultant] "record a problem that is not replicated" {
        RecordNotReplicated {
            /// The problem, by number.
            problem: u32,
            /// Why, and what shows it.
            finding: NotReplicated,
        }
    }
    /// Answer a problem that was none of the Playbook.
    [Consultant] "answer a problem" {
        AnswerProblem {
            /// The problem, by number.
            problem: u32,
            /// The answer.
            text: Prose,
        }
    }
    /// Name another environment that the customer will upgrade.
    [Customer Consultant] "plan another environment" {
        PlanEnvironment { /** The environment. */ environment: EnvironmentName }
    }
    /// Record how the upgrade of another environment went.
    [Customer Consultant] "record the upgrade of another environment" {
        RecordOtherUpgrade(OtherUpgrade)
    }
    /// Offer a paid engagement, or offer it again.
    [Consultant ProjectManager] "offer a paid engagement" {
        OfferEngagement {
            /// What for.
            kind: EngagementKind,
            /// Why it is needed.
            why: Prose,
        }
    }
    /// Accept or decline a paid engagement.
    [Customer] "answer an offer" {
        AnswerOffer {
            /// The engagement, by number.
            engagement: u32,
            /// Whether it is accepted.
            accepts: bool,
        }
    }
    /// Take an offer back.
    [ProjectManager] "take an offer back" {
        WithdrawOffer {
            /// The engagement, by number.
            engagement: u32,
        }
    }
}
