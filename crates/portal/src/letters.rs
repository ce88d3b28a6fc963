//! What the desk says has to be sent, as entries of the outbox: one for each person.
//!
//! The key of an entry is that of the notice with the person's id, so that everything is put in
//! once, however often it is decided.

use jiff::Timestamp;
use refit_desk::{Case, CaseId, LetterKind, Notice, NoticeKind, Subject as About, UserId};
use refit_pages::paths;
use refit_store::{Channel, JsonText, NewOutboxEntry, StoreError};
use serde::{Deserialize, Serialize};

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

/// The entries for notices of a case.
pub(crate) async fn entries(
    portal: &Portal,
    case: &Case,
    notices: Vec<Notice>,
    now: Timestamp,
) -> Result<Vec<NewOutboxEntry>, StoreError> {
    if notices.is_empty() {
        return Ok(Vec::new());
    }
    let users = people::users(&portal.store, None)
        .await
        .map_err(|failure| StoreError::Invalid(failure.to_string()))?;
    let mut entries = Vec::new();
    for notice in &notices {
        for user in people::of_recipients(&users, &notice.to) {
            let letter = of_notice(&portal.url, case, notice, &user.id);
            let key = format!("{}/{}", notice.key, user.id);
            entries.push(entry(key, &letter, now)?);
        }
    }
    Ok(entries)
}

/// The entry of a letter that belongs to no case.
pub(crate) fn entry(
    key: String,
    letter: &Letter,
    now: Timestamp,
) -> Result<NewOutboxEntry, StoreError> {
    Ok(NewOutboxEntry { channel: Channel::Mail, key, body: JsonText::of(letter)?, due: now })
}

fn of_notice(url: &str, case: &Case, notice: &Notice, to: &str) -> Letter {
    let title = case.request.as_ref().map_or("", |request| request.title.as_str());
    let (what, more) = words(case, &notice.what);
    Letter {
        to: to.to_owned(),
        subject: format!("{what}: {title}"),
        paragraphs: [format!("{what}.")]
            .into_iter()
            .chain(more)
            .chain(to_fill_in(url, case, &notice.what))
            .collect(),
        link: LetterLink::Page(page(&case.id, &notice.what)),
    }
}

/// The documents that go out with a letter: when each is due, and where its template is.
fn to_fill_in(url: &str, case: &Case, what: &NoticeKind) -> Vec<String> {
    let NoticeKind::Letter { kind: LetterKind::Questionnaire | LetterKind::Document, .. } = what
    else {
        return Vec::new();
    };
    let line = |document: &refit_desk::Document| {
        let (title, key) = (&document.template.title, &document.template.key);
        let (due, template) = (moment(case, document.due), paths::template(&case.id, key));
        format!("{title}: due {due}. To be filled in: {url}{template}")
    };
    case.documents.iter().map(line).collect()
}

/// What a notice says: in a few words, and in more.
fn words(case: &Case, what: &NoticeKind) -> (String, Vec<String>) {
    match what {
        NoticeKind::Letter { kind, .. } => of_letter(case, *kind),
        NoticeKind::Reminder { about, due, arithmetic } => {
            let told = format!("{} is due at {}", name(case, about), moment(case, *due));
            (format!("Reminder: {told}"), arithmetic.iter().cloned().collect())
        }
        NoticeKind::Escalation { about, due, arithmetic } => {
            let told = format!("{} was due at {}", name(case, about), moment(case, *due));
            (format!("Late: {told}, and is not done"), arithmetic.iter().cloned().collect())
        }
        NoticeKind::StillWaiting(wait) => {
            let since = moment(case, wait.since);
            let told = format!("Still waiting for the {}: {}", wait.waits_for, wait.title);
            (told, vec![format!("Since {since}: {}", wait.why)])
        }
        NoticeKind::Unassigned { post } => {
            (format!("Nobody has taken the request up as {}", post.role()), Vec::new())
        }
    }
}

