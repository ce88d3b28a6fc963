//! What all requests share.

use std::sync::Arc;

use jiff::Timestamp;
use refit_app::StateDir;
use refit_desk::{CaseId, Rules};
use refit_model::Version;
use refit_store::{Blobs, CheckedPart, Store};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::installations::Installations;
use crate::metrics::Metrics;
use crate::oidc::Provider;
use crate::planning::Plannings;
use crate::runs::Known;
use crate::settings::Settings;
use crate::web::Web;

/// What all requests share. Clones are the same.
#[derive(Clone, Debug)]
pub(crate) struct Portal(Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    /// Contents that people send along; each case has its part.
    pub(crate) contents: Blobs,
    /// How browsers reach the server, without a slash at the end.
    pub(crate) url: String,
    /// The platforms that can be upgraded: name and what people call it.
    pub(crate) platforms: Vec<(String, String)>,
    pub(crate) metrics: Metrics,
    /// What is known of runs besides the records.
    pub(crate) known: Known,
    /// What is known of plans that are being made.
    pub(crate) plannings: Plannings,
    /// How far the audit trail was checked.
    pub(crate) checked: Mutex<CheckedPart>,
    /// The OpenID provider, if there is one.
    pub(crate) provider: Option<Provider>,
    /// What messages to webhooks go out by.
    pub(crate) hooks: Web,
    /// What is known of installations that were upgraded.
    pub(crate) installations: Installations,
    /// The server is ending: what has no end of its own has it now.
    pub(crate) ending: CancellationToken,
}

impl Portal {
    pub(crate) fn new(shared: Shared) -> Self {
        Self(Arc::new(shared))
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.settings.clock.now()
    }

    /// Whether browsers reach the server over HTTPS.
    pub(crate) fn is_https(&self) -> bool {
        self.url.starts_with("https://")
    }

    /// The rules that count now: the administrator's, or those of the program.
    pub(crate) async fn rules(&self) -> Result<Rules, Failure> {
        match self.store.rules().await? {
            Some(rules) => Ok(rules.body.read()?),
            None => Ok(Rules::default()),
        }
    }

    /// Where contents of a case are kept. Each case has its own place: that somebody knows the
    /// digest of another case's content does not give it.
    pub(crate) async fn contents_of(&self, case: &CaseId) -> Result<Blobs, Failure> {
        Ok(self.contents.part(case).await?)
    }

    /// The state directory of this machine, where the server stands on one.
    pub(crate) fn state(&self) -> Option<&StateDir> {
        self.settings.upgrades.as_ref().map(|upgrades| &upgrades.state)
    }

    /// Whether the pack of a platform knows a version.
    pub(crate) fn knows_version(&self, platform: &str, version: &str) -> bool {
        let Ok(pack) = self.settings.packs.get(platform) else { return false };
        version.parse::<Version>().is_ok_and(|version| pack.series(&version).is_ok())
    }
}

impl std::ops::Deref for Portal {
    type Target = Shared;

    fn deref(&self) -> &Shared {
        &self.0
    }
}
