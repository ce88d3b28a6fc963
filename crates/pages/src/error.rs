//! Error pages.

use askama::Template;

use crate::{Html, Shell};

/// What went wrong. Nothing here may tell more than the person may know.
#[derive(Clone, Copy, Debug)]
pub struct ErrorView<'a> {
    /// The HTTP status.
    pub status: u16,
    /// What happened, in one line, without a full stop.
    pub what: &'a str,
    /// What to do now.
    pub remedy: &'a str,
    /// The request's id, by which the server's log knows it.
    pub request: &'a str,
    /// Where to go: path and words.
    pub links: &'a [(&'a str, &'a str)],
}

#[derive(Template)]
#[template(path = "error.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: &'a str,
    here: &'static str,
    view: ErrorView<'a>,
}

/// The page of an error: what happened, what to do, and the request's id.
pub fn error(shell: &Shell<'_>, view: ErrorView<'_>) -> Html {
    Html::of(&Page { shell, title: view.what, here: "", view })
}
