//! Which playbook is meant.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use refit_model::{Playbook, Stored};

use super::folder::DOCUMENT;
use crate::state::StateError;
use crate::{App, AppError, Result};

impl App<'_> {
    /// Finds a playbook: by its file or the folder with it, by its digest or the beginning of that,
    /// or else the newest one. What is read from a file is kept in the state directory.
    pub fn find_playbook(&self, given: Option<&str>) -> Result<Stored<Playbook>> {
        match given {
            None => self.newest_playbook(),
            Some(given) => match file_at(Path::new(given)) {
                Some(path) => Ok(self.state.keep(read(&path)?)?),
                None if is_digest(given) => Ok(self.state.find(given)?),
                None => Err(AppError::Usage(format!(
                    "`{given}` is no file, no folder, and no playbook's digest or the beginning of \
                     one"
                ))),
            },
        }
    }

    fn newest_playbook(&self) -> Result<Stored<Playbook>> {
        let all = self.state.all::<Playbook>()?.into_iter();
        // A time that cannot be read is older than every other.
        let newest = all.max_by_key(|playbook| playbook.created.parse::<Timestamp>().ok());
        newest.ok_or_else(|| AppError::First {
            what: format!("there is no playbook in {}", self.state.root().display()),
            how: "build one with `refit playbook build ENVIRONMENT`, or name its file".into(),
        })
    }
}

/// The document's file, where `path` is that or the folder with it.
fn file_at(path: &Path) -> Option<PathBuf> {
    if path.is_dir() {
        return Some(path.join(DOCUMENT));
    }
    path.is_file().then(|| path.to_owned())
}

/// Whether it may be a digest, or the beginning of one.
fn is_digest(given: &str) -> bool {
    let digits = given.strip_prefix("sha256:").unwrap_or(given);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Reads a playbook's file; refuses one that was changed.
pub(super) fn read(path: &Path) -> Result<Stored<Playbook>> {
    let fail = |source| StateError::Io { action: "read", path: path.to_owned(), source };
    let json = fs::read(path).map_err(fail)?;
    let stored = Stored::read(&json)
        .map_err(|source| StateError::Document { path: path.to_owned(), source })?;
    Ok(stored)
}
