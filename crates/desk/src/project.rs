//! What a project is made of: people, kick-off, files, notes, access, plan, runs.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use refit_model::{Digest, EnvironmentName, InstallationName, RunId, StepId};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{DurationRange, Evidence, Line, Party, Prose, Role, UserId};

/// A post that a person of the team fills in a case.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    /// Does the upgrade.
    Consultant,
    /// Leads the project.
    ProjectManager,
}

/// That somebody got a post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assignment {
    /// The post.
    pub post: Post,
    /// Who got it.
    pub user: UserId,
    /// Since when.
    pub since: Timestamp,
    /// Who said so.
    pub by: UserId,
    /// Why, where somebody else had it before.
    pub why: Option<Prose>,
}

/// That who has a post is gone.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Vacancy {
    /// The post.
    pub post: Post,
    /// Why.
    pub why: Prose,
}

/// The project's support group: who sees the case, besides those who are assigned to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SupportGroup {
    /// Its name.
    pub name: Line,
    /// Its members, of the team and of the customer.
    pub members: BTreeSet<UserId>,
}

/// What was agreed at the kick-off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct KickOff {
    /// What will be delivered.
    pub deliverables: Vec<Line>,
    /// The plan in words.
    pub plan: Prose,
    /// What the project hangs on.
    pub dependencies: Vec<Dependency>,
    /// Who is told when something does not go on, the nearest first.
    pub escalation: Vec<Line>,
}

/// What a project hangs on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Dependency {
    /// What is needed.
    pub what: Line,
    /// From whom.
    pub from: Party,
    /// By which day.
    #[schemars(with = "String", extend("format" = "date"))]
    pub due: Date,
}

/// What a person of the customer does in a project.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Duty {
    /// Answers technical questions.
    TechnicalContact,
    /// Reviews the Playbook.
    Reviewer,
    /// Approves plan and Playbook.
    Approver,
}

/// A person of the customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// What the person does.
    pub duty: Duty,
    /// Who it is.
    pub user: UserId,
    /// The person's name.
    pub name: Line,
    /// When the person is there, both days included.
    pub available: Vec<Period>,
}

/// Days, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// The first.
    #[schemars(with = "String", extend("format" = "date"))]
    pub from: Date,
    /// The last.
    #[schemars(with = "String", extend("format" = "date"))]
    pub to: Date,
}

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FileKind {
    /// A document that the project begins with.
    InitialDocument,
    /// Documentation of the upgrade.
    UpgradeDocumentation,
    /// Something else.
    Other,
}

/// A file of a project. A later one with the same kind and name is its next version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ProjectFile {
    /// What it is.
    pub kind: FileKind,
    /// Its name.
    pub name: Line,
    /// Its content.
    pub digest: Digest,
    /// Where it comes from: the pack's source, or who uploaded it.
    pub source: Line,
}

/// A posted file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PostedFile {
    /// The file.
    pub file: ProjectFile,
    /// Its version, from 1.
    pub version: u32,
    /// When it was posted.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
}

/// Who may read a note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum NoteScope {
    /// Everybody who sees the case.
    Everyone,
    /// The team alone.
    Team,
}

/// A note.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Note {
    /// Who may read it.
    pub scope: NoteScope,
    /// What it says.
    pub text: Prose,
    /// When it was written.
    pub at: Timestamp,
    /// By whom.
    pub by: UserId,
}

/// Which environment is upgraded together with the customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EnvironmentKind {
    /// A development environment.
    Development,
    /// A staging environment.
    Staging,
}

/// What an access check found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AccessCheck {
    /// The environment.
    pub environment: EnvironmentName,
    /// Its kind.
    pub kind: EnvironmentKind,
    /// Whether everything can be read.
    pub can_read: bool,
    /// Whether everything can be written.
    pub can_write: bool,
    /// The report of `refit access check` that says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<Digest>,
    /// On whose word it is so, where no report says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<Prose>,
    /// What else shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// What an assessment said.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct AssessmentSummary {
    /// The assessment.
    pub digest: Digest,
    /// Findings that forbid a run.
    pub blocking: Vec<Line>,
    /// What is not as the vendor ships it.
    pub customisations: Vec<Line>,
    /// Whether the version turned out to be a known one.
    pub version: Line,
    /// More time than usual for the execution, where the installation is large.
    pub extension: Option<Extension>,
}

/// More time than usual.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// How long the execution may take.
    pub range: DurationRange,
    /// Why.
    pub why: Prose,
}

/// A plan that was posted for the customer's acceptance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct PostedPlan {
    /// The plan.
    pub digest: Digest,
    /// The assessment that it is made from.
    pub assessment: Digest,
    /// The documentation that is attached to it.
    pub documentation: Vec<Digest>,
    /// What it means for the customer.
    pub summary: Prose,
    /// Its steps, in their order, as far as the server has the plan. The server takes them from it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(skip)]
    pub steps: Vec<PlanStep>,
}

