//! Databases of earlier versions are carried forward; those of later ones are left alone.

use refit_model::Secret;
use refit_store::{JsonText, KeyFile, Location, Store, StoreError};

use crate::site::{Site, key_file, new_database, on_both, raw};

on_both!(
    a_newer_schema_is_refused,
    several_servers_may_start_at_once,
    opening_again_changes_nothing
);

async fn a_newer_schema_is_refused(site: &Site) {
    site.raw("UPDATE schema_version SET version = 9999").await.unwrap();
    let error = site.another().await.unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 9999, .. }), "{error}");
    assert!(error.to_string().contains("start the newer Refit"), "{error}");
}

async fn several_servers_may_start_at_once(site: &Site) {
    let location = site.emptied().await;
    let key_file = KeyFile::at(site.folder.path().join("new-key"));
    let tasks: Vec<_> = (0..6)
        .map(|_| {
            let (location, key_file) = (location.clone(), key_file.clone());
            tokio::spawn(async move { Store::open(&location, &key_file).await })
        })
        .collect();
    for task in tasks {
        let store = task.await.unwrap().unwrap();
        store.is_alive().await.unwrap();
        assert_eq!(store.audit_head().await.unwrap().sequence, 0);
    }
}

async fn opening_again_changes_nothing(site: &Site) {
    crate::samples::settled(&site.store).await;
    let head = site.store.audit_head().await.unwrap();
    let again = site.another().await.unwrap();
    assert_eq!(again.audit_head().await.unwrap(), head);
    again.close().await;
}

/// What a snapshot of a request holds, as far as the migration looks.
const REQUEST: &str = r#"{"request":{"fields":{"deadline":"2027-01-29"}}}"#;

/// Of schema 1: `c1` with a request, `c2` with something else.
async fn deadline_is_found(url: &str, dump: &str, location: &Location) {
    raw(url, dump).await.unwrap();
    let text = format!("UPDATE case_snapshots SET body = '{REQUEST}' WHERE case_id = 'c1'");
    raw(url, &text).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(location, &key_file(folder.path())).await.unwrap();
    let columns = async |case| store.case(case).await.unwrap().unwrap().row.columns;
    assert_eq!(columns("c1").await.deadline, Some(jiff::civil::date(2027, 1, 29)));
    assert_eq!(columns("c2").await.deadline, None);
    assert_eq!(columns("c1").await.shown, JsonText::null());
}

#[tokio::test]
async fn the_deadline_of_older_cases_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.sqlite");
    let url = format!("sqlite://{}?mode=rwc", path.display());
    let dump = include_str!("golden/sqlite-1.sql");
    deadline_is_found(&url, dump, &Location::File(path)).await;
    let Some(url) = new_database("migrations::the_deadline_of_older_cases_is_found").await else {
        return;
    };
    let location = Location::postgres(&Secret::new(url.as_str())).unwrap();
    deadline_is_found(&url, include_str!("golden/postgres-1.sql"), &location).await;
}

#[tokio::test]
async fn a_server_that_is_not_there_is_told() {
    // A port that was free a moment ago.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgresql://refit:hunter2@127.0.0.1:{port}/refit");
    let location = Location::postgres(&Secret::new(url)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let error = Store::open(&location, &key_file(folder.path())).await.unwrap_err();
    assert!(error.is_transient(), "{error}");
    let told = format!("{error}: {error:?}");
    assert!(told.contains("refused") && !told.contains("hunter2"), "{told}");
}
