//! The releases that can be placed on the host, what their files must be, and what was verified
//! there.

use askama::Template;
use askama::filters::Safe;
use refit_desk::{ActionKind, PostedFile, StateMachine, keys};
use refit_model::Digest;

use super::case_view::{CaseView, Part, Subject};
use crate::{Html, Shell, paths};

/// What the page of downloads shows besides the case.
#[derive(Clone, Copy, Debug, Default)]
pub struct DownloadsView<'a> {
    /// Releases that the pack knows, those to be placed first.
    pub downloads: &'a [Download],
    /// The day that the pack's knowledge is of; none where no pack knows releases of the platform.
    pub knowledge: Option<&'a str>,
    /// The host on which the newest software is placed, where the product has a word of its own.
    pub host: Option<&'a str>,
}

/// A release that can be placed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Download {
    /// The archive's file name.
    pub file: String,
    /// The version.
    pub version: String,
    /// Whether it is the one that the upgrade leads to.
    pub is_target: bool,
    /// By which coordinates it is found in a mirror.
    pub coordinates: String,
    /// Its content.
    pub digest: Digest,
    /// Its size in words.
    pub size: String,
    /// Whose word the digest is, and where it is known from.
    pub trust: String,
    /// What is to be known of its series: labels and texts, each with where it is known from.
    pub series: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "downloads.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    view: DownloadsView<'a>,
    subject: Subject<'a>,
}

/// The releases to be placed on the host.
pub fn downloads(shell: &Shell<'_>, case: CaseView<'_>, view: DownloadsView<'_>) -> Html {
    let subject = Subject::new(shell, case, Part::Downloads);
    Html::of(&Page { shell, title: subject.title(), here: paths::REQUESTS, view, subject })
}

impl<'a> Page<'a> {
    fn content(&self, digest: &Digest) -> String {
        paths::content(&self.subject.case().id, *digest)
    }

    /// Where the activity stands, in words.
    fn standing(&self) -> Option<&'static str> {
        let activity = self.subject.case().activity(keys::PREPARE_ENVIRONMENT)?;
        Some(activity.state.word())
    }

    /// The documentation of the upgrade.
    fn documentation(&self) -> Vec<&'a PostedFile> {
        let kind = refit_desk::FileKind::UpgradeDocumentation;
        self.subject.case().files.iter().filter(|one| one.file.kind == kind).collect()
    }

    fn do_software(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::RecordAccessCheck, ActionKind::RecordSoftware])
    }
}
