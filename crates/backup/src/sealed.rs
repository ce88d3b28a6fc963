//! What lies beside the copies of a restore point: its manifest, checksums and a note for people.
//!
//! `ENTRIES.jsonl` begins with a line about the whole, has a line for each entry of each item, and
//! ends with a line that holds the digest of all before. Each line ends with its own checksum, so
//! that damage is named with its line. Manifests of before that have entries alone; they are read.

use std::collections::BTreeMap;
use std::os::unix::ffi::OsStrExt;

use refit_hosts::{HostError, Reader};
use refit_model::{Digest, HostPath, RestoreItem, RunId};
use serde::{Deserialize, Serialize};

use crate::{BackupError, Manifest, ManifestEntry, Result};

pub(crate) const ENTRIES: &str = "ENTRIES.jsonl";
pub(crate) const SUMS: &str = "SHA256SUMS";
pub(crate) const README: &str = "README.txt";
/// What this version writes.
const FORMAT: u32 = 2;
/// No manifest of a broker is larger.
const MAX_BYTES: u64 = 1 << 30;
/// How much of a line's digest stands at its end.
const SUM_LENGTH: usize = 16;

/// A restore point as its manifest describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    /// What manifests of before do not tell.
    pub(crate) owner: Option<Owner>,
    /// The digest of the manifest's file.
    pub(crate) digest: Digest,
    /// The copies and what is in them.
    pub(crate) items: Vec<SealedItem>,
}

/// One copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct SealedItem {
    pub(crate) name: String,
    pub(crate) manifest: Manifest,
}

/// The first line: whose it is, and what lies beside the entries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Owner {
    format: u32,
    /// The run that took it.
    pub(crate) run: RunId,
    /// The names of the copies, and where they were taken from.
    pub(crate) items: Vec<(String, HostPath)>,
    /// How many entries follow.
    entries: usize,
    /// The other files beside the copies.
    pub(crate) beside: BTreeMap<String, Digest>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct End {
    /// The digest of all lines before.
    sealed: Digest,
}

impl Sealed {
    /// The files that describe copies: name and content, the manifest last.
    pub(crate) fn files(
        at: &HostPath,
        run: &RunId,
        items: &[RestoreItem],
        sealed: &[SealedItem],
    ) -> Result<Vec<(&'static str, Vec<u8>)>> {
        let readme = readme(at, items);
        let mut sums = Vec::new();
        let mut entries = Vec::new();
        for item in sealed {
            sums.extend(item.manifest.to_sha256sums(&item.name));
            for entry in item.manifest.entries() {
                entries.push(format!("{}\t{}", item.name, json(entry)?));
            }
        }
        let named = |name: &str, content: &[u8]| (name.to_owned(), Digest::of(content));
        let owner = Owner {
            format: FORMAT,
            run: run.clone(),
            items: items.iter().map(|item| (item.name.clone(), item.path.clone())).collect(),
            entries: entries.len(),
            beside: [named(README, &readme), named(SUMS, &sums)].into(),
        };
        let mut text = line(&json(&owner)?);
        text.extend(entries.iter().map(|entry| line(entry)));
        text += &line(&json(&End { sealed: Digest::of(text.as_bytes()) })?);
        Ok(vec![(README, readme), (SUMS, sums), (ENTRIES, text.into_bytes())])
    }

    /// Reads the manifest of the restore point `at`.
    pub(crate) fn read(reader: &Reader<'_>, at: &HostPath) -> Result<Self> {
        match reader.read(&at.join(ENTRIES), MAX_BYTES) {
            Ok(bytes) => Self::parse(&bytes).map_err(|(line, reason)| BackupError::Manifest {
                at: at.clone(),
                line,
                reason,
            }),
            Err(HostError::NotFound(_)) => Err(BackupError::Unsealed(at.clone())),
            Err(error) => Err(error.into()),
        }
    }

    fn parse(bytes: &[u8]) -> std::result::Result<Self, Damage> {
        match bytes.first() {
            None => Err((1, "it is empty".into())),
            Some(b'{') => Self::parse_whole(bytes),
            Some(_) => Self::parse_old(bytes),
        }
    }

    fn parse_whole(bytes: &[u8]) -> std::result::Result<Self, Damage> {
        let lines = checked_lines(bytes)?;
        let (first, rest) = lines.split_first().ok_or((1, "it is empty".to_owned()))?;
        let owner: Owner = serde_json::from_str(first).map_err(|error| (1, error.to_string()))?;
        if owner.format != FORMAT {
            let reason = format!("its format {} is that of a later version", owner.format);
            return Err((1, reason));
        }
        if rest.len() != owner.entries + 1 {
            let (told, found) = (owner.entries + 2, lines.len());
            return Err((found, format!("it has {found} lines and not {told}")));
        }
        let last = lines.len();
        let text_length = lines[..last - 1].iter().map(|text| text.len() + SUM_LENGTH + 2).sum();
        let end: End =
            serde_json::from_str(lines[last - 1]).map_err(|error| (last, error.to_string()))?;
        if bytes.get(..text_length).map(Digest::of) != Some(end.sealed) {
            return Err((last, "the lines before are not those that were sealed".into()));
        }
        let items = items_of(2, &rest[..owner.entries])?;
        let told = owner.items.iter().map(|(name, _)| name);
        if !told.eq(items.iter().map(|item| &item.name)) {
            return Err((1, "it tells of other items than follow".into()));
        }
        Ok(Self { owner: Some(owner), digest: Digest::of(bytes), items })
    }

