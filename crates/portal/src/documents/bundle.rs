//! The bundle of a Playbook: what is handed over for the other environments.

use std::collections::BTreeMap;

use refit_app::{PlaybookBundle, playbook_bundle};
use refit_desk::{Case, FileKind};
use refit_model::{Playbook, Stored, Template};
use refit_pages::forms::MAX_FILE;
use refit_store::Blobs;

use super::{load, texts_of};
use crate::blocking::blocking;
use crate::failure::Failure;
use crate::uploads::safe_name;

/// The most bytes of documentation in a bundle, all together.
const MOST_DOCUMENTATION: usize = 128 * 1024 * 1024;

/// The bundle of a Playbook, with the documentation of the upgrade that is posted in the case; why
/// there is none, otherwise.
pub(crate) async fn bundle(
    contents: &Blobs,
    case: &Case,
    playbook: Stored<Playbook>,
) -> Result<Result<PlaybookBundle, String>, Failure> {
    let mut texts = BTreeMap::new();
    for digest in texts_of(&playbook.body.settlements) {
        if let Some(text) = load::<Template>(contents, digest).await? {
            texts.insert(digest, text.body);
        }
    }
    let documentation = documentation(contents, case).await?;
    if documentation.values().map(Vec::len).sum::<usize>() > MOST_DOCUMENTATION {
        let most = MOST_DOCUMENTATION / 1024 / 1024;
        return Ok(Err(format!("the documentation of the upgrade has more than {most} MiB")));
    }
    let made = blocking(move || {
        playbook_bundle(&playbook, &|digest| texts.get(&digest).cloned(), documentation)
    });
    Ok(made.await?.map_err(|error| error.to_string()))
}

/// The latest version of each file of documentation, by a name that is safe in an archive.
async fn documentation(
    contents: &Blobs,
    case: &Case,
) -> Result<BTreeMap<String, Vec<u8>>, Failure> {
    let mut files = BTreeMap::new();
    // Later versions stand behind earlier ones.
    for posted in &case.files {
        if posted.file.kind != FileKind::UpgradeDocumentation {
            continue;
        }
        if let Some(content) = contents.read(posted.file.digest, MAX_FILE).await? {
            files.insert(safe_name(posted.file.name.as_str()), content);
        }
    }
    Ok(files)
}
