//! Documents of upgrades: checked, and kept with the case as what their digests are of. So a
//! content that is found under a digest that the case names is what the case is bound to, whoever
//! sent it.
//! `docs/decisions/0023-documents-are-kept-under-their-own-digests.md` says why.

mod bundle;
mod known;
mod says;
mod take;

use refit_app::AnyDocument;
use refit_desk::{Case, UpgradeDocument};
use refit_model::{
    AccessReport, Assessment, Digest, Document, DocumentError, DriftReport, Plan, Playbook,
    SettledFile, Settlement, Stored, Template,
};
use refit_store::Blobs;
use refit_trial::report::TrialReport;

use crate::blocking::blocking;
use crate::failure::{Failure, FailureKind};
use crate::portal::Portal;

pub(crate) use bundle::bundle;
pub(crate) use known::known;
pub(crate) use take::{Taken, of_action, sent, take};

/// The most bytes of a document. One of an installation with a hundred settings has about 1 MB.
pub(crate) const MOST: u64 = 32 * 1024 * 1024;
/// What stands for the moment at which a document was made: it belongs to the file, not to what the
/// digest is of, and is not kept.
const NOT_KEPT: &str = "not told";

/// Keeps a document with a case, under its own digest, with the texts that belong to it.
pub(crate) async fn keep(
    portal: &Portal,
    contents: &Blobs,
    document: &AnyDocument,
) -> Result<(), Failure> {
    let content = document.content().map_err(Failure::internal)?;
    contents.put(content.as_slice(), MOST).await?;
    keep_texts(portal, contents, document).await
}

/// A document that is kept with a case; none if it was not attached.
pub(crate) async fn load<T: Document>(
    contents: &Blobs,
    digest: Digest,
) -> Result<Option<Stored<T>>, Failure> {
    let Some(content) = contents.read(digest, MOST).await? else { return Ok(None) };
    match T::of_content(&content) {
        Ok(body) => Ok(Some(Stored {
            document_type: T::TYPE.to_owned(),
            schema: T::SCHEMA,
            digest,
            created: NOT_KEPT.to_owned(),
            body,
        })),
        // Something else has this digest: the case names it, and it is no such document.
        Err(DocumentError::WrongType { .. }) => Ok(None),
        Err(error) => Err(Failure::internal(error)),
    }
}

/// The same of a case's.
pub(crate) async fn kept<T: Document>(
    portal: &Portal,
    case: &Case,
    digest: Digest,
) -> Result<Option<Stored<T>>, Failure> {
    load(&portal.contents_of(&case.id).await?, digest).await
}

/// The same of any kind.
pub(crate) async fn load_any(
    contents: &Blobs,
    kind: UpgradeDocument,
    digest: Digest,
) -> Result<Option<AnyDocument>, Failure> {
    Ok(match kind {
        UpgradeDocument::Access => {
            load(contents, digest).await?.map(Box::new).map(AnyDocument::Access)
        }
        UpgradeDocument::Assessment => {
            load(contents, digest).await?.map(Box::new).map(AnyDocument::Assessment)
        }
        UpgradeDocument::Plan => load(contents, digest).await?.map(Box::new).map(AnyDocument::Plan),
        UpgradeDocument::Trial => {
            load(contents, digest).await?.map(Box::new).map(AnyDocument::Trial)
        }
        UpgradeDocument::Playbook => {
            load(contents, digest).await?.map(Box::new).map(AnyDocument::Playbook)
        }
        UpgradeDocument::Drift => {
            load(contents, digest).await?.map(Box::new).map(AnyDocument::Drift)
        }
    })
}

/// The documents that the case names and that are kept with it.
pub(crate) async fn at_hand(contents: &Blobs, case: &Case) -> Result<Vec<Digest>, Failure> {
    let mut at_hand = Vec::new();
    for (_, digest) in case.upgrade_documents() {
        if contents.open(digest).await?.is_some() {
            at_hand.push(digest);
        }
    }
    Ok(at_hand)
}

