//! Who acts.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{OrganisationId, UserId};

/// What a person is in the service.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Belongs to a customer's organisation, and sees that organisation's cases only.
    Customer,
    /// Does the upgrade.
    Consultant,
    /// Leads the project.
    ProjectManager,
    /// Looks after rules, queue and people.
    Administrator,
}

/// A side that owns activities, and for which others wait.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Party {
    /// The customer.
    Customer,
    /// The consultant.
    Consultant,
    /// The project manager.
    ProjectManager,
}

/// The person who acts, as the server has authenticated it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actor {
    /// Who.
    pub user: UserId,
    /// As what.
    pub role: Role,
    /// Of which organisation.
    pub organisation: OrganisationId,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 4] =
        [Self::Customer, Self::Consultant, Self::ProjectManager, Self::Administrator];

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Consultant => "consultant",
            Self::ProjectManager => "project manager",
            Self::Administrator => "administrator",
        }
    }

    /// Whether the person belongs to the team that provides the service.
    pub fn is_team(self) -> bool {
        self != Self::Customer
    }

    /// The side that a person of this role stands on; an administrator stands on none.
    pub fn party(self) -> Option<Party> {
        match self {
            Self::Customer => Some(Party::Customer),
            Self::Consultant => Some(Party::Consultant),
            Self::ProjectManager => Some(Party::ProjectManager),
            Self::Administrator => None,
        }
    }
}

impl Party {
    /// Every party.
    pub const ALL: [Self; 3] = [Self::Customer, Self::Consultant, Self::ProjectManager];

    /// The words for people.
    pub fn word(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Consultant => "consultant",
            Self::ProjectManager => "project manager",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

impl fmt::Display for Party {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}
