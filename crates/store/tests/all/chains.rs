//! What was recorded stays as it was, or is found not to be.

use refit_store::{AuditHead, ChainCheck, CheckedPart, RecordFilter, Store};

use crate::samples::{commit, record, settled};
use crate::site::{Site, on_both};

on_both!(
    records_cannot_be_changed_or_deleted,
    a_changed_record_is_named,
    a_case_chain_is_checked_by_itself,
    a_lost_end_is_found_by_a_head_that_was_kept,
    what_was_checked_is_not_checked_again,
    the_trail_is_read_backwards_and_filtered,
);

/// Records 1 and 2 are of organisation and user, 3 to 5 and 7 of case `c1`, 6 of `c2`.
async fn seven(store: &Store) {
    settled(store).await;
    store.commit(&commit("c1", 0, 3)).await.unwrap();
    store.commit(&commit("c2", 0, 1)).await.unwrap();
    store.commit(&commit("c1", 3, 1)).await.unwrap();
}

async fn records_cannot_be_changed_or_deleted(site: &Site) {
    seven(&site.store).await;
    site.store.save_rules(0, &record("x", 0).body, &record("rules-made", 0)).await.unwrap();
    let run = "staging-1".parse().unwrap();
    let event = crate::runs::event(1, "begun");
    site.store.mirror(&run, None, &[event], crate::samples::at(0)).await.unwrap();
    for table in ["audit", "run_events", "rules"] {
        let mut texts =
            vec![format!("UPDATE {table} SET body = ''"), format!("DELETE FROM {table}")];
        if site.is_sqlite() {
            texts.push(format!("REPLACE INTO {table} SELECT * FROM {table} LIMIT 1"));
        } else {
            texts.push(format!("TRUNCATE {table} CASCADE"));
        }
        for text in texts {
            let error = site.raw(&text).await.unwrap_err().to_string();
            assert!(error.contains("append-only"), "{text}: {error}");
        }
    }
    let whole = ChainCheck::Whole { records: 8 };
    assert_eq!(site.store.verify_audit(&[]).await.unwrap(), whole);
}

async fn a_changed_record_is_named(site: &Site) {
    seven(&site.store).await;
    let spoilers = [
        ("UPDATE audit SET body = '{}' WHERE sequence = 4", 4, "its content was changed"),
        ("UPDATE audit SET by_user = 'eve' WHERE sequence = 3", 3, "its content was changed"),
        ("UPDATE audit SET address = NULL WHERE sequence = 2", 2, "its content was changed"),
        ("UPDATE audit SET at_us = at_us + 1 WHERE sequence = 1", 1, "its content was changed"),
    ];
    // The last record first: each damage comes before the one that is there.
    for (text, expected, reason) in spoilers {
        if expected == 4 {
            site.sabotage("audit", text).await;
        } else {
            site.raw(text).await.unwrap();
        }
        broken(site.store.verify_audit(&[]).await.unwrap(), expected, reason);
    }
}

async fn a_case_chain_is_checked_by_itself(site: &Site) {
    let store = &site.store;
    seven(store).await;
    assert_eq!(store.verify_case("c1").await.unwrap(), ChainCheck::Whole { records: 4 });
    site.sabotage("audit", "DELETE FROM audit WHERE sequence = 7").await;
    let why = "the case is at version 4, its last event is number 3";
    broken(store.verify_case("c1").await.unwrap(), 6, why);
    site.raw("DELETE FROM audit WHERE sequence = 4").await.unwrap();
    broken(store.verify_case("c1").await.unwrap(), 5, "event 3 of case `c1` follows event 1");
    assert_eq!(store.verify_case("c2").await.unwrap(), ChainCheck::Whole { records: 1 });
    broken(store.verify_audit(&[]).await.unwrap(), 4, "it is missing; the next one is number 5");
}

