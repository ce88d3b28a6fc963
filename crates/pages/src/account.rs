//! The own account: password, sessions, API tokens.

use askama::Template;
use jiff::Timestamp;

use crate::{Elsewhere, Html, Shell, paths};

/// The own account.
#[derive(Clone, Copy, Debug)]
pub struct AccountView<'a> {
    /// Whether there is a password; none where an identity provider has it.
    pub has_password: bool,
    /// The fewest characters of a password.
    pub least: u16,
    /// Why the password was not changed.
    pub password_error: Option<&'a str>,
    /// Whether there is a second factor.
    pub has_second_factor: bool,
    /// The identity provider, if there is one, and whether the account is connected with it.
    pub provider: Option<(Elsewhere<'a>, bool)>,
    /// The sessions, the latest first.
    pub sessions: &'a [SessionRow],
    /// The API tokens, the latest first.
    pub tokens: &'a [TokenRow],
    /// What a token can be for.
    pub scopes: &'a [TokenScope],
    /// Why no token was made.
    pub token_error: Option<&'a str>,
    /// The token that was just made: it is shown this once.
    pub new_token: Option<NewToken<'a>>,
}

/// A session.
#[derive(Clone, Debug)]
pub struct SessionRow {
    /// What ends it: not the session's own secret.
    pub key: String,
    /// Where it was begun: the browser as it calls itself, and the address.
    pub from: String,
    /// When it began.
    pub begun: Timestamp,
    /// When it was used last.
    pub used: Timestamp,
    /// Whether it is this one.
    pub is_this: bool,
}

/// An API token.
#[derive(Clone, Debug)]
pub struct TokenRow {
    /// What revokes it: not the token itself.
    pub key: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub scopes: Vec<String>,
    /// When it was made.
    pub made: Timestamp,
    /// When it ends.
    pub ends: Option<Timestamp>,
    /// When it was used last.
    pub used: Option<Timestamp>,
}

/// What a token can be for.
#[derive(Clone, Debug)]
pub struct TokenScope {
    /// Its word.
    pub word: String,
    /// What it allows.
    pub meaning: String,
}

/// A token that was just made.
#[derive(Clone, Copy)]
pub struct NewToken<'a> {
    /// Its name.
    pub name: &'a str,
    /// The token itself.
    pub secret: &'a str,
}

impl std::fmt::Debug for NewToken<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewToken").field("name", &self.name).finish_non_exhaustive()
    }
}

#[derive(Template)]
#[template(path = "account.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'static str,
    here: &'static str,
    view: AccountView<'a>,
}

/// The own account.
pub fn account(shell: &Shell<'_>, view: AccountView<'_>) -> Html {
    Html::of(&Page { shell, title: "Your account", here: paths::ACCOUNT, view })
}
