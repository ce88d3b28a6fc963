//! The program that answers on a host: this one, by the digest of its content.

use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use refit_model::Digest;
use sha2::{Digest as _, Sha256};

/// This process's own program, also where its file was replaced meanwhile.
const OWN: &str = "/proc/self/exe";

/// A program that hosts answer with.
#[derive(Clone, Debug)]
pub struct Program {
    path: PathBuf,
    /// Read once: the program is large, and connections are many.
    known: Arc<OnceLock<(Digest, u64)>>,
}

impl Program {
    /// This program.
    pub fn own() -> Self {
        static OWN_PROGRAM: OnceLock<Program> = OnceLock::new();
        OWN_PROGRAM.get_or_init(|| Self::at(Path::new(OWN))).clone()
    }

    /// The program in this file.
    pub fn at(path: &Path) -> Self {
        Self { path: path.to_owned(), known: Arc::default() }
    }

    /// Its content, to be read.
    pub(super) fn open(&self) -> io::Result<File> {
        File::open(&self.path)
    }

    /// Its digest and its size in bytes.
    pub(super) fn digest(&self) -> io::Result<(Digest, u64)> {
        if let Some(known) = self.known.get() {
            return Ok(*known);
        }
        let found = digest(self.open()?)?;
        Ok(*self.known.get_or_init(|| found))
    }
}

fn digest(mut file: File) -> io::Result<(Digest, u64)> {
    let (mut hasher, mut size) = (Sha256::new(), 0);
    let mut buffer = vec![0; 128 * 1024];
    loop {
        match file.read(&mut buffer)? {
            0 => return Ok((Digest::from_bytes(hasher.finalize().into()), size)),
            length => {
                hasher.update(&buffer[..length]);
                size += length as u64;
            }
        }
    }
}
