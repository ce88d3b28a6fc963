//! The documents and files of a case.

use askama::Template;
use askama::filters::Safe;
use jiff::Timestamp;
use refit_desk::{
    ActionKind, Document, DocumentState, FileKind, PostedFile, QUESTIONNAIRE, StateMachine,
};
use refit_model::Digest;

use super::case_view::{CaseView, Part, Subject};
use crate::{Html, Shell, paths};

#[derive(Template)]
#[template(path = "documents.html")]
struct Page<'a> {
    shell: &'a Shell<'a>,
    title: String,
    here: &'static str,
    subject: Subject<'a>,
}

/// The documents and files of a case.
pub fn documents(shell: &Shell<'_>, case: CaseView<'_>) -> Html {
    let subject = Subject::new(shell, case, Part::Documents);
    Html::of(&Page { shell, title: subject.title(), here: paths::REQUESTS, subject })
}

impl<'a> Page<'a> {
    fn moment(&self, at: &Timestamp) -> Safe<String> {
        self.subject.moment(*at).html()
    }

    fn content(&self, digest: &Digest) -> String {
        paths::content(&self.subject.case().id, *digest)
    }

    fn template(&self, document: &Document) -> String {
        paths::template(&self.subject.case().id, &document.template.key)
    }

    fn questionnaire(&self) -> String {
        paths::part(&self.subject.case().id, QUESTIONNAIRE)
    }

    fn is_questionnaire(document: &Document) -> bool {
        document.template.key.as_str() == QUESTIONNAIRE
    }

    fn is_late(&self, document: &Document) -> bool {
        let is_open = matches!(document.state, DocumentState::Sent | DocumentState::Incomplete(_));
        is_open && document.due < self.subject.view.now
    }

    fn tone(document: &Document) -> &'static str {
        match document.state {
            DocumentState::Processed => "good",
            DocumentState::Incomplete(_) => "bad",
            DocumentState::Sent => "care",
            DocumentState::Returned => "low",
        }
    }

    /// Files by kind, the latest version of each name first.
    fn files(&self) -> Vec<(&'static str, Vec<&'a PostedFile>)> {
        let kinds = [
            (FileKind::InitialDocument, "Initial documents"),
            (FileKind::UpgradeDocumentation, "Documentation of the upgrade"),
            (FileKind::Other, "Other files"),
        ];
        let of_kind = |(kind, words): (FileKind, &'static str)| {
            let files = self.subject.case().files.iter().filter(|one| one.file.kind == kind);
            let mut files: Vec<_> = files.collect();
            files.sort_by_key(|one| (&one.file.name, std::cmp::Reverse(one.version)));
            (words, files)
        };
        kinds.into_iter().map(of_kind).filter(|(_, files)| !files.is_empty()).collect()
    }

    fn do_document(&self, document: &Document) -> Safe<String> {
        use ActionKind as K;
        let key = document.template.key.as_str();
        if Self::is_questionnaire(document) {
            return self.subject.doings_about(&[K::ProcessDocument], key);
        }
        let kinds = [K::ReturnDocument, K::ProcessDocument, K::FindIncomplete];
        self.subject.doings_about(&kinds, key)
    }

    fn do_send(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::SendQuestionnaire, ActionKind::SendDocument])
    }

    fn do_files(&self) -> Safe<String> {
        self.subject.doings(&[ActionKind::PostFile])
    }
}
