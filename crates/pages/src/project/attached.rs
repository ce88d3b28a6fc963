//! A document of the upgrade that the case names: at hand, or to be attached.

use askama::Template;
use askama::filters::Safe;
use refit_desk::UpgradeDocument;
use refit_model::Digest;

use super::case_view::Subject;
use crate::html::render;
use crate::paths;

#[derive(Template)]
#[template(path = "part/attached.html")]
struct Attached<'a> {
    csrf: &'a str,
    kind: UpgradeDocument,
    digest: Digest,
    short: String,
    path: String,
    content: String,
    is_here: bool,
    may_attach: bool,
    /// Whether the server could give it itself.
    is_known: bool,
}

impl Subject<'_> {
    /// A document that the case names, with the ways to it.
    pub(crate) fn attached(&self, kind: UpgradeDocument, digest: &Digest) -> Safe<String> {
        let case = &self.case().id;
        let is_team = self.shell.viewer.is_some_and(|viewer| viewer.actor.role.is_team());
        Safe(render(&Attached {
            csrf: self.shell.csrf,
            kind,
            digest: *digest,
            short: digest.short(),
            path: paths::document(case, *digest),
            content: paths::content(case, *digest),
            is_here: self.view.at_hand.contains(digest),
            may_attach: is_team,
            is_known: self.view.documents.iter().any(|one| one.digest == *digest),
        }))
    }
}
