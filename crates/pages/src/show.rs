//! How values are shown.

use std::collections::BTreeMap;

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use refit_desk::{Arithmetic, Party, UserId};

use crate::html::{breakable, render};

/// The names of people.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct People(pub BTreeMap<UserId, Person>);

/// A person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The name.
    pub name: String,
    /// As what.
    pub role: refit_desk::Role,
}

impl People {
    /// The name of a person; the id of somebody who is not known.
    pub fn name<'a>(&'a self, user: &'a UserId) -> &'a str {
        self.0.get(user).map_or(user.as_str(), |person| &person.name)
    }
}

/// A moment: for people in a time zone, for programs in UTC.
#[derive(Clone, Debug, Template)]
#[template(
    ext = "html",
    source = r#"<time datetime="{{ exact }}"><span class="nowrap">{{ day }}</span> {{ time }}</time>"#
)]
pub(crate) struct Moment {
    exact: String,
    day: String,
    time: String,
}

impl Moment {
    /// `Mon 2026-11-02 14:00`.
    pub(crate) fn new(at: Timestamp, zone: &TimeZone) -> Self {
        let local = zone.to_datetime(at);
        let (day, time) = (local.strftime("%a %Y-%m-%d"), local.strftime("%H:%M"));
        Self { exact: at.to_string(), day: day.to_string(), time: time.to_string() }
    }

    pub(crate) fn html(&self) -> Safe<String> {
        Safe(render(self))
    }

    /// The day alone: `Mon 2026-11-02`.
    pub(crate) fn day(&self) -> Safe<String> {
        let Self { exact, day, .. } = self;
        Safe(format!(r#"<time datetime="{exact}" class="nowrap">{day}</time>"#))
    }
}

/// When something is due, and how that comes about, as a sentence without its full stop.
pub(crate) fn due(arithmetic: &Arithmetic) -> String {
    crate::forms::capital_word(&arithmetic.to_string())
}

/// The words of parties, with `and` between them.
pub(crate) fn parties(parties: &[Party]) -> String {
    parties.iter().map(|party| party.word()).collect::<Vec<_>>().join(" and ")
}

/// Above so many characters a text gets its own box to scroll in.
const LONG: usize = 1500;

/// A text of several lines that somebody wrote.
pub(crate) fn said(text: &str) -> Safe<String> {
    let is_long = text.chars().nth(LONG).is_some();
    let long =
        if is_long { r#" long" tabindex="0" role="group" aria-label="Long text"# } else { "" };
    Safe(format!(r#"<p class="said{long}" dir="auto">{}</p>"#, breakable(text).0))
}

/// A name or line that somebody wrote: its direction concerns nothing around it.
pub(crate) fn own(text: &str) -> Safe<String> {
    Safe(format!("<bdi>{}</bdi>", breakable(text).0))
}

/// A text of this program in which names stand between backticks, as its reports have them.
pub(crate) fn coded(text: &str) -> Safe<String> {
    if text.matches('`').count() % 2 == 1 {
        return own(text);
    }
    let part = |(index, part): (usize, &str)| {
        let part = breakable(part).0;
        if index % 2 == 1 { format!("<code>{part}</code>") } else { part }
    };
    let parts: String = text.split('`').enumerate().map(part).collect();
    Safe(format!("<bdi>{parts}</bdi>"))
}

/// What the short names of sources are.
pub(crate) const SOURCES: &str = "Sources are named in short; what a name stands for is in the README of the platform's pack. \
     RUN means that it was seen with the vendor's real releases.";

/// A count with its word.
pub(crate) fn count(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}
