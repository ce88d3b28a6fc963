//! Where a journal's events are kept.

use std::error::Error;
use std::path::Path;

/// One event as it is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its number.
    pub sequence: u64,
    /// The event as JSON.
    pub body: String,
    /// Its digest.
    pub digest: String,
}

/// Why a store failed.
#[derive(Debug)]
pub enum StoreError {
    /// It is not what it was, as a whole: for this reason.
    Torn(String),
    /// The row with this number is not what it was.
    Damaged(u64, String),
    /// It cannot be read or written.
    Failed(Box<dyn Error + Send + Sync>),
}

impl<E: Into<Box<dyn Error + Send + Sync>>> From<E> for StoreError {
    fn from(error: E) -> Self {
        Self::Failed(error.into())
    }
}

/// Keeps the events of one run, and knows nothing of what they say.
pub trait Store {
    /// Where it is, for messages.
    fn path(&self) -> &Path;

    /// Everything that is kept, in order.
    fn rows(&self) -> Result<Vec<Row>, StoreError>;

    /// Keeps one more. When this returns, it is on the disk; after an error it may be.
    fn append(&mut self, row: &Row) -> Result<(), StoreError>;
}
