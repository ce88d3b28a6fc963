//! Who can open a repository.

use std::fs;

use refit_model::Secret;
use serde::{Deserialize, Serialize};

use crate::repository::{credentials, key_options};
use crate::{Repository, RepositoryError, Result};

/// A key of a repository, without what opens it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Key {
    /// Its id.
    pub id: String,
    /// Who holds it.
    pub holder: String,
    /// When it was added.
    pub added: String,
    /// Whether the repository was opened with it now.
    pub in_use: bool,
}

/// The parts of a key's file that are told.
#[derive(Deserialize)]
struct KeyFile {
    username: Option<String>,
    created: Option<String>,
}

impl Repository {
    /// The keys, by their ids.
    pub fn keys(&self) -> Result<Vec<Key>> {
        let folder = self.folder.join("keys");
        let fail = RepositoryError::io("list", &folder);
        let mut keys = Vec::new();
        for entry in fs::read_dir(&folder).map_err(&fail)? {
            let path = entry.map_err(&fail)?.path();
            let id = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if id.len() != 64 {
                // Left by work that was interrupted.
                continue;
            }
            let json = fs::read(&path).map_err(RepositoryError::io("read", &path))?;
            let file: KeyFile =
                serde_json::from_slice(&json).map_err(|error| RepositoryError::Damaged {
                    folder: self.folder.clone(),
                    problems: vec![format!("key {id}: {error}")],
                })?;
            keys.push(Key {
                in_use: self.current().is_some_and(|current| current == id),
                id,
                holder: file.username.unwrap_or_default(),
                added: file.created.unwrap_or_default(),
            });
        }
        keys.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(keys)
    }

    /// Lets another key open the repository, which `holder` keeps.
    pub fn add_key(&self, key: &Secret, holder: &str) -> Result<Key> {
        let rustic_core::Credentials::Password(text) = credentials(&self.folder, key)? else {
            return Err(RepositoryError::WrongKey(self.folder.clone()));
        };
        let id =
            self.attempt("adding a key to", || self.inner.add_key(&text, &key_options(holder)))?;
        let id = id.to_hex().to_string();
        let found = self.keys()?.into_iter().find(|key| key.id == id);
        found.ok_or_else(|| RepositoryError::Key(format!("the key {id} was not written")))
    }

    /// Takes a key away. Not the one that is in use, so the last one cannot go.
    pub fn remove_key(&self, id: &str) -> Result<Key> {
        let keys = self.keys()?;
        let found: Vec<_> = keys.iter().filter(|key| key.id.starts_with(id)).collect();
        let key = match found.as_slice() {
            [key] if !id.is_empty() => *key,
            [] => return Err(RepositoryError::Key(format!("there is no key `{id}`"))),
            _ => return Err(RepositoryError::Key(format!("`{id}` stands for several keys"))),
        };
        if keys.len() == 1 {
            let text = "this is the last key: without one, nothing that is kept can be read";
            return Err(RepositoryError::Key(text.into()));
        }
        if key.in_use {
            let text = "this key is in use now: open the repository with another one to remove it";
            return Err(RepositoryError::Key(text.into()));
        }
        let parsed = key.id.parse::<rustic_core::Id>();
        self.attempt("removing a key of", || self.inner.delete_key(&parsed?.into()))?;
        Ok(key.clone())
    }

    fn current(&self) -> Option<String> {
        self.inner.key_id().as_ref().map(|id| id.to_hex().to_string())
    }
}
