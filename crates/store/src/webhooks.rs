//! Webhooks: where other programs are told what happens.

use std::fmt;

use jiff::Timestamp;
use refit_model::Secret;

use crate::engine::{Row, Value, reading, writing};
use crate::error::{NOT_DECRYPTED, Result, StoreError};
use crate::{JsonText, NewRecord, OutboxEntry, OutboxState, Store, audit, outbox};

const WHAT: &str = "a webhook";

/// A webhook to be made.
#[derive(Clone, PartialEq, Eq)]
pub struct NewWebhook {
    /// The id; it has no slash.
    pub id: String,
    /// Where it goes.
    pub url: String,
    /// The kinds of events that it is told; all, if none is named.
    pub events: Vec<String>,
    /// What its messages are signed with, as text.
    pub key: Secret,
}

/// A webhook.
#[derive(Clone, PartialEq, Eq)]
pub struct Webhook {
    /// The id.
    pub id: String,
    /// Where it goes.
    pub url: String,
    /// The kinds of events that it is told; all, if none is named.
    pub events: Vec<String>,
    /// What its messages are signed with, as text.
    pub key: Secret,
    /// When it was made.
    pub made: Timestamp,
}

impl Store {
    /// Makes a webhook.
    pub async fn make_webhook(&self, webhook: &NewWebhook, record: &NewRecord) -> Result<()> {
        let mut change = self.engine.begin().await?;
        let text = "INSERT INTO webhooks (id, url, events, signing_key, made_us) \
                    VALUES ($1, $2, $3, $4, $5)";
        let values: [Value; 5] = [
            (&webhook.id).into(),
            (&webhook.url).into(),
            (&JsonText::of(&webhook.events)?).into(),
            self.cipher.encrypt(&webhook_place(&webhook.id), &webhook.key)?.into(),
            record.at.into(),
        ];
        writing(WHAT, text).bind_all(values).run(change.on()).await?;
        audit::append_one(&mut change, record).await?;
        change.commit().await
    }

    /// All webhooks that were not removed, in the order in which they were made.
    pub async fn webhooks(&self) -> Result<Vec<Webhook>> {
        let text = "SELECT id, url, events, signing_key, made_us FROM webhooks \
                    WHERE removed_us IS NULL ORDER BY made_us, id";
        let rows = reading(WHAT, text).rows(self.engine.reader()).await?;
        rows.iter().map(|row| self.read_webhook(row)).collect()
    }

    /// Removes a webhook: its messages are kept and go out no more. False, if it is not there.
    pub async fn remove_webhook(&self, id: &str, record: &NewRecord) -> Result<bool> {
        let mut change = self.engine.begin().await?;
        let text = "UPDATE webhooks SET removed_us = $2, signing_key = '' \
                    WHERE id = $1 AND removed_us IS NULL";
        let is_gone = writing(WHAT, text).bind(id).bind(record.at).run(change.on()).await? == 1;
        audit::noted(change, is_gone, record).await
    }

    /// The latest messages to a webhook, the latest first.
    pub async fn deliveries(&self, webhook: &str, limit: u32) -> Result<Vec<OutboxEntry>> {
        let text = format!(
            "SELECT {} FROM outbox WHERE channel = 'webhook' AND entry_key > $1 AND entry_key < $2 \
             ORDER BY id DESC LIMIT $3",
            outbox::COLUMNS
        );
        let [from, to] = keys_of(webhook);
        let rows = reading("the messages to a webhook", text).bind(from).bind(to);
        let rows = rows.bind(u64::from(limit)).rows(self.engine.reader()).await?;
        rows.iter().map(outbox::read).collect()
    }

    /// How many messages to a webhook are in a state.
    pub async fn count_deliveries(&self, webhook: &str, state: OutboxState) -> Result<u64> {
        let text = "SELECT COUNT(*) AS count FROM outbox WHERE channel = 'webhook' \
                    AND entry_key > $1 AND entry_key < $2 AND state = $3";
        let [from, to] = keys_of(webhook);
        let row = reading("the messages to a webhook", text).bind(from).bind(to);
        let row = row.bind(state.word()).row(self.engine.reader()).await?;
        row.map_or(Ok(0), |row| row.number("count"))
    }

    fn read_webhook(&self, row: &Row) -> Result<Webhook> {
        let id = row.text("id")?;
        let key = self.cipher.decrypt(&webhook_place(&id), &row.text("signing_key")?);
        Ok(Webhook {
            key: key.ok_or_else(|| StoreError::damaged(WHAT, NOT_DECRYPTED))?,
            id,
            url: row.text("url")?,
            events: row.texts("events")?,
            made: row.time("made_us")?,
        })
    }
}

impl Webhook {
    /// The key of a message in the outbox: the webhook's own, then what the message is about.
    pub fn entry_key(&self, about: &str) -> String {
        format!("{}/{about}", self.id)
    }

    /// Whether events of a kind are told to it.
    pub fn is_told(&self, kind: &str) -> bool {
        self.events.is_empty() || self.events.iter().any(|event| event == kind)
    }
}

/// Between which keys all messages to a webhook are: the character after `/` is `0`.
fn keys_of(webhook: &str) -> [String; 2] {
    [format!("{webhook}/"), format!("{webhook}0")]
}

/// The place that the key of a webhook is encrypted for.
pub(crate) fn webhook_place(id: &str) -> String {
    format!("webhooks/{id}")
}

/// Shows no key.
impl fmt::Debug for NewWebhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewWebhook").field("id", &self.id).finish_non_exhaustive()
    }
}

/// Shows no key.
impl fmt::Debug for Webhook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Webhook")
            .field("id", &self.id)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
