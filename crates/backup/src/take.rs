//! Taking, rehearsing and sealing.

use refit_hosts::{Change, HostError, Writer};
use refit_model::{HostPath, RestoreItem, Secret};

use crate::manifest::{digests, join};
use crate::sealed::{Sealed, SealedItem};
use crate::{BackupError, Manifest, Result};

/// A running broker deletes and makes files while its store is copied; the copy is tried again.
const WARM_ATTEMPTS: u32 = 5;
/// The ending of a copy that was not yet compared with its original.
const UNCHECKED: &str = ".unchecked";

/// Copies the items into the folder `at`, and compares each copy with its original as far as that
/// stands still. What is there already is kept: a restore point is never overwritten.
pub fn take(writer: &Writer<'_>, at: &HostPath, items: &[RestoreItem]) -> Result<()> {
    writer.make(&[Change::MakeFolder { path: at.clone(), mode: 0o700 }])?;
    for item in items {
        let copy = at.join(&item.name);
        if writer.reader().exists(&copy)? {
            continue;
        }
        // It gets its name only when it was compared, so that an interruption in between is
        // followed by a new copy.
        let unchecked = at.join(format!("{}{UNCHECKED}", item.name));
        if item.warm {
            copy_warm(writer, item, &unchecked)?;
        } else {
            copy_afresh(writer, &item.path, &unchecked)?;
            let reader = writer.reader();
            let original = Manifest::of_shape(&reader, &item.path)?.without_holes();
            same(&item.path, &original, &Manifest::of_shape(&reader, &unchecked)?)?;
        }
        writer.make(&[Change::Move { from: unchecked, to: copy }])?;
    }
    Ok(())
}

/// Copies what a running broker writes to. A file that vanished meanwhile makes `cp` fail; then
/// the whole copy is taken again, and so it is where something that stood still differs.
fn copy_warm(writer: &Writer<'_>, item: &RestoreItem, to: &HostPath) -> Result<()> {
    let mut last = BackupError::from(HostError::Unexpected);
    for _ in 0..WARM_ATTEMPTS {
        match try_warm(writer, &item.path, to) {
            Ok(()) => return Ok(()),
            Err(
                error @ (BackupError::Host(HostError::Exit { .. }) | BackupError::Differs { .. }),
            ) => last = error,
            Err(error) => return Err(error),
        }
    }
    Err(last)
}

fn try_warm(writer: &Writer<'_>, from: &HostPath, to: &HostPath) -> Result<()> {
    let reader = writer.reader();
    let before = Manifest::of_shape(&reader, from)?;
    copy_afresh(writer, from, to)?;
    let still = before.unchanged_in(&Manifest::of_shape(&reader, from)?).without_holes();
    let copied = Manifest::of_shape(&reader, to)?.only_paths_of(&still);
    same(from, &still, &copied)?;
    let files: Vec<_> = still.files().cloned().collect();
    let copies = digests(&reader, to, &files);
    let mut differences = Vec::new();
    for ((path, original), (_, copy)) in digests(&reader, from, &files).zip(copies) {
        let (original, copy) = (original.ok(), copy?);
        // What vanished or changed since does not stand still.
        let moves = || reader.digest(&join(from, &path)).ok() != original;
        if original != Some(copy) && !moves() {
            differences.push(format!("{path} has another content"));
        }
    }
    if differences.is_empty() {
        Ok(())
    } else {
        Err(BackupError::Differs { path: from.clone(), differences })
    }
}

/// Copies in place of an earlier copy that was not compared.
fn copy_afresh(writer: &Writer<'_>, from: &HostPath, to: &HostPath) -> Result<()> {
    let copy = Change::Copy { from: from.clone(), to: to.clone() };
    writer.make(&[Change::Remove(to.clone()), copy])?;
    Ok(())
}

/// Reads every byte of the copies, restores them once into the folder `rehearse_in` where one is
/// given, and writes the manifest: what has one was read back and rehearsed.
pub fn seal(
    writer: &Writer<'_>,
    at: &HostPath,
    items: &[RestoreItem],
    rehearse_in: Option<&HostPath>,
) -> Result<()> {
    let read_back = |item: &RestoreItem| {
        let manifest = Manifest::of_content(&writer.reader(), &at.join(&item.name))?;
        Ok(SealedItem { name: item.name.clone(), manifest })
    };
    let sealed = items.iter().map(read_back).collect::<Result<Vec<_>>>()?;
    if let Some(scratch) = rehearse_in {
        rehearse(writer, at, &sealed, scratch)?;
    }
    let file = |(name, content): (&str, Vec<u8>)| Change::Write {
        path: at.join(name),
        content: Secret::new(content),
        mode: 0o600,
    };
    // The manifest comes last: its file says that the restore point is complete.
    let files = Sealed::files(at, writer.run(), items, &sealed)?;
    writer.make(&files.into_iter().map(file).collect::<Vec<_>>())?;
    Ok(())
}

/// Restores into a scratch folder, compares, and removes the scratch folder again.
fn rehearse(
    writer: &Writer<'_>,
    at: &HostPath,
    items: &[SealedItem],
    scratch: &HostPath,
) -> Result<()> {
    writer.make(&[
        Change::Remove(scratch.clone()),
        Change::MakeFolder { path: scratch.clone(), mode: 0o700 },
    ])?;
    for item in items {
        let (from, to) = (at.join(&item.name), scratch.join(&item.name));
        writer.make(&[Change::Copy { from: from.clone(), to: to.clone() }])?;
        same(&from, &item.manifest, &Manifest::of_content(&writer.reader(), &to)?)?;
    }
    writer.make(&[Change::Remove(scratch.clone())])?;
    Ok(())
}

pub(crate) fn same(path: &HostPath, expected: &Manifest, found: &Manifest) -> Result<()> {
    let differences = expected.differences(&path.to_string(), found);
    if differences.is_empty() {
        Ok(())
    } else {
        Err(BackupError::Differs { path: path.clone(), differences })
    }
}
