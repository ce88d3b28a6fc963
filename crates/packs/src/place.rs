//! Places in a pack's files: what every error and note points at.

use std::fmt;

/// A place in a pack's file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The file, with the pack's folder before it: `activemq-classic/versions.toml`.
    pub file: String,
    /// The line, from 1; 0 where the whole file is meant.
    pub line: usize,
    /// The key, for example `hop[3].to`; empty where the whole file is meant.
    pub key: String,
}

impl Place {
    /// The whole of `file`.
    pub fn of_file(file: impl Into<String>) -> Self {
        Self { file: file.into(), line: 0, key: String::new() }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        if self.line > 0 {
            write!(f, ":{}", self.line)?;
        }
        if !self.key.is_empty() {
            write!(f, ": `{}`", self.key)?;
        }
        Ok(())
    }
}
