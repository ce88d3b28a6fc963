//! Users.

use askama::Template;
use jiff::Timestamp;
use refit_desk::{OrganisationId, Role, UserId};

use crate::forms::{Choice, Form, FormBuilder, FormData, FormErrors, USER};
use crate::{Html, Shell, paths};

/// The list of users, and the form that invites another one.
#[derive(Clone, Copy, Debug)]
pub struct UsersView<'a> {
    /// The users, by name.
    pub rows: &'a [UserRow],
    /// The organisations: id and name.
    pub organisations: &'a [(OrganisationId, String)],
    /// The one-time link that was just made, where no e-mail can be sent: it is shown this once.
    pub link: Option<&'a str>,
    /// What was typed into the form of a new user.
    pub data: &'a FormData,
    /// What is wrong with it.
    pub errors: &'a FormErrors,
}

/// A user in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UserRow {
    /// The id.
    pub id: UserId,
    /// The name.
    pub name: String,
    /// The e-mail address.
    pub email: String,
    /// As what.
    pub role: Role,
    /// The name of the organisation.
    pub organisation: String,
    /// Whether the person may log in.
    pub is_active: bool,
    /// Whether there is a second factor.
    pub has_second_factor: bool,
    /// How many tokens of programs the person has.
    pub tokens: usize,
    /// When the person was here last.
    pub seen: Option<Timestamp>,
}

#[derive(Template)]
#[template(path = "users.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: UsersView<'a>,
    form: Form,
}

impl UserRow {
    /// The roles that the person may have: a customer stays one, and so does somebody of the team.
    fn roles(&self) -> Vec<Role> {
        let is_of_kind = |role: &Role| role.is_team() == self.role.is_team();
        Role::ALL.into_iter().filter(is_of_kind).collect()
    }
}

impl Page<'_> {
    fn is_me(&self, row: &UserRow) -> bool {
        self.shell.viewer.is_some_and(|viewer| viewer.actor.user == row.id)
    }
}

/// The list of users, and the form that invites another one. What is done to a user goes to
/// [`paths::user`] with the field `do`: `link`, `end-sessions`, `revoke-tokens`, `remove-factor`,
/// `disable`, `enable`, or `change` with the new name, address and role.
pub fn users(shell: &Shell<'_>, view: UsersView<'_>) -> Html {
    let choice = |(id, name): &(OrganisationId, String)| Choice {
        value: id.to_string(),
        label: name.clone(),
    };
    let form = FormBuilder::of_fields(USER, "user", paths::USERS.to_owned(), shell)
        .filled(view.data.clone())
        .errors(view.errors.clone())
        .choices("organisation", view.organisations.iter().map(choice).collect())
        .button("Invite")
        .build();
    Html::of(&Page { shell, title: "Users", here: paths::USERS, view, form })
}
