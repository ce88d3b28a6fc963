//! Approvals: a person's word about exactly one content. They cannot be changed.

use jiff::Timestamp;
use refit_model::Digest;
use serde::{Deserialize, Serialize};

use crate::{Role, UserId};

/// What is approved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ApprovalSubject {
    /// A plan and its timeline.
    Plan,
    /// More time for the execution of a plan than usual, because the installation is large.
    Extension,
    /// A version of the Playbook.
    Playbook,
}

/// A person's word that a content is as it should be. It is bound to the content's digest: a
/// changed plan or Playbook is another content, and needs its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// What was approved.
    pub subject: ApprovalSubject,
    /// Its content.
    pub digest: Digest,
    /// Who approved it.
    pub by: UserId,
    /// As what.
    pub role: Role,
    /// When.
    pub at: Timestamp,
}

impl ApprovalSubject {
    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Extension => "extension of the execution",
            Self::Playbook => "playbook version",
        }
    }
}
