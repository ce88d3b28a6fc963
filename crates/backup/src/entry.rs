//! One entry of a folder, and how two of them differ.

use std::collections::{BTreeMap, BTreeSet};

use refit_hosts::{Details, Entry, Kind};
use refit_model::{Digest, HostPath};
use serde::{Deserialize, Serialize};

/// So many bytes of holes may be stored without harm.
const LITTLE: u64 = 16 << 20;

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
    /// Extended attributes: names with odd bytes escaped, digests of the values.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, Digest>,
    /// The first path of those that are hard links of this file, where this is another one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub linked_with: Option<HostPath>,
    /// How many bytes of a file with holes are stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data_bytes: Option<u64>,
    /// What exactly it is, where it is a pipe, a socket or a device.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub special: Option<String>,
}

impl ManifestEntry {
    /// What was seen of an entry, without its content.
    pub(crate) fn of(entry: &Entry, details: Details) -> Self {
        let found = &entry.metadata;
        let size = if found.kind == Kind::File { found.size } else { 0 };
        let named = |(name, value): (Vec<u8>, Vec<u8>)| {
            (name.escape_ascii().to_string(), Digest::of(&value))
        };
        Self {
            path: entry.path.clone(),
            kind: found.kind,
            mode: found.mode,
            uid: found.uid,
            gid: found.gid,
            size,
            modified_nanoseconds: match found.kind {
                Kind::Folder => 0,
                _ => found.modified_nanoseconds,
            },
            target: found.target.clone(),
            digest: None,
            attributes: details.attributes.into_iter().map(named).collect(),
            linked_with: None,
            data_bytes: (details.data_bytes < size).then_some(details.data_bytes),
            special: details.special,
        }
    }

    /// How `found` differs from this, in words; `None` where a copy may be so.
    pub(crate) fn difference(&self, found: &Self) -> Option<String> {
        let mut parts = Vec::new();
        let mut note = |differs: bool, text: &str| {
            if differs {
                parts.push(text.to_owned());
            }
        };
        note(self.kind != found.kind || self.special != found.special, "another kind");
        note(self.size != found.size, "another size");
        note(self.digest != found.digest, "another content");
        note(self.mode != found.mode, "other permissions");
        note((self.uid, self.gid) != (found.uid, found.gid), "another owner");
        note(self.target != found.target, "another target");
        note(self.modified_nanoseconds != found.modified_nanoseconds, "another time");
        note(self.linked_with != found.linked_with, "other hard links");
        note(self.has_lost_holes(found), "no holes any more");
        let other = self.other_attributes(found);
        if !other.is_empty() {
            parts.push(format!("other attributes ({})", other.join(", ")));
        }
        (!parts.is_empty()).then(|| parts.join(" and "))
    }

    /// File systems store holes in units of their own, and what is lost of a small file is no
    /// loss: so it is not counted to the byte.
    fn has_lost_holes(&self, found: &Self) -> bool {
        let (Some(stored), true) = (self.data_bytes, self.size == found.size) else {
            return false;
        };
        let holes = self.size.saturating_sub(stored);
        found.data_bytes.unwrap_or(found.size) > stored + LITTLE.max(holes / 2)
    }

    fn other_attributes(&self, found: &Self) -> Vec<String> {
        let names: BTreeSet<_> = self.attributes.keys().chain(found.attributes.keys()).collect();
        let differs = |name: &&String| self.attributes.get(*name) != found.attributes.get(*name);
        names.into_iter().filter(differs).cloned().collect()
    }

    /// Without what manifests did not hold before they had a format number.
    pub(crate) fn as_of_old(&self) -> Self {
        Self {
            attributes: BTreeMap::new(),
            linked_with: None,
            data_bytes: None,
            special: None,
            ..self.clone()
        }
    }
}
