//! Restoring: compared beside its place first, then moved there.

use std::io;

use refit_hosts::{Change, HostError, Writer};
use refit_model::{HostPath, RestoreItem};

use crate::sealed::SealedItem;
use crate::verify::differences;
use crate::{BackupError, Manifest, Result, Verified};

/// The ending of a copy that is compared before it gets its place.
const RESTORING: &str = ".refit-restoring";

/// Puts items back. Every item is copied beside its place and compared before anything is moved;
/// what stands in the places goes to `aside` and is not deleted. Gives what a person should know.
pub fn restore(
    writer: &Writer<'_>,
    verified: &Verified,
    items: &[RestoreItem],
    aside: &HostPath,
) -> Result<Vec<String>> {
    check_owner(writer, verified)?;
    let mut to_place = Vec::new();
    for item in items {
        let sealed = sealed_item(verified, item)?;
        if is_whole(writer, verified, sealed, &item.path)? {
            continue;
        }
        let beside = beside(&item.path);
        if !is_whole(writer, verified, sealed, &beside)? {
            writer.make(&[Change::Remove(beside.clone())])?;
            copy_whole(writer, verified, sealed, &beside)?;
        }
        to_place.push((item, beside));
    }
    writer.make(&[Change::MakeFolder { path: aside.clone(), mode: 0o700 }])?;
    let mut told = Vec::new();
    for (item, beside) in to_place {
        let kept = move_aside(writer, &item.path, &aside.join(&item.name))?;
        told.extend(kept.map(|kept| format!("what stood at {} is at {kept}", item.path)));
        writer.make(&[Change::Move { from: beside, to: item.path.clone() }])?;
    }
    Ok(told)
}

fn check_owner(writer: &Writer<'_>, verified: &Verified) -> Result<()> {
    match verified.run() {
        Some(owner) if owner != writer.run() => Err(BackupError::Foreign {
            at: verified.at.clone(),
            owner: owner.clone(),
            run: writer.run().clone(),
        }),
        _ => Ok(()),
    }
}

/// The item of this name, which must have been taken from the path that it goes back to.
fn sealed_item<'a>(verified: &'a Verified, item: &RestoreItem) -> Result<&'a SealedItem> {
    let damaged =
        |text: String| BackupError::Damaged { at: verified.at.clone(), differences: vec![text] };
    if let Some(owner) = &verified.sealed.owner {
        let taken = owner.items.iter().find(|(name, _)| *name == item.name);
        if let Some((_, path)) = taken.filter(|(_, path)| *path != item.path) {
            return Err(damaged(format!(
                "{} was taken from {path}, and is to be put to {}",
                item.name, item.path
            )));
        }
    }
    let found = verified.sealed.items.iter().find(|sealed| sealed.name == item.name);
    found.ok_or_else(|| damaged(format!("{} is not in it", item.name)))
}

/// Copies an item out of the restore point and compares the copy with the manifest.
fn copy_whole(
    writer: &Writer<'_>,
    verified: &Verified,
    item: &SealedItem,
    to: &HostPath,
) -> Result<()> {
    let from = verified.at.join(&item.name);
    writer.make(&[Change::Copy { from, to: to.clone() }])?;
    let found = Manifest::of_content(&writer.reader(), to)?;
    let differences = differences(&verified.sealed, &item.name, &item.manifest, &found);
    if differences.is_empty() {
        Ok(())
    } else {
        Err(BackupError::Differs { path: to.clone(), differences })
    }
}

/// Whether what is at `path` is what the restore point holds.
fn is_whole(
    writer: &Writer<'_>,
    verified: &Verified,
    item: &SealedItem,
    path: &HostPath,
) -> Result<bool> {
    if !writer.reader().exists(path)? {
        return Ok(false);
    }
    let found = Manifest::of_content(&writer.reader(), path)?;
    Ok(differences(&verified.sealed, &item.name, &item.manifest, &found).is_empty())
}

/// Moves what is at `path` away, and says where it is where that is not `aside`.
fn move_aside(writer: &Writer<'_>, path: &HostPath, aside: &HostPath) -> Result<Option<HostPath>> {
    if !writer.reader().exists(path)? {
        return Ok(None);
    }
    match writer.make(&[Change::Move { from: path.clone(), to: aside.clone() }]) {
        Ok(_) => Ok(None),
        // The restore points are on another file system: what is replaced stays on its own.
        Err(HostError::Io { source, .. }) if source.kind() == io::ErrorKind::CrossesDevices => {
            let kept = HostPath::from(format!("{path}.replaced-{}", writer.run()));
            writer.make(&[Change::Move { from: path.clone(), to: kept.clone() }])?;
            Ok(Some(kept))
        }
        Err(error) => Err(error.into()),
    }
}

fn beside(path: &HostPath) -> HostPath {
    let mut name = path.as_path().file_name().unwrap_or_default().to_owned();
    name.push(RESTORING);
    path.as_path().with_file_name(name).into()
}
