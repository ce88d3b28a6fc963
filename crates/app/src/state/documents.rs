//! Documents by content.

use std::fs;
use std::io;
use std::path::PathBuf;

use refit_model::{Digest, Document, Stored};

use super::{StateDir, StateError, io_error, make_private, write_private};

impl StateDir {
    /// Stores a document; one that is there already and whole stays as it is.
    pub fn save<T: Document>(&self, body: T) -> Result<Stored<T>, StateError> {
        let folder = self.folder_of::<T>();
        let created = jiff::Timestamp::now().to_string();
        let fail = |source| StateError::Document { path: folder.clone(), source };
        self.keep(Stored::new(body, created).map_err(fail)?)
    }

    /// Stores a document as it was made elsewhere; one that is there already stays as it is.
    pub fn keep<T: Document>(&self, stored: Stored<T>) -> Result<Stored<T>, StateError> {
        let path = self.path_of::<T>(stored.digest);
        // One that was changed or cut since is written anew: here its content is known.
        if path.exists()
            && let Ok(kept) = self.load(stored.digest)
        {
            return Ok(kept);
        }
        make_private(&self.folder_of::<T>())?;
        let json = serde_json::to_vec_pretty(&stored)
            .map_err(|error| StateError::Document { path: path.clone(), source: error.into() })?;
        write_private(&path, &json)?;
        Ok(stored)
    }

    /// Every document of a type, in no order.
    pub fn all<T: Document>(&self) -> Result<Vec<Stored<T>>, StateError> {
        let names = self.names_of::<T>()?;
        names.iter().filter_map(|name| digest_of(name)).map(|digest| self.load(digest)).collect()
    }

    /// The documents of a type that were written last, the last one first; at most so many. Those
    /// that cannot be read are left out: what looks for one that it can show needs the others.
    pub fn latest<T: Document>(&self, most: usize) -> Result<Vec<Stored<T>>, StateError> {
        let folder = self.folder_of::<T>();
        let written = |name: &String| fs::metadata(folder.join(name)).and_then(|it| it.modified());
        let mut names = self.names_of::<T>()?;
        names.sort_by_cached_key(|name| std::cmp::Reverse(written(name).ok()));
        let digests = names.iter().filter_map(|name| digest_of(name));
        Ok(digests.take(most).filter_map(|digest| self.load(digest).ok()).collect())
    }

    /// Reads a document, and refuses one whose content is not what its digest says.
    pub fn load<T: Document>(&self, digest: Digest) -> Result<Stored<T>, StateError> {
        let path = self.path_of::<T>(digest);
        let json = match fs::read(&path) {
            Ok(json) => json,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(self.missing::<T>(&digest.to_string()));
            }
            Err(error) => return Err(io_error("read", &path)(error)),
        };
        let stored: Stored<T> = Stored::read(&json)
            .map_err(|source| StateError::Document { path: path.clone(), source })?;
        if stored.digest == digest {
            Ok(stored)
        } else {
            // The file was put under another document's name.
            let (expected, found) = (digest, stored.digest);
            let source =
                refit_model::DocumentError::Tampered { document_type: T::TYPE, expected, found };
            Err(StateError::Document { path, source })
        }
    }

    /// Finds a document by its digest or the first digits of it.
    pub fn find<T: Document>(&self, given: &str) -> Result<Stored<T>, StateError> {
        let digits = given.strip_prefix("sha256:").unwrap_or(given);
        let mut names = self.names_of::<T>()?;
        names.retain(|name| name.starts_with(digits));
        match names.as_slice() {
            [one] if digits.len() >= 4 => {
                let digest = format!("sha256:{}", one.trim_end_matches(".json"));
                self.load(digest.parse().map_err(|_| self.missing::<T>(given))?)
            }
            [_, _, ..] => Err(StateError::Ambiguous { kind: T::TYPE, digest: given.to_owned() }),
            _ => Err(self.missing::<T>(given)),
        }
    }

    /// The names of the files with documents of a type.
    fn names_of<T: Document>(&self) -> Result<Vec<String>, StateError> {
        let folder = self.folder_of::<T>();
        match fs::read_dir(&folder) {
            Ok(entries) => Ok(entries
                .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
                .filter(|name| name.ends_with(".json"))
                .collect()),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
            Err(error) => Err(io_error("list", &folder)(error)),
        }
    }

    fn missing<T: Document>(&self, digest: &str) -> StateError {
        let (digest, state) = (digest.to_owned(), self.root().to_owned());
        StateError::Missing { kind: T::TYPE, digest, state }
    }

    fn folder_of<T: Document>(&self) -> PathBuf {
        self.root().join("documents").join(T::TYPE)
    }

    /// Where a document is, for people who want to look at it.
    pub fn path_of<T: Document>(&self, digest: Digest) -> PathBuf {
        self.folder_of::<T>().join(format!("{}.json", digest.to_hex()))
    }
}

