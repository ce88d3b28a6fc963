//! Webhooks: made, removed, and what came of their messages.

use axum::response::Response;
use refit_pages::forms::{FieldError, FormData, FormErrors, read_webhook};
use refit_pages::{DeliveryRow, WebhookRow, WebhooksView, paths};
use refit_store::{NewWebhook, OutboxEntry, OutboxState, Webhook};
use reqwest::Url;
use serde_json::json;

use super::{record, status};
use crate::failure::Failure;
use crate::first::TEAM;
use crate::route::Answer;
use crate::token::{Token, short_id};
use crate::visit::{Said, Visit, go_saying, page_with};
use crate::web::Reach;
use crate::webhooks::{KINDS, about};

/// How many webhooks there can be: each event is sent to each.
const MOST: usize = 20;
/// How many messages of each webhook are shown.
const SHOWN: u32 = 10;

/// What the page says besides what is kept.
#[derive(Default)]
struct Told<'a> {
    data: FormData,
    errors: FormErrors,
    key: Option<&'a str>,
}

/// The list, and the form of a new one.
pub(crate) async fn show(visit: Visit) -> Answer {
    shown(&visit, Told::default()).await
}

/// Makes a webhook, removes one, or has a message tried again.
pub(crate) async fn change(visit: Visit) -> Answer {
    let form = visit.form()?;
    if let Some(id) = form.filled("remove") {
        let record = record(&visit, "webhook-removed", TEAM, json!({ "webhook": id }))?;
        let is_gone = visit.portal.store.remove_webhook(id, &record).await?;
        return if is_gone {
            go_saying(paths::WEBHOOKS, Said::Done)
        } else {
            Err(Failure::not_found())
        };
    }
    if let Some(entry) = form.filled("again") {
        let entry = entry.parse().map_err(|_| Failure::not_found())?;
        let record = record(&visit, "webhook-tried-again", TEAM, json!({ "entry": entry }))?;
        visit.portal.store.revive(entry, &record).await?;
        return go_saying(paths::WEBHOOKS, Said::Done);
    }
    make(&visit, form).await
}

async fn make(visit: &Visit, form: &FormData) -> Answer {
    let wrong = |errors| Told { data: form.clone(), errors, key: None };
    let fields = match read_webhook(form, &kinds()) {
        Ok(fields) => fields,
        Err(errors) => return shown(visit, wrong(errors)).await,
    };
    if let Err(errors) = reachable(visit, fields.url.as_str()) {
        return shown(visit, wrong(errors)).await;
    }
    if visit.portal.store.webhooks().await?.len() >= MOST {
        let errors = FormErrors::of_whole(format!("There are {MOST} already: remove one."));
        return shown(visit, wrong(errors)).await;
    }
    let key = Token::random();
    let webhook = NewWebhook {
        id: short_id("w"),
        url: fields.url.to_string(),
        events: fields.events,
        key: refit_model::Secret::new(key.expose()),
    };
    let details = json!({ "webhook": webhook.id, "url": webhook.url, "events": webhook.events });
    let record = record(visit, "webhook-made", TEAM, details)?;
    visit.portal.store.make_webhook(&webhook, &record).await?;
    shown(visit, Told { key: Some(key.expose()), ..Told::default() }).await
}

/// Whether messages may go there, as far as the address alone tells.
fn reachable(visit: &Visit, url: &str) -> Result<(), FormErrors> {
    let Ok(url) = Url::parse(url) else {
        let mut errors = FormErrors::default();
        errors.fields.insert("url".to_owned(), FieldError::NoAddress);
        return Err(errors);
    };
    let reach = Reach::Public { but: visit.portal.settings.webhook_hosts.clone().into() };
    reach.check(&url).map_err(|error| FormErrors::of_whole(format!("It cannot go there: {error}.")))
}

fn kinds() -> Vec<String> {
    KINDS.map(str::to_owned).into()
}

async fn shown(visit: &Visit, told: Told<'_>) -> Result<Response, Failure> {
    let store = &visit.portal.store;
    let (mut rows, mut deliveries) = (Vec::new(), Vec::new());
    for webhook in store.webhooks().await? {
        let sent = store.deliveries(&webhook.id, SHOWN).await?;
        let waiting = store.count_deliveries(&webhook.id, OutboxState::Waiting).await?;
        rows.push(row(&webhook, &sent, waiting));
        deliveries.extend(sent.iter().map(|entry| delivery(&webhook, entry)));
    }
    let view = WebhooksView {
        rows: &rows,
        deliveries: &deliveries,
        known: &kinds(),
        key: told.key,
        data: &told.data,
        errors: &told.errors,
    };
    page_with(status(&told.errors), refit_pages::webhooks(&visit.shell(), view))
}

fn row(webhook: &Webhook, sent: &[OutboxEntry], waiting: u64) -> WebhookRow {
    let last = sent.iter().filter_map(|entry| Some((entry.ended?, outcome(entry)))).max();
    WebhookRow {
        id: webhook.id.clone(),
        url: webhook.url.clone(),
        events: webhook.events.clone(),
        last,
        waiting: usize::try_from(waiting).unwrap_or(usize::MAX),
    }
}

fn delivery(webhook: &Webhook, entry: &OutboxEntry) -> DeliveryRow {
    DeliveryRow {
        id: entry.id,
        at: entry.made,
        url: webhook.url.clone(),
        what: about(entry),
        outcome: outcome(entry),
        tries: entry.attempt,
        is_dead: entry.state == OutboxState::Dead,
    }
}

/// How a message stands, with why it did not arrive.
fn outcome(entry: &OutboxEntry) -> String {
    let state = match entry.state {
        OutboxState::Waiting => "waits",
        OutboxState::Claimed => "is being sent",
        OutboxState::Sent => "arrived",
        OutboxState::Dead => "given up",
    };
    match &entry.last_error {
        Some(why) => format!("{state}: {why}"),
        None => state.to_owned(),
    }
}
