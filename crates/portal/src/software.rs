//! Whether the software on the host is the expected one: what is known of it is compared, nobody
//! has to say so.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use refit_app::StateDir;
use refit_desk::{Case, Line, SoftwarePlaced};
use refit_model::{Act, Digest, DigestTrust, Plan};
use refit_packs::KnownArchive;
use sha2::{Digest as _, Sha256};

use crate::blocking::blocking;
use crate::documents::load;
use crate::failure::Failure;
use crate::portal::Portal;
use crate::runs::Upgrades;

/// How much of a file is read at once, in bytes.
const PIECE: usize = 1 << 16;

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
    let contents = portal.contents_of(&case.id).await?;
    let mut target = None;
    if let Some(posted) = case.plan()
        && let Some(plan) = load::<Plan>(&contents, posted.digest).await?
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
        let trust = match one.trust {
            DigestTrust::VendorPublished => "published by the vendor",
            DigestTrust::Observed => "observed by those who made the pack",
            DigestTrust::Unconfirmed => "unconfirmed",
        };
        let who = format!("release {} of the pack, {trust}", one.version);
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
    let mut file = File::open(path).ok()?;
    let (mut hash, mut piece) = (Sha256::new(), vec![0; PIECE]);
    loop {
        match file.read(&mut piece) {
            Ok(0) => return Some(Digest::from_bytes(hash.finalize().into())),
            Ok(length) => hash.update(&piece[..length]),
            Err(error) => {
                tracing::warn!(path = %path.display(), %error, "an archive cannot be read");
                return None;
            }
        }
    }
}
