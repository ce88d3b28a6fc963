//! `refit serve`.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use refit_app::{AppError, AskSecret, StateDir, read_secret};
use refit_model::{ExitCode, Secret, SecretRef, with_causes};
use refit_portal::{Clock, LogForm, MailSettings, MailTls, OidcSettings, Server, Settings};
use refit_store::Location;
use serde::{Deserialize, Serialize};

use crate::arguments::Global;
use crate::failure::{Ending, Failure};
use crate::screen::Screen;
use crate::session;

/// How often it is looked for letters to send, and for what is due.
const ROUNDS: Duration = Duration::from_secs(30);

/// The portal, the API, and letters.
#[derive(Args, Debug)]
#[command(after_help = "The first time it prints a one-time link for the first administrator.\n\n\
    Examples:\n  \
    refit serve\n  \
    refit serve --public-url https://refit.example --behind-proxy --config service.toml\n  \
    refit serve --database postgresql://refit@db.example/refit?sslmode=verify-full")]
pub struct Serve {
    /// Where to listen; other addresses than this machine's own need --public-url
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8642")]
    listen: SocketAddr,
    /// How browsers reach the server, through a proxy that speaks HTTPS
    #[arg(long, value_name = "https://HOST")]
    public_url: Option<String>,
    /// Believe the last address of X-Forwarded-For, which a proxy of one's own writes
    #[arg(long)]
    behind_proxy: bool,
    /// A PostgreSQL database, without a password: that stands in libpq's password file
    /// [default: a SQLite file in the state directory]
    #[arg(long, value_name = "URL")]
    database: Option<String>,
    /// A file with the tables [mail], [oidc] and [webhooks]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The e-mail address of the first administrator, who is made where there is none
    #[arg(long, value_name = "ADDRESS", default_value = "administrator@localhost")]
    administrator: String,
    /// How the log is written to standard error
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: Log,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Log {
    Text,
    Json,
}

/// The configuration file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    mail: Option<MailFile>,
    oidc: Option<OidcFile>,
    #[serde(default)]
    webhooks: WebhooksFile,
}

/// Its table `oidc`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OidcFile {
    name: String,
    issuer: String,
    client_id: String,
    client_secret: Option<SecretRef>,
}

/// Its table `webhooks`.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct WebhooksFile {
    /// Hosts of a private network, or this machine, that webhooks may go to.
    #[serde(default)]
    allowed_hosts: Vec<String>,
}

/// Its table `mail`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct MailFile {
    host: String,
    port: u16,
    #[serde(default)]
    tls: MailTls,
    from: String,
    user: Option<String>,
    password: Option<SecretRef>,
}

/// What is told when the server listens.
#[derive(Serialize)]
struct Listening<'a> {
    url: &'a str,
    first_administrator: Option<&'a str>,
}

/// A server has nobody to ask.
struct Nobody;

impl AskSecret for Nobody {
    fn ask(&self, _: &str) -> Option<Secret> {
        None
    }
}

impl Serve {
    pub fn perform(&self, global: &Global, screen: &Screen) -> Ending {
        let config = self.config.as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        let state = StateDir::open(&global.state).map_err(AppError::from)?;
        let settings = Settings {
            listen: self.listen,
            public_url: self.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
            is_behind_proxy: self.behind_proxy,
            database: self.location(state.root())?,
            contents: state.root().join("contents"),
            packs: session::packs(global),
            administrator: self.administrator.clone(),
            mail: config.mail.map(MailFile::settings).transpose()?,
            oidc: config.oidc.map(OidcFile::settings).transpose()?,
            webhook_hosts: config.webhooks.allowed_hosts,
            rounds: ROUNDS,
            clock: Clock::default(),
        };
        refit_portal::log(match self.log {
            Log::Text => LogForm::Text,
            Log::Json => LogForm::Json,
        });
        let mut told = Ok(());
        let ended = refit_portal::run(settings, |server| told = tell(server, screen));
        told?;
        ended.map_err(|error| Failure::failed(with_causes(&error)))?;
        Ok(ExitCode::Done)
    }

    fn location(&self, state: &Path) -> Result<Location, Failure> {
        let Some(url) = &self.database else {
            return Ok(Location::File(state.join("service.sqlite")));
        };
        let login = url.split_once("://").and_then(|(_, rest)| rest.split_once('@'));
        if login.is_some_and(|(login, _)| login.contains(':')) || url.contains("password=") {
            return Err(Failure::usage(
                "a password on the command line can be read by everybody on this machine; put it \
                 in a password file of libpq (PGPASSFILE, mode 0600), and leave it out of --database",
            ));
        }
        Location::postgres(&Secret::new(url.as_str()))
            .map_err(|error| Failure::usage(error.to_string()))
    }
}

fn tell(server: &Server, screen: &Screen) -> Result<(), Failure> {
    let mut text = format!("Refit listens: {}", server.url());
    if let Some(link) = server.first_link() {
        text += &format!(
            "\n\nThere is no administrator yet. Set the password of the first one with this link,\n\
             which works once and for three days:\n\n  {link}"
        );
    }
    let listening = Listening { url: server.url(), first_administrator: server.first_link() };
    screen.value(&listening, &text)
}

impl ConfigFile {
    fn read(path: &Path) -> Result<Self, Failure> {
        let text = fs::read_to_string(path).map_err(|error| {
            Failure::failed(format!("{} cannot be read: {error}", path.display()))
        })?;
        toml::from_str(&text)
            .map_err(|error| Failure::usage(format!("{}: {error}", path.display())))
    }
}

impl MailFile {
    fn settings(self) -> Result<MailSettings, Failure> {
        if self.tls == MailTls::None && !is_this_machine(&self.host) {
            return Err(Failure::usage(format!(
                "[mail]: letters go to {} unencrypted; set tls to \"starttls\" or \"wrapped\"",
                self.host
            )));
        }
        Ok(MailSettings {
            host: self.host,
            port: self.port,
            tls: self.tls,
            from: self.from,
            user: self.user,
            password: secret(self.password.as_ref())?,
        })
    }
}

impl OidcFile {
    fn settings(self) -> Result<OidcSettings, Failure> {
        Ok(OidcSettings {
            name: self.name,
            issuer: self.issuer,
            client_id: self.client_id,
            client_secret: secret(self.client_secret.as_ref())?,
        })
    }
}

fn secret(reference: Option<&SecretRef>) -> Result<Option<Secret>, Failure> {
    let secret = reference.map(|reference| read_secret(reference, &Nobody)).transpose();
    secret.map_err(|error| Failure::failed(with_causes(&error)))
}

fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}
