//! Who is in a walk, and what it is about.

use refit_model::{Digest, PlatformName, RunId, TrialVerdict};

use crate::{Actor, AssessmentSummary, CaseId, Customer, Line, Prose, Section, VersionStanding};

/// The people of a walk.
#[derive(Clone, Debug)]
pub struct Cast {
    /// The customer.
    pub customer: Customer,
    /// Who asks, approves and reviews for the customer.
    pub approver: Actor,
    /// Her or his name.
    pub approver_name: Line,
    /// The customer's technical contact.
    pub technician: Actor,
    /// Her or his name.
    pub technician_name: Line,
    /// The consultant.
    pub consultant: Actor,
    /// The project manager.
    pub manager: Actor,
    /// Her or his name.
    pub manager_name: Line,
    /// Who gives posts to people.
    pub administrator: Actor,
}

/// What a walk is about.
#[derive(Clone, Debug)]
pub struct Plot {
    /// The case.
    pub case: CaseId,
    /// The platform.
    pub platform: PlatformName,
    /// The version before.
    pub version: Line,
    /// Whether the pack knows it.
    pub standing: VersionStanding,
    /// Why there is a deadline.
    pub reason: Prose,
    /// What the pack adds to the questionnaire.
    pub additions: Vec<Section>,
    /// The documents of an upgrade that was really done; without it, the case names digests of
    /// documents that are not there.
    pub real: Option<RealUpgrade>,
}

/// The documents of an upgrade that was really done.
#[derive(Clone, Debug)]
pub struct RealUpgrade {
    /// What its assessment said.
    pub assessment: AssessmentSummary,
    /// Its plan.
    pub plan: Digest,
    /// What that means.
    pub plan_summary: Prose,
    /// The run.
    pub run: RunId,
    /// The last event of the run's journal.
    pub journal: Digest,
    /// The trial, if there was one.
    pub trial: Option<RealTrial>,
    /// The Playbook.
    pub playbook: Digest,
    /// The bundle of it, and what is in that.
    pub bundle: Digest,
    /// The files in the bundle.
    pub files: Vec<Line>,
}

/// A trial that was really made.
#[derive(Clone, Copy, Debug)]
pub struct RealTrial {
    /// Its report.
    pub report: Digest,
    /// What came out.
    pub verdict: TrialVerdict,
}
