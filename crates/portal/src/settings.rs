//! What the server is told when it starts.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use refit_packs::Packs;
use refit_store::{BlobError, Blobs, KeyFile, Location, Store, StoreError};

use crate::authorities::Authorities;
use crate::mail::MailSettings;
use crate::oidc::OidcSettings;
use crate::pace::ConnectionLimits;
use crate::runs::Upgrades;

/// What the server is told when it starts.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// How browsers reach it, where that is not the address it listens on: `https://HOST`.
    pub public_url: Option<String>,
    /// Whether a proxy of one's own stands before it: the last address of `X-Forwarded-For` is
    /// believed then.
    pub is_behind_proxy: bool,
    /// The records.
    pub database: Location,
    /// The file of the key under which secrets in the records are encrypted.
    pub key_file: KeyFile,
    /// Whether the key is lost, and second factors and webhooks are given up with it.
    pub forgets_secrets: bool,
    /// Where contents are kept that people send along.
    pub contents: Contents,
    /// What is known of platforms.
    pub packs: Packs,
    /// Whether an empty store is filled with a demonstration.
    pub is_demo: bool,
    /// The e-mail address of the first administrator.
    pub administrator: String,
    /// How letters are sent; without it they wait in the outbox.
    pub mail: Option<MailSettings>,
    /// The OpenID provider with which people can log in, beside their passwords.
    pub oidc: Option<OidcSettings>,
    /// Certificate authorities of the site's own, for mail server, provider and webhooks.
    pub authorities: Authorities,
    /// Hosts that webhooks may go to although their addresses are of a private network, or of this
    /// machine.
    pub webhook_hosts: Vec<String>,
    /// How often it is looked for letters to send, and for what is due.
    pub rounds: Duration,
    /// The machine that upgrades are done from, where it is this one.
    pub upgrades: Option<Upgrades>,
    /// How long the next piece of what somebody sends may take.
    pub patience: Duration,
    /// How many connections there are, and how long each may take.
    pub connections: ConnectionLimits,
    /// What time it is.
    pub clock: Clock,
}

impl Settings {
    /// Opens the records.
    pub(crate) async fn records(&self) -> Result<Store, StoreError> {
        let (database, key_file) = (&self.database, &self.key_file);
        if self.forgets_secrets {
            return Store::open_without_secrets(database, key_file, self.clock.now()).await;
        }
        Store::open(database, key_file).await
    }
}

/// Where contents are kept that people send along.
#[derive(Clone, Debug)]
pub enum Contents {
    /// In this folder.
    Folder(PathBuf),
    /// In an S3-compatible store.
    #[cfg(feature = "s3")]
    S3 {
        /// The bucket, and the way to it.
        place: refit_store::S3Place,
        /// The folder that they pass through on their way.
        incoming: PathBuf,
    },
}

impl Contents {
    pub(crate) async fn open(&self) -> Result<Blobs, BlobError> {
        match self {
            Self::Folder(path) => Blobs::in_folder(path).await,
            #[cfg(feature = "s3")]
            Self::S3 { place, incoming } => Blobs::in_s3(place, incoming).await,
        }
    }
}

/// What time it is: the machine's clock, or that of a test.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Timestamp + Send + Sync>);

impl Clock {
    /// A clock that asks `now`.
    pub fn new(now: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// Now.
    pub fn now(&self) -> Timestamp {
        (self.0)()
    }
}

/// The machine's clock.
impl Default for Clock {
    fn default() -> Self {
        Self::new(Timestamp::now)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clock")
    }
}
