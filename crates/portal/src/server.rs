//! The server: started, told where it listens, ended.

use std::net::SocketAddr;
use std::time::Duration;

use axum::Router;
use refit_model::with_causes;
use refit_packs::{PackError, Packs};
use refit_store::{BlobError, CheckedPart, StoreError};
use thiserror::Error;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;
use tokio_util::sync::{CancellationToken, DropGuard};
use tracing::{info, warn};

use crate::connections::{self, Serving};
use crate::demo::{self, Demo};
use crate::first;
use crate::installations::Installations;
use crate::metrics::Metrics;
use crate::oidc::Provider;
use crate::planning::Plannings;
use crate::portal::{Portal, Shared};
use crate::record::Origin;
use crate::router::router;
use crate::runs::{self, Known};
use crate::settings::Settings;
use crate::table::table;
use crate::web::{Reach, Web};

/// How long requests that are being answered may take once the server is to end.
const FAREWELL: Duration = Duration::from_secs(20);

/// The server cannot start, or did not end well.
#[derive(Debug, Error)]
pub enum ServeError {
    /// It would be reached over plain HTTP from other machines.
    #[error(
        "{0} is no address of this machine alone, and the server speaks plain HTTP: listen on \
         127.0.0.1 with a proxy that speaks HTTPS before it, and name its address by \
         --public-url https://HOST"
    )]
    NotPrivate(SocketAddr),
    /// The public address cannot be used.
    #[error("`{0}` is no public address: expected https://HOST or https://HOST:PORT")]
    PublicUrl(String),
    /// The records cannot be opened.
    #[error("the records at {place} cannot be opened")]
    Records {
        /// Where.
        place: String,
        /// Why.
        #[source]
        source: StoreError,
    },
    /// The place of contents cannot be opened.
    #[error("the place of contents cannot be opened")]
    Contents(#[source] BlobError),
    /// It cannot listen.
    #[error("the server cannot listen on {address}; choose another one by --listen")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// The packs cannot be read.
    #[error("what is known of platforms cannot be read")]
    Packs(#[from] PackError),
    /// Nobody can be asked: neither the OpenID provider nor webhooks.
    #[error("{0}")]
    Others(String),
    /// What is there first cannot be made.
    #[error("the first administrator cannot be made: {0}")]
    First(String),
    /// The demonstration cannot be made.
    #[error("the demonstration cannot be made: {0}")]
    Demo(String),
    /// It broke off.
    #[error("the server broke off: {0}")]
    Broken(String),
}

/// A server that listens.
#[derive(Debug)]
pub struct Server {
    portal: Portal,
    address: SocketAddr,
    first_link: Option<String>,
    demo: Option<Demo>,
    serving: JoinHandle<()>,
    rounds: JoinHandle<()>,
    mirror: JoinHandle<()>,
    /// Whatever becomes of it, what goes on without end is told to end.
    ends: DropGuard,
}

impl Server {
    /// Opens the records, listens, and begins to answer.
    pub async fn start(settings: Settings) -> Result<Self, ServeError> {
        check(&settings)?;
        let store = settings.records().await.map_err(|source| ServeError::Records {
            place: settings.database.to_string(),
            source,
        })?;
        let contents = settings.contents.open().await.map_err(ServeError::Contents)?;
        let listen = settings.listen;
        let failed = |source| ServeError::Listen { address: listen, source };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let url = settings.public_url.clone().unwrap_or_else(|| format!("http://{address}"));
        let portal = Portal::new(Shared {
            platforms: platforms(&settings.packs)?,
            store,
            contents,
            metrics: Metrics::new(),
            known: Known::default(),
            plannings: Plannings::default(),
            checked: Mutex::new(CheckedPart::nothing()),
            provider: provider(&settings, &url)?,
            hooks: hooks(&settings)?,
            installations: Installations::default(),
            ending: CancellationToken::new(),
            url,
            settings,
        });
        let demo = if portal.settings.is_demo { Some(fill(&portal).await?) } else { None };
        let origin = Origin::of_server(portal.now());
        let first_link = first::administrator(&portal, &origin)
            .await
            .map_err(|failure| ServeError::First(told(&failure)))?;
        let router = router(&portal, table())
            .map_err(|error| ServeError::PublicUrl(format!("{}: {error}", portal.url)))?;
        let serving = tokio::spawn(serve(&portal, listener, router));
        let rounds = tokio::spawn(crate::rounds::run(portal.clone()));
        let followed = portal.clone();
        let mirror = tokio::task::spawn_blocking(move || {
            if let Some(upgrades) = &followed.settings.upgrades {
                runs::follow(&followed, upgrades);
            }
        });
        let ends = portal.ending.clone().drop_guard();
        info!(%address, url = portal.url, "listening");
        Ok(Self { portal, address, first_link, demo, serving, rounds, mirror, ends })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// How browsers reach it.
    pub fn url(&self) -> &str {
        &self.portal.url
    }

    /// The one-time link for the first administrator, where there is none.
    pub fn first_link(&self) -> Option<&str> {
        self.first_link.as_deref()
    }

    /// What the store was filled with, where that was asked for.
    pub fn demo(&self) -> Option<&Demo> {
        self.demo.as_ref()
    }

    /// Waits until it is told to end (`SIGTERM`, Ctrl-C), or breaks off; then ends it.
    async fn until_told(mut self, mut signals: Signals) -> Result<(), ServeError> {
        tokio::select! {
            () = signals.told_to_end() => info!("told to end"),
            ended = &mut self.serving => return Err(broken(ended)),
        }
        self.stop().await
    }

    /// Ends it: requests that are being answered are answered, no new ones are taken.
    pub async fn stop(self) -> Result<(), ServeError> {
        drop(self.ends);
        let mut serving = self.serving;
        match tokio::time::timeout(FAREWELL, &mut serving).await {
            Ok(Ok(())) => {}
            Ok(ended) => return Err(broken(ended)),
            Err(_) => {
                warn!("some requests were not answered in time, and are cut off");
                serving.abort();
            }
        }
        if tokio::time::timeout(FAREWELL, self.rounds).await.is_err() {
            warn!("what was being sent is left in the outbox");
        }
        if tokio::time::timeout(FAREWELL, self.mirror).await.is_err() {
            warn!("what was being recorded is mirrored the next time");
        }
        self.portal.store.clone().close().await;
        info!("ended");
        Ok(())
    }
}

/// Starts a server, tells about it, and ends it when it is told to.
pub fn run(settings: Settings, tell: impl FnOnce(&Server)) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|error| ServeError::Broken(error.to_string()))?;
    runtime.block_on(async {
        // Who is told that it listens may tell it to end at once.
        let signals = Signals::heard().map_err(|error| ServeError::Broken(error.to_string()))?;
        let server = Server::start(settings).await?;
        tell(&server);
        server.until_told(signals).await
    })
}

