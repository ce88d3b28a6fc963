//! How letters are sent.

use serde::Deserialize;

use refit_model::SecretRef;

/// How letters are sent: the table `mail` of the configuration file.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailSettings {
    /// The SMTP server.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the connection is encrypted.
    #[serde(default)]
    pub tls: MailTls,
    /// The sender, for example `Refit <refit@service.example>`.
    pub from: String,
    /// The user, where the server asks for one.
    pub user: Option<String>,
    /// Where the password is read.
    pub password: Option<SecretRef>,
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
