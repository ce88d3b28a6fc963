//! Secrets in the records: what codes and signatures are made of. They are encrypted, under a key
//! that is in a file and never in the database: who gets hold of the database, or of a backup of
//! it, has none of them.
//!
//! Why so: `docs/decisions/0025-the-servers-edges.md`.

mod cipher;
mod key_file;
mod records;

pub(crate) use cipher::Cipher;
pub use key_file::{KeyError, KeyFile};
pub(crate) use records::{cipher, forget};
