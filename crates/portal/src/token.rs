//! Tokens: what sessions, one-time links and programs are known by.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use refit_model::Secret;
use refit_store::TokenHash;
use sha2::Sha256;

/// 256 bits of the system's randomness.
const BYTES: usize = 32;
/// What API tokens begin with, so that they are found where they do not belong.
const API_PREFIX: &str = "refit_";
/// What the value of forms is about.
const FORM: &str = "form";
/// The most characters of a token that is looked up.
const LONGEST: usize = 100;

/// A token in the hands of whom it belongs to.
#[derive(Clone, Debug)]
pub(crate) struct Token(Secret);

impl Token {
    /// A new one. A machine without randomness cannot serve anybody.
    pub(crate) fn random() -> Self {
        Self(Secret::new(random_text()))
    }

    /// A new one for a program.
    pub(crate) fn random_for_program() -> Self {
        Self(Secret::new(format!("{API_PREFIX}{}", random_text())))
    }

    /// What somebody came with, if it can be one at all.
    pub(crate) fn given(text: &str) -> Option<Self> {
        let is_token_char = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        let can_be = (1..=LONGEST).contains(&text.len()) && text.chars().all(is_token_char);
        can_be.then(|| Self(Secret::new(text)))
    }

    /// The token itself: for the one who gets it.
    pub(crate) fn expose(&self) -> &str {
        self.0.expose_text().unwrap_or_default()
    }

    /// The token as a secret: for a password that nobody chose.
    pub(crate) fn into_secret(self) -> Secret {
        self.0
    }

    /// What is kept of it.
    pub(crate) fn hash(&self) -> TokenHash {
        TokenHash::of(&self.0)
    }

    /// What is sent along with every form, so that no other site can send one: only who has the
    /// cookie can reckon it, and it does not tell the cookie.
    pub(crate) fn csrf(&self) -> String {
        self.derived(FORM)
    }

    /// Whether a form came with the right value; in a time that does not depend on it.
    pub(crate) fn is_csrf(&self, given: &str) -> bool {
        self.is_derived(FORM, given)
    }

    /// A value that only who has the token can reckon, for each thing that it is about another one.
    pub(crate) fn derived(&self, about: &str) -> String {
        hex::encode(self.mac(about.as_bytes()).finalize().into_bytes())
    }

    /// Whether a value is the one; in a time that does not depend on it.
    pub(crate) fn is_derived(&self, about: &str, given: &str) -> bool {
        let bytes = hex::decode(given).unwrap_or_default();
        self.mac(about.as_bytes()).verify_slice(&bytes).is_ok()
    }

    fn mac(&self, about: &[u8]) -> Hmac<Sha256> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.expose()).expect("HMAC takes keys of any length");
        mac.update(about);
        mac
    }
}

/// A short name that is not taken: for cases, users, requests.
pub(crate) fn short_id(prefix: &str) -> String {
    let mut bytes = [0; 8];
    fill(&mut bytes);
    format!("{prefix}-{}", hex::encode(bytes))
}

fn random_text() -> String {
    let mut bytes = [0; BYTES];
    fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

pub(crate) fn fill(bytes: &mut [u8]) {
    getrandom::fill(bytes).expect("the system gives random bytes");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forms_value_belongs_to_one_token() {
        let (one, other) = (Token::random(), Token::random());
        assert!(one.is_csrf(&one.csrf()));
        for wrong in [other.csrf(), String::new(), "zz".to_owned(), one.csrf()[2..].to_owned()] {
            assert!(!one.is_csrf(&wrong), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_a_token_is_not_looked_up() {
        for bad in ["", "a b", "a\0", "ä", &"a".repeat(LONGEST + 1)] {
            assert!(Token::given(bad).is_none(), "{bad:?}");
        }
        let token = Token::random_for_program();
        assert_eq!(Token::given(token.expose()).unwrap().hash(), token.hash());
        assert!(token.expose().starts_with(API_PREFIX));
    }
}
