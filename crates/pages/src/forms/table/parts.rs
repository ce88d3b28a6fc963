//! What several forms have.

use refit_desk::{OfActivity, OfDocument, OfUser};
use refit_model::{OfEnvironment, OfInstallation, OfRun, OfStep};

use crate::forms::field::{Field, FieldKind as K, is_name};

/// The largest number of a thing within a case.
pub(super) const NUMBER: K = K::Number { least: 1, most: 1_000_000 };
/// The largest count.
pub(super) const COUNT: K = K::Number { least: 0, most: 1_000_000_000 };
pub(super) const USER: K = K::Name(is_name::<OfUser>);
pub(super) const ACTIVITY: K = K::Name(is_name::<OfActivity>);
pub(super) const DOCUMENT: K = K::Name(is_name::<OfDocument>);
pub(super) const ENVIRONMENT: K = K::Name(is_name::<OfEnvironment>);
pub(super) const INSTALLATION: K = K::Name(is_name::<OfInstallation>);
pub(super) const STEP: K = K::Name(is_name::<OfStep>);
pub(super) const RUN: K = K::Name(is_name::<OfRun>);

pub(super) const PARTY: K = K::Choice(&[
    ("customer", "customer"),
    ("consultant", "consultant"),
    ("project-manager", "project manager"),
]);
pub(super) const POST: K =
    K::Choice(&[("consultant", "consultant"), ("project-manager", "project manager")]);
pub(super) const DUTY: K = K::Choice(&[
    ("technical-contact", "technical contact"),
    ("reviewer", "reviewer"),
    ("approver", "approver"),
]);
pub(super) const FILE_KIND: K = K::Choice(&[
    ("initial-document", "initial document"),
    ("upgrade-documentation", "documentation of the upgrade"),
    ("other", "something else"),
]);
pub(super) const SCOPE: K =
    K::Choice(&[("everyone", "everyone in the case"), ("team", "the team alone")]);
pub(super) const ENVIRONMENT_KIND: K =
    K::Choice(&[("development", "development"), ("staging", "staging")]);
pub(super) const RUN_END: K = K::Choice(&[
    ("done", "every step is settled"),
    ("rolled-back", "it was rolled back"),
    ("stopped", "a person ended it"),
]);
pub(super) const HALT: K = K::Choice(&[
    ("failed", "a step failed"),
    ("in-doubt", "what a step did is not known"),
    ("waiting", "a person, an approval or a host is awaited"),
]);
pub(super) const TRIAL_VERDICT: K = K::Choice(&[
    ("pass", "PASS: everything holds"),
    ("fail", "FAIL: something does not hold"),
    ("inconclusive", "INCONCLUSIVE: it cannot be told"),
    ("invalid", "INVALID: the measurement was no good"),
]);
pub(super) const COMPONENT: K = K::Choice(&[
    ("standard", "standard: the vendor ships it"),
    ("custom", "custom: the customer's own, or a third party's"),
]);
pub(super) const CHANGE: K = K::Choice(&[
    ("change", "change: the Playbook should be changed"),
    ("clarification", "clarification: something should be explained"),
]);
pub(super) const ENGAGEMENT: K = K::Choice(&[
    ("no-access", "upgrade without access, by screen sharing"),
    ("other-environments", "upgrade of other environments"),
    ("problems-elsewhere", "help with problems in other environments"),
    ("customisations", "customised plugins or services"),
    ("whole-upgrade", "managed upgrade without eligibility"),
]);
pub(super) const DEPLOYMENT: K = K::Choice(&[
    ("on-premises", "on our own hosts"),
    ("hosted", "on hosts of somebody else, as a service"),
    ("unknown", "I do not know"),
]);
pub(super) const ACCESS: K = K::Choice(&[
    (
        "read-and-write",
        "We acknowledge that access, to read and to write, to a development or staging system \
         will be provided",
    ),
    ("none", "We give no access (then the upgrade is a paid engagement by screen sharing)"),
]);

pub(super) const WHY: Field = Field::new("why", "Why", K::Prose);
pub(super) const WHAT_IS_SAID: Field = Field::new("text", "Text", K::Prose);
pub(super) const THE_ACTIVITY: Field = Field::new("activity", "Activity", ACTIVITY);
pub(super) const THE_DOCUMENT: Field = Field::new("document", "Document", DOCUMENT);
pub(super) const THE_CHANGE: Field = Field::new("change", "Change request", NUMBER);
pub(super) const THE_PROBLEM: Field = Field::new("problem", "Problem", NUMBER);
pub(super) const THE_DEFECT: Field = Field::new("defect", "Defect", NUMBER);
pub(super) const THE_ENGAGEMENT: Field = Field::new("engagement", "Engagement", NUMBER);
pub(super) const THE_PLAN: Field = Field::new("plan", "Plan", K::Digest);
pub(super) const THE_PLAYBOOK: Field = Field::new("playbook", "Playbook version", K::Digest);
pub(super) const SHOWN_BY: Field = Field::new("evidence.what", "What shows it", K::Prose)
    .help("Say in words what the content is, for example: journal of the run.");
pub(super) const SHOWN_IN: Field = Field::new("evidence.digest", "Its content", K::Content)
    .help("The digest that Refit printed, or the file.");
