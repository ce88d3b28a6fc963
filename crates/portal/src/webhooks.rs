//! Webhooks: what happens to cases is told to other programs, signed, and again until it arrives.
//!
//! A message is put in the outbox with what it is about, under a key that stays the same. It is
//! delivered at least once: who gets it twice knows it by its id. Messages to one webhook may pass
//! each other; the case's sequence tells their order.

use std::time::Duration;

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use refit_desk::{Case, Event};
use refit_model::Secret;
use refit_pages::paths;
use refit_store::{Backoff, Channel, JsonText, NewOutboxEntry, OutboxEntry, StoreError, Webhook};
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Url};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::cases::kind_of;
use crate::failure::Failure;
use crate::portal::Portal;
use crate::sending::{self, NotSent, Sender};
use crate::web::Asked;

/// The kinds of events that a webhook can be told alone: those that others act on.
pub(crate) const KINDS: [&str; 12] = [
    "request-made",
    "assigned",
    "case-moved",
    "activity-moved",
    "approved",
    "run-recorded",
    "trial-recorded",
    "defect-found",
    "playbook-posted",
    "playbook-delivered",
    "on-call-opened",
    "problem-reported",
];
/// The headers of a message.
const DELIVERY: HeaderName = HeaderName::from_static("refit-delivery");
const TIMESTAMP: HeaderName = HeaderName::from_static("refit-timestamp");
const SIGNATURE: HeaderName = HeaderName::from_static("refit-signature");

/// A message in the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Message {
    webhook: String,
    /// What is sent.
    content: Content,
}

/// What a message says: what happened, and where it is told in full to whom may see it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Content {
    /// The same whenever it is sent: the case and the event's number.
    id: String,
    kind: String,
    at: Timestamp,
    case: String,
    sequence: u64,
    organisation: Option<String>,
    by: String,
    url: String,
}

/// The entries for events of a case.
pub(crate) async fn entries(
    portal: &Portal,
    case: &Case,
    events: &[Event],
    now: Timestamp,
) -> Result<Vec<NewOutboxEntry>, StoreError> {
    let webhooks = portal.store.webhooks().await?;
    let mut entries = Vec::new();
    for event in events {
        let kind = kind_of(event);
        for webhook in webhooks.iter().filter(|webhook| webhook.is_told(&kind)) {
            let content = content(portal, case, event, &kind);
            let key = webhook.entry_key(&content.id);
            let message = Message { webhook: webhook.id.clone(), content };
            let body = JsonText::of(&message)?;
            entries.push(NewOutboxEntry { channel: Channel::Webhook, key, body, due: now });
        }
    }
    Ok(entries)
}

fn content(portal: &Portal, case: &Case, event: &Event, kind: &str) -> Content {
    let customer = case.request.as_ref().map(|request| &request.customer.organisation);
    Content {
        id: format!("{}/{}", case.id, event.number),
        kind: kind.to_owned(),
        at: event.at,
        case: case.id.to_string(),
        sequence: event.number,
        organisation: customer.map(ToString::to_string),
        by: event.by.user.to_string(),
        url: format!("{}{}", portal.url, paths::case(&case.id)),
    }
}

/// What a message is about, for the page of webhooks: its kind, and the case.
pub(crate) fn about(entry: &OutboxEntry) -> String {
    match entry.content.body.read::<Message>() {
        Ok(message) => format!("{} of {}", message.content.kind, message.content.id),
        Err(_) => entry.content.key.clone(),
    }
}

/// Sends all messages that are due; gives how many arrived.
pub(crate) async fn send_all(portal: &Portal) -> Result<u64, Failure> {
    sending::send_all(portal, &Messages).await
}

/// What sends messages.
struct Messages;

impl Sender for Messages {
    const CHANNEL: Channel = Channel::Webhook;
    /// From ten seconds to six hours, for some days.
    const BACKOFF: Backoff =
        Backoff { first: Duration::from_secs(10), most: Duration::from_hours(6), attempts: 24 };

    async fn send(&self, portal: &Portal, entry: &OutboxEntry) -> Result<(), NotSent> {
        let message: Message = entry.content.body.read().map_err(|error| NotSent::later(&error))?;
        let webhooks = portal.store.webhooks().await.map_err(|error| NotSent::later(&error))?;
        let webhook = webhooks.into_iter().find(|webhook| webhook.id == message.webhook);
        let webhook = webhook.ok_or_else(|| NotSent::Never("the webhook was removed".into()))?;
        let asked = asked(&webhook, &message.content, portal.now())?;
        let answered = portal.hooks.ask(asked).await.map_err(|error| NotSent::later(&error))?;
        if answered.status.is_success() {
            return Ok(());
        }
        Err(NotSent::Later(format!("answered with {}", answered.status)))
    }
}

fn asked(webhook: &Webhook, content: &Content, now: Timestamp) -> Result<Asked, NotSent> {
    let url = Url::parse(&webhook.url).map_err(|error| NotSent::never(&error))?;
    let body = serde_json::to_vec(content).map_err(|error| NotSent::never(&error))?;
    let seconds = now.as_second();
    let mut headers = HeaderMap::new();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    headers.insert(TIMESTAMP, HeaderValue::from(seconds));
    for (name, value) in
        [(DELIVERY, content.id.clone()), (SIGNATURE, signature(&webhook.key, seconds, &body))]
    {
        headers
            .insert(name, HeaderValue::from_str(&value).map_err(|error| NotSent::never(&error))?);
    }
    Ok(Asked { method: Method::POST, url, headers, body })
}

/// What shows that a message is ours, and of now: HMAC-SHA-256 over the timestamp, a full stop and
/// the body.
fn signature(key: &Secret, seconds: i64, body: &[u8]) -> String {
    let mut mac =
        Hmac::<Sha256>::new_from_slice(key.expose()).expect("HMAC takes keys of any length");
    mac.update(format!("{seconds}.").as_bytes());
    mac.update(body);
    format!("v1={}", hex::encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use refit_desk::Change;

    use super::*;

    /// Reckoned by another program:
    /// `printf '1900000000.{"id":1}' | openssl dgst -sha256 -hmac key`.
    #[test]
    fn a_signature_is_what_others_reckon() {
        let signature = signature(&Secret::new("key"), 1_900_000_000, br#"{"id":1}"#);
        assert_eq!(signature, EXPECTED);
    }
    const EXPECTED: &str = "v1=3b57bc9cb3d0a9485735dba79df3466984a08b63d8cda5bd1fa6ed31d2eea381";

    /// The error about a kind that there is not names those that there are.
    #[test]
    fn every_kind_that_can_be_chosen_is_there() {
        let error = serde_json::from_str::<Change>("\"no-such-kind\"").unwrap_err().to_string();
        for kind in KINDS {
            assert!(error.contains(&format!("`{kind}`")), "{kind}: {error}");
        }
    }
}