fn of_letter(case: &Case, kind: LetterKind) -> (String, Vec<String>) {
    use LetterKind as K;
    let said =
        |text: &Option<refit_desk::Prose>| text.iter().map(ToString::to_string).collect::<Vec<_>>();
    let none = Vec::new;
    let (what, more) = match kind {
        K::RequestReceived => ("Your request was received", none()),
        K::RequestQueued => ("A new request is in the queue", none()),
        K::Response => ("A consultant responded to your request", said(&case.response)),
        K::Acknowledgement => ("Your request is acknowledged", said(&case.acknowledgement)),
        K::Assigned => ("You have a post in a project", none()),
        K::Questionnaire => ("The questionnaire and documents are there for you", none()),
        K::Document => ("A document is there for you", none()),
        K::MissingAnswers => ("Some answers are missing", none()),
        K::Returned => ("Something came back from the customer", none()),
        K::Incomplete => ("A document is incomplete", none()),
        K::ExecutionBegins => ("The execution begins", none()),
        K::PlanToAccept => ("A plan is there for your acceptance", none()),
        K::Approved => ("The customer approved", none()),
        K::PlanObjected => ("The customer objects to the plan", none()),
        K::WaitsForYou => ("An activity waits for you", none()),
        K::Note => ("A note was written", none()),
        K::PlaybookToReview => ("A Playbook is there for your review", none()),
        K::ChangeAsked => ("A change or clarification was asked for", none()),
        K::ChangeAnswered => ("Your change request has an answer", none()),
        K::PlaybookDelivered => ("The final Playbook is there", none()),
        K::OnCallOpened => ("On-call support is there", none()),
        K::ProblemReported => ("A problem was reported", none()),
        K::ProblemAnswered => ("Your problem has an answer", none()),
        K::EngagementOffered => ("A paid engagement is offered to you", none()),
        K::EngagementAnswered => ("The customer answered an offer", none()),
        K::CaseMoved => ("The request is now", vec![state(case)]),
    };
    if kind == K::CaseMoved {
        return (format!("{what} {}", state(case)), none());
    }
    (what.to_owned(), more)
}

fn state(case: &Case) -> String {
    use refit_desk::StateMachine as _;
    case.state.word().to_owned()
}

/// A moment in the customer's time zone, which is named.
pub(crate) fn moment(case: &Case, at: Timestamp) -> String {
    let zone = case.calendar().map_or(jiff::tz::TimeZone::UTC, |one| one.zone().clone());
    let civil = zone.to_datetime(at).strftime("%a %Y-%m-%d %H:%M").to_string();
    format!("{civil} ({})", zone.iana_name().unwrap_or("UTC"))
}

fn name(case: &Case, about: &About) -> String {
    match about {
        About::Clock(key) => {
            let activity = case.activity(key.as_str());
            activity.map_or_else(|| key.to_string(), refit_desk::Activity::title)
        }
        About::Document(key) => {
            let document = case.document(key.as_str());
            document.map_or_else(|| key.to_string(), |one| one.template.title.to_string())
        }
        About::Dependency(number) => {
            let all = case.kick_off.iter().flat_map(|kick_off| &kick_off.dependencies);
            let mut numbered = (1..).zip(all);
            let found = numbered.find(|(known, _)| known == number);
            found.map_or_else(|| "a dependency".to_owned(), |(_, one)| one.what.to_string())
        }
    }
}

/// The page that a notice is about.
fn page(case: &CaseId, what: &NoticeKind) -> String {
    use LetterKind as K;
    let part = match what {
        NoticeKind::Letter { kind, .. } => match kind {
            K::Questionnaire | K::MissingAnswers => Some("questionnaire"),
            K::Document | K::Incomplete | K::Returned => Some("documents"),
            K::PlanToAccept | K::PlanObjected => Some("upgrade"),
            K::PlaybookToReview
            | K::ChangeAsked
            | K::ChangeAnswered
            | K::PlaybookDelivered
            | K::OnCallOpened
            | K::ProblemReported
            | K::ProblemAnswered => Some("playbook"),
            _ => None,
        },
        NoticeKind::Reminder { about: About::Document(_), .. }
        | NoticeKind::Escalation { about: About::Document(_), .. } => Some("documents"),
        _ => None,
    };
    part.map_or_else(|| paths::case(case), |part| paths::part(case, part))
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