/// What kind of document of an upgrade it is; none for those that no case names.
pub(crate) fn kind_of(document: &AnyDocument) -> Option<UpgradeDocument> {
    Some(match document {
        AnyDocument::Access(_) => UpgradeDocument::Access,
        AnyDocument::Assessment(_) => UpgradeDocument::Assessment,
        AnyDocument::Plan(_) => UpgradeDocument::Plan,
        AnyDocument::Trial(_) => UpgradeDocument::Trial,
        AnyDocument::Playbook(_) => UpgradeDocument::Playbook,
        AnyDocument::Drift(_) => UpgradeDocument::Drift,
        AnyDocument::Rehearsal(_) | AnyDocument::Approval(_) => return None,
    })
}

/// Reads the file of a document that is to be of this kind; tells what is wrong with it otherwise.
pub(crate) fn read(kind: UpgradeDocument, json: &[u8]) -> Result<AnyDocument, String> {
    let document =
        AnyDocument::read(json).map_err(|error| format!("this is no {kind} of Refit: {error}"))?;
    match kind_of(&document) {
        Some(found) if found == kind => Ok(document),
        Some(found) => Err(format!("this is a document of the kind {found}, not {kind}")),
        None => Err(format!("this is no document of the kind {kind}")),
    }
}

/// A document of the server's own state directory, if that holds it.
pub(crate) async fn of_state(
    portal: &Portal,
    kind: UpgradeDocument,
    digest: Digest,
) -> Result<Option<AnyDocument>, Failure> {
    let Some(state) = portal.state().cloned() else { return Ok(None) };
    let found = blocking(move || match kind {
        UpgradeDocument::Access => {
            state.load::<AccessReport>(digest).map(Box::new).map(AnyDocument::Access)
        }
        UpgradeDocument::Assessment => {
            state.load::<Assessment>(digest).map(Box::new).map(AnyDocument::Assessment)
        }
        UpgradeDocument::Plan => state.load::<Plan>(digest).map(Box::new).map(AnyDocument::Plan),
        UpgradeDocument::Trial => {
            state.load::<TrialReport>(digest).map(Box::new).map(AnyDocument::Trial)
        }
        UpgradeDocument::Playbook => {
            state.load::<Playbook>(digest).map(Box::new).map(AnyDocument::Playbook)
        }
        UpgradeDocument::Drift => {
            state.load::<DriftReport>(digest).map(Box::new).map(AnyDocument::Drift)
        }
    })
    .await?;
    match found {
        Ok(document) => Ok(Some(document)),
        Err(refit_app::StateError::Missing { .. }) => Ok(None),
        Err(error) => {
            let what = format!("The {kind} in the server's state directory cannot be used");
            let cause = Some(error.into());
            let failure = Failure::new(FailureKind::Refused, what, "Send its file instead.");
            Err(Failure { cause, ..failure })
        }
    }
}

/// Keeps the texts of settled files, as far as the server's own state directory has them: they
/// belong into the bundle of a Playbook. They are templates, with slots where secrets are.
async fn keep_texts(
    portal: &Portal,
    contents: &Blobs,
    document: &AnyDocument,
) -> Result<(), Failure> {
    let settlements = match document {
        AnyDocument::Plan(plan) => &plan.body.settlements,
        AnyDocument::Playbook(playbook) => &playbook.body.settlements,
        _ => return Ok(()),
    };
    let Some(state) = portal.state().cloned() else { return Ok(()) };
    let wanted = texts_of(settlements);
    let found = blocking(move || {
        let texts = wanted.into_iter().filter_map(|digest| state.load::<Template>(digest).ok());
        texts.collect::<Vec<_>>()
    });
    for text in found.await? {
        let content = text.body.content().map_err(Failure::internal)?;
        contents.put(content.as_slice(), MOST).await?;
    }
    Ok(())
}

/// The texts of the files that are written anew.
fn texts_of(settlements: &[Settlement]) -> Vec<Digest> {
    let written = settlements.iter().filter_map(|settlement| match settlement.result {
        SettledFile::Written(text) => Some(text),
        _ => None,
    });
    written.collect()
}
