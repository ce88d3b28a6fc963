//! Making and opening repositories.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use refit_model::Secret;
use rustic_core::{
    ConfigOptions, Credentials, KeyOptions, OpenStatus, RepositoryBackends, RepositoryOptions,
    RusticResult,
};

use crate::backend::{Backend, Trouble, words};
use crate::lock::{Lock, lock};
use crate::quiet::quietly;
use crate::watch::Bars;
use crate::{Access, RepositoryError, Result, Watch};

/// A repository, opened with one of its keys.
#[derive(Debug)]
pub struct Repository {
    pub(crate) folder: PathBuf,
    pub(crate) inner: rustic_core::Repository<OpenStatus>,
    backend: Backend,
    watch: Arc<dyn Watch>,
    _lock: Lock,
}

impl Repository {
    /// Makes a repository in an empty folder, opened by `key`, which `holder` keeps.
    pub fn create(
        folder: &Path,
        key: &Secret,
        holder: &str,
        watch: Arc<dyn Watch>,
    ) -> Result<Self> {
        let mut builder = fs::DirBuilder::new();
        builder
            .recursive(true)
            .mode(0o700)
            .create(folder)
            .map_err(RepositoryError::io("make", folder))?;
        let folder = real(folder)?;
        make_room(&folder)?;
        let lock = lock(&folder, Access::Alone)?;
        let backend = Backend::new(&folder, watch.clone())?;
        let credentials = credentials(&folder, key)?;
        let closed = closed(&backend, watch.clone());
        let options = key_options(holder);
        let made = attempt(&folder, &backend, "making the repository", || {
            closed?.init(&credentials, &options, &ConfigOptions::default())
        })?;
        Ok(Self { folder, inner: made, backend, watch, _lock: lock })
    }

    /// Opens the repository in `folder`.
    pub fn open(
        folder: &Path,
        key: &Secret,
        access: Access,
        watch: Arc<dyn Watch>,
    ) -> Result<Self> {
        if !folder.join("config").is_file() {
            return Err(RepositoryError::Missing(folder.to_owned()));
        }
        let folder = real(folder)?;
        let lock = lock(&folder, access)?;
        let backend = Backend::new(&folder, watch.clone())?;
        let credentials = credentials(&folder, key)?;
        let closed = closed(&backend, watch.clone());
        let mut is_wrong_key = false;
        let opened = attempt(&folder, &backend, "opening", || {
            let opened = closed?.open(&credentials);
            opened.inspect_err(|error| is_wrong_key = error.is_incorrect_password())
        });
        match opened {
            Ok(inner) => Ok(Self { folder, inner, backend, watch, _lock: lock }),
            Err(RepositoryError::Failed { .. }) if is_wrong_key => {
                Err(RepositoryError::WrongKey(folder))
            }
            Err(error) => Err(error),
        }
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Opened once more: the library uses one up with each index that it reads.
    pub(crate) fn again(&self) -> RusticResult<rustic_core::Repository<OpenStatus>> {
        let closed = closed(&self.backend, Arc::clone(&self.watch))?;
        closed.open(&Credentials::Masterkey(self.inner.key()))
    }

    /// Does something with the library, and says in this crate's words what went wrong.
    pub(crate) fn attempt<T>(
        &self,
        action: &'static str,
        work: impl FnOnce() -> RusticResult<T>,
    ) -> Result<T> {
        attempt(&self.folder, &self.backend, action, work)
    }
}

/// Takes away what an interrupted attempt to make a repository left: its keys open nothing, since
/// what describes a repository is written last. Anything else that is there is not touched.
fn make_room(folder: &Path) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(RepositoryError::io("list", folder))? {
        let path = entry.map_err(RepositoryError::io("list", folder))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if !["refit.lock", "keys", "data", "index", "snapshots", "locks"].contains(&name.as_str())
            || matches!(name.as_str(), "index" | "snapshots") && fs::remove_dir(&path).is_err()
        {
            return Err(RepositoryError::NotEmpty(folder.to_owned()));
        }
    }
    let keys = folder.join("keys");
    match fs::remove_dir_all(&keys) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(RepositoryError::io("delete", &keys)(error))
        }
        _ => Ok(()),
    }
}

pub(crate) fn key_options(holder: &str) -> KeyOptions {
    KeyOptions::default().username(holder.to_owned()).with_created(true)
}

/// The key as the library wants it.
pub(crate) fn credentials(folder: &Path, key: &Secret) -> Result<Credentials> {
    let text = key.expose_text().ok_or_else(|| RepositoryError::WrongKey(folder.to_owned()))?;
    Ok(Credentials::Password(text.to_owned()))
}

fn real(folder: &Path) -> Result<PathBuf> {
    folder.canonicalize().map_err(RepositoryError::io("resolve", folder))
}

fn closed(backend: &Backend, watch: Arc<dyn Watch>) -> RusticResult<rustic_core::Repository<()>> {
    let backends = RepositoryBackends::new(Arc::new(backend.clone()), None);
    // A cache would be of use for repositories far away; these are folders.
    let options = RepositoryOptions::default().no_cache(true);
    rustic_core::Repository::new_with_progress(&options, &backends, Bars(watch))
}

fn attempt<T>(
    folder: &Path,
    backend: &Backend,
    action: &'static str,
    work: impl FnOnce() -> RusticResult<T>,
) -> Result<T> {
    // What an earlier attempt overcame is of no interest.
    backend.take_trouble();
    let why = match quietly(work) {
        Ok(Ok(done)) => return Ok(done),
        Ok(Err(error)) => words(&error),
        Err(panicked) => panicked,
    };
    Err(match backend.take_trouble() {
        Some(Trouble::Interrupted) => RepositoryError::Interrupted,
        Some(Trouble::Full) => RepositoryError::Full(folder.to_owned()),
        Some(Trouble::Other(why)) => {
            RepositoryError::Failed { action, folder: folder.to_owned(), why }
        }
        None => RepositoryError::Failed { action, folder: folder.to_owned(), why },
    })
}
