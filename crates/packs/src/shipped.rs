//! `shipped/VERSION.json`: what a vendor's archive holds, as facts: paths, sizes, modes, digests.
//!
//! Made by `cargo xtask shipped`. A version that is much like an earlier one names it and tells
//! only what differs, so that many versions stay small.

use std::collections::BTreeMap;

use refit_model::{Digest, Version};
use serde::{Deserialize, Serialize};

use crate::{PackError, Place, Problem};

/// The schema of `shipped/VERSION.json` that this Refit reads.
pub const SHIPPED_SCHEMA: u32 = 1;

/// The content of `shipped/VERSION.json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedDocument {
    /// [`SHIPPED_SCHEMA`].
    pub schema: u32,
    /// The version.
    pub version: Version,
    /// The archive that this was read from.
    pub archive: ShippedArchive,
    /// Folders of the archive that are left out.
    pub left_out: Vec<String>,
    /// The version whose files these are too, but for what follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub like: Option<Version>,
    /// Files of `like` that are not here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub removed: Vec<String>,
    /// The files that `like` has not, or has otherwise; by path, relative to the top folder.
    pub files: BTreeMap<String, ShippedEntry>,
}

/// An archive that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedArchive {
    /// Its file name.
    pub file: String,
    /// Its content.
    pub digest: Digest,
    /// Its size in bytes.
    pub size_bytes: u64,
}

/// One file of an archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShippedEntry {
    /// Permission bits.
    pub mode: u32,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Its content.
    pub digest: Digest,
}

/// What a vendor's archive holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shipped {
    /// The version.
    pub version: Version,
    /// The archive that this was read from.
    pub archive: ShippedArchive,
    /// Folders of the archive that are left out.
    pub left_out: Vec<String>,
    /// All files but those left out, by path, relative to the top folder.
    pub files: BTreeMap<String, ShippedEntry>,
}

impl ShippedDocument {
    /// This version's files, told as differences from `earlier`.
    pub fn from_files(shipped: &Shipped, earlier: Option<&Shipped>) -> Self {
        let none = BTreeMap::new();
        let before = earlier.map_or(&none, |earlier| &earlier.files);
        let removed = before.keys().filter(|path| !shipped.files.contains_key(*path));
        let changed = shipped.files.iter().filter(|(path, entry)| before.get(*path) != Some(entry));
        Self {
            schema: SHIPPED_SCHEMA,
            version: shipped.version.clone(),
            archive: shipped.archive.clone(),
            left_out: shipped.left_out.clone(),
            like: earlier.map(|earlier| earlier.version.clone()),
            removed: removed.cloned().collect(),
            files: changed.map(|(path, entry)| (path.clone(), entry.clone())).collect(),
        }
    }

    /// The whole of this version's files, given those of the version that it is like.
    pub fn resolve(&self, like: Option<&Shipped>) -> Shipped {
        let mut files = like.map(|like| like.files.clone()).unwrap_or_default();
        for path in &self.removed {
            files.remove(path);
        }
        files.extend(self.files.clone());
        Shipped {
            version: self.version.clone(),
            archive: self.archive.clone(),
            left_out: self.left_out.clone(),
            files,
        }
    }
}

/// Whether a pack's file is a `shipped/VERSION.json`.
pub(crate) fn is_document(path: &str) -> bool {
    let name = path.strip_prefix("shipped/");
    let version = name.and_then(|name| name.strip_suffix(".json"));
    version.is_some_and(|version| !version.contains('/'))
}

/// Reads all `shipped/VERSION.json` of a pack, given as file names and contents.
pub(crate) fn read_all<'a>(
    documents: impl Iterator<Item = (String, &'a [u8])>,
) -> Result<BTreeMap<Version, Shipped>, PackError> {
    let mut waiting = Vec::new();
    for (file, bytes) in documents {
        waiting.push((read_one(&file, bytes)?, file));
    }
    let mut done: BTreeMap<Version, Shipped> = BTreeMap::new();
    while !waiting.is_empty() {
        let (ready, blocked): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|(document, _)| {
            document.like.as_ref().is_none_or(|like| done.contains_key(like))
        });
        if ready.is_empty() {
            return Err(unresolved(&blocked));
        }
        for (document, _) in ready {
            let like = document.like.as_ref().and_then(|like| done.get(like));
            let shipped = document.resolve(like);
            done.insert(document.version.clone(), shipped);
        }
        waiting = blocked;
    }
    Ok(done)
}

