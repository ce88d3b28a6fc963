//! `settings.toml`: configuration files and what becomes of their keys.

use refit_settings::{FileSpec, Migration, Rule};
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
    /// Files that have another name or format from a version on.
    #[serde(default)]
    pub migration: Vec<Migration>,
    /// What becomes of keys.
    #[serde(default)]
    pub rule: Vec<Rule>,
}

impl Settings {
    /// What is said about the file at `path`, relative to the home.
    pub fn file(&self, path: &str) -> Option<&FileSpec> {
        self.file.iter().find(|file| file.path == path)
    }
}
