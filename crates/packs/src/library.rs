//! All packs that this program has: the embedded ones, and those of a folder in their place.

use std::path::PathBuf;

use crate::files;
use crate::settings_pack::{ALONE, About, WHOLE, about};
use crate::{Pack, PackError, PackQuestions, SettingsPack};

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
        self.entries(&[WHOLE])
    }

    /// The names of all packs that know settings: whole ones, and those that know nothing else.
    pub fn list_of_settings(&self) -> Result<Vec<PackEntry>, PackError> {
        self.entries(&[WHOLE, ALONE])
    }

    /// Loads the pack of this name.
    pub fn get(&self, name: &str) -> Result<Pack, PackError> {
        let entries = self.list()?;
        Pack::read(name, self.files_of(name, &entries)?)
    }

    /// Loads what the pack of this name knows of settings.
    pub fn settings_of(&self, name: &str) -> Result<SettingsPack, PackError> {
        let entries = self.list_of_settings()?;
        SettingsPack::read(name, &self.files_of(name, &entries)?)
    }

    /// What people are asked about the platform of the pack of this name: of a whole pack, or of
    /// one that knows settings alone.
    pub fn questions_of(&self, name: &str) -> Result<PackQuestions, PackError> {
        let entries = self.list_of_settings()?;
        PackQuestions::read(name, &self.files_of(name, &entries)?)
    }

    /// What the pack of this name says of itself.
    pub fn about(&self, name: &str) -> Result<About, PackError> {
        let entries = self.list_of_settings()?;
        about(name, &self.files_of(name, &entries)?)
    }

    fn files_of(&self, name: &str, entries: &[PackEntry]) -> Result<files::Files, PackError> {
        let entry = entries.iter().find(|entry| entry.name == name);
        let unknown = || PackError::UnknownPlatform {
            platform: name.to_owned(),
            known: entries.iter().map(|entry| entry.name.clone()).collect(),
        };
        let entry = entry.ok_or_else(unknown)?;
        match &self.folder {
            Some(folder) if entry.from_folder => files::in_folder(&folder.join(name)),
            _ => files::embedded(name).ok_or_else(unknown),
        }
    }

    /// The packs that have one of the files `heads`, by name.
    fn entries(&self, heads: &[&str]) -> Result<Vec<PackEntry>, PackError> {
        let of_folder = self.folder_names(heads)?.into_iter();
        let mut entries: Vec<_> =
            of_folder.map(|name| PackEntry { name, from_folder: true }).collect();
        for name in files::embedded_names() {
            let has_head =
                |files: &files::Files| heads.iter().any(|head| files.contains_key(*head));
            let is_pack = files::embedded(&name).is_some_and(|files| has_head(&files));
            if is_pack && !entries.iter().any(|entry| entry.name == name) {
                entries.push(PackEntry { name, from_folder: false });
            }
        }
        entries.sort_by(|a, b| a.name.cmp(&b.name));
        Ok(entries)
    }

    /// The folders that hold one of these files.
    fn folder_names(&self, heads: &[&str]) -> Result<Vec<String>, PackError> {
        let Some(folder) = &self.folder else {
            return Ok(Vec::new());
        };
        let names = files::names_in(folder)?.into_iter();
        let is_pack =
            |name: &String| heads.iter().any(|head| folder.join(name).join(head).is_file());
        Ok(names.filter(is_pack).collect())
    }
}
