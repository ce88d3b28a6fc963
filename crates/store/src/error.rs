//! What can go wrong with records.

use std::fmt;

use thiserror::Error;

/// The records cannot be read or written, or something else came first.
#[derive(Debug, Error)]
pub enum StoreError {
    /// The database failed. Nothing was changed, unless the connection was lost while a change was
    /// being confirmed; reading tells.
    #[error("{what} cannot be {action}")]
    Database {
        /// What was to be read or written.
        what: &'static str,
        /// What was to be done with it.
        action: &'static str,
        /// Why not.
        #[source]
        source: sqlx::Error,
    },
    /// Somebody changed it meanwhile. Read it again, and decide again.
    #[error("{subject} was changed meanwhile: expected version {expected}, it is at {found}")]
    Stale {
        /// What.
        subject: Subject,
        /// The version that the change was decided on; 0 for something new.
        expected: u64,
        /// The version that it has; 0 if it does not exist.
        found: u64,
    },
    /// Another one has this already.
    #[error("the {what} `{value}` is taken by another {of}")]
    Taken {
        /// Which of its properties.
        what: &'static str,
        /// Its value.
        value: String,
        /// What has it.
        of: &'static str,
    },
    /// The change makes no sense.
    #[error("this cannot be kept: {0}")]
    Invalid(String),
    /// What is kept cannot be read.
    #[error("{what} in the database cannot be read: {why}; restore a backup, and tell us")]
    Damaged {
        /// What.
        what: &'static str,
        /// Why not.
        why: String,
    },
    /// The database belongs to a newer Refit.
    #[error(
        "the database has schema {found}, this Refit knows up to {known}: \
         start the newer Refit that wrote it, or restore a backup from before"
    )]
    NewerSchema {
        /// The schema of the database.
        found: u64,
        /// The newest one that this program knows.
        known: u64,
    },
    /// There is no key to decrypt the secrets with.
    #[error(transparent)]
    Key(#[from] crate::KeyError),
    /// The outbox' entry is not in the state for this; see [`crate::OutboxState`].
    #[error(transparent)]
    Outbox(#[from] crate::IllegalOutboxEvent),
    /// Somebody else took the outbox' entry over, because the lease had ended.
    #[error("the lease of outbox entry {id} ended, and attempt {attempt} took it over")]
    LeaseLost {
        /// The entry.
        id: u64,
        /// The attempt that it is at now.
        attempt: u64,
    },
}

/// What was changed meanwhile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// What kind of thing.
    pub kind: &'static str,
    /// Which one.
    pub id: String,
}

/// Why a secret cannot be read although the key is the one.
pub(crate) const NOT_DECRYPTED: &str = "its secret is not what was encrypted for it";

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

impl StoreError {
    /// Whether the same call may succeed a little later: the database was busy, or away.
    pub fn is_transient(&self) -> bool {
        let Self::Database { source, .. } = self else { return false };
        match source {
            sqlx::Error::PoolTimedOut | sqlx::Error::Io(_) | sqlx::Error::PoolClosed => true,
            sqlx::Error::Database(error) => error.code().is_some_and(|code| is_busy(&code)),
            _ => false,
        }
    }

    pub(crate) fn damaged(what: &'static str, why: impl fmt::Display) -> Self {
        Self::Damaged { what, why: why.to_string() }
    }

    /// Whether a row could not be kept since another one has the same key.
    pub(crate) fn is_taken(&self) -> bool {
        let Self::Database { source: sqlx::Error::Database(error), .. } = self else {
            return false;
        };
        error.is_unique_violation()
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the {} `{}`", self.kind, self.id)
    }
}

/// Codes that tell that somebody else is at it, or that the server restarts: of SQLite (busy,
/// locked, with their extended forms), and of PostgreSQL (serialisation, deadlock, lock and
/// statement time-outs, shutdown, too many connections).
fn is_busy(code: &str) -> bool {
    let postgres =
        ["40001", "40P01", "55P03", "57014", "57P01", "57P02", "57P03", "53300"].contains(&code);
    let sqlite =
        code.parse::<u32>().is_ok_and(|code| code < 10_000 && matches!(code & 0xff, 5 | 6));
    postgres || sqlite
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn busy_is_told_by_both_engines_codes() {
        for busy in ["5", "6", "261", "517", "40001", "40P01", "55P03", "57P01", "53300"] {
            assert!(is_busy(busy), "{busy}");
        }
        // A constraint of SQLite, a unique key of PostgreSQL, bad syntax.
        for other in ["19", "2067", "23505", "42601", "1", ""] {
            assert!(!is_busy(other), "{other}");
        }
    }
}
