//! The nouns of Refit, as plain data: environments, assessments, settlements, plans, steps.
//!
//! This crate knows no other crate of the workspace. It does no I/O and reads no clock; the same
//! inputs give the same bytes. Names follow `docs/ARCHITECTURE.md`, "Words".

mod access;
mod approval;
mod assessment;
mod causes;
mod command;
mod condition;
mod decision;
mod digest;
mod document;
mod environment;
mod exit_code;
mod fact;
mod finding;
mod fingerprint;
mod host_path;
mod name;
mod parameters;
mod plan;
mod playbook;
mod rehearsal;
mod secret;
mod settlement;
mod ssh_address;
mod step;
mod template;
mod trial_verdict;
mod version;

pub use access::{AccessNeed, AccessProof, AccessReport};
pub use approval::{Approval, ApprovalOf};
pub use assessment::{
    Archive, Assessment, DigestTrust, Endpoint, FileOrigin, FileRecord, FileRole, Folders,
    HomeLink, Hop, Observations, PackRef, PathPurpose, Protocol, ScopeLine, StoreReading, Target,
    UnknownName, WrittenPath,
};
pub use causes::with_causes;
pub use command::Command;
pub use condition::{
    BrokerCheck, Check, Condition, EndpointCheck, FilePair, PlannedFile, ProcessFolder,
    ProcessMatch,
};
pub use decision::{Decision, KEEP_SITE, OWN_VALUE, Question, QuestionOption, Seen, TAKE_NEW};
pub use digest::{Digest, InvalidDigest};
pub use document::{Document, DocumentError, Stored, canonical_json};
pub use environment::{
    ENVIRONMENT_SCHEMA, Environment, HostEntry, Installation, Logins, Service, SiteParameters,
    Transport,
};
pub use exit_code::ExitCode;
pub use fact::{FactValue, Facts, Truth, When};
pub use finding::{Finding, Remedy, Severity};
pub use fingerprint::Fingerprint;
pub use host_path::HostPath;
pub use name::{
    EnvironmentName, HostName, InstallationName, InvalidName, MAX_NAME_LENGTH, Name, NameKind,
    OfEnvironment, OfHost, OfInstallation, OfPlatform, OfRun, OfStep, PlatformName, RunId, StepId,
};
pub use parameters::{ParameterError, Parameters, literal, used_parameters};
pub use plan::{
    EndpointPart, Landmark, Override, OverrideTo, Plan, PointOfNoReturn, RehearsalSpec, Strategy,
};
pub use playbook::{
    DecisionDrift, DecisionFate, DriftReport, FactDrift, ParameterDrift, Playbook, PlaybookNote,
    PlaybookParameter, PlaybookStep, SettingDrift, StepDrift, StepDriftKind, TrialSummary,
};
pub use rehearsal::{RehearsalCheck, RehearsalReport};
pub use secret::{Login, Secret, SecretRef};
pub use settlement::{
    KeyOutcome, Lineage, Outcome, Remark, RuleRef, SettledFile, Settlement, Shown,
};
pub use ssh_address::SshAddress;
pub use step::{Act, Owner, Phase, RestoreItem, Step, Undo, UndoAct};
pub use template::{Encoding, SLOT_CLOSE, SLOT_OPEN, Slot, Template, TemplateError, TemplatePiece};
pub use trial_verdict::TrialVerdict;
pub use version::{InvalidVersion, Version};
