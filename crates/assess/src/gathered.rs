//! What is gathered while looking: facts, observations, and what could not be read.

use refit_hosts::{HostError, Reader};
use refit_model::{FactValue, Facts, HostPath};

/// The largest configuration file that is read, in bytes.
pub(crate) const FILE_LIMIT: u64 = 64 << 20;

/// What is gathered while looking.
pub(crate) struct Gathered {
    /// What stays the same while nobody changes the installation.
    pub(crate) facts: Facts,
    /// What changes by itself.
    pub(crate) observed: Facts,
    /// Paths that could not be read.
    pub(crate) unreadable: Vec<String>,
}

impl Gathered {
    pub(crate) fn new() -> Self {
        Self { facts: Facts::new(), observed: Facts::new(), unreadable: Vec::new() }
    }

    pub(crate) fn fact(&mut self, name: &str, value: impl Into<FactValue>) {
        self.facts.set(name, value);
    }

    pub(crate) fn observe(&mut self, name: &str, value: impl Into<FactValue>) {
        self.observed.set(name, value);
    }

    /// A sorted list without doubles.
    pub(crate) fn list(&mut self, name: &str, mut items: Vec<String>) {
        items.sort();
        items.dedup();
        self.facts.set(name, items);
    }

    /// The content of a file; `None` if it is not there, or cannot be read, which is noted.
    pub(crate) fn read(&mut self, reader: Reader<'_>, path: &HostPath) -> Option<Vec<u8>> {
        match reader.read(path, FILE_LIMIT) {
            Ok(bytes) => Some(bytes),
            Err(HostError::NotFound(_)) => None,
            Err(error) => {
                self.unreadable.push(error.to_string());
                None
            }
        }
    }

    /// The text of a file that is read if it can be.
    pub(crate) fn read_text(&mut self, reader: Reader<'_>, path: &HostPath) -> Option<String> {
        self.read(reader, path).map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}
