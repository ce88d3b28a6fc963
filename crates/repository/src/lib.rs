//! Restore points kept off their host: encrypted, deduplicated, in a folder on a mounted disk or
//! share, as a repository that the program `restic` reads too.
//!
//! Only a verified restore point is kept, and it is compared with its manifest again when it has
//! arrived. What is given back is compared once more. Any call can be interrupted or killed: the
//! repository stays whole, and the next call goes on.
//! See `docs/decisions/0015-repositories-that-restic-reads.md`.

mod backend;
mod check;
mod error;
mod fetch;
mod keep;
mod kept;
mod keys;
mod lock;
mod prune;
mod quiet;
mod repository;
mod retention;
mod watch;

pub use check::RepositoryCheck;
pub use error::{RepositoryError, Result};
pub use keep::Owner;
pub use kept::Kept;
pub use keys::Key;
pub use lock::Access;
pub use prune::Pruned;
pub use repository::Repository;
pub use retention::{Judged, Retention};
pub use watch::{Unwatched, Watch};