fn read_one(file: &str, bytes: &[u8]) -> Result<ShippedDocument, PackError> {
    let problem = |line: usize, what: String| {
        let mut place = Place::of_file(file);
        place.line = line;
        PackError::Invalid(vec![Problem { place, what }])
    };
    let document: ShippedDocument =
        serde_json::from_slice(bytes).map_err(|error| problem(error.line(), error.to_string()))?;
    if document.schema != SHIPPED_SCHEMA {
        let what = format!(
            "schema {} is not one that this Refit reads; it reads {SHIPPED_SCHEMA}",
            document.schema
        );
        return Err(problem(0, what));
    }
    let expected = format!("shipped/{}.json", document.version);
    if !file.ends_with(&expected) {
        let what =
            format!("the file is of version {}, so its name must be {expected}", document.version);
        return Err(problem(0, what));
    }
    Ok(document)
}

fn unresolved(blocked: &[(ShippedDocument, String)]) -> PackError {
    let problems = blocked.iter().filter_map(|(document, file)| {
        Some(Problem {
            place: Place::of_file(file),
            what: format!(
                "it is told as like version {}, which is absent or told as like this one",
                document.like.as_ref()?
            ),
        })
    });
    PackError::Invalid(problems.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shipped(version: &str, files: &[(&str, &str)]) -> Shipped {
        let entry = |content: &str| ShippedEntry {
            mode: 0o644,
            size_bytes: content.len() as u64,
            digest: Digest::of(content.as_bytes()),
        };
        Shipped {
            version: version.parse().unwrap(),
            archive: ShippedArchive {
                file: format!("a-{version}.tar.gz"),
                digest: Digest::of(version.as_bytes()),
                size_bytes: 1,
            },
            left_out: vec!["docs".to_owned()],
            files: files
                .iter()
                .map(|(path, content)| ((*path).to_owned(), entry(content)))
                .collect(),
        }
    }

    fn json(document: &ShippedDocument) -> Vec<u8> {
        serde_json::to_vec(document).unwrap()
    }

    #[test]
    fn differences_give_back_the_whole() {
        let first = shipped("1.0", &[("a", "1"), ("b", "1"), ("c", "1")]);
        let second = shipped("1.1", &[("a", "1"), ("b", "2"), ("d", "1")]);
        let told = ShippedDocument::from_files(&second, Some(&first));
        assert_eq!(told.removed, ["c"]);
        assert_eq!(told.files.keys().collect::<Vec<_>>(), ["b", "d"]);
        let one = json(&ShippedDocument::from_files(&first, None));
        let two = json(&told);
        let files = [
            ("p/shipped/1.1.json".to_owned(), two.as_slice()),
            ("p/shipped/1.0.json".to_owned(), one.as_slice()),
        ];
        let all = read_all(files.into_iter()).unwrap();
        assert_eq!(all.into_values().collect::<Vec<_>>(), [first, second]);
    }

    #[test]
    fn a_missing_version_and_a_wrong_name_are_errors() {
        let first = shipped("1.0", &[("a", "1")]);
        let second = shipped("1.1", &[("a", "2")]);
        let two = json(&ShippedDocument::from_files(&second, Some(&first)));
        let read = |name: &str| {
            let files = [(name.to_owned(), two.as_slice())];
            read_all(files.into_iter()).unwrap_err().to_string()
        };
        assert_eq!(
            read("p/shipped/1.1.json"),
            "p/shipped/1.1.json: it is told as like version 1.0, which is absent or told as like this one"
        );
        assert_eq!(
            read("p/shipped/1.2.json"),
            "p/shipped/1.2.json: the file is of version 1.1, so its name must be shipped/1.1.json"
        );
    }
}
