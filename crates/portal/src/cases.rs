//! Cases: read, decided on, kept. What may be done is the desk's alone.

use std::collections::BTreeSet;

use jiff::Timestamp;
use refit_desk::{
    Action, Actor, CASE_FORMAT, Case, CaseId, Event, LIST_ENTRY_FORMAT, ListEntry, Post, Refusal,
    Rules, StateMachine as _,
};
use refit_store::{
    CaseRow, Commit, JsonText, ListColumns, NewRecord, Snapshot, Store, StoreError, Viewer,
};
use serde_json::Value;

use crate::failure::Failure;
use crate::letters;
use crate::portal::Portal;
use crate::record::Origin;
use crate::webhooks;

/// How often a decision is made again because somebody else came first.
const TRIES: usize = 2;
/// How many events are read at once.
const EVENTS_AT_ONCE: u32 = 1000;

/// A case, if there is one.
pub(crate) async fn load(store: &Store, id: &CaseId) -> Result<Option<Case>, Failure> {
    let Some(snapshot) = store.case(id.as_str()).await? else { return Ok(None) };
    fold(store, id, snapshot).await.map(Some)
}

/// The case of a snapshot; one of another format is folded anew.
async fn fold(store: &Store, id: &CaseId, snapshot: Snapshot) -> Result<Case, Failure> {
    match snapshot.body.read::<Case>() {
        Ok(case) if case.format == CASE_FORMAT => Ok(case),
        _ => Case::replay(id.clone(), &events(store, id).await?).map_err(Failure::internal),
    }
}

/// All events of a case.
pub(crate) async fn events(store: &Store, id: &CaseId) -> Result<Vec<Event>, Failure> {
    let mut events = Vec::new();
    loop {
        let records = store.events(id.as_str(), events.len() as u64, EVENTS_AT_ONCE).await?;
        let is_last = records.len() < EVENTS_AT_ONCE as usize;
        for record in records {
            events.push(record.content.body.read::<Event>()?);
        }
        if is_last {
            return Ok(events);
        }
    }
}

/// The case, if the person may see it; otherwise it is as if it were not there.
pub(crate) async fn visible(store: &Store, id: &CaseId, actor: &Actor) -> Result<Case, Failure> {
    let case = load(store, id).await?.filter(|case| case.is_visible_to(actor));
    case.ok_or_else(Failure::not_found)
}

/// What lists need of a case, if the person sees it: the list's condition is only the fast way. It
/// is kept beside the case; what an earlier version kept is made anew.
pub(crate) async fn entry(
    store: &Store,
    row: &CaseRow,
    actor: &Actor,
) -> Result<Option<ListEntry>, Failure> {
    let entry = match row.columns.shown.read::<ListEntry>() {
        Ok(entry) if entry.format == LIST_ENTRY_FORMAT => Some(entry),
        _ => {
            let id = CaseId::new(&row.id).map_err(Failure::internal)?;
            load(store, &id).await?.and_then(|case| case.list_entry())
        }
    };
    Ok(entry.filter(|entry| entry.audience.includes(actor)))
}

/// Which cases a list shows to somebody: what [`Case::is_visible_to`] says, as a condition.
pub(crate) fn viewer(actor: &Actor) -> Option<Viewer> {
    let is_seen_by_role = actor.role == refit_desk::Role::Administrator;
    (!is_seen_by_role).then(|| Viewer { user: actor.user.to_string(), groups: Vec::new() })
}

/// What came of an action.
#[derive(Debug)]
pub(crate) struct Acted {
    /// The case after it.
    pub(crate) case: Case,
    /// What happened.
    pub(crate) events: Vec<Event>,
}

/// Why nothing came of it.
#[derive(Debug)]
pub(crate) enum NotActed {
    /// The desk refused.
    Refused(Box<Refusal>),
    /// Anything else.
    Failed(Failure),
}

