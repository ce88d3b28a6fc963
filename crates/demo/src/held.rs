//! What an environment's broker holds, against what was sent to it.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Instant;

use refit_model::Digest;
use refit_wire::TcpConnect;
use refit_wire::jolokia::{DurableSubscriber, Jolokia, PendingMessage};
use refit_wire::stomp::{Message, OutgoingMessage};
use sha2::{Digest as _, Sha256};

use crate::messages::{Expected, ExpectedMessage, ExpectedSubscription};
use crate::{DemoError, DemoSite, SiteUser};

/// The queue that gets more messages later.
const MORE_QUEUE: &str = "/queue/orders.incoming";
/// How the bodies of those begin.
const MORE: &str = "sent later, number ";
/// How many differences are told.
const MOST_TOLD: usize = 20;

/// What a broker holds, against what was sent to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// Messages that are as they were sent, in their order, in queues and subscriptions.
    pub right: u64,
    /// Messages that were sent later by [`DemoSite::send_more`], in their order.
    pub later: u64,
    /// Everything that is not as it should be; the first ones.
    pub wrong: Vec<String>,
}

impl DemoSite {
    /// Sends more messages, each confirmed by the broker, numbered from `first`.
    pub fn send_more(&self, first: u64, count: u64, deadline: Instant) -> Result<(), DemoError> {
        let mut client = self.stomp_client(SiteUser::Orders, None, deadline)?;
        for number in first..first + count {
            let message = OutgoingMessage::persistent(MORE_QUEUE, format!("{MORE}{number}"));
            client.send(&message.as_text(), deadline)?;
        }
        Ok(client.disconnect(deadline)?)
    }

    /// Looks at every message that the running broker holds: content, headers and order. Nothing
    /// is taken.
    pub fn held(&self, deadline: Instant) -> Result<Held, DemoError> {
        let expected = self.expected();
        let mut held = Held::default();
        let mut client = self.stomp_client(SiteUser::Probe, None, deadline)?;
        for queue in expected.queues() {
            let mut found = Vec::new();
            client.browse(queue, deadline, |message| found.push(message))?;
            held.take_queue(queue, &expected, &found);
        }
        client.disconnect(deadline)?;
        let console = self.console(SiteUser::ConsoleMonitor)?;
        let subscribers = console.durable_subscribers(deadline)?;
        held.take_subscription(&expected.subscription, &subscribers, |subscriber| {
            console.pending_messages(subscriber, deadline)
        })?;
        held.wrong.truncate(MOST_TOLD);
        Ok(held)
    }

    /// The management interface, as a user of it.
    pub fn console(&self, user: SiteUser) -> Result<Jolokia<'static>, DemoError> {
        let address = format!("127.0.0.1:{}", self.ports().console);
        Ok(Jolokia::new(&TcpConnect, address, Some(self.credentials(user)?)))
    }

    /// Every file of the home that the environment was made with, by path, permissions and content,
    /// without data and temporary files: equal digests mean that not a byte of it changed.
    pub fn software_digest(&self) -> Result<Digest, DemoError> {
        let home = self.software().join(format!("apache-activemq-{}", self.version()?));
        let mut hasher = Sha256::new();
        add_folder(&home, &[home.join("data"), home.join("tmp")], &mut hasher)?;
        Ok(Digest::from_bytes(hasher.finalize().into()))
    }
}

impl Held {
    /// Whether everything is there as it was sent, and `later` messages more.
    pub fn is_all(&self, expected: &Expected, later: u64) -> bool {
        let sent = expected.queued.len() + expected.subscription.pending.len();
        self.wrong.is_empty() && self.right == sent as u64 && self.later == later
    }

    fn take_queue(&mut self, queue: &str, expected: &Expected, found: &[Message]) {
        let wanted: Vec<_> = expected.in_queue(queue).collect();
        if found.len() < wanted.len() {
            self.wrong.push(format!("{queue}: {} of {} messages", found.len(), wanted.len()));
        }
        for (found, wanted) in found.iter().zip(&wanted) {
            match difference(found, wanted) {
                None => self.right += 1,
                Some(what) => {
                    self.wrong.push(format!("{queue}, message {}: {what}", wanted.number));
                }
            }
        }
        for more in found.iter().skip(wanted.len()) {
            let body = String::from_utf8_lossy(more.body()).into_owned();
            if body == format!("{MORE}{}", self.later) {
                self.later += 1;
            } else {
                self.wrong.push(format!("{queue}: a message that nobody sent"));
            }
        }
    }

    fn take_subscription<E>(
        &mut self,
        wanted: &ExpectedSubscription,
        subscribers: &[DurableSubscriber],
        pending: impl Fn(&DurableSubscriber) -> Result<Vec<PendingMessage>, E>,
    ) -> Result<(), E> {
        let is_it = |one: &&DurableSubscriber| {
            one.client_id == wanted.client_id && one.subscription == wanted.name
        };
        let Some(subscriber) = subscribers.iter().find(is_it) else {
            self.wrong.push(format!("the durable subscription {} is gone", wanted.name));
            return Ok(());
        };
        let found = pending(subscriber)?;
        if found.len() != wanted.pending.len() {
            let (found, wanted) = (found.len(), wanted.pending.len());
            self.wrong.push(format!("subscription: {found} of {wanted} messages"));
        }
        for (found, wanted) in found.iter().zip(&wanted.pending) {
            let text = found.text.as_deref().unwrap_or_default();
            let same = hex::encode(Sha256::digest(text)) == wanted.body_sha256
                && found.properties.get("acmeNumber") == wanted.headers.get("acmeNumber")
                && wanted.headers.get("priority") == Some(&found.priority.to_string());
            if same {
                self.right += 1;
            } else {
                self.wrong.push(format!("subscription, message {}: another one", wanted.number));
            }
        }
        Ok(())
    }
}

/// How a message differs from the one that was sent.
fn difference(found: &Message, wanted: &ExpectedMessage) -> Option<String> {
    if hex::encode(Sha256::digest(found.body())) != wanted.body_sha256 {
        return Some("another body".to_owned());
    }
    if found.is_redelivered() {
        return Some("marked as delivered before".to_owned());
    }
    let differs = |(name, value): &(&String, &String)| found.header(name) != Some(value.as_str());
    let header = wanted.headers.iter().find(differs);
    header.map(|(name, _)| format!("another header `{name}`"))
}

fn add_folder(folder: &Path, left_out: &[PathBuf], hasher: &mut Sha256) -> Result<(), DemoError> {
    let entries = fs::read_dir(folder).map_err(DemoError::file("list", folder))?;
    let paths: Result<Vec<_>, _> = entries.map(|entry| Ok(entry?.path())).collect();
    let mut paths = paths.map_err(DemoError::file("list", folder))?;
    paths.sort();
    for path in paths.iter().filter(|path| !left_out.contains(path)) {
        let found = fs::symlink_metadata(path).map_err(DemoError::file("look at", path))?;
        hasher.update(format!("{}\0{:o}\0", path.display(), found.mode()));
        if found.is_dir() {
            add_folder(path, left_out, hasher)?;
        } else if found.is_symlink() {
            let target = fs::read_link(path).map_err(DemoError::file("read", path))?;
            hasher.update(target.display().to_string());
        } else {
            let bytes = fs::read(path).map_err(DemoError::file("read", path))?;
            hasher.update(bytes.len().to_le_bytes());
            hasher.update(bytes);
        }
    }
    Ok(())
}
