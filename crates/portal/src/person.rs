//! Who asks.

use jiff::tz::TimeZone;
use refit_desk::{Actor, BusinessCalendar, Customer, Line, OrganisationId, Role, Rules, UserId};
use refit_store::{Organisation, Session, Store, User};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

/// Somebody who is logged in, or a program with a token of somebody.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) user: User,
    pub(crate) actor: Actor,
    pub(crate) organisation: Organisation,
    /// How the person, or program, has shown who it is.
    pub(crate) way: Way,
}

/// How somebody has shown who it is.
#[derive(Clone, Debug)]
pub(crate) enum Way {
    /// A browser with a session.
    Session(Box<Session>),
    /// A program with a token that may be used for these scopes.
    Token { scopes: Vec<String> },
}

/// What the service knows of an organisation besides its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganisationSettings {
    /// Its support plan, if it has one.
    pub(crate) support_plan: Option<Line>,
    /// When it works.
    pub(crate) calendar: BusinessCalendar,
}

impl Person {
    pub(crate) async fn of(store: &Store, user: User, way: Way) -> Result<Self, Failure> {
        let organisation = store.organisation(&user.organisation).await?;
        let missing = || Failure::internal(format!("user {} is of no organisation", user.id));
        let organisation = organisation.ok_or_else(missing)?;
        let actor = actor_of(&user)?;
        Ok(Self { user, actor, organisation, way })
    }

    pub(crate) fn role(&self) -> Role {
        self.actor.role
    }

    pub(crate) fn session(&self) -> Option<&Session> {
        match &self.way {
            Way::Session(session) => Some(session),
            Way::Token { .. } => None,
        }
    }

    /// The time zone in which the person is shown moments that belong to no case.
    pub(crate) fn zone(&self, rules: &Rules) -> TimeZone {
        match self.organisation.settings.read::<OrganisationSettings>() {
            Ok(settings) if !self.role().is_team() => settings.calendar.zone().clone(),
            _ => rules.team_calendar.zone().clone(),
        }
    }

    /// The organisation as a case needs it.
    pub(crate) fn customer(&self) -> Result<Customer, Failure> {
        customer_of(&self.organisation)
    }
}

/// The organisation as a case needs it.
pub(crate) fn customer_of(organisation: &Organisation) -> Result<Customer, Failure> {
    let settings: OrganisationSettings = organisation.settings.read()?;
    Ok(Customer {
        organisation: organisation_id(&organisation.id)?,
        name: Line::new(&organisation.name).map_err(Failure::internal)?,
        support_plan: settings.support_plan,
        calendar: settings.calendar,
    })
}

/// A user as the desk sees it.
pub(crate) fn actor_of(user: &User) -> Result<Actor, Failure> {
    Ok(Actor {
        user: UserId::new(&user.id).map_err(Failure::internal)?,
        role: role_of(&user.role)?,
        organisation: organisation_id(&user.organisation)?,
    })
}

/// The role of a word that is kept.
pub(crate) fn role_of(word: &str) -> Result<Role, Failure> {
    let found = Role::ALL.into_iter().find(|role| role_word(*role) == word);
    found.ok_or_else(|| Failure::internal(format!("`{word}` is no role")))
}

/// The word that a role is kept as: one without blank space.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Customer => "customer",
        Role::Consultant => "consultant",
        Role::ProjectManager => "project-manager",
        Role::Administrator => "administrator",
    }
}

fn organisation_id(id: &str) -> Result<OrganisationId, Failure> {
    OrganisationId::new(id).map_err(Failure::internal)
}
