//! Rules and organisations have versions.

use refit_store::{JsonText, Organisation, StoreError, SupportGroup};

use crate::samples::{at, organisation, record};
use crate::site::{Site, on_both};

on_both!(rules_keep_all_versions, of_two_new_rules_one_wins, organisations_and_groups_are_saved);

fn body(text: &str) -> JsonText {
    JsonText::of(text).unwrap()
}

async fn rules_keep_all_versions(site: &Site) {
    let store = &site.store;
    assert_eq!(store.rules().await.unwrap(), None);
    let first = store.save_rules(0, &body("one"), &record("rules", 1)).await.unwrap();
    let second = store.save_rules(1, &body("two"), &record("rules", 2)).await.unwrap();
    assert_eq!((first, second), (1, 2));
    for late in [0, 1, 3] {
        let error = store.save_rules(late, &body("late"), &record("rules", 3)).await.unwrap_err();
        assert!(matches!(error, StoreError::Stale { found: 2, .. }), "{error}");
    }
    let rules = store.rules().await.unwrap().unwrap();
    assert_eq!((rules.version, rules.at, rules.body), (2, at(2), body("two")));
    assert_eq!(rules.by.as_deref(), Some("ann"));
    let old = store.rules_of_version(1).await.unwrap().unwrap();
    assert_eq!(old.body, body("one"));
    assert_eq!(store.rules_of_version(3).await.unwrap(), None);
}

async fn of_two_new_rules_one_wins(site: &Site) {
    let tasks: Vec<_> = (0..6)
        .map(|number| {
            let store = site.store.clone();
            tokio::spawn(async move {
                store.save_rules(0, &body(&number.to_string()), &record("rules", 0)).await
            })
        })
        .collect();
    let mut made = 0;
    for task in tasks {
        match task.await.unwrap() {
            Ok(version) => made += version,
            Err(error) => assert!(matches!(error, StoreError::Stale { found: 1, .. }), "{error}"),
        }
    }
    assert_eq!(made, 1);
}

async fn organisations_and_groups_are_saved(site: &Site) {
    let store = &site.store;
    for id in ["beta", "acme"] {
        store.save_organisation(&organisation(id), &record("made", 0)).await.unwrap();
    }
    let acme = Organisation { version: 1, ..organisation("acme") };
    assert_eq!(store.organisation("acme").await.unwrap().as_ref(), Some(&acme));
    let closed = Organisation { disabled: Some(at(5)), name: "Acme & Sons".into(), ..acme.clone() };
    assert_eq!(store.save_organisation(&closed, &record("changed", 5)).await.unwrap(), 2);
    let error = store.save_organisation(&acme, &record("changed", 6)).await.unwrap_err();
    let told = "the organisation `acme` was changed meanwhile: expected version 1, it is at 2";
    assert_eq!(error.to_string(), told);
    let names = |page: Vec<Organisation>| page.into_iter().map(|one| one.name).collect::<Vec<_>>();
    let all = store.organisations("", 10).await.unwrap();
    assert_eq!(names(all), ["Acme & Sons", "The beta"]);
    assert_eq!(names(store.organisations("acme", 10).await.unwrap()), ["The beta"]);
    let group = |id: &str, version| SupportGroup { id: id.into(), name: "North".into(), version };
    let saved = store.save_group(&group("north", 0), &record("made", 7)).await.unwrap();
    assert_eq!(store.save_group(&group("north", saved), &record("made", 7)).await.unwrap(), 2);
    let late = store.save_group(&group("north", 1), &record("made", 8)).await.unwrap_err();
    assert!(matches!(late, StoreError::Stale { found: 2, .. }), "{late}");
    let bad = store.save_group(&group("a\"b", 0), &record("made", 8)).await.unwrap_err();
    assert!(matches!(bad, StoreError::Invalid(_)), "{bad}");
}
