//! What letters say: who has to do what, since when and why, and where that is done.
//!
//! A letter is made of the case as it is after what happened, and of the event that it tells of.

mod event;
mod hand_off;
mod work;

use jiff::Timestamp;
use refit_desk::{Activity, Case, DeadlineRisk, Event, Notice, NoticeKind, Subject, Waiting};

use crate::{People, paths};

/// What a letter is made of.
#[derive(Clone, Copy, Debug)]
pub struct LetterView<'a> {
    /// The case, after what happened.
    pub case: &'a Case,
    /// What is told.
    pub notice: &'a Notice,
    /// What happened, where the letter tells of an event.
    pub event: Option<&'a Event>,
    /// The names of people.
    pub people: &'a People,
    /// What the plan means that counts now, as labels and texts, where its document is at hand.
    pub plan: &'a [(&'static str, String)],
}

/// What a letter says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LetterWords {
    /// What it is about, in a few words.
    pub what: String,
    /// More, paragraph by paragraph; may be empty.
    pub more: Vec<String>,
    /// The page that it leads to.
    pub page: String,
}

/// What is told, in a few words and in more, and the part of the case that it leads to.
pub(crate) struct Told {
    what: String,
    more: Vec<String>,
    part: Option<&'static str>,
}

impl Told {
    fn new(what: impl Into<String>) -> Self {
        Self { what: what.into(), more: Vec::new(), part: None }
    }

    fn more(mut self, more: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.more.extend(more.into_iter().map(Into::into));
        self
    }

    fn on(self, part: &'static str) -> Self {
        Self { part: Some(part), ..self }
    }
}

/// The words of a letter.
pub fn letter(view: LetterView<'_>) -> LetterWords {
    let Told { what, more, part } = match &view.notice.what {
        NoticeKind::Letter { kind, .. } => event::told(view, *kind),
        NoticeKind::Reminder { about, due, arithmetic } => {
            let due = moment_of(view.case, *due);
            let told = format!("Reminder: {} is due at {due}", name(view.case, about));
            of_due(told, about, arithmetic.as_ref())
        }
        NoticeKind::Escalation { about, due, arithmetic } => {
            let due = moment_of(view.case, *due);
            let told =
                format!("Late: {} was due at {due}, and is not done", name(view.case, about));
            of_due(told, about, arithmetic.as_ref())
        }
        NoticeKind::StillWaiting(wait) => still_waiting(view.case, wait),
        NoticeKind::Unassigned { post, since } => {
            let since = moment_of(view.case, *since);
            Told::new(format!("Nobody has taken the request up as {}", post.role())).more([
                format!(
                    "It has had no {} since {since}. Assign one, or see that somebody takes it up.",
                    post.role()
                ),
            ])
        }
        NoticeKind::DeadlineAtRisk(risk) => at_risk(view.case, risk),
    };
    let id = &view.case.id;
    let page = part.map_or_else(|| paths::case(id), |part| paths::part(id, part));
    LetterWords { what, more, page }
}

fn of_due(what: String, about: &Subject, arithmetic: Option<&String>) -> Told {
    let told = Told::new(what).more(arithmetic.map(|one| format!("How that comes about: {one}.")));
    match about {
        Subject::Document(_) => told.on("documents"),
        Subject::Clock(_) => told.on("activities"),
        Subject::Dependency(_) => told,
    }
}

fn still_waiting(case: &Case, wait: &Waiting) -> Told {
    let since = moment_of(case, wait.since);
    Told::new(format!("Still waiting for the {}: {}", wait.waits_for, wait.title))
        .more([format!("It waits since {since}, for this: {}", wait.why)])
}

fn at_risk(case: &Case, risk: &DeadlineRisk) -> Told {
    Told::new(format!("The deadline {} is at risk", risk.deadline)).more([deadline_words(
        risk,
        &moment_of(case, risk.earliest),
        &moment_of(case, risk.latest),
    )])
}

/// What is said about a deadline that the forecast passes.
pub(crate) fn deadline_words(risk: &DeadlineRisk, earliest: &str, latest: &str) -> String {
    let span = if risk.earliest == risk.latest {
        format!("at {latest}")
    } else {
        format!("between {earliest} and {latest}")
    };
    let judged = if risk.is_certain { "which is after" } else { "which may be after" };
    format!(
        "As things stand the upgrade is handed over {span}, {judged} the deadline {}. What it waits \
         for stands on the page; settle that, or agree on another day.",
        risk.deadline
    )
}

/// A moment in the customer's time zone, which is named.
pub fn moment_of(case: &Case, at: Timestamp) -> String {
    let zone = case.calendar().map_or(jiff::tz::TimeZone::UTC, |one| one.zone().clone());
    let civil = zone.to_datetime(at).strftime("%a %Y-%m-%d %H:%M").to_string();
    format!("{civil} ({})", zone.iana_name().unwrap_or("UTC"))
}

fn name(case: &Case, about: &Subject) -> String {
    match about {
        Subject::Clock(key) => {
            let activity = case.activity(key.as_str());
            activity.map_or_else(|| key.to_string(), Activity::title)
        }
        Subject::Document(key) => document(case, key),
        Subject::Dependency(number) => {
            let all = case.kick_off.iter().flat_map(|kick_off| &kick_off.dependencies);
            let mut numbered = (1..).zip(all);
            let found = numbered.find(|(known, _)| known == number);
            found.map_or_else(|| "a dependency".to_owned(), |(_, one)| one.what.to_string())
        }
    }
}

fn document(case: &Case, key: &refit_desk::DocumentKey) -> String {
    let document = case.document(key.as_str());
    document.map_or_else(|| key.to_string(), |one| one.template.title.to_string())
}
