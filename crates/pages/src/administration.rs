//! Organisations and users: what administrators see of them.

use askama::Template;
use refit_desk::Role;

use crate::forms::FormData;
use crate::{Html, Shell, paths};

/// The organisations, with the form of a new one.
#[derive(Clone, Copy, Debug)]
pub struct OrganisationsView<'a> {
    /// The organisations.
    pub organisations: &'a [OrganisationRow],
    /// What was typed.
    pub data: &'a FormData,
    /// Why no organisation was made.
    pub error: Option<&'a str>,
}

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its support plan.
    pub support_plan: Option<String>,
    /// Its time zone.
    pub time_zone: String,
    /// How many users it has.
    pub users: usize,
}

/// The users, with the form of an invitation.
#[derive(Clone, Copy, Debug)]
pub struct UsersView<'a> {
    /// The users.
    pub users: &'a [UserRow],
    /// The organisations: id and name.
    pub organisations: &'a [(String, String)],
    /// The roles: word and words.
    pub roles: &'a [(&'static str, Role)],
    /// What was typed.
    pub data: &'a FormData,
    /// Why nobody was invited.
    pub error: Option<&'a str>,
    /// A one-time link that was just made, and for whom: it is shown this once.
    pub link: Option<(&'a str, &'a str)>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// The id.
    pub id: String,
    /// The name.
    pub name: String,
    /// The address.
    pub email: String,
    /// The role.
    pub role: Role,
    /// The organisation's id.
    pub organisation: String,
    /// Whether the user can log in: `yes`, `invited`, `disabled`.
    pub standing: &'static str,
}

#[derive(Template)]
#[template(path = "organisations.html")]
struct OrganisationsPage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: OrganisationsView<'a>,
}

#[derive(Template)]
#[template(path = "users.html")]
struct UsersPage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: UsersView<'a>,
}

impl OrganisationsPage<'_> {
    fn typed<'a>(&'a self, name: &'a str, otherwise: &'a str) -> &'a str {
        self.view.data.text(name).unwrap_or(otherwise)
    }
}

impl UsersPage<'_> {
    fn typed<'a>(&'a self, name: &'a str) -> &'a str {
        self.view.data.text(name).unwrap_or_default()
    }

    fn is_typed(&self, name: &str, value: &str) -> bool {
        self.view.data.text(name) == Some(value)
    }
}

/// The organisations.
pub fn organisations(shell: &Shell<'_>, view: OrganisationsView<'_>) -> Html {
    let (title, here) = ("Organisations", paths::ORGANISATIONS);
    Html::of(&OrganisationsPage { shell, title, here, view })
}

/// The users.
pub fn users(shell: &Shell<'_>, view: UsersView<'_>) -> Html {
    Html::of(&UsersPage { shell, title: "Users", here: paths::USERS, view })
}
