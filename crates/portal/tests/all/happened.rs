//! What happened to a case, put into its records as if the whole way to it had been gone.

use refit_desk::{Actor, Case, Change, Event, Role};
use refit_store::{Commit, JsonText, NewRecord, Store};

/// Records a change; by the person who asked, as a consultant.
pub async fn happened(store: &Store, id: &str, at: jiff::Timestamp, change: Change) {
    let snapshot = store.case(id).await.unwrap().unwrap();
    let mut case: Case = snapshot.body.read().unwrap();
    let request = case.request.as_ref().unwrap();
    let (user, organisation) = (request.requester.clone(), request.customer.organisation.clone());
    let by = Actor { user, role: Role::Consultant, organisation };
    let event = Event { format: 1, number: case.events + 1, at, by, change };
    let expected = case.events;
    case.apply(&event).unwrap();
    let record = NewRecord {
        at,
        kind: "case-changed".to_owned(),
        by: None,
        organisation: None,
        address: None,
        body: JsonText::of(&event).unwrap(),
    };
    let commit = Commit {
        case: id.to_owned(),
        expected,
        snapshot: JsonText::of(&case).unwrap(),
        columns: snapshot.row.columns,
        events: vec![record],
        outbox: Vec::new(),
        at,
    };
    store.commit(&commit).await.unwrap();
}