/// A step of a plan, as far as people have to know it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanStep {
    /// Its id.
    pub id: StepId,
    /// What it does.
    pub title: Line,
    /// The part of the upgrade that it belongs to.
    pub phase: Line,
}

/// That the newest software is on the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SoftwarePlaced {
    /// Who placed it: the customer, or a consultant on the customer's word.
    pub placed_by: Party,
    /// Whether it is the expected one. The server says it, by what is below.
    #[serde(default)]
    #[schemars(skip)]
    pub is_verified: bool,
    /// The digest of the file on the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
    /// What has the same digest, each in words. The server says it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schemars(skip)]
    pub against: Vec<Line>,
    /// On whose word it is the expected one, where nothing could be compared.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub word: Option<Prose>,
    /// What else shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<Evidence>,
}

/// A run that belongs to a case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RecordedRun {
    /// The run.
    pub run: RunId,
    /// The plan that it ran.
    pub plan: Digest,
    /// The digest of its journal's last event.
    pub journal: Digest,
    /// How it ended.
    pub end: RunEnd,
    /// What is installed now, if it was told.
    #[serde(default)]
    pub installed: Option<Installed>,
}

/// What is installed somewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Installed {
    /// The environment.
    pub environment: EnvironmentName,
    /// The installation.
    pub installation: InstallationName,
    /// Its version.
    pub version: Line,
}

/// That an installation was upgraded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InstalledBy {
    /// The run that did it; none where the customer did it with the Playbook.
    pub run: Option<RunId>,
    /// What is installed since.
    pub installed: Installed,
    /// The day, in the customer's calendar.
    pub on: Date,
}

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum RunEnd {
    /// Every step is settled.
    Done,
    /// It was taken back.
    RolledBack,
    /// A person ended it.
    Stopped,
}

/// The material for the other environments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Resources {
    /// The bundle.
    pub bundle: Digest,
    /// The Playbook that it is made of, where Refit has made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub playbook: Option<Digest>,
    /// What is in it.
    pub contents: Vec<Line>,
}

/// A step that was carried out by the customer's hands, with the consultant looking on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepTick {
    /// The plan that the step is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Digest>,
    /// The run that was named, when runs were named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run: Option<RunId>,
    /// The step.
    pub step: StepId,
    /// Whose tick it is.
    pub role: Role,
    /// Who ticked.
    pub by: UserId,
    /// When.
    pub at: Timestamp,
}

/// What became of another environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OtherUpgrade {
    /// The environment.
    pub environment: EnvironmentName,
    /// The version of the Playbook that was used, by number.
    pub version: u32,
    /// How the environment differed from the one that the Playbook was made in.
    pub drift: Drift,
    /// How it ended.
    pub end: RunEnd,
    /// What shows it.
    pub evidence: Evidence,
}

/// How an environment differed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Drift {
    /// The drift report.
    pub report: Digest,
    /// How many facts, parameters and settings differed.
    pub differences: u32,
    /// How many steps that touched.
    pub steps: u32,
}

impl Post {
    /// Every post.
    pub const ALL: [Self; 2] = [Self::Consultant, Self::ProjectManager];

    /// The role that it needs.
    pub fn role(self) -> Role {
        match self {
            Self::Consultant => Role::Consultant,
            Self::ProjectManager => Role::ProjectManager,
        }
    }
}

impl Duty {
    /// Every duty.
    pub const ALL: [Self; 3] = [Self::TechnicalContact, Self::Reviewer, Self::Approver];

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::TechnicalContact => "technical contact",
            Self::Reviewer => "reviewer",
            Self::Approver => "approver",
        }
    }

    /// The words with an article.
    pub fn with_article(self) -> &'static str {
        match self {
            Self::TechnicalContact => "a technical contact",
            Self::Reviewer => "a reviewer",
            Self::Approver => "an approver",
        }
    }
}

impl RunEnd {
    /// Whether a run that ended like `before` can come to this end later: by being taken back.
    pub fn may_follow(self, before: Self) -> bool {
        matches!(
            (before, self),
            (Self::Done, Self::RolledBack | Self::Stopped) | (Self::Stopped, Self::RolledBack)
        )
    }

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::RolledBack => "rolled back",
            Self::Stopped => "stopped",
        }
    }
}

impl Period {
    /// Whether a day is in it.
    pub fn contains(&self, date: Date) -> bool {
        (self.from..=self.to).contains(&date)
    }
}

impl AccessCheck {
    /// Whether access is as it was promised.
    pub fn is_verified(&self) -> bool {
        self.can_read && self.can_write
    }
}
