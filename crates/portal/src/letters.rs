//! What the desk says has to be sent, as entries of the outbox: one for each person. The words are
//! [`refit_pages::letter`]'s.
//!
//! The key of an entry is that of the notice with the person's id, so that everything is put in
//! once, however often it is decided.

use jiff::Timestamp;
use refit_desk::{Case, Change, Event, LetterKind, Notice, NoticeKind, UserId};
use refit_model::Plan;
use refit_pages::{LetterView, LetterWords, PlanDetail, moment_of, paths};
use refit_store::{Channel, JsonText, NewOutboxEntry, StoreError};
use serde::{Deserialize, Serialize};

use crate::documents;
use crate::failure::Failure;
use crate::people;
use crate::portal::Portal;

/// A letter in the outbox. Its words are settled; a one-time link in it is made when it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Letter {
    /// The user.
    pub(crate) to: String,
    /// The subject.
    pub(crate) subject: String,
    /// What it says, paragraph by paragraph.
    pub(crate) paragraphs: Vec<String>,
    /// Where it leads to.
    pub(crate) link: LetterLink,
}

/// Where a letter leads to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(crate) enum LetterLink {
    /// A page of the portal.
    Page(String),
    /// A new one-time link with which the person sets a password.
    Password,
}

/// Whether a notice is a letter about an event after that number.
pub(crate) fn is_after(notice: &Notice, event: u64) -> bool {
    matches!(notice.what, NoticeKind::Letter { event: number, .. } if number > event)
}

/// The entries for notices of a case, some of them about these events.
pub(crate) async fn entries(
    portal: &Portal,
    case: &Case,
    events: &[Event],
    notices: Vec<Notice>,
    now: Timestamp,
) -> Result<Vec<NewOutboxEntry>, StoreError> {
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let invalid = |failure: Failure| StoreError::Invalid(failure.to_string());
    let users = people::users(&portal.store, None).await.map_err(invalid)?;
    let people = people::names(&users).map_err(invalid)?;
    let plan = plan_facts(portal, case, events).await.map_err(invalid)?;
    let mut entries = Vec::new();
    for notice in &notices {
        let event = event_of(notice, events);
        let view = LetterView { case, notice, event, people: &people, plan: &plan };
        let mut words = refit_pages::letter(view);
        words.more.extend(to_fill_in(&portal.url, case, &notice.what));
        for user in people::of_recipients(&users, &notice.to) {
            let key = format!("{}/{}", notice.key, user.id);
            entries.push(entry(key, &worded(case, &words, &user.id), now)?);
        }
    }
    Ok(entries)
}

/// The event that a letter tells of.
fn event_of<'a>(notice: &Notice, events: &'a [Event]) -> Option<&'a Event> {
    let NoticeKind::Letter { event: number, .. } = notice.what else { return None };
    events.iter().find(|event| event.number == number)
}

/// What a plan that was just posted means, where its document is kept with the case: versions, what
/// clients notice, how many steps.
async fn plan_facts(
    portal: &Portal,
    case: &Case,
    events: &[Event],
) -> Result<Vec<(&'static str, String)>, Failure> {
    let digest = events.iter().find_map(|event| match &event.change {
        Change::PlanPosted(plan) => Some(plan.digest),
        _ => None,
    });
    let Some(digest) = digest else { return Ok(Vec::new()) };
    let plan = documents::kept::<Plan>(portal, case, digest).await?;
    Ok(plan.map(|plan| PlanDetail::of(&plan).facts).unwrap_or_default())
}

/// The entry of a letter that belongs to no case.
pub(crate) fn entry(
    key: String,
    letter: &Letter,
    now: Timestamp,
) -> Result<NewOutboxEntry, StoreError> {
    Ok(NewOutboxEntry { channel: Channel::Mail, key, body: JsonText::of(letter)?, due: now })
}

/// The documents that go out with a letter: when each is due, and where its template is.
fn to_fill_in(url: &str, case: &Case, what: &NoticeKind) -> Vec<String> {
    let NoticeKind::Letter { kind: LetterKind::Questionnaire | LetterKind::Document, .. } = what
    else {
        return Vec::new();
    };
    let line = |document: &refit_desk::Document| {
        let (title, key) = (&document.template.title, &document.template.key);
        let (due, template) = (moment_of(case, document.due), paths::template(&case.id, key));
        format!("{title}: due {due}. To be filled in: {url}{template}")
    };
    case.documents.iter().map(line).collect()
}

/// The letter to one person.
fn worded(case: &Case, words: &LetterWords, to: &str) -> Letter {
    let title = case.request.as_ref().map_or("", |request| request.title.as_str());
    let LetterWords { what, more, page } = words.clone();
    Letter {
        to: to.to_owned(),
        subject: format!("{what}: {title}"),
        paragraphs: [format!("{what}.")].into_iter().chain(more).collect(),
        link: LetterLink::Page(page),
    }
}

/// The letter with which somebody is invited.
pub(crate) fn invitation(to: &UserId, organisation: &str) -> Letter {
    Letter {
        to: to.to_string(),
        subject: "You are invited to Refit".to_owned(),
        paragraphs: vec![
            format!("You were invited to the service around upgrades of {organisation}."),
            "Set a password with this link. It works once, and for three days.".to_owned(),
        ],
        link: LetterLink::Password,
    }
}
