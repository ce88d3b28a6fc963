//! Manifests: what a folder holds, entry by entry, and what differs.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::os::unix::ffi::OsStrExt;

use refit_hosts::{Answer, Entry, HostError, Kind, Query, Reader};
use refit_model::{Digest, HostPath};
use serde::{Deserialize, Serialize};

use crate::{BackupError, Result};

/// More entries than any installation of a broker has.
const MAX_ENTRIES: usize = 2_000_000;
/// How many files are digested in one batch.
const BATCH: usize = 256;
/// How many differences are told.
const MAX_DIFFERENCES: usize = 20;

/// What a folder holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manifest(BTreeMap<HostPath, ManifestEntry>);

/// One entry of a folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ManifestEntry {
    /// The path relative to the folder.
    pub path: HostPath,
    /// What it is.
    pub kind: Kind,
    /// Permission bits.
    pub mode: u32,
    /// The owner's number.
    pub uid: u32,
    /// The group's number.
    pub gid: u32,
    /// Size in bytes; 0 for anything but a file.
    pub size: u64,
    /// The time of the last change of the content, in nanoseconds since 1970-01-01 UTC; 0 for
    /// folders, whose time says nothing.
    pub modified_nanoseconds: i128,
    /// The target of a link.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<HostPath>,
    /// The content of a file; `None` where only the shape was looked at.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub digest: Option<Digest>,
}

impl Manifest {
    /// Looks at everything below `root`, without reading contents.
    pub fn of_shape(reader: &Reader<'_>, root: &HostPath) -> Result<Self> {
        let root_itself = reader.stat(root)?.ok_or_else(|| HostError::NotFound(root.clone()))?;
        if root_itself.kind != Kind::Folder {
            let entry = Entry { path: HostPath::default(), metadata: root_itself };
            return Ok(Self::from_iter([entry]));
        }
        Ok(Self::from_iter(reader.walk(root, MAX_ENTRIES)?))
    }

    /// Looks at everything below `root` and reads every file.
    pub fn of_content(reader: &Reader<'_>, root: &HostPath) -> Result<Self> {
        let mut manifest = Self::of_shape(reader, root)?;
        let files: Vec<_> = manifest
            .0
            .values()
            .filter(|entry| entry.kind == Kind::File)
            .map(|entry| entry.path.clone())
            .collect();
        for batch in files.chunks(BATCH) {
            let questions: Vec<_> =
                batch.iter().map(|path| Query::Digest(join(root, path))).collect();
            for (path, answer) in batch.iter().zip(reader.ask_all(&questions)) {
                let Answer::Digest(digest) = answer? else {
                    return Err(HostError::Unexpected.into());
                };
                if let Some(entry) = manifest.0.get_mut(path) {
                    entry.digest = Some(digest);
                }
            }
        }
        Ok(manifest)
    }

    /// The entries, in the order of their paths.
    pub fn entries(&self) -> impl Iterator<Item = &ManifestEntry> {
        self.0.values()
    }

    /// The size of all files together, in bytes.
    pub fn size_bytes(&self) -> u64 {
        self.0.values().map(|entry| entry.size).sum()
    }

    /// The first differences between this manifest and `other`; none if they are equal.
    pub fn differences(&self, other: &Self) -> Vec<String> {
        let mut differences = Vec::new();
        let name = |path: &HostPath| {
            if path.as_path().as_os_str().is_empty() { ".".into() } else { path.to_string() }
        };
        for (path, entry) in &self.0 {
            match other.0.get(path) {
                None => differences.push(format!("{} is missing", name(path))),
                Some(found) if found != entry => {
                    differences.push(format!("{} has {}", name(path), difference(entry, found)));
                }
                Some(_) => {}
            }
        }
        for path in other.0.keys().filter(|path| !self.0.contains_key(path)) {
            differences.push(format!("{} was not there", name(path)));
        }
        differences.truncate(MAX_DIFFERENCES);
        differences
    }

    /// One JSON object a line.
    pub fn to_json_lines(&self) -> Result<String> {
        let mut text = String::new();
        for entry in self.0.values() {
            text += &serde_json::to_string(entry).map_err(|_| HostError::Unexpected)?;
            text.push('\n');
        }
        Ok(text)
    }

    /// Reads [`Manifest::to_json_lines`] of the restore point `at`.
    pub fn from_json_lines(at: &HostPath, text: &str) -> Result<Self> {
        let mut entries = BTreeMap::new();
        for (index, line) in text.lines().enumerate() {
            let entry: ManifestEntry = serde_json::from_str(line).map_err(|error| {
                BackupError::Manifest { at: at.clone(), line: index + 1, reason: error.to_string() }
            })?;
            entries.insert(entry.path.clone(), entry);
        }
        Ok(Self(entries))
    }

    /// The contents in the format of `sha256sum`, below the folder `prefix`.
    pub fn to_sha256sums(&self, prefix: &str) -> Vec<u8> {
        let mut text = Vec::new();
        for (path, digest) in self.0.values().filter_map(|entry| Some((&entry.path, entry.digest?)))
        {
            let path = join(&prefix.to_owned().into(), path);
            text.extend(sha256sum_line(digest, path.as_path().as_os_str().as_bytes()));
        }
        text
    }
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

fn difference(expected: &ManifestEntry, found: &ManifestEntry) -> String {
    let mut parts = Vec::new();
    let mut note = |differs: bool, text: &str| {
        if differs {
            parts.push(text.to_owned());
        }
    };
    note(expected.kind != found.kind, "another kind");
    note(expected.size != found.size, "another size");
    note(expected.digest != found.digest, "another content");
    note(expected.mode != found.mode, "other permissions");
    note((expected.uid, expected.gid) != (found.uid, found.gid), "another owner");
    note(expected.target != found.target, "another target");
    note(expected.modified_nanoseconds != found.modified_nanoseconds, "another time");
    let mut text = String::new();
    for (index, part) in parts.iter().enumerate() {
        // Writing to a string cannot fail.
        write!(text, "{}{part}", if index == 0 { "" } else { " and " }).ok();
    }
    text
}

impl FromIterator<Entry> for Manifest {
    fn from_iter<I: IntoIterator<Item = Entry>>(entries: I) -> Self {
        let entries = entries.into_iter().map(|entry| {
            let found = entry.metadata;
            let is_folder = found.kind == Kind::Folder;
            let manifest_entry = ManifestEntry {
                path: entry.path.clone(),
                kind: found.kind,
                mode: found.mode,
                uid: found.uid,
                gid: found.gid,
                size: if found.kind == Kind::File { found.size } else { 0 },
                modified_nanoseconds: if is_folder { 0 } else { found.modified_nanoseconds },
                target: found.target,
                digest: None,
            };
            (entry.path, manifest_entry)
        });
        Self(entries.collect())
    }
}
