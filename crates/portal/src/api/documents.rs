//! Documents and contents of a request over the API.

use axum::http::StatusCode;
use refit_desk::{Document, DocumentKey, DocumentState, FileKind, PostedFile, StateMachine as _};
use refit_model::Digest;
use schemars::JsonSchema;
use serde::Serialize;

use super::{answer, answer_with};
use crate::documents::at_hand;
use crate::route::Answer;
use crate::visit::Visit;

/// Everything that has a content.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Documents {
    /// What went out to the customer and has to come back.
    sent: Vec<SentDocument>,
    /// The files of the project, in the order in which they were posted.
    files: Vec<File>,
    /// The documents of the upgrade, in the order of the work.
    upgrade: Vec<OfUpgrade>,
}

/// A document that went out to the customer.
#[derive(Debug, Serialize, JsonSchema)]
struct SentDocument {
    key: DocumentKey,
    title: String,
    /// What it is for.
    purpose: String,
    /// When it is due back.
    due: String,
    /// `sent`, `returned`, `incomplete` or `processed`.
    state: String,
    /// What is missing in it, where it is incomplete.
    missing: Option<String>,
    /// Since when it stands so.
    since: String,
    /// What came back, the latest last.
    returned: Vec<Returned>,
}

/// A file that came back.
#[derive(Debug, Serialize, JsonSchema)]
struct Returned {
    name: String,
    digest: Digest,
    at: String,
}

/// A file of the project.
#[derive(Debug, Serialize, JsonSchema)]
struct File {
    kind: FileKind,
    name: String,
    /// Its version, from 1.
    version: u32,
    digest: Digest,
    /// Where it comes from.
    source: String,
    /// When it was posted.
    at: String,
    /// By whom.
    by: String,
}

/// A document that Refit has made of the upgrade.
#[derive(Debug, Serialize, JsonSchema)]
struct OfUpgrade {
    /// `access-report`, `assessment`, `plan`, `trial`, `playbook` or `drift`.
    kind: String,
    digest: Digest,
    /// Whether it is kept with the request, and can be downloaded.
    is_kept: bool,
}

/// A content that was taken.
#[derive(Debug, Serialize, JsonSchema)]
pub(crate) struct Taken {
    /// Its digest: actions name it by this.
    digest: Digest,
}

/// The documents and files.
pub(crate) async fn list(visit: Visit) -> Answer {
    let case = visit.case()?;
    let contents = visit.portal.contents_of(&case.id).await?;
    let kept = at_hand(&contents, case).await?;
    let upgrade = case.upgrade_documents().into_iter().map(|(kind, digest)| OfUpgrade {
        kind: kind.word().to_owned(),
        digest,
        is_kept: kept.contains(&digest),
    });
    answer(&Documents {
        sent: case.documents.iter().map(sent).collect(),
        files: case.files.iter().map(file).collect(),
        upgrade: upgrade.collect(),
    })
}

/// Takes a content, which an action can name then.
pub(crate) async fn upload(visit: Visit) -> Answer {
    let upload = visit.upload()?;
    answer_with(StatusCode::CREATED, &Taken { digest: upload.digest })
}

fn sent(document: &Document) -> SentDocument {
    let missing = match &document.state {
        DocumentState::Incomplete(what) => Some(what.to_string()),
        _ => None,
    };
    let returned = document.returned.iter().map(|file| Returned {
        name: file.name.to_string(),
        digest: file.digest,
        at: file.at.to_string(),
    });
    SentDocument {
        key: document.template.key.clone(),
        title: document.template.title.to_string(),
        purpose: document.template.purpose.to_string(),
        due: document.due.to_string(),
        state: document.state.word().to_owned(),
        missing,
        since: document.since.to_string(),
        returned: returned.collect(),
    }
}

fn file(posted: &PostedFile) -> File {
    File {
        kind: posted.file.kind,
        name: posted.file.name.to_string(),
        version: posted.version,
        digest: posted.file.digest,
        source: posted.file.source.to_string(),
        at: posted.at.to_string(),
        by: posted.by.to_string(),
    }
}