/// The digest of the document in a file of this name.
fn digest_of(name: &str) -> Option<Digest> {
    format!("sha256:{}", name.strip_suffix(".json")?).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use refit_model::Template;

    fn state() -> (tempfile::TempDir, StateDir) {
        let folder = tempfile::tempdir().unwrap();
        let state = StateDir::open(&folder.path().join("state")).unwrap();
        (folder, state)
    }

    #[test]
    fn a_document_comes_back_by_its_digest_or_the_beginning_of_it() {
        let (_folder, state) = state();
        let stored = state.save(Template::plain("x")).unwrap();
        assert_eq!(state.load::<Template>(stored.digest).unwrap(), stored);
        let found = state.find::<Template>(&stored.digest.to_hex()[..8]).unwrap();
        assert_eq!(found, stored);
        assert!(matches!(state.find::<Template>("00"), Err(StateError::Missing { .. })));
    }

    #[test]
    fn the_latest_come_first_and_those_that_cannot_be_read_are_left_out() {
        let (_folder, state) = state();
        let of = |text: &str| state.save(Template::plain(text)).unwrap();
        let (old, new, bad) = (of("old"), of("new"), of("bad"));
        for (stored, seconds) in [(&old, 10), (&new, 20), (&bad, 30)] {
            let file = fs::File::options()
                .write(true)
                .open(state.path_of::<Template>(stored.digest))
                .unwrap();
            file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds))
                .unwrap();
        }
        let path = state.path_of::<Template>(bad.digest);
        let changed = fs::read_to_string(&path).unwrap().replace("bad", "worse");
        fs::write(&path, changed).unwrap();
        assert_eq!(state.latest::<Template>(5).unwrap(), [new.clone(), old]);
        assert_eq!(state.latest::<Template>(2).unwrap(), [new]);
    }

    #[test]
    fn a_changed_document_is_refused() {
        let (_folder, state) = state();
        let stored = state.save(Template::plain("before")).unwrap();
        let path = state.path_of::<Template>(stored.digest);
        let text = fs::read_to_string(&path).unwrap().replace("before", "behind");
        fs::write(&path, text).unwrap();
        let error = state.load::<Template>(stored.digest).unwrap_err();
        assert!(matches!(error, StateError::Document { .. }), "{error}");
        state.save(Template::plain("before")).unwrap();
        assert_eq!(state.load::<Template>(stored.digest).unwrap().body, stored.body);
    }

    #[test]
    fn a_document_under_another_ones_name_is_refused() {
        let (_folder, state) = state();
        let one = state.save(Template::plain("one")).unwrap();
        let two = state.save(Template::plain("two")).unwrap();
        let (from, to) =
            (state.path_of::<Template>(one.digest), state.path_of::<Template>(two.digest));
        fs::copy(from, to).unwrap();
        assert!(matches!(state.load::<Template>(two.digest), Err(StateError::Document { .. })));
    }
}
