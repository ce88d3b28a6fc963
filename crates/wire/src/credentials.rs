//! A user name with the password itself, at hand for one connection.

use refit_model::Secret;

/// A user's name and password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credentials {
    /// The user's name.
    pub user: String,
    /// The user's password.
    pub password: Secret,
}

impl Credentials {
    /// Takes name and password into custody.
    pub fn new(user: impl Into<String>, password: Secret) -> Self {
        Self { user: user.into(), password }
    }
}