async fn a_lost_end_is_found_by_a_head_that_was_kept(site: &Site) {
    let store = &site.store;
    settled(store).await;
    let early = store.audit_head().await.unwrap();
    store.commit(&commit("c1", 0, 2)).await.unwrap();
    let kept = store.audit_head().await.unwrap();
    assert_eq!(kept.sequence, 4);
    let as_text = serde_json::to_string(&kept).unwrap();
    assert_eq!(serde_json::from_str::<AuditHead>(&as_text).unwrap(), kept);
    assert_eq!(kept.to_string().parse::<AuditHead>().unwrap(), kept);
    assert!("4".parse::<AuditHead>().is_err() && "x sha256:00".parse::<AuditHead>().is_err());
    assert_eq!(store.contradiction(&kept).await.unwrap(), None);
    store.record(&record("exported", 9)).await.unwrap();
    let whole = ChainCheck::Whole { records: 5 };
    assert_eq!(store.verify_audit(&[kept, early]).await.unwrap(), whole);
    // The end is cut off, and the database is made to believe that there never was more.
    site.sabotage("audit", "DELETE FROM audit WHERE sequence > 2").await;
    broken(store.verify_audit(&[]).await.unwrap(), 3, "the trail's end should be 5");
    let digest = early.digest;
    let text = format!("UPDATE audit_head SET sequence = 2, digest = '{digest}'");
    site.raw(&text).await.unwrap();
    assert_eq!(store.verify_audit(&[early]).await.unwrap(), ChainCheck::Whole { records: 2 });
    let why = "records are missing: number 4 was there once";
    broken(store.verify_audit(&[early, kept]).await.unwrap(), 3, why);
    let missing = store.contradiction(&kept).await.unwrap();
    assert_eq!(missing.unwrap(), "record 4 is missing");
    // What is written in their place is not what was there.
    store.record(&record("forged", 1)).await.unwrap();
    store.record(&record("forged", 2)).await.unwrap();
    broken(store.verify_audit(&[kept]).await.unwrap(), 4, "it was sha256:");
    let other = store.contradiction(&kept).await.unwrap().unwrap();
    assert!(other.starts_with("record 4 is sha256:") && other.ends_with(" now"), "{other}");
}

async fn what_was_checked_is_not_checked_again(site: &Site) {
    let store = &site.store;
    seven(store).await;
    let mut part = CheckedPart::nothing();
    for (most, expected) in [(3, 3), (0, 3), (3, 6), (100, 7), (100, 7)] {
        let check = store.verify_audit_on(&mut part, most).await.unwrap();
        assert_eq!(check, ChainCheck::Whole { records: expected });
        assert_eq!(part.end().sequence, expected);
    }
    // What comes later is held against it; events of a case go on where they were, too.
    store.commit(&commit("c1", 4, 2)).await.unwrap();
    let check = store.verify_audit_on(&mut part, 1).await.unwrap();
    assert_eq!(check, ChainCheck::Whole { records: 8 });
    site.sabotage("audit", "UPDATE audit SET kind = 'x' WHERE sequence IN (4, 9)").await;
    broken(store.verify_audit_on(&mut part, 9).await.unwrap(), 9, "its content was changed");
    broken(store.verify_audit(&[]).await.unwrap(), 4, "its content was changed");
    // That what was checked is missing at the end is found without checking it again.
    site.raw("DELETE FROM audit WHERE sequence > 6").await.unwrap();
    let text = "UPDATE audit_head SET sequence = 6, digest = \
                (SELECT digest FROM audit WHERE sequence = 6)";
    site.raw(text).await.unwrap();
    let why = "the trail's end should be 6";
    broken(store.verify_audit_on(&mut part, 9).await.unwrap(), 9, why);
}

async fn the_trail_is_read_backwards_and_filtered(site: &Site) {
    let store = &site.store;
    settled(store).await;
    let mut refused = record("login-refused", 5);
    (refused.by, refused.organisation) = (None, None);
    let head = store.record(&refused).await.unwrap();
    let all = store.audit(&RecordFilter::default(), None, 10).await.unwrap();
    let numbers: Vec<_> = all.iter().map(|record| record.sequence).collect();
    assert_eq!(numbers, [3, 2, 1]);
    assert_eq!((all[0].digest, &all[0].content), (head.digest, &refused));
    assert_eq!(all[0].previous, all[1].digest);
    let page = store.audit(&RecordFilter::default(), Some(3), 1).await.unwrap();
    assert_eq!(page, all[1..2]);
    let mine = RecordFilter {
        by: Some("ann".into()),
        organisation: Some("acme".into()),
        ..RecordFilter::default()
    };
    assert_eq!(store.audit(&mine, None, 10).await.unwrap(), all[1..]);
    let nobody = RecordFilter { by: Some("eve".into()), ..RecordFilter::default() };
    assert_eq!(store.audit(&nobody, None, 10).await.unwrap(), []);
    let refused = RecordFilter { kind: Some("login-refused".into()), ..RecordFilter::default() };
    assert_eq!(store.audit(&refused, None, 10).await.unwrap(), all[..1]);
    let elsewhere = RecordFilter { case: Some("no-such-case".into()), ..RecordFilter::default() };
    assert_eq!(store.audit(&elsewhere, None, 10).await.unwrap(), []);
}

fn broken(check: ChainCheck, expected: u64, reason: &str) {
    let ChainCheck::Broken { sequence, why } = check else { panic!("{reason}: it is whole") };
    assert_eq!(sequence, expected, "{why}");
    assert!(why.contains(reason), "{why}");
}
