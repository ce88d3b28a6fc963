//! Taking, sealing, verifying, rehearsing and restoring.

use refit_hosts::{Change, HostError, Reader, Writer};
use refit_model::{HostPath, RestoreItem, Secret};

use crate::manifest::join;
use crate::{BackupError, Manifest, Result};

const ENTRIES: &str = "ENTRIES.jsonl";
const SUMS: &str = "SHA256SUMS";
const README: &str = "README.txt";
/// A running broker deletes and makes files while its store is copied; the copy is tried again.
const WARM_ATTEMPTS: u32 = 5;

/// A restore point that was compared with its manifest.
#[derive(Clone, Debug)]
pub struct Verified {
    at: HostPath,
    size_bytes: u64,
}

impl Verified {
    /// Where it is.
    pub fn at(&self) -> &HostPath {
        &self.at
    }

    /// The size of its files, in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.size_bytes
    }
}

/// Copies the items into the folder `at`, and compares each copy's shape with its original where
/// that stands still. What is there already is kept: a restore point is never overwritten.
pub fn take(writer: &Writer<'_>, at: &HostPath, items: &[RestoreItem]) -> Result<()> {
    writer.make(&[Change::MakeFolder { path: at.clone(), mode: 0o700 }])?;
    for item in items {
        let copy = at.join(&item.name);
        if writer.reader().exists(&copy)? {
            continue;
        }
        if item.warm {
            copy_warm(writer, &item.path, &copy)?;
        } else {
            writer.make(&[Change::Copy { from: item.path.clone(), to: copy.clone() }])?;
            let original = Manifest::of_shape(&writer.reader(), &item.path)?;
            same(&item.path, &original, &Manifest::of_shape(&writer.reader(), &copy)?)?;
        }
    }
    Ok(())
}

/// Copies what a running broker writes to. A file that vanished meanwhile makes `cp` fail; then
/// the whole copy is taken again.
fn copy_warm(writer: &Writer<'_>, from: &HostPath, to: &HostPath) -> Result<()> {
    let mut last = HostError::Unexpected;
    for _ in 0..WARM_ATTEMPTS {
        match writer.make(&[Change::Copy { from: from.clone(), to: to.clone() }]) {
            Ok(_) => return Ok(()),
            Err(error @ HostError::Exit { .. }) => last = error,
            Err(error) => return Err(error.into()),
        }
    }
    Err(last.into())
}

/// Reads every byte of the copies, restores them once into the folder `rehearse_in` where one is
/// given, and writes the manifest: what has one was read back and rehearsed, wherever this was
/// interrupted.
pub fn seal(
    writer: &Writer<'_>,
    at: &HostPath,
    items: &[RestoreItem],
    rehearse_in: Option<&HostPath>,
) -> Result<()> {
    let mut sums = Vec::new();
    let mut lines = String::new();
    let mut manifests = Vec::new();
    for item in items {
        let manifest = Manifest::of_content(&writer.reader(), &at.join(&item.name))?;
        sums.extend(manifest.to_sha256sums(&item.name));
        for line in manifest.to_json_lines()?.lines() {
            lines += &format!("{}\t{line}\n", item.name);
        }
        manifests.push((item.name.clone(), manifest));
    }
    if let Some(scratch) = rehearse_in {
        rehearse(writer, at, &manifests, scratch)?;
    }
    let file = |name: &str, content: Vec<u8>| Change::Write {
        path: at.join(name),
        content: Secret::new(content),
        mode: 0o600,
    };
    // The entries come last: their file says that the restore point is complete.
    writer.make(&[
        file(README, readme(at, items).into_bytes()),
        file(SUMS, sums),
        file(ENTRIES, lines.into_bytes()),
    ])?;
    Ok(())
}

/// Compares every entry of the restore point with its manifest.
pub fn verify(reader: &Reader<'_>, at: &HostPath) -> Result<Verified> {
    let mut size_bytes = 0;
    for (name, expected) in sealed(reader, at)? {
        let found = match Manifest::of_content(reader, &at.join(&name)) {
            Ok(found) => found,
            Err(BackupError::Host(HostError::NotFound(path))) => {
                let differences = vec![format!("{path} is missing")];
                return Err(BackupError::Damaged { at: at.clone(), differences });
            }
            Err(error) => return Err(error),
        };
        let differences = expected.differences(&found);
        if !differences.is_empty() {
            return Err(BackupError::Damaged { at: at.clone(), differences });
        }
        size_bytes += found.size_bytes();
    }
    Ok(Verified { at: at.clone(), size_bytes })
}

