//! Decisions are kept whole, and one after the other.

use refit_store::{
    CaseRow, ChainCheck, Channel, Commit, JsonText, OutboxState, Snapshot, Store, StoreError,
};

use crate::samples::{at, columns, commit, letter, record, settled};
use crate::site::{Site, on_both};

on_both!(
    what_was_committed_is_read_back,
    a_stale_commit_changes_nothing,
    a_case_is_made_once,
    a_commit_without_events_keeps_the_version,
    a_letter_is_there_once,
    a_commit_that_fails_midway_leaves_nothing,
    of_two_equal_versions_one_wins,
    many_cases_at_the_same_time_are_one_chain,
);

async fn letters(store: &Store) -> usize {
    store.outbox(Channel::Mail, OutboxState::Waiting, 0, 1000).await.unwrap().len()
}

async fn what_was_committed_is_read_back(site: &Site) {
    let store = &site.store;
    settled(store).await;
    let first = store.commit(&commit("c1", 0, 2)).await.unwrap();
    assert_eq!((first.version, first.queued), (2, 2));
    let changed = Commit {
        columns: refit_store::ListColumns { due: None, group: None, ..columns() },
        ..commit("c1", 2, 1)
    };
    let second = store.commit(&changed).await.unwrap();
    assert_eq!(second.version, 3);
    assert_eq!(store.audit_head().await.unwrap(), second.head);
    let expected = Snapshot {
        row: CaseRow {
            id: "c1".to_owned(),
            version: 3,
            columns: changed.columns.clone(),
            changed: at(3),
        },
        body: changed.snapshot.clone(),
    };
    assert_eq!(store.case("c1").await.unwrap(), Some(expected));
    assert_eq!(store.case("c2").await.unwrap(), None);
    let events = store.events("c1", 0, 100).await.unwrap();
    let contents: Vec<_> = events.iter().map(|event| event.content.clone()).collect();
    assert_eq!(contents, [record("happened", 1), record("happened", 2), record("happened", 3)]);
    assert_eq!(store.events("c1", 1, 1).await.unwrap(), events[1..2]);
    assert_eq!(events[2].case.as_ref().unwrap().previous, events[1].digest);
    assert_eq!(store.verify_case("c1").await.unwrap(), ChainCheck::Whole { records: 3 });
    // Two records are of the organisation and its user.
    assert_eq!(store.verify_audit(&[]).await.unwrap(), ChainCheck::Whole { records: 5 });
}

async fn a_stale_commit_changes_nothing(site: &Site) {
    let store = &site.store;
    settled(store).await;
    store.commit(&commit("c1", 0, 2)).await.unwrap();
    let (before, head) = (store.case("c1").await.unwrap(), store.audit_head().await.unwrap());
    for expected in [0, 1, 3] {
        let error = store.commit(&commit("c1", expected, 4)).await.unwrap_err();
        let StoreError::Stale { subject, expected: told, found } = &error else {
            panic!("{error}");
        };
        assert_eq!((subject.id.as_str(), *told, *found), ("c1", expected, 2));
    }
    let missing = store.commit(&commit("c2", 5, 1)).await.unwrap_err();
    assert!(matches!(missing, StoreError::Stale { found: 0, .. }), "{missing}");
    assert_eq!(store.case("c1").await.unwrap(), before);
    assert_eq!(store.audit_head().await.unwrap(), head);
    assert_eq!(letters(store).await, 2);
}

async fn a_case_is_made_once(site: &Site) {
    let store = &site.store;
    settled(store).await;
    let nothing = Commit { events: Vec::new(), ..commit("c1", 0, 0) };
    assert!(matches!(store.commit(&nothing).await, Err(StoreError::Invalid(_))));
    let mut tasks = Vec::new();
    for _ in 0..8 {
        let store = store.clone();
        tasks.push(tokio::spawn(async move { store.commit(&commit("c1", 0, 1)).await }));
    }
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(matches!(error, StoreError::Stale { .. }), "{error}"),
        }
    }
    assert_eq!(made, 1);
}

