//! Manifests: what a file or folder holds, entry by entry, and what differs.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;

use refit_hosts::{Answer, Details, Entry, HostError, Kind, Query, Reader};
use refit_model::{Digest, HostPath};

use crate::{ManifestEntry, Result};

/// More entries than any installation of a broker has.
const MAX_ENTRIES: usize = 2_000_000;
/// How many paths are asked about in one batch.
const BATCH: usize = 256;
/// How many differences are told.
const MAX_DIFFERENCES: usize = 20;

/// What a file or folder holds. The entry with the empty path is the file or folder itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest(BTreeMap<HostPath, ManifestEntry>);

impl Manifest {
    /// Looks at everything at and below `root`, without reading contents.
    pub fn of_shape(reader: &Reader<'_>, root: &HostPath) -> Result<Self> {
        let metadata = reader.stat(root)?.ok_or_else(|| HostError::NotFound(root.clone()))?;
        let is_folder = metadata.kind == Kind::Folder;
        let mut entries = vec![Entry { path: HostPath::default(), metadata }];
        if is_folder {
            entries.extend(reader.walk(root, MAX_ENTRIES)?);
        }
        let mut manifest = Self::default();
        let mut first_of: BTreeMap<(u64, u64), HostPath> = BTreeMap::new();
        for batch in entries.chunks(BATCH) {
            for (entry, details) in batch.iter().zip(details(reader, root, batch)) {
                // What vanished since it was listed is not there.
                let Some(details) = details? else { continue };
                let first = details
                    .linked
                    .map(|file| first_of.entry(file).or_insert_with(|| entry.path.clone()));
                let first = first.filter(|first| **first != entry.path).cloned();
                let seen =
                    ManifestEntry { linked_with: first, ..ManifestEntry::of(entry, details) };
                manifest.0.insert(entry.path.clone(), seen);
            }
        }
        Ok(manifest)
    }

    /// Looks at everything at and below `root` and reads every file.
    pub fn of_content(reader: &Reader<'_>, root: &HostPath) -> Result<Self> {
        let mut manifest = Self::of_shape(reader, root)?;
        let files: Vec<_> = manifest.files().cloned().collect();
        for (path, digest) in digests(reader, root, &files) {
            let digest = digest?;
            if let Some(entry) = manifest.0.get_mut(&path) {
                entry.digest = Some(digest);
            }
        }
        Ok(manifest)
    }

    /// The entries, in the order of their paths.
    pub fn entries(&self) -> impl Iterator<Item = &ManifestEntry> {
        self.0.values()
    }

    /// The paths of files.
    pub(crate) fn files(&self) -> impl Iterator<Item = &HostPath> {
        self.0.values().filter(|entry| entry.kind == Kind::File).map(|entry| &entry.path)
    }

