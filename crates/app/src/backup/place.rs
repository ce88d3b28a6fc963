//! Where a repository is, and the file that opens it.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use refit_model::{Secret, SecretRef};
use refit_repository::{Access, Repository, Watch};
use serde::Serialize;
use std::sync::Arc;

use crate::{App, AppError, Result, SecretError, read_secret, session_user};

/// How many random bytes a new key has.
const KEY_BYTES: usize = 32;

/// A repository's folder, and a file with one of its keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RepositoryPlace {
    /// The folder.
    pub folder: PathBuf,
    /// The file, which only its owner can read.
    pub key_file: PathBuf,
}

/// A new repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RepositoryMade {
    /// Its folder.
    pub folder: PathBuf,
    /// The file that opens it.
    pub key_file: PathBuf,
    /// Whether that file was made too.
    pub key_made: bool,
}

/// Makes a file with a new key, which is shown nowhere. A file that is there is left alone.
pub fn make_key_file(path: &Path) -> Result<()> {
    let fail = |source| SecretError::NotMade { path: path.to_owned(), source };
    let mut key = [0_u8; KEY_BYTES];
    getrandom::fill(&mut key).map_err(|error| fail(io::Error::other(error)))?;
    let text = Secret::new(format!("{}\n", hex::encode(key)));
    let mut options = OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(path).map_err(fail)?;
    file.write_all(text.expose()).and_then(|()| file.sync_all()).map_err(fail)?;
    Ok(())
}

impl App<'_> {
    /// Makes a repository, and its key file where there is none.
    pub fn make_repository(&self, place: &RepositoryPlace, holder: &str) -> Result<RepositoryMade> {
        place.check()?;
        let key_made = !place.key_file.exists();
        if key_made {
            make_key_file(&place.key_file)?;
        }
        let key = self.key(&place.key_file)?;
        self.watched(|watch| Repository::create(&place.folder, &key, holder, watch))?;
        Ok(RepositoryMade {
            folder: place.folder.clone(),
            key_file: place.key_file.clone(),
            key_made,
        })
    }

    /// Works with a repository.
    pub(super) fn with_repository<T: Send>(
        &self,
        place: &RepositoryPlace,
        access: Access,
        work: impl FnOnce(&Repository) -> Result<T> + Send,
    ) -> Result<T> {
        place.check()?;
        let key = self.key(&place.key_file)?;
        self.watched(|watch: Arc<dyn Watch>| {
            work(&Repository::open(&place.folder, &key, access, watch)?)
        })
    }

    /// Reads a key file.
    pub(super) fn key(&self, path: &Path) -> Result<Secret> {
        Ok(read_secret(&SecretRef::File(path.into()), self)?)
    }
}

impl RepositoryPlace {
    /// A key beside what it opens protects nothing.
    fn check(&self) -> Result<()> {
        // A folder that is not there yet holds no key.
        let real = |path: &Path| fs::canonicalize(Path::new(".").join(path)).ok();
        let holder = self.key_file.parent().and_then(real);
        let is_inside = holder
            .zip(real(&self.folder))
            .is_some_and(|(holder, folder)| holder.starts_with(folder));
        if is_inside {
            return Err(AppError::Usage(format!(
                "the key file {} is in the repository that it opens; keep it elsewhere",
                self.key_file.display()
            )));
        }
        Ok(())
    }
}

/// Who holds the keys that are made here, unless somebody else is named.
pub(super) fn holder(given: Option<&str>) -> String {
    given.map_or_else(session_user, str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt;

    #[test]
    fn a_key_file_is_closed_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        make_key_file(&path).unwrap();
        let key = fs::read_to_string(&path).unwrap();
        assert_eq!(key.len(), 2 * KEY_BYTES + 1);
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, 0o600);
        let error = make_key_file(&path).unwrap_err().chain();
        assert!(error.contains("exists"), "{error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), key);
        let inside = RepositoryPlace { folder: folder.path().into(), key_file: path };
        assert!(matches!(inside.check(), Err(AppError::Usage(_))));
    }
}