async fn a_commit_without_events_keeps_the_version(site: &Site) {
    let store = &site.store;
    settled(store).await;
    store.commit(&commit("c1", 0, 2)).await.unwrap();
    let reminder = Commit {
        snapshot: JsonText::of("folded anew").unwrap(),
        outbox: vec![letter("c1/reminder")],
        ..commit("c1", 2, 0)
    };
    let done = store.commit(&reminder).await.unwrap();
    assert_eq!((done.version, done.queued), (2, 1));
    assert_eq!(store.case("c1").await.unwrap().unwrap().body, reminder.snapshot);
    // The chain goes on where it was.
    store.commit(&commit("c1", 2, 1)).await.unwrap();
    assert_eq!(store.verify_case("c1").await.unwrap(), ChainCheck::Whole { records: 3 });
}

async fn a_letter_is_there_once(site: &Site) {
    let store = &site.store;
    settled(store).await;
    store.commit(&commit("c1", 0, 2)).await.unwrap();
    let again = Commit {
        outbox: vec![letter("c1/2"), letter("c1/3"), letter("c1/3")],
        ..commit("c1", 2, 1)
    };
    assert_eq!(store.commit(&again).await.unwrap().queued, 1);
    assert_eq!(letters(store).await, 3);
}

async fn a_commit_that_fails_midway_leaves_nothing(site: &Site) {
    let store = &site.store;
    settled(store).await;
    store.commit(&commit("c1", 0, 1)).await.unwrap();
    let (before, head) = (store.case("c1").await.unwrap(), store.audit_head().await.unwrap());
    // Case, people and letters are written before the event is looked at.
    let mut bad = commit("c1", 1, 3);
    bad.events[2].kind = "a\0b".into();
    let error = store.commit(&bad).await.unwrap_err();
    assert!(matches!(&error, StoreError::Invalid(why) if why.contains("U+0000")), "{error}");
    let mut unknown = commit("c2", 0, 1);
    unknown.columns.organisation = "nobody".into();
    let error = store.commit(&unknown).await.unwrap_err();
    let told = "this cannot be kept: a case names something that is not there";
    assert_eq!(error.to_string(), told);
    assert_eq!(store.case("c1").await.unwrap(), before);
    assert_eq!(store.case("c2").await.unwrap(), None);
    assert_eq!(store.audit_head().await.unwrap(), head);
    assert_eq!(letters(store).await, 1);
}

async fn of_two_equal_versions_one_wins(site: &Site) {
    settled(&site.store).await;
    // Of two servers.
    let other = site.another().await.unwrap();
    for version in 0..20 {
        let (one, two) = (commit("c1", version, 1), commit("c1", version, 1));
        let both = tokio::join!(site.store.commit(&one), other.commit(&two));
        let won = [both.0, both.1].map(|result| match result {
            Ok(done) => {
                assert_eq!((done.version, done.queued), (version + 1, 1));
                1
            }
            Err(StoreError::Stale { found, .. }) => {
                assert_eq!(found, version + 1);
                0
            }
            Err(error) => panic!("{error}"),
        });
        assert_eq!(won.iter().sum::<i32>(), 1);
    }
    assert_eq!(site.store.verify_audit(&[]).await.unwrap(), ChainCheck::Whole { records: 22 });
}

async fn many_cases_at_the_same_time_are_one_chain(site: &Site) {
    settled(&site.store).await;
    let mut tasks = Vec::new();
    for number in 0..8 {
        let store = site.store.clone();
        tasks.push(tokio::spawn(async move {
            for version in 0..10 {
                store.commit(&commit(&format!("c{number}"), version, 1)).await.unwrap();
            }
        }));
    }
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(site.store.verify_audit(&[]).await.unwrap(), ChainCheck::Whole { records: 82 });
    assert_eq!(site.store.verify_case("c7").await.unwrap(), ChainCheck::Whole { records: 10 });
    assert_eq!(letters(&site.store).await, 80);
}
