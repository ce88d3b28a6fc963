//! Tokens are kept as their hashes only.

use std::fmt;

use refit_model::{Digest, Secret};

/// The hash of a token: who reads the database cannot use what is in it.
///
/// Only for tokens made of at least 128 random bits: a plain hash of anything that people choose
/// can be guessed.
#[derive(Clone, PartialEq, Eq)]
pub struct TokenHash(String);

impl TokenHash {
    /// The hash of a token.
    pub fn of(token: &Secret) -> Self {
        Self(Digest::of(token.expose()).to_hex())
    }

    /// What names the token among those of its user. It tells nothing about the token.
    pub fn key(&self) -> &str {
        &self.0[..16]
    }

    /// As it is kept.
    pub(crate) fn as_hex(&self) -> &str {
        &self.0
    }

    /// What the database gave back.
    pub(super) fn kept(hex: String) -> Self {
        Self(hex)
    }
}

/// Shows the beginning only.
impl fmt::Debug for TokenHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenHash({:.8})", self.0)
    }
}
