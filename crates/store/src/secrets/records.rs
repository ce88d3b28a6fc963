//! The secrets that the records hold: encrypted when they first meet a key; forgotten where the key
//! is lost.

use jiff::Timestamp;
use refit_model::Secret;
use serde::Serialize;

use super::{Cipher, KeyError, KeyFile};
use crate::audit;
use crate::engine::{Transaction, reading, writing};
use crate::error::Result;
use crate::people::second_factor_place;
use crate::webhooks::webhook_place;
use crate::{JsonText, NewRecord};

const WHAT: &str = "the key of the secrets";
/// What the text is that shows whether a key is the one, and its place.
const PROBE: (&str, &str) = ("secrets_key", "refit");

/// What was given up with a lost key: people whose second factor it was, and webhooks.
#[derive(Serialize)]
struct Forgotten {
    second_factors: Vec<String>,
    webhooks: Vec<String>,
}

/// What encrypts the secrets of the records. Records that have met no key yet meet that of the
/// file, which is made if it is not there: what they hold in plain text is encrypted then.
pub(crate) async fn cipher(change: &mut Transaction, file: &KeyFile) -> Result<Cipher> {
    match (probe(change).await?, file.read()?) {
        (Some(probe), Some(key)) => match matching(&probe, &key)? {
            Some(cipher) => Ok(cipher),
            None => Err(KeyError::Wrong { path: file.path().into() }.into()),
        },
        (Some(_), None) => Err(KeyError::Missing { path: file.path().into() }.into()),
        (None, key) => {
            let cipher = Cipher::new(&key.map_or_else(|| file.make(), Ok)?)?;
            encrypt_all(change, &cipher).await?;
            note(change, &cipher).await?;
            Ok(cipher)
        }
    }
}

/// Gives up what nobody can decrypt any more, since the key is lost. A key that is the one is not
/// given up.
pub(crate) async fn forget(change: &mut Transaction, file: &KeyFile, at: Timestamp) -> Result<()> {
    if let (Some(probe), Some(key)) = (probe(change).await?, file.read()?)
        && matching(&probe, &key)?.is_some()
    {
        return Err(KeyError::Right { path: file.path().into() }.into());
    }
    let users = "SELECT user_id AS id FROM second_factors ORDER BY user_id";
    let webhooks = "SELECT id FROM webhooks WHERE removed_us IS NULL ORDER BY id";
    let forgotten = Forgotten {
        second_factors: ids(change, users).await?,
        webhooks: ids(change, webhooks).await?,
    };
    for statement in [
        writing(WHAT, "DELETE FROM recovery_codes"),
        writing(WHAT, "DELETE FROM second_factors"),
        writing(
            WHAT,
            "UPDATE webhooks SET removed_us = $1, signing_key = '' WHERE removed_us IS NULL",
        )
        .bind(at),
        writing(WHAT, "DELETE FROM secrets_key"),
    ] {
        statement.run(change.on()).await?;
    }
    let record = NewRecord {
        at,
        kind: "secrets-forgotten".to_owned(),
        by: None,
        organisation: None,
        address: None,
        body: JsonText::of(&forgotten)?,
    };
    audit::append_one(change, &record).await.map(drop)
}

async fn probe(change: &mut Transaction) -> Result<Option<String>> {
    let row = reading(WHAT, "SELECT probe FROM secrets_key WHERE one = 1").row(change.on()).await?;
    row.map(|row| row.text("probe")).transpose()
}

/// The cipher of a key, if the probe is of it.
fn matching(probe: &str, key: &Secret) -> Result<Option<Cipher>> {
    let cipher = Cipher::new(key)?;
    Ok(cipher.decrypt(PROBE.0, probe).map(|_| cipher))
}

async fn note(change: &mut Transaction, cipher: &Cipher) -> Result<()> {
    let probe = cipher.encrypt(PROBE.0, &Secret::new(PROBE.1))?;
    let text = "INSERT INTO secrets_key (one, probe) VALUES (1, $1)";
    writing(WHAT, text).bind(probe).run(change.on()).await.map(drop)
}

/// Encrypts what is plain text.
async fn encrypt_all(change: &mut Transaction, cipher: &Cipher) -> Result<()> {
    let factors = "SELECT user_id AS id, secret AS plain FROM second_factors";
    let update = "UPDATE second_factors SET secret = $2 WHERE user_id = $1";
    encrypt(change, cipher, factors, update, second_factor_place).await?;
    let webhooks = "SELECT id, signing_key AS plain FROM webhooks WHERE removed_us IS NULL";
    let update = "UPDATE webhooks SET signing_key = $2 WHERE id = $1";
    encrypt(change, cipher, webhooks, update, webhook_place).await
}

async fn encrypt(
    change: &mut Transaction,
    cipher: &Cipher,
    select: &str,
    update: &str,
    place: fn(&str) -> String,
) -> Result<()> {
    for row in reading(WHAT, select).rows(change.on()).await? {
        let (id, plain) = (row.text("id")?, Secret::new(row.text("plain")?));
        let kept = cipher.encrypt(&place(&id), &plain)?;
        writing(WHAT, update).bind(id).bind(kept).run(change.on()).await?;
    }
    Ok(())
}

async fn ids(change: &mut Transaction, select: &str) -> Result<Vec<String>> {
    let rows = reading(WHAT, select).rows(change.on()).await?;
    rows.iter().map(|row| row.text("id")).collect()
}
