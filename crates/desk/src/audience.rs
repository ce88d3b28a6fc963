//! Who sees a case.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::{Actor, Case, OrganisationId, Post, Role, UserId};

/// Who sees a case: as long as nothing happens to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Audience {
    /// The customer's organisation.
    pub organisation: OrganisationId,
    /// The members of the support group, where one is set.
    pub members: Option<BTreeSet<UserId>>,
    /// Who made the request, and those with a duty.
    pub concerned: BTreeSet<UserId>,
    /// Those with a post.
    pub holders: BTreeSet<UserId>,
}

impl Audience {
    /// Whether a person is one of them.
    pub fn includes(&self, actor: &Actor) -> bool {
        let user = &actor.user;
        let is_member = self.members.as_ref().is_none_or(|members| members.contains(user));
        match actor.role {
            Role::Administrator => true,
            Role::Customer => {
                let is_own = self.organisation == actor.organisation;
                is_own && (is_member || self.concerned.contains(user))
            }
            Role::Consultant | Role::ProjectManager => is_member || self.holders.contains(user),
        }
    }
}

impl Case {
    /// Who sees it; nothing before there is a request.
    pub fn audience(&self) -> Option<Audience> {
        let request = self.request.as_ref()?;
        let contacts = self.contacts.iter().map(|contact| &contact.user);
        let holders = Post::ALL.into_iter().filter_map(|post| self.holder(post));
        Some(Audience {
            organisation: request.customer.organisation.clone(),
            members: self.group.as_ref().map(|group| group.members.iter().cloned().collect()),
            concerned: contacts.chain([&request.requester]).cloned().collect(),
            holders: holders.cloned().collect(),
        })
    }
}
