//! Encrypting and decrypting single secrets.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use refit_model::Secret;

use crate::error::{Result, StoreError};

/// What an encrypted secret begins with: which way it was encrypted.
const FORMAT: &str = "1.";

/// Encrypts secrets under one key: AES-256-GCM-SIV (RFC 8452), each with a nonce of its own. What
/// is encrypted for one place is refused in any other. Clones share the key.
#[derive(Clone)]
pub(crate) struct Cipher(Arc<RandomizedNonceKey>);

impl Cipher {
    /// Under this key of 32 bytes.
    pub(crate) fn new(key: &Secret) -> Result<Self> {
        let key = RandomizedNonceKey::new(&AES_256_GCM_SIV, key.expose());
        let key =
            key.map_err(|_| StoreError::Invalid("secrets under a key as short".to_owned()))?;
        Ok(Self(Arc::new(key)))
    }

    /// A secret as it is kept in a place.
    pub(crate) fn encrypt(&self, place: &str, secret: &Secret) -> Result<String> {
        let mut bytes = secret.expose().to_vec();
        let sealed = self.0.seal_in_place_append_tag(Aad::from(place), &mut bytes);
        let nonce = sealed.map_err(|_| StoreError::Invalid("a secret of this size".to_owned()))?;
        Ok(format!("{FORMAT}{}", STANDARD_NO_PAD.encode([&nonce.as_ref()[..], &bytes].concat())))
    }

    /// The secret that is kept in a place; none if it was encrypted for another one, under another
    /// key, or was changed.
    pub(crate) fn decrypt(&self, place: &str, kept: &str) -> Option<Secret> {
        let mut bytes = STANDARD_NO_PAD.decode(kept.strip_prefix(FORMAT)?).ok()?;
        let (nonce, sealed) = bytes.split_at_mut_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let opened = self.0.open_in_place(nonce, Aad::from(place), sealed).ok()?;
        Some(Secret::new(&*opened))
    }
}

/// Nothing of the key.
impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cipher")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn cipher(byte: u8) -> Cipher {
        Cipher::new(&Secret::new([byte; 32])).unwrap()
    }

    proptest! {
        #[test]
        fn a_secret_comes_back_in_its_place_alone(
            secret in any::<Vec<u8>>(), place in ".{0,20}", other in ".{0,20}", flip in any::<usize>(),
        ) {
            let (ours, secret) = (cipher(1), Secret::new(secret));
            let kept = ours.encrypt(&place, &secret).unwrap();
            prop_assert_eq!(ours.decrypt(&place, &kept), Some(secret.clone()));
            prop_assert_eq!(cipher(2).decrypt(&place, &kept), None);
            prop_assert_eq!(ours.decrypt(&other, &kept).is_some(), other == place);
            // Neither does it when any letter is another one.
            let mut changed = kept.clone().into_bytes();
            let at = flip % changed.len();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            prop_assert_eq!(ours.decrypt(&place, &changed), None);
            prop_assert_eq!(ours.decrypt(&place, &kept[..at]), None);
        }
    }

    #[test]
    fn the_same_secret_looks_different_each_time() {
        let (cipher, secret) = (cipher(1), Secret::new("JBSWY3DPEHPK3PXP"));
        let [one, other] = [(); 2].map(|()| cipher.encrypt("here", &secret).unwrap());
        assert_ne!(one, other);
        assert!(!one.contains("JBSWY3DPEHPK3PXP"));
    }

    #[test]
    fn what_was_never_encrypted_is_nothing() {
        for kept in ["", "1.", "1.AAAA", "JBSWY3DPEHPK3PXP", "2.AAAA", "1.ä"] {
            assert_eq!(cipher(1).decrypt("here", kept), None, "{kept}");
        }
    }

    /// By Python's `cryptography`: `AESGCMSIV(bytes([7]) * 32)`, the nonce `bytes(range(12))`.
    #[test]
    fn what_others_encrypted_is_read() {
        assert_eq!(cipher(7).decrypt("here", FROM_ELSEWHERE), Some(Secret::new("a secret")));
    }
    const FROM_ELSEWHERE: &str = "1.AAECAwQFBgcICQoLwsRvEkmVvAUOU6EKSSZ2UMpzc/pFB7Hy";

    #[test]
    fn a_key_has_32_bytes() {
        assert!(Cipher::new(&Secret::new([0; 31])).is_err());
    }
}
