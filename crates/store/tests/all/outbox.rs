//! What is to be sent goes out once.

use std::collections::BTreeMap;
use std::time::Duration;

use refit_store::{Backoff, Channel, NewOutboxEntry, OutboxCount, OutboxState, Store, StoreError};

use crate::samples::{at, letter, record};
use crate::site::{Site, on_both};

on_both!(
    four_workers_send_each_letter_once,
    an_entry_is_claimed_when_it_is_due,
    a_lease_that_ended_is_taken_over_in_doubt,
    what_fails_waits_and_then_is_dead,
    the_channels_are_apart,
);

const MINUTE: Duration = Duration::from_mins(1);
const BACKOFF: Backoff = Backoff { first: MINUTE, most: Duration::from_mins(10), attempts: 3 };

async fn put_in(store: &Store, entries: &[NewOutboxEntry]) -> u64 {
    store.send(entries, &record("put-in", 0)).await.unwrap()
}

async fn four_workers_send_each_letter_once(site: &Site) {
    const LETTERS: usize = 200;
    let letters: Vec<_> = (0..LETTERS).map(|number| letter(&format!("k{number}"))).collect();
    assert_eq!(put_in(&site.store, &letters).await, LETTERS as u64);
    let mut workers = Vec::new();
    for _ in 0..4 {
        // Each is a server of its own.
        let store = site.another().await.unwrap();
        workers.push(tokio::spawn(async move {
            let mut sent = Vec::new();
            loop {
                let claimed = store.claim(Channel::Mail, at(1), MINUTE, 7).await.unwrap();
                if claimed.is_empty() {
                    return sent;
                }
                for one in claimed {
                    assert!(!one.is_in_doubt);
                    sent.push(one.entry.content.key.clone());
                    store.sent(one.lease, at(1)).await.unwrap();
                }
            }
        }));
    }
    let mut times = BTreeMap::new();
    for worker in workers {
        for key in worker.await.unwrap() {
            *times.entry(key).or_insert(0) += 1;
        }
    }
    assert_eq!(times.len(), LETTERS);
    assert!(times.values().all(|count| *count == 1), "{times:?}");
    let all =
        OutboxCount { channel: Channel::Mail, state: OutboxState::Sent, count: LETTERS as u64 };
    assert_eq!(site.store.outbox_counts().await.unwrap(), [all]);
}

async fn an_entry_is_claimed_when_it_is_due(site: &Site) {
    let store = &site.store;
    let later = NewOutboxEntry { due: at(100), ..letter("later") };
    put_in(store, &[later, letter("now")]).await;
    let keys = |claimed: &[refit_store::Claimed]| -> Vec<String> {
        claimed.iter().map(|one| one.entry.content.key.clone()).collect()
    };
    let first = store.claim(Channel::Mail, at(99), MINUTE, 10).await.unwrap();
    assert_eq!(keys(&first), ["now"]);
    assert_eq!(first[0].entry.lease_until, Some(at(99 + 60)));
    assert_eq!(first[0].entry.content.body, letter("now").body);
    let second = store.claim(Channel::Mail, at(100), MINUTE, 10).await.unwrap();
    assert_eq!(keys(&second), ["later"]);
    assert_eq!(store.claim(Channel::Mail, at(101), MINUTE, 10).await.unwrap(), []);
}

async fn a_lease_that_ended_is_taken_over_in_doubt(site: &Site) {
    let store = &site.store;
    put_in(store, &[letter("k")]).await;
    let first = store.claim(Channel::Mail, at(0), MINUTE, 1).await.unwrap().remove(0);
    assert_eq!(store.claim(Channel::Mail, at(59), MINUTE, 1).await.unwrap(), []);
    let second = store.claim(Channel::Mail, at(60), MINUTE, 1).await.unwrap().remove(0);
    assert!(second.is_in_doubt && !first.is_in_doubt);
    assert_eq!(second.entry.attempt, 2);
    // The first sender wakes up.
    let lost = store.sent(first.lease, at(61)).await.unwrap_err();
    assert!(matches!(lost, StoreError::LeaseLost { attempt: 2, .. }), "{lost}");
    let lost = store.failed(first.lease, at(61), "late", &BACKOFF).await.unwrap_err();
    assert!(matches!(lost, StoreError::LeaseLost { attempt: 2, .. }), "{lost}");
    store.sent(second.lease, at(62)).await.unwrap();
    let twice = store.sent(second.lease, at(63)).await.unwrap_err();
    assert_eq!(twice.to_string(), "an outbox entry that is sent cannot be marked as sent");
    let entry = store.outbox(Channel::Mail, OutboxState::Sent, 0, 10).await.unwrap().remove(0);
    assert_eq!((entry.ended, entry.lease_until), (Some(at(62)), None));
}

async fn what_fails_waits_and_then_is_dead(site: &Site) {
    let store = &site.store;
    put_in(store, &[letter("k")]).await;
    // Two minutes after the second failure.
    for (moment, due) in [(0, Some(60)), (60, Some(60 + 120)), (180, None)] {
        let one = store.claim(Channel::Mail, at(moment), MINUTE, 1).await.unwrap().remove(0);
        assert!(!one.is_in_doubt);
        let why = format!("refused\0 at {moment} {}", "x".repeat(5000));
        let state = store.failed(one.lease, at(moment), &why, &BACKOFF).await.unwrap();
        let entry = store.outbox(Channel::Mail, state, 0, 10).await.unwrap().remove(0);
        let told = entry.last_error.unwrap();
        assert!(told.starts_with(&format!("refused at {moment}")) && told.len() == 2000);
        match due {
            Some(due) => {
                assert_eq!((state, entry.content.due), (OutboxState::Waiting, at(due)));
                let early = store.claim(Channel::Mail, at(due - 1), MINUTE, 1).await.unwrap();
                assert_eq!(early, []);
            }
            None => assert_eq!((state, entry.ended), (OutboxState::Dead, Some(at(moment)))),
        }
    }
    assert_eq!(store.claim(Channel::Mail, at(9999), MINUTE, 1).await.unwrap(), []);
    let dead = store.outbox(Channel::Mail, OutboxState::Dead, 0, 10).await.unwrap().remove(0);
    store.revive(dead.id, &record("revived", 10_000)).await.unwrap();
    let again = store.revive(dead.id, &record("revived", 10_001)).await.unwrap_err();
    assert_eq!(again.to_string(), "an outbox entry that is waiting cannot be revived");
    let one = store.claim(Channel::Mail, at(10_000), MINUTE, 1).await.unwrap().remove(0);
    assert_eq!((one.entry.attempt, one.entry.tries), (4, 1));
    // It is tried as often as a new one.
    let state = store.failed(one.lease, at(10_000), "no", &BACKOFF).await.unwrap();
    assert_eq!(state, OutboxState::Waiting);
}

async fn the_channels_are_apart(site: &Site) {
    let store = &site.store;
    let delivery = NewOutboxEntry { channel: Channel::Webhook, ..letter("k") };
    assert_eq!(put_in(store, &[delivery, letter("k"), letter("k")]).await, 2);
    let claimed = store.claim(Channel::Webhook, at(0), MINUTE, 10).await.unwrap();
    assert_eq!(claimed.len(), 1);
    assert_eq!(claimed[0].entry.content.channel, Channel::Webhook);
    assert_eq!(store.claim(Channel::Mail, at(0), MINUTE, 10).await.unwrap().len(), 1);
}