    /// A manifest as it was before it had a format number.
    fn parse_old(bytes: &[u8]) -> std::result::Result<Self, Damage> {
        let text = str::from_utf8(bytes).map_err(|_| (1, "it is no UTF-8".to_owned()))?;
        let lines: Vec<_> = text.lines().collect();
        Ok(Self { owner: None, digest: Digest::of(bytes), items: items_of(1, &lines)? })
    }

    /// The size of all files together, in bytes.
    pub(crate) fn size_bytes(&self) -> u64 {
        self.items.iter().map(|item| item.manifest.size_bytes()).sum()
    }
}

/// A line, and what is wrong with it.
type Damage = (usize, String);

/// The lines without their checksums, each compared with it.
fn checked_lines(bytes: &[u8]) -> std::result::Result<Vec<&str>, Damage> {
    let mut lines = Vec::new();
    for (index, line) in bytes.split_inclusive(|byte| *byte == b'\n').enumerate() {
        let number = index + 1;
        let torn = || (number, "its end is missing".to_owned());
        let line = line.strip_suffix(b"\n").ok_or_else(torn)?;
        let damaged = || (number, "it is not as it was written".to_owned());
        let line = str::from_utf8(line).map_err(|_| damaged())?;
        let (text, told) = line.rsplit_once('\t').ok_or_else(damaged)?;
        if sum(text) != told {
            return Err(damaged());
        }
        lines.push(text);
    }
    Ok(lines)
}

/// The entries by item. `first` is the number of the first line.
fn items_of(first: usize, lines: &[&str]) -> std::result::Result<Vec<SealedItem>, Damage> {
    let mut items: Vec<(String, Vec<ManifestEntry>)> = Vec::new();
    for (number, line) in (first..).zip(lines) {
        let no_name = || (number, "no item's name".to_owned());
        let (name, entry) = line.split_once('\t').ok_or_else(no_name)?;
        let entry: ManifestEntry =
            serde_json::from_str(entry).map_err(|error| (number, error.to_string()))?;
        match items.last_mut() {
            Some((last, entries)) if last == name => entries.push(entry),
            _ => items.push((name.to_owned(), vec![entry])),
        }
    }
    let item = |(name, entries): (String, Vec<ManifestEntry>)| SealedItem {
        name,
        manifest: entries.into_iter().collect(),
    };
    Ok(items.into_iter().map(item).collect())
}

fn json(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(|_| HostError::Unexpected.into())
}

fn line(text: &str) -> String {
    format!("{text}\t{}\n", sum(text))
}

fn sum(text: &str) -> String {
    Digest::of(text.as_bytes()).to_hex()[..SUM_LENGTH].to_owned()
}

/// What a person with a shell does. The commands are lines that begin with two spaces.
fn readme(at: &HostPath, items: &[RestoreItem]) -> Vec<u8> {
    let mut text = b"A restore point of Refit. It holds secrets: keep it as closed as the \
        installation.\n\nTo check it:\n\n"
        .to_vec();
    let mut command = |words: &[&[u8]]| {
        text.extend(b"  ");
        text.extend(words.concat());
        text.push(b'\n');
    };
    command(&[b"cd ", &quoted(at), b" && sha256sum --check --quiet ", SUMS.as_bytes()]);
    text.extend(
        b"\nTo put it back, with the broker stopped: move away what is there now, then copy. This \
          keeps\npermissions, owners (as root), times, links, holes and extended attributes.\n\n",
    );
    for item in items {
        let replaced = HostPath::from(format!("{}.replaced", item.path));
        let (path, replaced) = (quoted(&item.path), quoted(&replaced));
        let copy = quoted(&at.join(&item.name));
        text.extend([b"  mv ", path.as_slice(), b" ", &replaced].concat());
        text.extend([b" && cp --archive ", copy.as_slice(), b" ", &path, b"\n"].concat());
    }
    text
}

/// A path as one word of a shell.
fn quoted(path: &HostPath) -> Vec<u8> {
    let mut word = vec![b'\''];
    for &byte in path.as_path().as_os_str().as_bytes() {
        match byte {
            b'\'' => word.extend(b"'\\''"),
            _ => word.push(byte),
        }
    }
    word.push(b'\'');
    word
}