/// Decides on an action and keeps what comes of it: events, case, letters, all or nothing. If
/// somebody else was faster, the case is read and decided on again, once.
pub(crate) async fn act(
    portal: &Portal,
    id: &CaseId,
    action: Action,
    by: &Actor,
    origin: &Origin,
) -> Result<Acted, NotActed> {
    let rules = portal.rules().await?;
    for tries_left in (0..TRIES).rev() {
        let before = load(&portal.store, id).await?.unwrap_or_else(|| Case::new(id.clone()));
        let events = before
            .decide(action.clone(), by, origin.at, &rules)
            .map_err(|refusal| NotActed::Refused(Box::new(refusal)))?;
        match keep(portal, before, &events, &rules, origin).await {
            Ok(case) => return Ok(Acted { case, events }),
            Err(StoreError::Stale { .. }) if tries_left > 0 => {}
            Err(error) => return Err(Failure::from(error).into()),
        }
    }
    Err(Failure::stale().into())
}

/// Keeps what was decided about `before`.
async fn keep(
    portal: &Portal,
    before: Case,
    events: &[Event],
    rules: &Rules,
    origin: &Origin,
) -> Result<Case, StoreError> {
    let expected = before.events;
    let mut case = before;
    for event in events {
        case.apply(event).map_err(|error| StoreError::Invalid(error.to_string()))?;
    }
    // Of two who act at the same time one comes second, with a request that may have begun first:
    // what happened is not before what happened last.
    let at = case.changed.map_or(origin.at, |changed| changed.max(origin.at));
    let notices = case.notices(rules, at);
    let new = notices.into_iter().filter(|notice| letters::is_after(notice, expected));
    let mut outbox = letters::entries(portal, &case, events, new.collect(), at).await?;
    outbox.extend(webhooks::entries(portal, &case, events, at).await?);
    let records: Result<Vec<_>, _> =
        events.iter().map(|event| record(&case, event, origin)).collect();
    let commit = Commit {
        case: case.id.to_string(),
        expected,
        snapshot: JsonText::of(&case)?,
        columns: columns(&case, at)
            .ok_or_else(|| StoreError::Invalid("a case without a request".to_owned()))?,
        events: records?,
        outbox,
        at,
    };
    portal.store.commit(&commit).await?;
    Ok(case)
}

/// An event as a record of the audit trail; who did it, and from where.
pub(crate) fn record(case: &Case, event: &Event, origin: &Origin) -> Result<NewRecord, StoreError> {
    let organisation = case.request.as_ref().map(|one| one.customer.organisation.to_string());
    Ok(NewRecord {
        at: event.at,
        kind: format!("case-{}", kind_of(event)),
        by: Some(event.by.user.to_string()),
        organisation,
        address: origin.address.clone(),
        body: JsonText::of(event)?,
    })
}

/// The word of what happened, as it is written down.
pub(crate) fn kind_of(event: &Event) -> String {
    match serde_json::to_value(&event.change) {
        Ok(Value::String(word)) => word,
        Ok(Value::Object(map)) => map.keys().next().cloned().unwrap_or_default(),
        _ => "event".to_owned(),
    }
}

/// What lists show of a case; nothing before there is a request.
pub(crate) fn columns(case: &Case, now: Timestamp) -> Option<ListColumns> {
    let request = case.request.as_ref()?;
    let summary = case.summary(now)?;
    let members = case.group.iter().flat_map(|group| &group.members);
    let contacts = case.contacts.iter().map(|contact| &contact.user);
    let viewers: BTreeSet<_> = members.chain(contacts).chain([&request.requester]).collect();
    let posts = Post::ALL.into_iter().filter_map(|post| case.holder(post));
    Some(ListColumns {
        title: request.title.clone(),
        organisation: request.customer.organisation.to_string(),
        state: case.state.word().to_owned(),
        assignees: posts.map(ToString::to_string).collect(),
        group: case.group.as_ref().map(|group| group.name.to_string()),
        viewers: viewers.into_iter().map(ToString::to_string).collect(),
        due: summary.due,
        deadline: Some(summary.deadline),
        shown: JsonText::of(&case.list_entry()).ok()?,
        opened: request.made,
    })
}

impl From<Failure> for NotActed {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<NotActed> for Failure {
    fn from(not: NotActed) -> Self {
        match not {
            NotActed::Refused(refusal) => (*refusal).into(),
            NotActed::Failed(failure) => failure,
        }
    }
}
