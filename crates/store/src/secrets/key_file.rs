//! The file of the key: 64 hexadecimal digits, for its owner alone.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use aws_lc_rs::rand;
use refit_model::Secret;
use thiserror::Error;

/// How many bytes a key has.
const BYTES: usize = 32;
/// What can be done where the key is not the one.
const REMEDY: &str = "put the file back from its backup, or name the right one by --key-file; if \
                      the key is lost for good, `--forget-secrets` begins with a new one: second \
                      factors and webhooks are gone then, and set up anew";

/// The file of the key under which secrets in the records are encrypted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyFile(PathBuf);

/// There is no key to decrypt the records' secrets with. Nothing of the records was changed.
#[derive(Debug, Error)]
pub enum KeyError {
    /// The file is not there.
    #[error(
        "the secrets in the records are encrypted under a key, and its file {path} is not there: \
         {REMEDY}"
    )]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// It is another key.
    #[error(
        "the secrets in the records are encrypted under another key than that in {path}: {REMEDY}"
    )]
    Wrong {
        /// The file.
        path: PathBuf,
    },
    /// It holds no key.
    #[error("the key file {path} holds no key, which is 64 hexadecimal digits: {REMEDY}")]
    NoKey {
        /// The file.
        path: PathBuf,
    },
    /// Others can read it.
    #[error(
        "the key file {path} can be read by others (mode {mode:o}); close it with \
         `chmod 600 {path}`"
    )]
    Open {
        /// The file.
        path: PathBuf,
        /// Its mode.
        mode: u32,
    },
    /// It cannot be read.
    #[error("the key file {path} cannot be read")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It cannot be made.
    #[error("the key file {path} cannot be made; name another place by --key-file")]
    NotMade {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// It is the right one, and was to be given up.
    #[error(
        "the key in {path} decrypts the secrets in the records: there is nothing to forget; start \
         without --forget-secrets"
    )]
    Right {
        /// The file.
        path: PathBuf,
    },
}

impl KeyFile {
    /// The file at this path, whether it is there or not.
    pub fn at(path: impl Into<PathBuf>) -> Self {
        Self(path.into())
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The key, if the file is there.
    pub(super) fn read(&self) -> Result<Option<Secret>, KeyError> {
        let failed = |source| KeyError::Unreadable { path: self.0.clone(), source };
        let text = match fs::read(&self.0) {
            Ok(text) => Secret::new(text),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(error)),
        };
        let mode = fs::metadata(&self.0).map_err(failed)?.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(KeyError::Open { path: self.0.clone(), mode });
        }
        let bytes = hex::decode(text.expose().trim_ascii()).ok();
        let key = bytes.filter(|bytes| bytes.len() == BYTES).map(Secret::new);
        key.map(Some).ok_or_else(|| KeyError::NoKey { path: self.0.clone() })
    }

    /// The key of a new file; or of one that somebody else made meanwhile. When this has returned,
    /// it is on the disk.
    pub(super) fn make(&self) -> Result<Secret, KeyError> {
        match self.write_new() {
            Ok(key) => Ok(key),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                self.read()?.ok_or_else(|| KeyError::Missing { path: self.0.clone() })
            }
            Err(source) => Err(KeyError::NotMade { path: self.0.clone(), source }),
        }
    }

    /// Writes it as a whole or not at all, and never over another one.
    fn write_new(&self) -> io::Result<Secret> {
        let mut bytes = [0; BYTES];
        rand::fill(&mut bytes).map_err(io::Error::other)?;
        let key = Secret::new(bytes);
        let folder = self.0.parent().filter(|folder| *folder != Path::new(""));
        let folder = folder.unwrap_or_else(|| Path::new("."));
        // It has mode 0600.
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        let text = Secret::new(format!("{}\n", hex::encode(key.expose())));
        file.write_all(text.expose())?;
        file.as_file().sync_all()?;
        file.persist_noclobber(&self.0).map_err(|error| error.error)?;
        File::open(folder)?.sync_all()?;
        Ok(key)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_made_once_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::at(folder.path().join("key"));
        assert!(file.read().unwrap().is_none());
        let key = file.make().unwrap();
        assert_eq!(fs::metadata(file.path()).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(file.read().unwrap(), Some(key.clone()));
        assert_eq!(file.make().unwrap(), key, "the one that is there stays");
        assert_ne!(KeyFile::at(folder.path().join("other")).make().unwrap(), key);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2, "nothing else is left");
        let nowhere = KeyFile::at(folder.path().join("nowhere/key"));
        assert!(matches!(nowhere.make(), Err(KeyError::NotMade { .. })));
    }

    #[test]
    fn what_is_no_key_of_ours_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = KeyFile::at(folder.path().join("key"));
        let told = |text: &str, mode: u32| {
            fs::write(file.path(), text).unwrap();
            fs::set_permissions(file.path(), fs::Permissions::from_mode(mode)).unwrap();
            file.read().unwrap_err().to_string()
        };
        let key = "0f".repeat(BYTES);
        for text in ["", "0f", &"0f".repeat(BYTES + 1), &"zz".repeat(BYTES)] {
            assert!(told(text, 0o600).contains("holds no key"), "{text}");
        }
        let open = told(&key, 0o640);
        assert!(open.contains("mode 640") && open.contains("chmod 600"), "{open}");
        fs::set_permissions(file.path(), fs::Permissions::from_mode(0o400)).unwrap();
        assert_eq!(file.read().unwrap(), Some(Secret::new([0x0f; BYTES])));
    }
}
