//! Small records for tests.

use jiff::Timestamp;
use refit_store::{
    Channel, Commit, JsonText, ListColumns, NewOutboxEntry, NewRecord, Organisation, Store, User,
};
use serde_json::json;

/// So many seconds after the beginning of the tests' time.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_900_000_000 + seconds).unwrap()
}

/// Something that happened.
pub fn record(kind: &str, seconds: i64) -> NewRecord {
    NewRecord {
        at: at(seconds),
        kind: kind.to_owned(),
        by: Some("ann".to_owned()),
        organisation: Some("acme".to_owned()),
        address: Some("192.0.2.7".to_owned()),
        body: JsonText::of(&json!({ "what": kind, "umlaut": "ä", "quote": "\"" })).unwrap(),
    }
}

/// An organisation.
pub fn organisation(id: &str) -> Organisation {
    Organisation {
        id: id.to_owned(),
        name: format!("The {id}"),
        settings: JsonText::of(&json!({ "plan": "platinum" })).unwrap(),
        disabled: None,
        version: 0,
    }
}

/// A user of the organisation `acme`.
pub fn user(id: &str) -> User {
    User {
        id: id.to_owned(),
        organisation: "acme".to_owned(),
        role: "customer".to_owned(),
        groups: Vec::new(),
        name: format!("{id} of Acme"),
        email: format!("{id}@acme.example"),
        identity: None,
        password_hash: Some("$argon2id$not-one".to_owned()),
        disabled: None,
        version: 0,
    }
}

/// The organisation `acme`, with the user `ann`.
pub async fn settled(store: &Store) {
    store.save_organisation(&organisation("acme"), &record("organisation-made", 0)).await.unwrap();
    store.save_user(&user("ann"), &record("user-made", 0)).await.unwrap();
}

/// What lists show of a case.
pub fn columns() -> ListColumns {
    ListColumns {
        title: "[Acme] - Platinum Services Request: Managed Upgrade".to_owned(),
        organisation: "acme".to_owned(),
        state: "open".to_owned(),
        assignees: vec!["bob".to_owned(), "eve".to_owned()],
        group: Some("north".to_owned()),
        viewers: vec!["ann".to_owned(), "bob".to_owned()],
        due: Some(at(86_400)),
        deadline: None,
        shown: JsonText::null(),
        opened: at(0),
    }
}

/// The next `count` events of a case that has `expected`; each sends a letter.
pub fn commit(case: &str, expected: u64, count: u64) -> Commit {
    let numbers = expected + 1..=expected + count;
    let moment = |number: u64| i64::try_from(number).unwrap();
    Commit {
        case: case.to_owned(),
        expected,
        snapshot: JsonText::of(&json!({ "events": expected + count })).unwrap(),
        columns: columns(),
        events: numbers.clone().map(|number| record("happened", moment(number))).collect(),
        outbox: numbers.map(|number| letter(&format!("{case}/{number}"))).collect(),
        at: at(moment(expected + count)),
    }
}

/// A letter that is due at once.
pub fn letter(key: &str) -> NewOutboxEntry {
    NewOutboxEntry {
        channel: Channel::Mail,
        key: key.to_owned(),
        body: JsonText::of(&json!({ "to": "ann@acme.example", "key": key })).unwrap(),
        due: at(0),
    }
}
