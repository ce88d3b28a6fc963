//! Webhooks, and the messages to them.

use refit_model::Secret;
use refit_store::{Channel, JsonText, NewOutboxEntry, NewWebhook, OutboxState};

use crate::samples::{at, record, settled};
use crate::site::{Site, on_both};

on_both!(messages_are_counted_for_their_webhook,);

fn new(id: &str) -> NewWebhook {
    NewWebhook {
        id: id.to_owned(),
        url: format!("https://hooks.example/{id}"),
        events: vec!["case-moved".to_owned()],
        key: Secret::new("key of the webhook"),
    }
}

async fn messages_are_counted_for_their_webhook(site: &Site) {
    let store = &site.store;
    settled(store).await;
    for id in ["w1", "w10"] {
        store.make_webhook(&new(id), &record("webhook-made", 1)).await.unwrap();
    }
    let webhooks = store.webhooks().await.unwrap();
    assert_eq!(webhooks.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), ["w1", "w10"]);
    assert_eq!(webhooks[0].key.expose(), b"key of the webhook");
    assert!(webhooks[0].is_told("case-moved") && !webhooks[0].is_told("approved"));
    assert!(!format!("{webhooks:?}").contains("key of"));
    let entry = |webhook: usize, about: &str| NewOutboxEntry {
        channel: Channel::Webhook,
        key: webhooks[webhook].entry_key(about),
        body: JsonText::of(about).unwrap(),
        due: at(2),
    };
    let entries = [entry(0, "c-1/1"), entry(0, "c-1/2"), entry(1, "c-1/1")];
    assert_eq!(store.send(&entries, &record("put-in", 2)).await.unwrap(), 3);
    let before = store.audit_head().await.unwrap();
    assert_eq!(store.send(&entries, &record("put-in", 3)).await.unwrap(), 0);
    assert_eq!(store.audit_head().await.unwrap(), before, "nothing happened");
    let keys: Vec<_> = store.deliveries("w1", 9).await.unwrap();
    let keys: Vec<_> = keys.iter().map(|one| one.content.key.as_str()).collect();
    assert_eq!(keys, ["w1/c-1/2", "w1/c-1/1"]);
    assert_eq!(store.deliveries("w1", 1).await.unwrap().len(), 1);
    let waiting = async |id| store.count_deliveries(id, OutboxState::Waiting).await.unwrap();
    assert_eq!((waiting("w1").await, waiting("w10").await, waiting("w").await), (2, 1, 0));
    assert!(store.remove_webhook("w1", &record("webhook-removed", 4)).await.unwrap());
    assert!(!store.remove_webhook("w1", &record("webhook-removed", 5)).await.unwrap());
    assert_eq!(store.webhooks().await.unwrap().len(), 1);
    assert_eq!(store.deliveries("w1", 9).await.unwrap().len(), 2);
}
