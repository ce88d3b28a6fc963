//! All packs that this program has: the embedded ones, and those of a folder in their place.

use std::path::PathBuf;

use crate::files;
use crate::{Pack, PackError};

/// The packs at hand.
#[derive(Clone, Debug, Default)]
pub struct Packs {
    folder: Option<PathBuf>,
}

/// A pack's name and where it is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackEntry {
    /// The name.
    pub name: String,
    /// Whether it is from the folder that was given, not the embedded copy.
    pub from_folder: bool,
}

impl Packs {
    /// The embedded packs.
    pub fn embedded() -> Self {
        Self { folder: None }
    }

    /// The embedded packs, with each `folder/PLATFORM/` in place of the embedded one of that name.
    pub fn with_folder(folder: impl Into<PathBuf>) -> Self {
        Self { folder: Some(folder.into()) }
    }

    /// All packs, by name.
    pub fn list(&self) -> Result<Vec<PackEntry>, PackError> {
        let mut entries: Vec<PackEntry> = Vec::new();
        for name in self.folder_names()? {
            entries.push(PackEntry { name, from_folder: true });
        }
        for name in files::embedded_names() {
            let is_pack = files::embedded(&name).is_some_and(|files| is_pack(&files));
            if is_pack && !entries.iter().any(|entry| entry.name == name) {
                entries.push(PackEntry { name, from_folder: false });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// Loads the pack of this name.
    pub fn get(&self, name: &str) -> Result<Pack, PackError> {
        let entries = self.list()?;
        let entry = entries.iter().find(|entry| entry.name == name);
        let unknown = || PackError::UnknownPlatform {
            platform: name.to_owned(),
            known: entries.iter().map(|entry| entry.name.clone()).collect(),
        };
        let entry = entry.ok_or_else(unknown)?;
        let files = match &self.folder {
            Some(folder) if entry.from_folder => files::in_folder(&folder.join(name))?,
            _ => files::embedded(name).ok_or_else(unknown)?,
        };
        Pack::read(name, files)
    }

    fn folder_names(&self) -> Result<Vec<String>, PackError> {
        let Some(folder) = &self.folder else {
            return Ok(Vec::new());
        };
        let names = files::names_in(folder)?.into_iter();
        let is_pack = |name: &String| folder.join(name).join("pack.toml").is_file();
        Ok(names.filter(is_pack).collect())
    }
}

fn is_pack(files: &files::Files) -> bool {
    files.contains_key("pack.toml")
}