/// The manifests that were written when the restore point was sealed, by item.
fn sealed(reader: &Reader<'_>, at: &HostPath) -> Result<Vec<(String, Manifest)>> {
    let bytes = match reader.read(&at.join(ENTRIES), 1 << 30) {
        Ok(bytes) => bytes,
        Err(HostError::NotFound(_)) => return Err(BackupError::Unsealed(at.clone())),
        Err(error) => return Err(error.into()),
    };
    let damaged = |line, reason: &str| BackupError::Manifest {
        at: at.clone(),
        line,
        reason: reason.to_owned(),
    };
    let text = String::from_utf8(bytes).map_err(|_| damaged(1, "it is no UTF-8"))?;
    let mut items: Vec<(String, String)> = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let (name, entry) =
            line.split_once('\t').ok_or_else(|| damaged(index + 1, "no item's name"))?;
        match items.last_mut() {
            Some((last, lines)) if last == name => *lines += &format!("{entry}\n"),
            _ => items.push((name.to_owned(), format!("{entry}\n"))),
        }
    }
    if items.is_empty() {
        return Err(damaged(1, "it is empty"));
    }
    items
        .into_iter()
        .map(|(name, lines)| Ok((name, Manifest::from_json_lines(at, &lines)?)))
        .collect()
}

/// Restores into a scratch folder, compares, and removes the scratch folder again.
fn rehearse(
    writer: &Writer<'_>,
    at: &HostPath,
    manifests: &[(String, Manifest)],
    scratch: &HostPath,
) -> Result<()> {
    writer.make(&[
        Change::Remove(scratch.clone()),
        Change::MakeFolder { path: scratch.clone(), mode: 0o700 },
    ])?;
    for (name, manifest) in manifests {
        let (from, to) = (at.join(name), scratch.join(name));
        writer.make(&[Change::Copy { from: from.clone(), to: to.clone() }])?;
        same(&from, manifest, &Manifest::of_content(&writer.reader(), &to)?)?;
    }
    writer.make(&[Change::Remove(scratch.clone())])?;
    Ok(())
}

/// Puts items back, and compares. What stands in their places is moved to `aside`, not deleted.
pub fn restore(
    writer: &Writer<'_>,
    verified: &Verified,
    items: &[RestoreItem],
    aside: &HostPath,
) -> Result<()> {
    let expected = sealed(&writer.reader(), &verified.at)?;
    writer.make(&[Change::MakeFolder { path: aside.clone(), mode: 0o700 }])?;
    for item in items {
        let manifest = expected.iter().find(|(name, _)| *name == item.name);
        let (name, manifest) = manifest.ok_or_else(|| BackupError::Damaged {
            at: verified.at.clone(),
            differences: vec![format!("{} is not in it", item.name)],
        })?;
        let copy = verified.at.join(name);
        move_aside(writer, &item.path, &aside.join(name))?;
        if !writer.reader().exists(&item.path)? {
            writer.make(&[Change::Copy { from: copy, to: item.path.clone() }])?;
        }
        same(&item.path, manifest, &Manifest::of_content(&writer.reader(), &item.path)?)?;
    }
    Ok(())
}

/// Moves what is at `path` to `aside`, unless that was done before.
fn move_aside(writer: &Writer<'_>, path: &HostPath, aside: &HostPath) -> Result<()> {
    let reader = writer.reader();
    if reader.exists(path)? && !reader.exists(aside)? {
        writer.make(&[Change::Move { from: path.clone(), to: aside.clone() }])?;
    }
    Ok(())
}

fn same(path: &HostPath, expected: &Manifest, found: &Manifest) -> Result<()> {
    let differences = expected.differences(found);
    if differences.is_empty() {
        Ok(())
    } else {
        Err(BackupError::Differs { path: path.clone(), differences })
    }
}

fn readme(at: &HostPath, items: &[RestoreItem]) -> String {
    let mut text = format!(
        "A restore point of Refit. It holds secrets: keep it as closed as the installation.\n\n\
         To check it:\n\n  cd {at} && sha256sum --check --quiet {SUMS}\n\n\
         To put it back, with the broker stopped, for each line: move away what is there now,\n\
         then copy.\n\n"
    );
    for item in items {
        text += &format!(
            "  mv {path} {path}.replaced && cp --archive {copy} {path}\n",
            path = item.path,
            copy = join(at, &item.name.clone().into()),
        );
    }
    text
}
