//! How letters are sent.

use refit_model::Secret;
use serde::Deserialize;

/// How letters are sent.
#[derive(Clone, Debug)]
pub struct MailSettings {
    /// The SMTP server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    pub tls: MailTls,
    /// The sender, for example `Refit <refit@service.example>`.
    pub from: String,
    /// The user, where the server asks for one.
    pub user: Option<String>,
    /// The password.
    pub password: Option<Secret>,
}

/// How the connection to the mail server is encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MailTls {
    /// From the beginning.
    Wrapped,
    /// Before anything is said; a server that does not offer it gets nothing.
    #[default]
    Starttls,
    /// Not at all: only to a server on this machine.
    None,
}
