//! Secrets are encrypted under a key that is in a file: made at the first start, needed at all
//! others, and given up by a person's word alone.

use std::path::Path;

use refit_model::Secret;
use refit_store::{
    KeyError, KeyFile, Location, NewSecondFactor, NewWebhook, OutboxState, RecordFilter, Store,
    StoreError, TokenHash,
};

use crate::samples::{at, record, settled, user};
use crate::site::{Site, key_file, new_database, on_both, raw};

on_both!(
    nothing_of_a_secret_is_in_the_database,
    a_key_is_made_with_new_records_and_needed_from_then_on,
    a_secret_counts_in_its_own_place_alone,
    a_lost_key_is_given_up_by_word_and_recorded,
);

const CODES: &str = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP";
const SIGNATURES: &str = "what-messages-are-signed-with";

/// A second factor of bob, and a webhook.
async fn keep(store: &Store) {
    settled(store).await;
    store.save_user(&user("bob"), &record("user-made", 1)).await.unwrap();
    for name in ["ann", "bob"] {
        let factor = NewSecondFactor {
            user: name.into(),
            secret: Secret::new(format!("{CODES}-of-{name}")),
            step: 7,
            recovery: vec![TokenHash::of(&Secret::new(name))],
        };
        assert!(store.add_second_factor(&factor, &record("added", 2)).await.unwrap());
    }
    let webhook = NewWebhook {
        id: "w1".into(),
        url: "https://hooks.example/1".into(),
        events: Vec::new(),
        key: Secret::new(SIGNATURES),
    };
    store.make_webhook(&webhook, &record("webhook-made", 3)).await.unwrap();
}

/// They are there, as they were kept.
async fn are_kept(store: &Store) {
    for name in ["ann", "bob"] {
        let factor = store.second_factor(name).await.unwrap().unwrap();
        assert_eq!(factor.secret, Secret::new(format!("{CODES}-of-{name}")));
    }
    assert_eq!(store.webhooks().await.unwrap()[0].key, Secret::new(SIGNATURES));
}

async fn nothing_of_a_secret_is_in_the_database(site: &Site) {
    keep(&site.store).await;
    are_kept(&site.store).await;
    let text = site.dump();
    assert!(text.contains("hooks.example"), "it is looked at");
    for secret in [CODES, SIGNATURES, &"5e".repeat(32)] {
        assert!(!text.contains(secret), "{secret} is in the database");
    }
}

async fn a_key_is_made_with_new_records_and_needed_from_then_on(site: &Site) {
    let (location, folder) = (site.emptied().await, site.folder.path());
    let file = KeyFile::at(folder.join("made"));
    let store = Store::open(&location, &file).await.unwrap();
    keep(&store).await;
    let head = store.audit_head().await.unwrap();
    store.close().await;
    let refused = async |file: &KeyFile| match Store::open(&location, file).await.unwrap_err() {
        StoreError::Key(error) => error,
        other => panic!("{other}"),
    };
    // Another one's, and none.
    let wrong = refused(&site.key_file).await;
    assert!(matches!(wrong, KeyError::Wrong { .. }), "{wrong}");
    let elsewhere = KeyFile::at(folder.join("elsewhere"));
    let missing = refused(&elsewhere).await;
    assert!(matches!(missing, KeyError::Missing { .. }), "{missing}");
    assert!(!elsewhere.path().exists(), "no key is made where there is one");
    for told in [wrong.to_string(), missing.to_string()] {
        assert!(told.contains("--key-file") && told.contains("--forget-secrets"), "{told}");
    }
    // The right one, wherever it is: nothing was lost.
    std::fs::rename(file.path(), elsewhere.path()).unwrap();
    let store = Store::open(&location, &elsewhere).await.unwrap();
    are_kept(&store).await;
    assert_eq!(store.audit_head().await.unwrap(), head);
    store.close().await;
}

