//! Playbooks: compiled from a run, for the next environment.

use serde::{Deserialize, Serialize};

use crate::{
    Decision, Digest, Document, EnvironmentName, Facts, Finding, HomeLink, Hop, InstallationName,
    PackRef, PointOfNoReturn, Question, RunId, Settlement, Step, StepId, Strategy, Version,
};

/// How an upgrade was done, so that it can be done again elsewhere: by `refit`, and by a person
/// with a shell.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Playbook {
    /// What it does, in one line.
    pub title: String,
    /// The environment that it was learned in.
    pub environment: EnvironmentName,
    /// The installation that it was learned on.
    pub installation: InstallationName,
    /// The knowledge that was used.
    pub pack: PackRef,
    /// The version before.
    pub from: Version,
    /// The version after.
    pub to: Version,
    /// The hops.
    pub way: Vec<Hop>,
    /// How it is done.
    pub strategy: Strategy,
    /// The plan that was run.
    pub plan: Digest,
    /// The run.
    pub run: RunId,
    /// The digest of the last event of the run's journal that went into it.
    pub journal: Digest,
    /// The trials that belong to it.
    pub trials: Vec<TrialSummary>,
    /// Site values, which another environment has its own of.
    pub parameters: Vec<PlaybookParameter>,
    /// The steps, in their order, with parameters named instead of values.
    pub steps: Vec<PlaybookStep>,
    /// What became of every setting where it was learned.
    pub settlements: Vec<Settlement>,
    /// What was decided; replayed in the next environment.
    pub decisions: Vec<Decision>,
    /// What was found where it was learned.
    pub findings: Vec<Finding>,
    /// The facts where it was learned, to compare the next environment with.
    pub facts: Facts,
    /// The link through which the broker was operated there.
    pub link: Option<HomeLink>,
    /// From where on going back costs something.
    pub point_of_no_return: PointOfNoReturn,
    /// How long clients were cut off, in milliseconds, where it was measured.
    pub downtime_milliseconds: Option<u64>,
    /// Notes that belong to no step.
    pub notes: Vec<PlaybookNote>,
}

impl Document for Playbook {
    const TYPE: &'static str = "playbook";
    const SCHEMA: u32 = 1;
}

/// A site value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaybookParameter {
    /// Its name in the steps, as `${name}`.
    pub name: String,
    /// What it is.
    pub meaning: String,
    /// What it was where the playbook was learned.
    pub learned: String,
}

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaybookStep {
    /// The step, as the plan had it.
    pub step: Step,
    /// How long it took, in milliseconds, where it was done and measured.
    pub measured_milliseconds: Option<u64>,
    /// What was seen when it was verified, with parameters named instead of values.
    pub seen: String,
    /// How many attempts were made; the failed ones are folded away.
    pub attempts: u32,
    /// What a person did instead of Refit, or why it was left out.
    pub by_hand: Option<String>,
    /// What people saw at this step.
    pub notes: Vec<PlaybookNote>,
}

/// What a person saw.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlaybookNote {
    /// Who.
    pub by: String,
    /// What.
    pub text: String,
}

/// A trial in a few words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrialSummary {
    /// The trial's report.
    pub report: Digest,
    /// One line for each test: its name, and its verdict.
    pub lines: Vec<(String, String)>,
}

/// What differs between where a playbook was learned and where it is to be followed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DriftReport {
    /// The playbook.
    pub playbook: Digest,
    /// The environment that it is to be followed in.
    pub environment: EnvironmentName,
    /// The installation.
    pub installation: InstallationName,
    /// Facts that differ.
    pub facts: Vec<FactDrift>,
    /// Parameters that have another value; those are expected to.
    pub parameters: Vec<ParameterDrift>,
    /// Steps that are not the same.
    pub steps: Vec<StepDrift>,
    /// Settings that were settled otherwise, or need a decision here only: file and key.
    pub settings: Vec<SettingDrift>,
    /// Findings that are here and were not there.
    pub new_findings: Vec<Finding>,
    /// What becomes here of what was decided there.
    pub decisions: Vec<DecisionDrift>,
    /// What must be decided here.
    pub questions: Vec<Question>,
}

impl Document for DriftReport {
    const TYPE: &'static str = "drift";
    const SCHEMA: u32 = 1;
}

/// A fact that differs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FactDrift {
    /// Its name.
    pub fact: String,
    /// Its value where the playbook was learned.
    pub learned: Option<String>,
    /// Its value here.
    pub here: Option<String>,
    /// The steps that it touches.
    pub touches: Vec<StepId>,
}

/// A parameter with another value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ParameterDrift {
    /// Its name.
    pub name: String,
    /// Its value where the playbook was learned.
    pub learned: Option<String>,
    /// Its value here.
    pub here: Option<String>,
}

/// A step that is not the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepDrift {
    /// The step.
    pub step: StepId,
    /// How it differs.
    pub kind: StepDriftKind,
    /// What of it is not the same, in words.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub what: Vec<String>,
}

/// How a step differs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepDriftKind {
    /// Only here.
    Added,
    /// Only where the playbook was learned.
    Removed,
    /// In both, and not the same.
    Changed,
}

/// A setting that was settled otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SettingDrift {
    /// The file.
    pub file: String,
    /// The key.
    pub key: String,
    /// What became of it where the playbook was learned; `None` if it was not there, or as shipped.
    pub learned: Option<String>,
    /// What becomes of it here; `None` if it is not here, or as shipped.
    pub here: Option<String>,
}

/// A decision of the playbook in another environment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DecisionDrift {
    /// What was decided.
    pub subject: String,
    /// What was chosen.
    pub choice: String,
    /// What becomes of it here.
    pub fate: DecisionFate,
    /// Why, where the fate does not say it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// What becomes of a decision in another environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DecisionFate {
    /// It applies here: the same is seen.
    Applies,
    /// It is asked again: something else is seen.
    AskedAgain,
    /// What it is about is not here.
    NotHere,
    /// It was decided here before, in whatever way.
    DecidedHere,
}

impl DriftReport {
    /// Whether nothing but parameters differs.
    pub fn is_empty(&self) -> bool {
        let asked_again = |one: &DecisionDrift| one.fate == DecisionFate::AskedAgain;
        self.facts.is_empty()
            && self.steps.is_empty()
            && self.settings.is_empty()
            && self.new_findings.is_empty()
            && self.questions.is_empty()
            && !self.decisions.iter().any(asked_again)
    }
}
