//! A jar as a zip file: its entries by name, read within limits.

use std::io::{Cursor, Read};

use zip::ZipArchive;

use crate::{JarError, Limits};

/// Below this an entry may be packed as tightly as it likes.
const RATIO_COUNTS_FROM: u64 = 1 << 20;

pub(crate) struct JarFile<'a> {
    path: &'a str,
    zip: ZipArchive<Cursor<&'a [u8]>>,
    limits: &'a Limits,
    unpacked: u64,
}

/// Why one entry could not be read, for people.
pub(crate) struct EntryProblem(pub(crate) String);

impl<'a> JarFile<'a> {
    pub(crate) fn open(path: &'a str, jar: &'a [u8], limits: &'a Limits) -> Result<Self, JarError> {
        let not_a_jar = |source| JarError::NotAJar { jar: path.to_owned(), source };
        let bytes = as_u64(jar.len());
        if bytes > limits.jar_bytes {
            return Err(JarError::TooLarge {
                jar: path.to_owned(),
                bytes,
                limit: limits.jar_bytes,
            });
        }
        let entries = entries_at_most(jar, limits.jar_entries);
        if entries > limits.jar_entries {
            return Err(JarError::TooManyEntries {
                jar: path.to_owned(),
                entries,
                limit: limits.jar_entries,
            });
        }
        Ok(Self {
            path,
            zip: ZipArchive::new(Cursor::new(jar)).map_err(not_a_jar)?,
            limits,
            unpacked: 0,
        })
    }

    /// The names of all entries, in the order of their numbers. Java reads them as UTF-8, whatever
    /// the zip file says about them.
    pub(crate) fn names(&self) -> Vec<String> {
        self.zip.file_names_raw().map(|name| String::from_utf8_lossy(name).into_owned()).collect()
    }

    /// Unpacks the entry of this number. The inner error is about this entry only.
    pub(crate) fn read(&mut self, index: usize) -> Result<Result<Vec<u8>, EntryProblem>, JarError> {
        let left = self.limits.unpacked_bytes.saturating_sub(self.unpacked);
        let content = match self.read_at_most(index, left) {
            Ok(content) => content,
            Err(problem) => return Ok(Err(problem)),
        };
        let length = as_u64(content.len());
        self.unpacked += length;
        if length > left {
            return Err(JarError::UnpacksTooFar {
                jar: self.path.to_owned(),
                limit: self.limits.unpacked_bytes,
            });
        }
        Ok(Ok(content))
    }

    /// Unpacks an entry, but stops one byte after `left`. What counts is what comes out: sizes
    /// that the zip file claims are not believed.
    fn read_at_most(&mut self, index: usize, left: u64) -> Result<Vec<u8>, EntryProblem> {
        let problem = |error: &dyn std::error::Error| EntryProblem(error.to_string());
        let mut entry = self.zip.by_index(index).map_err(|error| problem(&error))?;
        let by_ratio =
            entry.compressed_size().saturating_mul(self.limits.ratio).max(RATIO_COUNTS_FROM);
        let allowed = self.limits.entry_bytes.min(by_ratio);
        let mut content = Vec::new();
        (&mut entry)
            .take(allowed.min(left).saturating_add(1))
            .read_to_end(&mut content)
            .map_err(|error| problem(&error))?;
        if as_u64(content.len()) > allowed {
            return Err(EntryProblem(format!("it unpacks to more than {allowed} bytes")));
        }
        Ok(content)
    }
}

/// An upper bound of the number of entries, told without reading their list, which would take
/// memory for each: they cannot be more than fit, nor more than there are heads of entries. Heads
/// are counted only where that many could fit; those of jars inside count too.
fn entries_at_most(jar: &[u8], limit: usize) -> usize {
    const HEAD: [u8; 4] = *b"PK\x01\x02";
    const HEAD_LENGTH: usize = 46;
    let fitting = jar.len() / HEAD_LENGTH;
    if fitting <= limit {
        return fitting;
    }
    jar.windows(HEAD.len()).filter(|window| *window == HEAD).count()
}

fn as_u64(length: usize) -> u64 {
    u64::try_from(length).unwrap_or(u64::MAX)
}
