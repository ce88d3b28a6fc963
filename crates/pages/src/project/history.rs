//! The one full history of a case.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_desk::{Event, HistoryLine};

use super::case_view::{CaseView, Part, Subject};
use crate::{Html, Shell, paths};

/// What the page of the history shows: a page of the events, the latest first.
#[derive(Clone, Copy, Debug)]
pub struct HistoryView<'a> {
    /// The events.
    pub events: &'a [Event],
    /// The number of the event before which the next page begins, if there is one.
    pub before: Option<u64>,
}

#[derive(Template)]
#[template(path = "history.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    lines: Vec<HistoryLine>,
    next: Option<String>,
    subject: Subject<'a>,
}

/// The history of a case. Events that are not for the viewer's role are left out.
pub fn history(shell: &Shell<'_>, case: CaseView<'_>, view: HistoryView<'_>) -> Html {
    let subject = Subject::new(shell, case, Part::History);
    let is_for = |event: &&Event| shell.role().is_some_and(|role| event.is_for(role));
    let lines = view.events.iter().filter(is_for).map(|event| event.line(case.case)).collect();
    let path = paths::part(&case.case.id, Part::History.words().1);
    let next = view.before.map(|before| format!("{path}?before={before}"));
    Html::of(&Page { shell, title: subject.title(), here: paths::REQUESTS, lines, next, subject })
}

impl Page<'_> {
    fn moment(&self, at: &Timestamp) -> Safe<String> {
        self.subject.moment(*at).html()
    }
}
