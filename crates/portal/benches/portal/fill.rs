//! Believable cases, many of them: each was decided by the desk once, and is then of another
//! customer, with other people.

use std::collections::BTreeSet;

use jiff::Timestamp;
use refit_desk::{Action, Case, CaseId, Event, NoteScope, Post, StateMachine as _};
use refit_model::RunId;
use refit_store::{FilledCase, JsonText, KeyFile, ListColumns, Location, NewRecord, Store, User};
use serde_json::json;

use crate::Numbers;
use crate::case::{Stage, case_at};
use crate::journal::Template;
use crate::support::{BEN, Desk, prose};

/// How many organisations the cases are of.
pub const ORGANISATIONS: u64 = 50;
/// How many consultants and project managers work on them.
const CONSULTANTS: u64 = 10;
const MANAGERS: u64 = 3;
/// How many cases are kept by one transaction.
const AT_ONCE: u64 = 50;
/// Of so many cases that were upgraded, one has a run whose journal is mirrored.
const LIVE_EACH: u64 = 5;
/// How many events such a journal has.
const JOURNAL: u64 = 200;

/// What there is.
pub struct Filled {
    pub cases: u64,
    pub events: usize,
    pub journal_events: u64,
    /// The cases that each person sees, by number of the people.
    pub of: Vec<Known>,
    /// How many cases have a run whose journal is there.
    pub live: u64,
}

/// A case, and who sees it.
#[derive(Clone, Debug)]
pub struct Known {
    pub id: String,
    pub people: BTreeSet<String>,
    /// The run of the case whose journal is mirrored, if one is.
    pub run: Option<RunId>,
}

/// Fills a store whose people are there.
pub fn fill(location: &Location, key_file: &KeyFile, numbers: Numbers) -> Filled {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.expect("a runtime");
    runtime.block_on(async {
        let store = Store::open(location, key_file).await.expect("the records open");
        people(&store).await;
        let templates = Stage::ALL.map(|stage| template(stage, numbers.events));
        let journal = Template::new(JOURNAL);
        let mut filled = Filled { cases: 0, events: 0, journal_events: 0, of: Vec::new(), live: 0 };
        while filled.cases < numbers.cases {
            let until = numbers.cases.min(filled.cases + AT_ONCE);
            let made: Vec<_> = (filled.cases..until).map(|one| made(one, &templates)).collect();
            let cases: Vec<_> = made.iter().map(|(case, _)| case.clone()).collect();
            store.fill_with(&cases).await.expect("cases are kept");
            for (case, known) in made {
                filled.events += case.events.len();
                if let Some(run) = &known.run {
                    let (of, events, now) = (Some(case.id.as_str()), journal.of(run), case.changed);
                    store.mirror(run, of, &events, now).await.expect("a run is mirrored");
                    filled.journal_events += JOURNAL;
                    filled.live += 1;
                }
                filled.of.push(known);
            }
            filled.cases = until;
        }
        store.close().await;
        filled
    })
}

/// Everybody who is not there yet.
async fn people(store: &Store) {
    let customers = (0..ORGANISATIONS)
        .flat_map(|n| ["anna", "otto"].map(|name| (format!("{name}-{n}"), format!("org-{n}"))));
    let customers = customers.map(|(id, organisation)| (id, organisation, "customer"));
    let team = |count: u64, name: &'static str, role: &'static str| {
        (0..count).map(move |n| (format!("{name}-{n}"), "team".to_owned(), role))
    };
    let everybody = customers.chain(team(CONSULTANTS, "ben", "consultant")).chain(team(
        MANAGERS,
        "pia",
        "project-manager",
    ));
    for (id, organisation, role) in everybody {
        if store.user(&id).await.expect("users are read").is_some() {
            continue;
        }
        let user = User {
            name: format!("The person {id}"),
            email: format!("{id}@{organisation}.example"),
            id,
            organisation,
            role: role.to_owned(),
            groups: Vec::new(),
            identity: None,
            password_hash: None,
            disabled: None,
            version: 0,
        };
        let record = record(Timestamp::now(), "user-made", &user.id, json!({}));
        store.save_user(&user, &record).await.expect("a user is kept");
    }
}