async fn fill(portal: &Portal) -> Result<Demo, ServeError> {
    demo::fill(portal).await.map_err(|error| {
        let cause = error.cause().map(|cause| format!(": {cause}")).unwrap_or_default();
        ServeError::Demo(format!("{error}{cause}"))
    })
}

/// Takes connections and answers, until the server ends.
fn serve(
    portal: &Portal,
    listener: TcpListener,
    router: Router,
) -> impl Future<Output = ()> + use<> {
    let limits = portal.settings.connections;
    let (count, ending) = (portal.metrics.connections.clone(), portal.ending.clone());
    let serving = Serving { router, limits, count, ending };
    connections::serve(listener, serving)
}

/// Whether the settings fit together: nobody's password goes over a network in the clear.
fn check(settings: &Settings) -> Result<(), ServeError> {
    match &settings.public_url {
        None if settings.listen.ip().is_loopback() => Ok(()),
        None => Err(ServeError::NotPrivate(settings.listen)),
        Some(url) => {
            let host = url.strip_prefix("https://").unwrap_or_default();
            let is_host_char = |c: char| c.is_ascii_alphanumeric() || "-.:[]".contains(c);
            if !host.is_empty() && host.chars().all(is_host_char) {
                Ok(())
            } else {
                Err(ServeError::PublicUrl(url.clone()))
            }
        }
    }
}

fn provider(settings: &Settings, url: &str) -> Result<Option<Provider>, ServeError> {
    let own = &settings.authorities;
    let provider = settings.oidc.clone().map(|oidc| Provider::new(oidc, url, own)).transpose();
    provider.map_err(|error| ServeError::Others(with_causes(&error)))
}

/// What messages to webhooks go out by.
fn hooks(settings: &Settings) -> Result<Web, ServeError> {
    let reach = Reach::Public { but: settings.webhook_hosts.clone().into() };
    Web::new(reach, &settings.authorities).map_err(|error| ServeError::Others(with_causes(&error)))
}

/// The platforms of the packs: name and what people call it.
fn platforms(packs: &Packs) -> Result<Vec<(String, String)>, PackError> {
    let entries = packs.list_of_settings()?;
    let title = |name: String| {
        let title = packs.about(&name)?.title;
        Ok((name, title))
    };
    entries.into_iter().map(|entry| title(entry.name)).collect()
}

/// The signals by which it is told to end.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
}

impl Signals {
    /// They are heard from now on.
    fn heard() -> std::io::Result<Self> {
        let (terminate, interrupt) = (SignalKind::terminate(), SignalKind::interrupt());
        Ok(Self { terminate: signal(terminate)?, interrupt: signal(interrupt)? })
    }

    async fn told_to_end(&mut self) {
        tokio::select! {
            _ = self.terminate.recv() => {}
            _ = self.interrupt.recv() => {}
        }
    }
}

fn broken(ended: Result<(), tokio::task::JoinError>) -> ServeError {
    ServeError::Broken(match ended {
        Ok(()) => "it ended by itself".to_owned(),
        Err(error) => error.to_string(),
    })
}

fn told(failure: &crate::failure::Failure) -> String {
    failure.causes().unwrap_or_else(|| failure.to_string())
}
