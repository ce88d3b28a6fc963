//! Passwords: which are taken, and how they are kept.

use std::collections::BTreeSet;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::{PasswordHasher as _, PasswordVerifier as _};
use refit_model::Secret;
use thiserror::Error;
use tokio::sync::Semaphore;
use zxcvbn::Score;

/// The fewest characters: what is advised where nothing else is asked for.
pub(crate) const LEAST: u16 = 15;
/// The most bytes.
const MOST: usize = 512;
/// How many are reckoned at the same time: each takes 19 MiB and tens of milliseconds.
const AT_ONCE: usize = 2;
/// What is verified where there is no such user, so that this takes as long as any other.
/// Of a random password that nobody knows.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$c29tZSBzYWx0IGhlcmU\
                      $Wv4uP4hQmCMOqvRQyb1lg2YcTsv5mmyoBqBmQ0x6yHk";

static PLACES: Semaphore = Semaphore::const_new(AT_ONCE);

/// Why a password is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub(crate) enum WeakPassword {
    #[error("The password has less than {LEAST} characters: add some words.")]
    Short,
    #[error("The password has more than {MOST} bytes: shorten it.")]
    Long,
    #[error("This password is easily guessed: it is made of names, of common or known words.")]
    Guessable,
    #[error("The two passwords differ: type the same twice.")]
    Differs,
}

/// A password cannot be reckoned: a defect, or no memory.
#[derive(Debug, Error)]
#[error("the password cannot be reckoned: {0}")]
pub(crate) struct PasswordFailure(String);

/// Whether a new password can be taken from somebody who is known by these words. The list of
/// passwords that are known is the library's: some 30,000.
pub(crate) async fn check(
    password: &Secret,
    again: &Secret,
    known_by: Vec<String>,
) -> Result<(), WeakPassword> {
    if password != again {
        return Err(WeakPassword::Differs);
    }
    let text = password.expose_text().unwrap_or_default().to_owned();
    if text.len() > MOST {
        return Err(WeakPassword::Long);
    }
    if text.chars().count() < usize::from(LEAST) {
        return Err(WeakPassword::Short);
    }
    match tokio::task::spawn_blocking(move || is_hard(&text, &known_by)).await {
        Ok(true) => Ok(()),
        _ => Err(WeakPassword::Guessable),
    }
}

/// Whether a password is hard to guess as it stands, and still is when each of its words counts
/// once: what repeats itself is as easily guessed as what it repeats.
fn is_hard(text: &str, known_by: &[String]) -> bool {
    let lower = text.to_lowercase();
    let known = known_by.iter().flat_map(|known| words(known).chain([known.as_str()]));
    let known: Vec<_> = known.chain(["refit"]).collect();
    let distinct: BTreeSet<_> = words(&lower).collect();
    let once = distinct.into_iter().collect::<Vec<_>>().join(" ");
    [text, &once].iter().all(|one| zxcvbn::zxcvbn(one, &known).score() >= Score::Three)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// The password as it is kept: Argon2id.
pub(crate) async fn hash(password: Secret) -> Result<String, PasswordFailure> {
    reckon(move |argon| {
        let mut salt = [0; 16];
        getrandom::fill(&mut salt).map_err(|error| PasswordFailure(error.to_string()))?;
        let hash: Result<PasswordHash, _> = argon.hash_password_with_salt(password.expose(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| PasswordFailure(error.to_string()))
    })
    .await
}

/// Whether it is the password of `kept`; where there is none, the answer is no, and takes as long.
pub(crate) async fn is_right(
    password: Secret,
    kept: Option<String>,
) -> Result<bool, PasswordFailure> {
    reckon(move |argon| {
        let text = kept.as_deref().unwrap_or(NOBODY);
        let hash = PasswordHash::new(text).map_err(|error| PasswordFailure(error.to_string()))?;
        let fits = argon.verify_password(password.expose(), &hash).is_ok();
        Ok(fits && kept.is_some())
    })
    .await
}

/// Off the threads that serve, and few at the same time.
async fn reckon<T: Send + 'static>(
    work: impl FnOnce(&Argon2<'_>) -> Result<T, PasswordFailure> + Send + 'static,
) -> Result<T, PasswordFailure> {
    let failure = |error: &dyn std::fmt::Display| PasswordFailure(error.to_string());
    let _place = PLACES.acquire().await.map_err(|error| failure(&error))?;
    let done = tokio::task::spawn_blocking(move || work(&Argon2::default())).await;
    done.map_err(|error| failure(&error))?
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> Secret {
        Secret::new(text)
    }

    async fn checked(text: &str) -> Result<(), WeakPassword> {
        let known_by = vec!["Ada Lovelace".to_owned(), "ada@acme.example".to_owned()];
        check(&secret(text), &secret(text), known_by).await
    }

    #[tokio::test]
    async fn what_is_short_known_or_made_of_known_words_is_refused() {
        for (text, expected) in [
            ("short", Err(WeakPassword::Short)),
            ("passwordpassword", Err(WeakPassword::Guessable)),
            ("qwertyuiopasdfghjkl", Err(WeakPassword::Guessable)),
            ("123456789012345678", Err(WeakPassword::Guessable)),
            ("aaaaaaaaaaaaaaaaaaaa", Err(WeakPassword::Guessable)),
            ("ada@acme.example", Err(WeakPassword::Guessable)),
            ("password password", Err(WeakPassword::Guessable)),
            ("Lovelace lovelace ADA", Err(WeakPassword::Guessable)),
            ("acme-acme-acme-acme", Err(WeakPassword::Guessable)),
            ("R7$kk-02jq!xV)p3", Ok(())),
            ("nine brokers hum at dusk", Ok(())),
        ] {
            assert_eq!(checked(text).await, expected, "{text}");
        }
        assert_eq!(checked(&"x".repeat(MOST + 1)).await, Err(WeakPassword::Long));
        let differ = check(&secret("a"), &secret("b"), Vec::new()).await;
        assert_eq!(differ, Err(WeakPassword::Differs));
    }

    #[tokio::test]
    async fn a_password_is_known_again() {
        let kept = hash(secret("nine brokers hum at dusk")).await.unwrap();
        assert!(kept.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{kept}");
        let right = is_right(secret("nine brokers hum at dusk"), Some(kept.clone())).await;
        assert!(right.unwrap());
        assert!(!is_right(secret("nine brokers"), Some(kept)).await.unwrap());
        assert!(!is_right(secret("anything"), None).await.unwrap());
    }
}
