//! The keys of repositories.

use std::path::PathBuf;

use refit_repository::{Access, Key};

use super::RepositoryPlace;
use super::place::holder;
use crate::{App, Result};

/// A key that is to open a repository too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewKey {
    /// The file with it.
    pub file: PathBuf,
    /// Who holds it; the user of this session where nobody is named.
    pub holder: Option<String>,
}

impl App<'_> {
    /// The keys of a repository.
    pub fn repository_keys(&self, place: &RepositoryPlace) -> Result<Vec<Key>> {
        self.with_repository(place, Access::Shared, |repository| Ok(repository.keys()?))
    }

    /// Lets another key open a repository.
    pub fn add_repository_key(&self, place: &RepositoryPlace, new: &NewKey) -> Result<Key> {
        let key = self.key(&new.file)?;
        let holder = holder(new.holder.as_deref());
        self.with_repository(place, Access::Alone, |repository| {
            Ok(repository.add_key(&key, &holder)?)
        })
    }

    /// Takes a key away.
    pub fn remove_repository_key(&self, place: &RepositoryPlace, id: &str) -> Result<Key> {
        self.with_repository(place, Access::Alone, |repository| Ok(repository.remove_key(id)?))
    }
}
