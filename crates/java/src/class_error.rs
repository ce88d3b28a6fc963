//! Why a class file cannot be read.

use thiserror::Error;

/// A class file is damaged, or of a kind that Refit does not know.
///
/// The jar's path and the entry's name stand in the value that carries this error.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ClassError {
    /// The file does not begin with the four bytes of every class file.
    #[error("it does not begin with CAFEBABE, so it is no class file")]
    NotAClass,
    /// The file ends too early.
    #[error("it ends too early, at byte {at}: the file is damaged")]
    Truncated {
        /// Where more was expected.
        at: usize,
    },
    /// A constant of a kind that no Java up to [`crate::NEWEST_KNOWN_JAVA`] has.
    #[error(
        "its constant {index} is of the kind {tag}, which Java up to {} does not have",
        crate::NEWEST_KNOWN_JAVA
    )]
    UnknownConstant {
        /// The constant's number.
        index: u16,
        /// Its kind.
        tag: u8,
    },
    /// A number points to a constant that is not there, or is of another kind.
    #[error("its constant {index} should be {expected}: the file is damaged")]
    WrongConstant {
        /// The constant's number.
        index: u16,
        /// What should stand there.
        expected: &'static str,
    },
    /// A text that should be a type or a class is none.
    #[error("its constant {index} names no class or type: the file is damaged")]
    BadName {
        /// The constant's number.
        index: u16,
    },
}