    /// The size of all files together, in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.0.values().map(|entry| entry.size).sum()
    }

    /// The first differences between this manifest and `found`; none if they are equal. Paths are
    /// told below `name`.
    pub fn differences(&self, name: &str, found: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        for (path, entry) in &self.0 {
            let shown = join(&name.into(), path);
            match found.0.get(path) {
                None => differences.push(format!("{shown} is missing")),
                Some(found) => {
                    let difference = entry.difference(found);
                    differences.extend(difference.map(|text| format!("{shown} has {text}")));
                }
            }
        }
        for path in found.0.keys().filter(|path| !self.0.contains_key(path)) {
            differences.push(format!("{} was not there", join(&name.into(), path)));
        }
        differences.truncate(MAX_DIFFERENCES);
        differences
    }

    /// The entries that are the same in `later`: what stood still between two looks.
    pub(crate) fn unchanged_in(&self, later: &Self) -> Self {
        let still = |entry: &&ManifestEntry| later.0.get(&entry.path) == Some(entry);
        self.0.values().filter(still).cloned().collect()
    }

    /// The entries whose paths `other` has too.
    pub(crate) fn only_paths_of(&self, other: &Self) -> Self {
        self.0.values().filter(|entry| other.0.contains_key(&entry.path)).cloned().collect()
    }

    /// Without what the file system of a copy may not be able to keep: how holes are stored.
    pub(crate) fn without_holes(&self) -> Self {
        let plain = |entry: &ManifestEntry| ManifestEntry { data_bytes: None, ..entry.clone() };
        self.0.values().map(plain).collect()
    }

    /// What an old manifest, which had no format number, told of the same things.
    pub(crate) fn as_of_old(&self) -> Self {
        let is_root_folder = |entry: &&ManifestEntry| {
            entry.kind == Kind::Folder && entry.path == HostPath::default()
        };
        let told = self.0.values().filter(|entry| !is_root_folder(entry));
        told.map(ManifestEntry::as_of_old).collect()
    }

    /// The contents in the format of `sha256sum`, below the folder `prefix`.
    pub fn to_sha256sums(&self, prefix: &str) -> Vec<u8> {
        let mut text = Vec::new();
        for (path, digest) in self.0.values().filter_map(|entry| Some((&entry.path, entry.digest?)))
        {
            let path = join(&prefix.into(), path);
            text.extend(sha256sum_line(digest, path.as_path().as_os_str().as_bytes()));
        }
        text
    }
}

impl FromIterator<ManifestEntry> for Manifest {
    fn from_iter<I: IntoIterator<Item = ManifestEntry>>(entries: I) -> Self {
        Self(entries.into_iter().map(|entry| (entry.path.clone(), entry)).collect())
    }
}

/// The digests of files below `root`, or why one cannot be read.
pub(crate) fn digests<'a>(
    reader: &'a Reader<'_>,
    root: &'a HostPath,
    files: &'a [HostPath],
) -> impl Iterator<Item = (HostPath, Result<Digest>)> + 'a {
    files.chunks(BATCH).flat_map(move |batch| {
        if reader.is_cancelled() {
            let stopped = HostError::Cancelled(format!("reading {root}"));
            return vec![(root.clone(), Err(stopped.into()))];
        }
        let questions: Vec<_> = batch.iter().map(|path| Query::Digest(join(root, path))).collect();
        let digest = |answer: refit_hosts::Result<Answer>| match answer? {
            Answer::Digest(digest) => Ok(digest),
            _ => Err(HostError::Unexpected.into()),
        };
        let answers = reader.ask_all(&questions).into_iter().map(digest);
        batch.iter().cloned().zip(answers).collect::<Vec<_>>()
    })
}

/// The details of a batch of entries; `None` for one that has vanished.
fn details(reader: &Reader<'_>, root: &HostPath, batch: &[Entry]) -> Vec<Result<Option<Details>>> {
    let questions: Vec<_> =
        batch.iter().map(|entry| Query::Details(join(root, &entry.path))).collect();
    let details = |answer| match answer {
        Ok(Answer::Details(details)) => Ok(Some(details)),
        Ok(_) => Err(HostError::Unexpected.into()),
        Err(HostError::NotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    };
    reader.ask_all(&questions).into_iter().map(details).collect()
}

/// Names with a line feed, carriage return or backslash are escaped as `sha256sum` does it.
fn sha256sum_line(digest: Digest, name: &[u8]) -> Vec<u8> {
    let mut escaped = Vec::new();
    for &byte in name {
        match byte {
            b'\\' => escaped.extend(b"\\\\"),
            b'\n' => escaped.extend(b"\\n"),
            b'\r' => escaped.extend(b"\\r"),
            _ => escaped.push(byte),
        }
    }
    let mark = if escaped == name { "" } else { "\\" };
    let mut line = format!("{mark}{}  ", digest.to_hex()).into_bytes();
    line.extend(escaped);
    line.push(b'\n');
    line
}

/// `root` itself for the empty path.
pub(crate) fn join(root: &HostPath, path: &HostPath) -> HostPath {
    if path.as_path().as_os_str().is_empty() { root.clone() } else { root.join(path) }
}
