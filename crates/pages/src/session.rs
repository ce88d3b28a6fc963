//! Logging in, setting a password, and confirming with it.

use askama::Template;

use crate::forms::{Entry, FormData};
use crate::{Html, Shell, paths};

/// The login page.
#[derive(Clone, Copy, Debug, Default)]
pub struct LoginView<'a> {
    /// The name that was typed.
    pub name: &'a str,
    /// Why it did not work; never whether there is such a name.
    pub error: Option<&'a str>,
    /// Where to go afterwards: a path of this server, checked by it again when it comes back.
    pub next: Option<&'a str>,
    /// The identity provider, if there is one.
    pub provider: Option<Elsewhere<'a>>,
}

/// The way to an identity provider.
#[derive(Clone, Copy, Debug)]
pub struct Elsewhere<'a> {
    /// What people call it.
    pub name: &'a str,
    /// Where the way begins: an address of this server.
    pub path: &'a str,
}

/// The page for a one-time link.
#[derive(Clone, Copy, Debug)]
pub struct SetPasswordView<'a> {
    /// The link's token.
    pub token: &'a str,
    /// Whose password it is.
    pub name: &'a str,
    /// What the link is for.
    pub purpose: PasswordPurpose,
    /// The fewest characters.
    pub least: u16,
    /// Why the password was not taken.
    pub error: Option<&'a str>,
}

/// What a one-time link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PasswordPurpose {
    /// The first administrator of a new server.
    FirstAdministrator,
    /// A person who was invited.
    Invitation,
    /// A person who has lost the password.
    Reset,
}

/// The page on which a person confirms something with the password once more.
#[derive(Clone, Copy, Debug)]
pub struct ReauthenticationView<'a> {
    /// What is about to be done, for example `approve the playbook`.
    pub what: &'a str,
    /// What it is about: a title, a version, a digest.
    pub about: &'a [(&'a str, String)],
    /// Where the form goes.
    pub path: &'a str,
    /// The form that is to be confirmed, which is sent along. Files are already kept: they are
    /// given by their digests.
    pub data: &'a FormData,
    /// Where to go instead.
    pub back: &'a str,
    /// Where somebody without a password confirms it.
    pub elsewhere: Option<Elsewhere<'a>>,
    /// Why it did not work.
    pub error: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "login.html")]
struct LoginPage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: LoginView<'a>,
}

#[derive(Template)]
#[template(path = "set-password.html")]
struct SetPasswordPage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: SetPasswordView<'a>,
}

#[derive(Template)]
#[template(path = "reauthenticate.html")]
struct ReauthenticationPage<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: ReauthenticationView<'a>,
    kept: Vec<(String, String)>,
}

/// The login page.
pub fn login(shell: &Shell<'_>, view: LoginView<'_>) -> Html {
    Html::of(&LoginPage { shell, title: "Log in", here: paths::LOGIN, view })
}

/// The page for a one-time link that sets a password.
pub fn set_password(shell: &Shell<'_>, view: SetPasswordView<'_>) -> Html {
    Html::of(&SetPasswordPage { shell, title: "Set your password", here: "", view })
}

/// The page on which a person confirms an action with the password once more. The password is in
/// the field `password`, beside the fields of the form.
pub fn reauthenticate(shell: &Shell<'_>, view: ReauthenticationView<'_>) -> Html {
    let kept =
        view.data.iter().filter(|(name, _)| !matches!(*name, "csrf" | "password" | "username"));
    let kept = kept.filter_map(|(name, entry)| {
        let value = match entry {
            Entry::Text(text) => text.clone(),
            Entry::File(file) => file.digest.to_string(),
            // Nothing is confirmed that has one.
            Entry::Refused(_) => return None,
        };
        Some((name.to_owned(), value))
    });
    let kept = kept.collect();
    Html::of(&ReauthenticationPage { shell, title: "Confirm it is you", here: "", view, kept })
}
