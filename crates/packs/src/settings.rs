//! `settings.toml`: configuration files and what becomes of their keys.

use refit_settings::{FileSpec, KeyPattern, Migration, Rule};
use serde::{Deserialize, Serialize};

use crate::Source;

/// The content of `settings.toml`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Where the list of files and what is said about their keys is known from.
    pub files_source: Source,
    /// The configuration files.
    pub file: Vec<FileSpec>,
    /// All keys that a product knows in some of the files.
    #[serde(default)]
    pub known: Vec<Known>,
    /// Files that have another name or format from a version on.
    #[serde(default)]
    pub migration: Vec<Migration>,
    /// What becomes of keys.
    #[serde(default)]
    pub rule: Vec<Rule>,
}

/// All keys that any version of a product knows in these files.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Known {
    /// The files, by their paths.
    pub files: Vec<String>,
    /// Where the list is from.
    pub source: Source,
    /// The keys; `**/NAME` is a name that stands anywhere.
    pub keys: Vec<KeyPattern>,
}

impl Settings {
    /// The same, each file with the keys that are known in it.
    pub(crate) fn with_known_keys(mut self) -> Self {
        for known in &self.known {
            for file in self.file.iter_mut().filter(|file| known.files.contains(&file.path)) {
                file.known.extend(known.keys.iter().cloned());
            }
        }
        self
    }

    /// What is said about the file at `path`, relative to the home.
    pub fn file(&self, path: &str) -> Option<&FileSpec> {
        self.file.iter().find(|file| file.path == path)
    }
}
