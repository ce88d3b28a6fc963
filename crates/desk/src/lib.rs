//! The service around upgrades: requests, questionnaires, clocks, projects, reviews, on-call.
//!
//! A [`Case`] is everything about one request. It is the fold of its [`Event`]s, which are its one
//! full history: [`Case::decide`] says which events an [`Action`] of an [`Actor`] brings about, or
//! why it is refused, and [`Case::apply`] takes an event in. What an administrator sets is
//! [`Rules`]. Nothing here does I/O or reads a clock: the moment comes in with the action.
//!
//! ```
//! use refit_desk::{Action, Actor, Case, Refusal, Role, Rules};
//!
//! let case = Case::new("c-1".parse()?);
//! let (user, organisation) = ("ben".parse()?, "team".parse()?);
//! let by = Actor { user, role: Role::Consultant, organisation };
//! let at = "2026-11-02T13:00:00Z".parse()?;
//! // Nobody can take up what nobody has asked for.
//! let refusal = case.decide(Action::TakeUp, &by, at, &Rules::default());
//! assert_eq!(refusal, Err(Refusal::NoRequest));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! A server stores the events that were decided, applies them, and asks the case what it shows:
//! [`Case::timeline`], [`Case::waits`], [`Case::missing_inputs`], [`Case::summary`]; and what it
//! has to send: [`Case::notices`].
//!
//! `docs/decisions/0016-the-desk-is-a-fold-of-events.md` says why.

mod action;
mod activity;
mod actor;
mod annual;
mod approval;
mod audience;
mod calendar;
mod case;
mod clock;
mod deadline;
mod decide;
mod defect;
mod documents;
mod duration;
mod eligibility;
mod engagement;
mod event;
pub mod example;
mod halt;
mod history;
mod letters;
mod list_entry;
mod names;
mod next_steps;
mod notices;
mod numbers;
mod on_call;
mod plan_decision;
mod process;
mod project;
mod questionnaire;
mod queue;
mod refusal;
mod request;
mod review;
mod rules;
mod schedule;
mod service_page;
mod summary;
mod text;
mod timeline;
mod transition;
mod upgrade_document;
mod waits;
mod written;

pub use action::{Action, ActionKind};
pub use activity::{Activity, ActivityEvent, ActivityState, Wait};
pub use actor::{Actor, Party, Role};
pub use annual::{Reason, Recommendation, Upgraded, recommendations};
pub use approval::{Approval, ApprovalSubject};
pub use audience::Audience;
pub use calendar::{
    BusinessCalendar, CalendarError, CalendarFields, TimeOfDay, WorkingHours, WorkingWeek,
};
pub use case::{
    ActivityEvidence, ApplyError, CASE_FORMAT, Case, CaseEvent, CaseState, EligibilityDecision,
    JudgedEligibility,
};
pub use clock::{Arithmetic, Clock, ClockError, Pause};
pub use deadline::DeadlineRisk;
pub use defect::{ComponentKind, Defect, DefectEvent, DefectState, Failure, Trial};
pub use documents::{
    Document, DocumentEvent, DocumentState, DocumentTemplate, QUESTIONNAIRE, ReturnedFile,
};
pub use duration::{BusinessDuration, DurationRange, InvalidDuration, WorkTime};
pub use eligibility::{EligibilityRule, Judgement, ScopeRule, Verdict};
pub use engagement::{Engagement, EngagementEvent, EngagementKind, EngagementState};
pub use event::{Change, EVENT_FORMAT, Event};
pub use halt::{GoingOn, HaltKind, HaltedRun};
pub use history::HistoryLine;
pub use letters::{Letter, LetterKind, Recipient};
pub use list_entry::{LIST_ENTRY_FORMAT, ListEntry};
pub use names::{
    ActivityKey, CaseId, DocumentKey, OfActivity, OfCase, OfDocument, OfOrganisation, OfQuestion,
    OfRule, OfUser, OrganisationId, QuestionId, RuleKey, UserId,
};
pub use notices::{Notice, NoticeKind, Subject};
pub use on_call::{Evidence, NotReplicated, OnCallWindow, Problem, ProblemEvent, ProblemState};
pub use plan_decision::{PlanChoice, PlanDecision, plan_key, plan_options};
pub use process::{ActivityRule, Allotment, Process, ProcessProblem, Start, keys};
pub use project::{
    AccessCheck, AssessmentSummary, Assignment, Contact, Dependency, Drift, Duty, EnvironmentKind,
    Extension, FileKind, Installed, InstalledBy, KickOff, Note, NoteScope, OtherUpgrade, Period,
    PlanStep, Post, PostedFile, PostedPlan, ProjectFile, RecordedRun, Resources, RunEnd,
    SoftwarePlaced, StepTick, SupportGroup, Vacancy,
};
pub use questionnaire::{
    Answer, AnswerClash, Answers, AnswersVersion, Attachment, Changed, Given, GivenAnswers,
    InvalidAnswer, MAX_ATTACHMENTS, Question, QuestionKind, Questionnaire,
    QuestionnaireDescription, Saved, Section, Seen, ViewedQuestion, ViewedSection,
};
pub use queue::{Queued, queue};
pub use refusal::{Missing, Refusal};
pub use request::{
    AccessPromise, Customer, Deployment, NewRequest, OnBehalf, Request, RequestFields,
    RequestProblem, RequestRemark, VersionStanding,
};
pub use review::{
    ChangeRequest, ChangeRequestEvent, ChangeRequestKind, ChangeRequestState, PlaybookVersion,
};
pub use rules::{AnnualRules, CUSTOMER_PLACE, RULES_FORMAT, Rules, RulesProblem};
pub use schedule::{Pace, Planned, Schedule};
pub use service_page::{ProcessLine, QuestionAndAnswer, ServicePage};
pub use summary::Summary;
pub use text::{InvalidText, Line, MAX_LINE, MAX_PROSE, Prose};
pub use timeline::{Bar, Milestone, Timeline};
pub use transition::{IllegalTransition, StateMachine};
pub use upgrade_document::UpgradeDocument;
pub use waits::{Waiting, WaitingOf};
