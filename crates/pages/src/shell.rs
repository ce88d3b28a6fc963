//! What stands around every page: who looks, and where one can go.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use refit_desk::{Actor, Role};

use crate::paths;

/// What stands around a page.
#[derive(Clone, Copy, Debug)]
pub struct Shell<'a> {
    /// Who looks; nobody before the login.
    pub viewer: Option<Viewer<'a>>,
    /// The session's token against forged requests, sent along with every form as `csrf`.
    pub csrf: &'a str,
    /// The time zone of moments that belong to no case: the viewer's.
    pub zone: &'a TimeZone,
    /// What is said at the top, about what was done before.
    pub notice: Option<Notice<'a>>,
    /// The platforms that can be upgraded: name and what people call it.
    pub platforms: &'a [(String, String)],
}

/// Who looks at a page.
#[derive(Clone, Copy, Debug)]
pub struct Viewer<'a> {
    /// Who, as what.
    pub actor: &'a Actor,
    /// The person's name.
    pub name: &'a str,
    /// The name of the person's organisation.
    pub organisation: &'a str,
}

/// What is said at the top of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Notice<'a> {
    /// Something went well.
    Good(&'a str),
    /// Something did not.
    Bad(&'a str),
}

/// A link of the navigation.
pub(crate) struct Link {
    pub(crate) path: &'static str,
    pub(crate) word: &'static str,
}

const fn link(path: &'static str, word: &'static str) -> Link {
    Link { path, word }
}

const PUBLIC: &[Link] = &[link(paths::SERVICE, "Service"), link(paths::LOGIN, "Log in")];
const CUSTOMER: &[Link] = &[
    link(paths::REQUESTS, "Requests"),
    link(paths::NEW_REQUEST, "Request an upgrade"),
    link(paths::RECOMMENDATIONS, "What is due"),
    link(paths::SERVICE, "Service"),
];
const TEAM: &[Link] = &[
    link(paths::REQUESTS, "Requests"),
    link(paths::NEW_REQUEST, "Request for a customer"),
    link(paths::QUEUE, "Queue"),
    link(paths::RECOMMENDATIONS, "What is due"),
    link(paths::SERVICE, "Service"),
];
const ADMINISTRATOR: &[Link] = &[
    link(paths::REQUESTS, "Requests"),
    link(paths::QUEUE, "Queue"),
    link(paths::RECOMMENDATIONS, "What is due"),
    link(paths::ORGANISATIONS, "Organisations"),
    link(paths::USERS, "Users"),
    link(paths::RULES, "Rules"),
    link(paths::WEBHOOKS, "Webhooks"),
    link(paths::AUDIT, "Audit log"),
    link(paths::SERVICE, "Service"),
];

impl Shell<'_> {
    /// Where the viewer can go.
    pub(crate) fn links(&self) -> &'static [Link] {
        match self.role() {
            None => PUBLIC,
            Some(Role::Customer) => CUSTOMER,
            Some(Role::Consultant | Role::ProjectManager) => TEAM,
            Some(Role::Administrator) => ADMINISTRATOR,
        }
    }

    pub(crate) fn role(&self) -> Option<Role> {
        self.viewer.map(|viewer| viewer.actor.role)
    }

    /// Where somebody begins who wants to have something upgraded; none for those who make no
    /// requests.
    pub(crate) fn request_path(&self) -> Option<String> {
        match self.role() {
            None => Some(format!("{}?next={}", paths::LOGIN, paths::NEW_REQUEST)),
            Some(role) => {
                let is_for = refit_desk::ActionKind::CreateRequest.is_for(role);
                is_for.then(|| paths::NEW_REQUEST.to_owned())
            }
        }
    }

    /// What people call a platform; its name where nobody calls it otherwise.
    pub(crate) fn platform<'b>(&'b self, name: &'b str) -> &'b str {
        let known = self.platforms.iter().find(|(known, _)| known == name);
        known.map_or(name, |(_, title)| title)
    }

    /// The name of the viewer's time zone, for everybody who is logged in.
    pub(crate) fn zone_name(&self) -> Option<&str> {
        self.viewer.map(|_| self.zone.iana_name().unwrap_or("UTC"))
    }

    pub(crate) fn is_team(&self) -> bool {
        self.role().is_some_and(Role::is_team)
    }

    /// A moment in the viewer's time zone.
    pub(crate) fn moment(&self, at: &Timestamp) -> crate::show::Moment {
        crate::show::Moment::new(*at, self.zone)
    }
}
