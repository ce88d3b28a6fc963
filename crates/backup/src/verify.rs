//! Comparing a restore point with its manifest.

use refit_hosts::{HostError, Kind, Reader};
use refit_model::{Digest, HostPath, RunId};

use crate::manifest::join;
use crate::sealed::{ENTRIES, Owner, Sealed};
use crate::{BackupError, Manifest, Result};

/// A restore point has a few items and files.
const MAX_BESIDE: usize = 10_000;

/// What a manifest tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The run that took the restore point, where that is told.
    pub run: Option<RunId>,
    /// How many files are in it.
    pub files: usize,
    /// Their size, in bytes.
    pub size_bytes: u64,
}

/// A restore point that was compared with its manifest.
#[derive(Clone, Debug)]
pub struct Verified {
    pub(crate) at: HostPath,
    pub(crate) sealed: Sealed,
}

impl Verified {
    /// Where it is.
    pub fn at(&self) -> &HostPath {
        &self.at
    }

    /// The run that took it; `None` where its manifest is of before that was told.
    pub fn run(&self) -> Option<&RunId> {
        self.sealed.owner.as_ref().map(|owner| &owner.run)
    }

    /// The digest of its manifest.
    pub fn manifest_digest(&self) -> Digest {
        self.sealed.digest
    }

    /// The files of its items below its folder, each with the digest of its content.
    pub fn digests(&self) -> impl Iterator<Item = (HostPath, Digest)> {
        self.sealed.items.iter().flat_map(|item| {
            let entries = item.manifest.entries();
            let below = |path| join(&item.name.as_str().into(), path);
            entries.filter_map(move |entry| Some((below(&entry.path), entry.digest?)))
        })
    }

    /// The size of its files, in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.sealed.size_bytes()
    }
}

/// What the manifest of a restore point tells, which is not compared with anything.
pub fn described(reader: &Reader<'_>, at: &HostPath) -> Result<Described> {
    let sealed = Sealed::read(reader, at)?;
    let files = sealed.items.iter().map(|item| item.manifest.files().count()).sum();
    Ok(Described {
        run: sealed.owner.as_ref().map(|owner| owner.run.clone()),
        files,
        size_bytes: sealed.size_bytes(),
    })
}

/// Compares every entry of the restore point with its manifest.
pub fn verify(reader: &Reader<'_>, at: &HostPath) -> Result<Verified> {
    compare(reader, at, Manifest::clone)
}

/// The same of one that came back from elsewhere, where holes may not have been kept.
pub fn verify_fetched(reader: &Reader<'_>, at: &HostPath) -> Result<Verified> {
    compare(reader, at, Manifest::without_holes)
}

fn compare(
    reader: &Reader<'_>,
    at: &HostPath,
    expected: impl Fn(&Manifest) -> Manifest,
) -> Result<Verified> {
    let sealed = Sealed::read(reader, at)?;
    if let Some(owner) = &sealed.owner {
        none(at, beside(reader, at, owner)?)?;
    }
    for item in &sealed.items {
        let found = match Manifest::of_content(reader, &at.join(&item.name)) {
            Ok(found) => found,
            Err(BackupError::Host(HostError::NotFound(_))) => {
                return Err(damaged(at, vec![format!("{} is missing", item.name)]));
            }
            Err(error) => return Err(error),
        };
        none(at, differences(&sealed, &item.name, &expected(&item.manifest), &found))?;
    }
    Ok(Verified { at: at.clone(), sealed })
}

/// How what was found differs from what the manifest of an item tells.
pub(crate) fn differences(
    sealed: &Sealed,
    name: &str,
    expected: &Manifest,
    found: &Manifest,
) -> Vec<String> {
    match sealed.owner {
        Some(_) => expected.differences(name, found),
        None => expected.differences(name, &found.as_of_old()),
    }
}

/// What is wrong with what lies beside the entries.
fn beside(reader: &Reader<'_>, at: &HostPath, owner: &Owner) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    for found in reader.list(at, MAX_BESIDE)? {
        let name = found.path.to_string();
        let is_item = owner.items.iter().any(|(item, _)| *item == name);
        let is_file = name == ENTRIES || owner.beside.contains_key(&name);
        if is_file && found.metadata.kind != Kind::File {
            wrong.push(format!("{name} has another kind"));
        } else if !is_item && !is_file {
            wrong.push(format!("{name} was not there"));
        }
    }
    for (name, expected) in &owner.beside {
        match reader.digest(&at.join(name)) {
            Ok(found) if found == *expected => {}
            Ok(_) => wrong.push(format!("{name} has another content")),
            Err(HostError::NotFound(_)) => wrong.push(format!("{name} is missing")),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(wrong)
}

fn none(at: &HostPath, differences: Vec<String>) -> Result<()> {
    if differences.is_empty() { Ok(()) } else { Err(damaged(at, differences)) }
}

fn damaged(at: &HostPath, differences: Vec<String>) -> BackupError {
    BackupError::Damaged { at: at.clone(), differences }
}
