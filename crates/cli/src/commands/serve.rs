//! `refit serve`.

use std::ffi::OsString;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, ValueEnum};
use refit_app::{AppError, StateDir};
use refit_model::{ExitCode, Secret, with_causes};
use refit_portal::{Clock, ConnectionLimits, Demo, LogForm, Server, Settings, Upgrades};
use refit_store::{KeyFile, Location};
use serde::Serialize;

use super::service_file::ServiceFile;
use crate::arguments::Global;
use crate::failure::{Ending, Failure};
use crate::screen::Screen;
use crate::session;

/// How often it is looked for letters to send, and for what is due.
const ROUNDS: Duration = Duration::from_secs(30);

/// How long the next piece of what somebody sends may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// The portal, the API, and letters.
#[derive(Args, Debug)]
#[command(after_help = "The first time it prints a one-time link for the first administrator.\n\n\
    Examples:\n  \
    refit serve\n  \
    refit serve --demo --state ./demo-state\n  \
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
    /// The file of the key under which secrets in the records are encrypted: second factors, and
    /// the keys of webhooks; it is made at the first start, mode 0600, and belongs in another backup
    /// than the records [default: service.key in the state directory]
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The key is lost: give second factors and webhooks up, and begin with a new one
    #[arg(long)]
    forget_secrets: bool,
    /// A file with `ca_file` and the tables [mail], [blobs], [oidc] and [webhooks]
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The e-mail address of the first administrator, who is made where there is none
    #[arg(long, value_name = "ADDRESS", default_value = "administrator@localhost")]
    administrator: String,
    /// Fill an empty store with a demonstration: organisations, people of every role, and requests
    /// at every stage of the process
    #[arg(long, conflicts_with = "config")]
    demo: bool,
    /// How the log is written to standard error
    #[arg(long, value_name = "FORM", default_value = "text")]
    log: Log,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Log {
    Text,
    Json,
}

/// What is told when the server listens.
#[derive(Serialize)]
struct Listening<'a> {
    url: &'a str,
    first_administrator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    demo: Option<ToldDemo<'a>>,
}

/// What is told of a demonstration.
#[derive(Serialize)]
struct ToldDemo<'a> {
    password: &'a str,
    people: Vec<&'a str>,
    requests: usize,
    real: Option<&'a str>,
}

impl Serve {
    pub fn perform(&self, global: &Global, screen: &Screen) -> Ending {
        let file = self.config.as_deref().map(ServiceFile::read).transpose()?.unwrap_or_default();
        let state = StateDir::open(&global.state).map_err(AppError::from)?;
        let settings = Settings {
            listen: self.listen,
            public_url: self.public_url.as_ref().map(|url| url.trim_end_matches('/').to_owned()),
            is_behind_proxy: self.behind_proxy,
            database: self.location(state.root())?,
            key_file: self.key_file(state.root()),
            forgets_secrets: self.forget_secrets,
            contents: file.contents(state.root())?,
            packs: session::packs(global),
            is_demo: self.demo,
            administrator: self.administrator.clone(),
            mail: file.mail()?,
            oidc: file.oidc()?,
            authorities: file.authorities()?,
            webhook_hosts: file.webhook_hosts(),
            rounds: ROUNDS,
            upgrades: Some(upgrades(global, state)?),
            patience: PATIENCE,
            connections: ConnectionLimits::default(),
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

    fn key_file(&self, state: &Path) -> KeyFile {
        KeyFile::at(self.key_file.clone().unwrap_or_else(|| state.join("service.key")))
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

/// What runs are begun with: this program, with the same options of every command.
fn upgrades(global: &Global, state: StateDir) -> Result<Upgrades, Failure> {
    let program = std::env::current_exe()
        .map_err(|error| Failure::failed(format!("the program is not found: {error}")))?;
    let folders = [
        ("--state", Some(state.root())),
        ("--environments", Some(global.environments.as_path())),
        ("--artifacts", global.artifacts.as_deref()),
        ("--packs", global.packs.as_deref()),
    ];
    let given = folders.into_iter().filter_map(|(option, folder)| Some((option, folder?)));
    let options = given.flat_map(|(option, folder)| [OsString::from(option), folder.into()]);
    Ok(Upgrades {
        options: options.collect(),
        state,
        environments: global.environments.clone(),
        artifacts: global.artifacts.clone(),
        program,
    })
}

fn tell(server: &Server, screen: &Screen) -> Result<(), Failure> {
    let mut text = format!("Refit listens: {}", server.url());
    if let Some(link) = server.first_link() {
        text += &format!(
            "\n\nThere is no administrator yet. Set the password of the first one with this link,\n\
             which works once and for three days:\n\n  {link}"
        );
    }
    let demo = server.demo().map(|demo| {
        text += &demo_text(demo);
        ToldDemo {
            password: demo.password.expose_text().unwrap_or_default(),
            people: demo.people.iter().map(|person| person.user.as_str()).collect(),
            requests: demo.requests,
            real: demo.real.as_deref(),
        }
    });
    let (url, first_administrator) = (server.url(), server.first_link());
    screen.value(&Listening { url, first_administrator, demo }, &text)
}

/// Who can log in to a demonstration, and what is in it.
fn demo_text(demo: &Demo) -> String {
    let people = demo.people.iter().map(|person| {
        format!("  {:14} {} ({}, {})\n", person.user, person.name, person.role, person.organisation)
    });
    let real = match &demo.real {
        Some(case) => format!(
            "The request {case} has the plan, run, trial and Playbook of the upgrade in the state \
             directory."
        ),
        None => "No request has the documents of a real upgrade: the state directory holds none. \
                 `cargo xtask demo` makes one and prints its folder; serve that with --state \
                 FOLDER/.refit."
            .to_owned(),
    };
    format!(
        "\n\nThis is a demonstration with {} requests. Log in as one of:\n\n{}\n\
         Everybody's password, which is not told again: {}\n\n{real}",
        demo.requests,
        people.collect::<String>(),
        demo.password.expose_text().unwrap_or_default(),
    )
}
