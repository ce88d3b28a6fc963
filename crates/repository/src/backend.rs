//! The files of a repository: stops when the operator wants to, and remembers what went wrong
//! first, since later failures only follow from it.

use std::error::Error as _;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use rustic_backend::local::LocalBackend;
use rustic_core::{
    BytesList, ErrorKind, FileType, Id, ReadBackend, RusticError, RusticResult, WriteBackend,
};

use crate::{RepositoryError, Result, Watch};

/// What went wrong first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Interrupted,
    Full,
    Other(String),
}

#[derive(Clone, Debug)]
pub(crate) struct Backend {
    folder: PathBuf,
    files: LocalBackend,
    watch: Arc<dyn Watch>,
    trouble: Arc<Mutex<Option<Trouble>>>,
}

impl Backend {
    pub(crate) fn new(folder: &Path, watch: Arc<dyn Watch>) -> Result<Self> {
        let text = folder.to_str().ok_or_else(|| RepositoryError::NotText(folder.to_owned()))?;
        let files = LocalBackend::new(text, []).map_err(|error| RepositoryError::Failed {
            action: "opening",
            folder: folder.to_owned(),
            why: error.display_log(),
        })?;
        Ok(Self { folder: folder.to_owned(), files, watch, trouble: Arc::default() })
    }

    /// What went wrong first; it is forgotten.
    pub(crate) fn take_trouble(&self) -> Option<Trouble> {
        self.trouble.lock().ok()?.take()
    }

    fn note(&self, trouble: Trouble) {
        if let Ok(mut first) = self.trouble.lock() {
            first.get_or_insert(trouble);
        }
    }

    fn go_on(&self) -> RusticResult<()> {
        if !self.watch.is_cancelled() {
            return Ok(());
        }
        self.note(Trouble::Interrupted);
        Err(RusticError::new(ErrorKind::Other, "interrupted"))
    }

    fn noting<T>(&self, result: RusticResult<T>) -> RusticResult<T> {
        result.inspect_err(|error| {
            self.note(if is_full(error) { Trouble::Full } else { Trouble::Other(words(error)) });
        })
    }
}

/// What went wrong and why, in one line.
pub(crate) fn words(error: &RusticError) -> String {
    let text = error.display_log();
    let text = text.strip_prefix("Error: ").unwrap_or(&text);
    let (what, why) = text.split_once("caused by:").unwrap_or((text, ""));
    let before = |text: &str, mark: &str| text.split(mark).next().unwrap_or_default().to_owned();
    let what = before(what, "(kind:");
    // The library's own errors come with advice for its own users, and with where they were made.
    let why = why.split_once("Message:").map_or(why, |(_, message)| message);
    let why = ["For more information", "Some additional", "Backtrace:", "(source:"]
        .into_iter()
        .fold(why.to_owned(), |why, mark| before(&why, mark));
    let line = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    match (line(&what), line(&why)) {
        (what, why) if why.is_empty() => what,
        (what, why) => format!("{}: {why}", what.trim_end_matches('.')),
    }
}

fn is_full(error: &RusticError) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        let io = error.downcast_ref::<io::Error>().map(io::Error::kind);
        if matches!(io, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded)) {
            return true;
        }
        cause = error.source();
    }
    false
}

impl ReadBackend for Backend {
    fn location(&self) -> String {
        self.folder.display().to_string()
    }

    fn list_with_size(&self, kind: FileType) -> RusticResult<Vec<(Id, u32)>> {
        self.go_on()?;
        self.noting(self.files.list_with_size(kind))
    }

    fn read_full(&self, kind: FileType, id: &Id) -> RusticResult<bytes::Bytes> {
        self.go_on()?;
        self.noting(self.files.read_full(kind, id))
    }

    fn read_partial(
        &self,
        kind: FileType,
        id: &Id,
        cacheable: bool,
        offset: u32,
        length: u32,
    ) -> RusticResult<bytes::Bytes> {
        self.go_on()?;
        self.noting(self.files.read_partial(kind, id, cacheable, offset, length))
    }

    fn warmup_path(&self, kind: FileType, id: &Id) -> String {
        self.files.warmup_path(kind, id)
    }
}

impl WriteBackend for Backend {
    fn create(&self) -> RusticResult<()> {
        self.noting(self.files.create())
    }

    fn write_bytes(
        &self,
        kind: FileType,
        id: &Id,
        cacheable: bool,
        content: BytesList,
    ) -> RusticResult<()> {
        self.go_on()?;
        self.watch.before_change();
        self.noting(self.files.write_bytes(kind, id, cacheable, content))
    }

    fn remove(&self, kind: FileType, id: &Id, cacheable: bool) -> RusticResult<()> {
        self.go_on()?;
        self.watch.before_change();
        self.noting(self.files.remove(kind, id, cacheable))
    }
}