async fn a_secret_counts_in_its_own_place_alone(site: &Site) {
    keep(&site.store).await;
    // Whoever can write to the database gives ann's to bob.
    let swapped = "UPDATE second_factors SET secret = (SELECT secret FROM second_factors WHERE \
                   user_id = 'ann') WHERE user_id = 'bob'";
    site.raw(swapped).await.unwrap();
    let error = site.store.second_factor("bob").await.unwrap_err();
    assert!(matches!(error, StoreError::Damaged { .. }), "{error}");
    site.store.second_factor("ann").await.unwrap().unwrap();
}

async fn a_lost_key_is_given_up_by_word_and_recorded(site: &Site) {
    keep(&site.store).await;
    let forget =
        async |file: &KeyFile| Store::open_without_secrets(&site.location, file, at(9)).await;
    // It is not given up as long as it is there.
    let error = forget(&site.key_file).await.unwrap_err();
    assert!(error.to_string().contains("there is nothing to forget"), "{error}");
    are_kept(&site.store).await;
    let new = KeyFile::at(site.folder.path().join("new"));
    let store = forget(&new).await.unwrap();
    for name in ["ann", "bob"] {
        assert!(store.second_factor(name).await.unwrap().is_none());
        let code = TokenHash::of(&Secret::new(name));
        assert!(!store.use_recovery_code(name, &code, &record("used", 9)).await.unwrap());
    }
    assert!(store.webhooks().await.unwrap().is_empty());
    let records = store.audit(&RecordFilter::default(), None, 1).await.unwrap();
    assert_eq!(records[0].content.kind, "secrets-forgotten");
    let body = records[0].content.body.as_str();
    assert_eq!(body, r#"{"second_factors":["ann","bob"],"webhooks":["w1"]}"#);
    // All else is there, and new ones can be kept under the new key.
    assert!(store.user("bob").await.unwrap().is_some());
    assert_eq!(store.count_deliveries("w1", OutboxState::Waiting).await.unwrap(), 0);
    let factor = NewSecondFactor {
        user: "ann".into(),
        secret: Secret::new(CODES),
        step: 8,
        recovery: Vec::new(),
    };
    assert!(store.add_second_factor(&factor, &record("added", 10)).await.unwrap());
    store.close().await;
    let store = Store::open(&site.location, &new).await.unwrap();
    assert_eq!(store.second_factor("ann").await.unwrap().unwrap().secret, Secret::new(CODES));
}

/// Of schema 3, in which they are plain text.
async fn is_encrypted(url: &str, dump: &str, location: &Location, folder: &Path) {
    assert!(dump.contains(CODES));
    raw(url, dump).await.unwrap();
    let store = Store::open(location, &key_file(folder)).await.unwrap();
    assert_eq!(store.second_factor("bob").await.unwrap().unwrap().secret, Secret::new(CODES));
    assert_eq!(store.webhooks().await.unwrap()[0].key, Secret::new("key"));
    store.close().await;
}

#[tokio::test]
async fn secrets_of_older_records_are_encrypted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let location = Location::File(path.clone());
    // Many rows, so that what is longer afterwards has to move.
    let more: String = (0..40).map(another).collect();
    let dump = format!("{}PRAGMA foreign_keys = OFF;{more}", include_str!("golden/sqlite-3.sql"));
    is_encrypted(&url, &dump, &location, folder.path()).await;
    let bytes = std::fs::read(path).unwrap();
    assert!(!holds(&bytes, CODES), "what was replaced does not stay in the file");
    let Some(url) = new_database("secrets::secrets_of_older_records_are_encrypted").await else {
        return;
    };
    let location = Location::postgres(&Secret::new(url.as_str())).unwrap();
    is_encrypted(&url, include_str!("golden/postgres-3.sql"), &location, folder.path()).await;
}

fn another(number: u64) -> String {
    format!("INSERT INTO second_factors VALUES ('user-{number}', '{CODES}', {number}, 0);")
}

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
