//! What breaks a rule of the house.

use std::fmt::{self, Display, Formatter};

/// A place, and what is wrong there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    path: String,
    line: Option<usize>,
    what: String,
}

impl Problem {
    /// About a whole file, or a crate.
    pub fn of(path: &str, what: impl Into<String>) -> Self {
        Self { path: path.to_owned(), line: None, what: what.into() }
    }

    /// About a line, counted from zero.
    pub fn at(path: &str, index: usize, what: impl Into<String>) -> Self {
        Self { line: Some(index + 1), ..Self::of(path, what) }
    }
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(formatter, "{}:{line}: {}", self.path, self.what),
            None => write!(formatter, "{}: {}", self.path, self.what),
        }
    }
}
