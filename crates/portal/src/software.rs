//! Whether the software on the host is the expected one: what is known of it is compared, nobody
//! has to say so.

use std::fs::File;
use std::io;
use std::path::Path;

use refit_app::StateDir;
use refit_desk::{Case, Line, SoftwarePlaced};
use refit_model::{Act, Digest, Plan};
use refit_packs::KnownArchive;

use crate::blocking::blocking;
use crate::documents::kept;
use crate::failure::Failure;
use crate::portal::Portal;
use crate::runs::Upgrades;

/// What the software may be: its content, and who says so.
struct Expected {
    digest: Digest,
    who: String,
    /// The file's name in an artifacts folder, where it is known.
    file: Option<String>,
}

/// Says of software on a host whether it is the expected one: what has the same digest, or, where
/// no digest is known, that it is so by somebody's word. Without a digest the archives of the
/// upgrade machine are looked at, where this server stands on it.
pub(crate) async fn verify(
    portal: &Portal,
    case: &Case,
    software: &mut SoftwarePlaced,
) -> Result<(), Failure> {
    let expected = expected(portal, case).await?;
    let (seen, at) = match software.digest {
        Some(digest) => (Some(digest), ""),
        None => (of_machine(portal, &expected).await?, ", as this server sees it in its archives"),
    };
    let same = expected.iter().filter(|one| Some(one.digest) == seen);
    let words = same.map(|one| Line::new(&format!("{}{at}", one.who)).map_err(Failure::internal));
    software.against = words.collect::<Result<_, _>>()?;
    software.is_verified = match seen {
        Some(_) => !software.against.is_empty(),
        None => software.word.is_some(),
    };
    software.digest = seen;
    Ok(())
}

/// What the plan fetches, and the releases that the pack knows, newer than what is installed.
async fn expected(portal: &Portal, case: &Case) -> Result<Vec<Expected>, Failure> {
    let mut expected = Vec::new();
    let mut target = None;
    if let Some(posted) = case.plan()
        && let Some(plan) = kept::<Plan>(portal, case, posted.digest).await?
    {
        let short = posted.digest.short();
        expected.extend(plan.body.steps.iter().filter_map(|step| match &step.act {
            Act::Fetch { artifact, digest, .. } => Some(Expected {
                digest: *digest,
                who: format!("the archive that the plan {short} was made with"),
                file: Some(artifact.clone()),
            }),
            _ => None,
        }));
        target = Some(plan.body.to);
    }
    let Some(request) = &case.request else { return Ok(expected) };
    let platform = request.fields.platform.as_str();
    let Ok(pack) = portal.settings.packs.get(platform) else { return Ok(expected) };
    let known = pack.product.archive.known.iter();
    let is_wanted = |one: &&KnownArchive| target.as_ref().is_none_or(|to| one.version == *to);
    expected.extend(known.filter(is_wanted).map(|one| {
        let who = format!("release {} of the pack, {}", one.version, one.trust.words());
        Expected { digest: one.digest, who, file: None }
    }));
    Ok(expected)
}

/// The digest of the archive that the plan was made with, as it lies in the artifacts folder of
/// this machine now; none where this is not the upgrade machine, or it is not there.
async fn of_machine(portal: &Portal, expected: &[Expected]) -> Result<Option<Digest>, Failure> {
    let Some(upgrades) = portal.settings.upgrades.clone() else { return Ok(None) };
    let files: Vec<_> = expected.iter().filter_map(|one| one.file.clone()).collect();
    blocking(move || files.iter().find_map(|file| digest_of(&folder(&upgrades)?.join(file)))).await
}

/// The artifacts folder, if it is known.
fn folder(upgrades: &Upgrades) -> Option<std::path::PathBuf> {
    let named = upgrades.artifacts.clone();
    named.or_else(|| StateDir::root(&upgrades.state).parent().map(|above| above.join("artifacts")))
}

/// The digest of a file; none if it cannot be read.
fn digest_of(path: &Path) -> Option<Digest> {
    let told = |error: &io::Error| {
        tracing::warn!(path = %path.display(), %error, "an archive cannot be read");
    };
    Digest::of_reader(File::open(path).ok()?).inspect_err(told).ok()
}
