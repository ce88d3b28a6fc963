//! What can be wrong with a file, or with a change to it.

use thiserror::Error;

/// A file cannot be read. Names the place; never repeats the file's content, which may be secret.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("{file}, line {line}, column {column}: {problem}")]
pub struct ParseError {
    /// The file, as in the spec.
    pub file: String,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// What is wrong there.
    pub problem: ParseProblem,
}

/// What is wrong with a file.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum ParseProblem {
    /// Larger than Refit reads.
    #[error("the file has {bytes} bytes, at most {limit} are read")]
    TooLarge {
        /// The file's size.
        bytes: usize,
        /// The limit.
        limit: usize,
    },
    /// Nested too deep.
    #[error("nested deeper than {limit} levels")]
    TooDeep {
        /// The limit.
        limit: usize,
    },
    /// More keys, or attributes of one element, or namespaces, than any real file has.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// A character that Refit needs for itself.
    #[error(
        "the characters U+E000 and U+E001 mark secrets inside Refit and cannot stand in a file; remove them"
    )]
    ReservedCharacter,
    /// A document type declaration: they can pull in other files and grow without bound.
    #[error("document type declarations are not read; remove the <!DOCTYPE ...>")]
    DocumentType,
    /// The text does not follow the format.
    #[error("expected {0}")]
    Expected(String),
    /// Taking the secrets out changed how the rest is read, so nothing of the file may be shown.
    #[error("its secrets cannot be set apart from the rest; expected them in values of keys")]
    Secrets,
}

/// A key's value cannot be changed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum EditError {
    /// There is no live key with this path.
    #[error("{file} has no key `{key}`")]
    NoSuchKey {
        /// The file.
        file: String,
        /// The key path.
        key: String,
    },
    /// The key has no value of its own that could be replaced: it holds other keys.
    #[error("the key `{key}` of {file} has no single value")]
    NoValue {
        /// The file.
        file: String,
        /// The key path.
        key: String,
    },
    /// The format cannot express the value there.
    #[error("the new value of `{key}` in {file} cannot be written: {why}")]
    NotExpressible {
        /// The file.
        file: String,
        /// The key path.
        key: String,
        /// Why not.
        why: &'static str,
    },
    /// The changed file does not read back.
    #[error("the changed file does not read back: {0}")]
    Unreadable(#[from] ParseError),
}
