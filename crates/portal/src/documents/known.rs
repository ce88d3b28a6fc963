//! The documents of the server's own state directory that can be chosen.

use refit_app::StateDir;
use refit_desk::{ActionKind, Role, UpgradeDocument};
use refit_model::{
    AccessReport, Assessment, Digest, Document, DriftReport, Plan, Playbook, Stored,
};
use refit_pages::KnownDocument;
use refit_pages::forms::{FieldKind, FormOf, form_of};
use refit_trial::report::TrialReport;

use crate::blocking::blocking;
use crate::failure::Failure;
use crate::visit::Visit;

/// How many of each kind are offered, the last ones first.
const MOST: usize = 20;

/// The documents that the person could choose in forms of these kinds.
pub(crate) async fn known(
    visit: &Visit,
    kinds: &[ActionKind],
) -> Result<Vec<KnownDocument>, Failure> {
    let (Some(state), role) = (visit.portal.state().cloned(), visit.person()?.role()) else {
        return Ok(Vec::new());
    };
    // What this machine worked on is the team's to see: it may be another customer's.
    if role != Role::Consultant {
        return Ok(Vec::new());
    }
    let mut wanted: Vec<_> = kinds.iter().flat_map(|kind| documents_of(*kind)).collect();
    wanted.sort_unstable();
    wanted.dedup();
    blocking(move || wanted.into_iter().flat_map(|kind| latest(&state, kind)).collect()).await
}

/// The kinds of documents that a form takes.
pub(super) fn documents_of(kind: ActionKind) -> Vec<UpgradeDocument> {
    let FormOf::Fields(fields) = form_of(kind) else { return Vec::new() };
    let document = |kind: FieldKind| match kind {
        FieldKind::Document(document) => Some(document),
        _ => None,
    };
    fields.iter().filter_map(|field| document(field.kind)).collect()
}

fn latest(state: &StateDir, kind: UpgradeDocument) -> Vec<KnownDocument> {
    match kind {
        UpgradeDocument::Access => of::<AccessReport>(state, kind, |one| {
            let proved =
                if one.is_enough() { "everything proved" } else { "not everything proved" };
            format!("{} in {}: {proved}", one.installation, one.environment)
        }),
        UpgradeDocument::Assessment => of::<Assessment>(state, kind, |one| {
            format!("{} in {}, {}", one.installation, one.environment, one.installed)
        }),
        UpgradeDocument::Plan => of::<Plan>(state, kind, |one| {
            format!("{} in {}, {} to {}", one.installation, one.environment, one.from, one.to)
        }),
        UpgradeDocument::Trial => of::<TrialReport>(state, kind, |one| {
            let subject = &one.subject;
            let (installation, environment) = (&subject.installation, &subject.environment);
            format!("{} of {installation} in {environment}: {}", subject.series, one.verdict)
        }),
        UpgradeDocument::Playbook => of::<Playbook>(state, kind, |one| one.title.clone()),
        UpgradeDocument::Drift => of::<DriftReport>(state, kind, |one| {
            format!("{} in {}", one.installation, one.environment)
        }),
    }
}

fn of<T: Document>(
    state: &StateDir,
    kind: UpgradeDocument,
    words: fn(&T) -> String,
) -> Vec<KnownDocument> {
    let latest = match state.latest::<T>(MOST) {
        Ok(latest) => latest,
        Err(error) => {
            tracing::warn!(%error, "documents of the state directory cannot be listed");
            Vec::new()
        }
    };
    latest.iter().map(|one| known_of(kind, one, words)).collect()
}

fn known_of<T>(kind: UpgradeDocument, one: &Stored<T>, words: fn(&T) -> String) -> KnownDocument {
    let digest: Digest = one.digest;
    let made = one.created.split('.').next().unwrap_or_default().replace('T', " ");
    let label = format!("{} (made {made}, {})", words(&one.body), digest.short());
    KnownDocument { kind, digest, label }
}