fn record(at: Timestamp, kind: &str, by: &str, body: impl serde::Serialize) -> NewRecord {
    NewRecord {
        at,
        kind: kind.to_owned(),
        by: Some(by.to_owned()),
        organisation: None,
        address: Some("127.0.0.1".to_owned()),
        body: JsonText::of(&body).expect("JSON"),
    }
}

/// The events of a case at a stage as a text, filled up with notes to `events` of them.
fn template(stage: Stage, events: usize) -> (Stage, String) {
    let mut desk: Desk = case_at(stage);
    let words = "The host was looked at again; what was found is in the attachment. ";
    while desk.events.len() < events {
        let text = prose(words.repeat(1 + desk.events.len() % 3).trim());
        // A closed case takes none.
        if desk.tries(BEN, Action::AddNote { scope: NoteScope::Everyone, text }).is_err() {
            break;
        }
    }
    (stage, serde_json::to_string(&desk.events).expect("JSON"))
}

fn made(number: u64, templates: &[(Stage, String)]) -> (FilledCase, Known) {
    let (stage, text) = &templates[usize::try_from(number).unwrap_or(0) % templates.len()];
    let organisation = number % ORGANISATIONS;
    let id = format!("c-{number:016x}");
    let text = text
        .replace("\"nordwind\"", &format!("\"org-{organisation}\""))
        .replace("Nordwind Logistik GmbH", &format!("Organisation {organisation}"))
        .replace("anna.berger", &format!("anna-{organisation}"))
        .replace("otto.lind", &format!("otto-{organisation}"))
        .replace("ben.okafor", &format!("ben-{}", number / 7 % CONSULTANTS))
        .replace("pia.rossi", &format!("pia-{}", number / 5 % MANAGERS))
        .replace("ada.novak", "administrator");
    let events: Vec<Event> = serde_json::from_str(&text).expect("events");
    let case = Case::replay(CaseId::new(&id).expect("an id"), &events).expect("a case");
    let records =
        events.iter().map(|event| record(event.at, "case-event", event.by.user.as_str(), event));
    let columns = columns(&case);
    let people = columns.assignees.iter().chain(&columns.viewers).cloned().collect();
    let has_run = *stage >= Stage::Tested && (number / 7).is_multiple_of(LIVE_EACH);
    let run = has_run.then(|| format!("run-{number}").parse().expect("a run's id"));
    let filled = FilledCase {
        snapshot: JsonText::of(&case).expect("JSON"),
        events: records.collect(),
        changed: case.changed.expect("something happened"),
        columns,
        id: id.clone(),
    };
    (filled, Known { id, people, run })
}

/// What lists show of a case.
fn columns(case: &Case) -> ListColumns {
    let request = case.request.as_ref().expect("a request");
    let now = case.changed.expect("something happened");
    let members = case.group.iter().flat_map(|group| &group.members);
    let contacts = case.contacts.iter().map(|contact| &contact.user);
    let viewers: BTreeSet<_> = members.chain(contacts).chain([&request.requester]).collect();
    let posts = Post::ALL.into_iter().filter_map(|post| case.holder(post));
    ListColumns {
        title: request.title.clone(),
        organisation: request.customer.organisation.to_string(),
        state: case.state.word().to_owned(),
        assignees: posts.map(ToString::to_string).collect(),
        group: case.group.as_ref().map(|group| group.name.to_string()),
        viewers: viewers.into_iter().map(ToString::to_string).collect(),
        due: case.summary(now).and_then(|summary| summary.due),
        deadline: Some(request.fields.deadline),
        shown: JsonText::of(&case.list_entry()).expect("JSON"),
        opened: request.made,
    }
}
