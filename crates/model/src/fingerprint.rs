//! Keyed fingerprints: change detection for files that may hold secrets.

use std::fmt;

use serde::{Deserialize, Serialize};

/// An HMAC-SHA-256 of a file's content under a key that stays in the state directory: it shows
/// whether a file changed, and says nothing about its content to someone without the key.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Wraps the finished MAC.
    pub fn from_mac(mac: &[u8; 32]) -> Self {
        Self(format!("hmac-sha256:{}", hex::encode(mac)))
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
