//! Keyed fingerprints of files that may hold secrets.
//!
//! See `docs/decisions/0006-keyed-fingerprints.md`.

use std::fs;
use std::io;
use std::os::unix::fs::MetadataExt;

use hmac::{Hmac, KeyInit, Mac};
use refit_model::{Fingerprint, Secret};
use sha2::Sha256;

use super::{StateDir, StateError, io_error, write_private};

/// Makes fingerprints under the state directory's key.
#[derive(Clone, Debug)]
pub struct Fingerprinter(Secret);

impl Fingerprinter {
    /// The fingerprint of a file's content.
    pub fn of(&self, content: &[u8]) -> Fingerprint {
        let mut mac = Hmac::<Sha256>::new_from_slice(self.0.expose())
            .expect("HMAC takes a key of any length");
        mac.update(content);
        Fingerprint::from_mac(&mac.finalize().into_bytes().into())
    }
}

impl StateDir {
    /// Reads the key, and makes one if there is none.
    pub fn fingerprinter(&self) -> Result<Fingerprinter, StateError> {
        let path = self.root().join("key");
        match fs::read(&path) {
            Ok(key) => {
                let mode = fs::metadata(&path).map_err(io_error("look at", &path))?.mode() & 0o777;
                if mode & 0o077 == 0 {
                    Ok(Fingerprinter(Secret::new(key)))
                } else {
                    Err(StateError::Open { path, mode })
                }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                let mut key = [0; 32];
                getrandom::fill(&mut key)
                    .map_err(|error| io_error("make", &path)(io::Error::other(error)))?;
                write_private(&path, &key)?;
                Ok(Fingerprinter(Secret::new(key)))
            }
            Err(error) => Err(io_error("read", &path)(error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_key_stays_and_differs_between_state_directories() {
        let folder = tempfile::tempdir().unwrap();
        let open = |name: &str| StateDir::open(&folder.path().join(name)).unwrap();
        let of = |name: &str| open(name).fingerprinter().unwrap().of(b"password=x");
        assert_eq!(of("one"), of("one"));
        assert_ne!(of("one"), of("two"));
    }
}
