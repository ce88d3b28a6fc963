//! Second factors: what makes codes that change with time, and codes for when it is lost.

use std::fmt;

use jiff::Timestamp;
use refit_model::Secret;

use super::TokenHash;
use crate::engine::{Row, Value, reading, writing};
use crate::error::{NOT_DECRYPTED, Result, StoreError};
use crate::{NewRecord, Store, audit};

const WHAT: &str = "a second factor";

/// A second factor that a person has shown to have.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSecondFactor {
    /// The user.
    pub user: String,
    /// What codes are made of, as text.
    pub secret: Secret,
    /// The time step of the code that was shown: it counts as used.
    pub step: u64,
    /// The hashes of the codes for when it is lost, each of at least 128 random bits.
    pub recovery: Vec<TokenHash>,
}

/// A second factor.
#[derive(Clone, PartialEq, Eq)]
pub struct SecondFactor {
    /// What codes are made of, as text.
    pub secret: Secret,
    /// Since when.
    pub made: Timestamp,
    /// How many recovery codes are left.
    pub recovery_left: u64,
}

impl Store {
    /// Keeps the second factor of a user who has none. False, if there is one.
    pub async fn add_second_factor(
        &self,
        factor: &NewSecondFactor,
        record: &NewRecord,
    ) -> Result<bool> {
        let mut change = self.engine.begin().await?;
        let text = "INSERT INTO second_factors (user_id, secret, made_us, last_step) \
                    VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING";
        let values: [Value; 4] = [
            (&factor.user).into(),
            self.cipher.encrypt(&second_factor_place(&factor.user), &factor.secret)?.into(),
            record.at.into(),
            factor.step.into(),
        ];
        let is_new = writing(WHAT, text).bind_all(values).run(change.on()).await? == 1;
        if is_new {
            for hash in &factor.recovery {
                let text = "INSERT INTO recovery_codes (hash, user_id) VALUES ($1, $2)";
                writing(WHAT, text).bind(hash).bind(&factor.user).run(change.on()).await?;
            }
        }
        audit::noted(change, is_new, record).await
    }

    /// The second factor of a user, if there is one.
    pub async fn second_factor(&self, user: &str) -> Result<Option<SecondFactor>> {
        let text = "SELECT secret, made_us, (SELECT COUNT(*) FROM recovery_codes \
                    WHERE recovery_codes.user_id = second_factors.user_id AND used_us IS NULL) \
                    AS recovery_left FROM second_factors WHERE user_id = $1";
        let row = reading(WHAT, text).bind(user).row(self.engine.reader()).await?;
        row.map(|row| self.read_second_factor(user, &row)).transpose()
    }

    /// Uses the code of a time step. False, if a code of this step or a later one was used: of
    /// several who come with the same code one is let in.
    pub async fn use_code(&self, user: &str, step: u64) -> Result<bool> {
        let mut change = self.engine.begin().await?;
        let text = "UPDATE second_factors SET last_step = $2 WHERE user_id = $1 AND last_step < $2";
        let used = writing(WHAT, text).bind(user).bind(step).run(change.on()).await?;
        change.commit().await?;
        Ok(used == 1)
    }

    /// Uses a recovery code. False, if there is no such code, or if it was used.
    pub async fn use_recovery_code(
        &self,
        user: &str,
        hash: &TokenHash,
        record: &NewRecord,
    ) -> Result<bool> {
        let mut change = self.engine.begin().await?;
        let text = "UPDATE recovery_codes SET used_us = $3 \
                    WHERE user_id = $1 AND hash = $2 AND used_us IS NULL";
        let used = writing(WHAT, text).bind(user).bind(hash).bind(record.at);
        let used = used.run(change.on()).await? == 1;
        audit::noted(change, used, record).await
    }

    /// Removes the second factor of a user with its recovery codes. False, if there is none.
    pub async fn remove_second_factor(&self, user: &str, record: &NewRecord) -> Result<bool> {
        let mut change = self.engine.begin().await?;
        let text = "DELETE FROM recovery_codes WHERE user_id = $1";
        writing(WHAT, text).bind(user).run(change.on()).await?;
        let text = "DELETE FROM second_factors WHERE user_id = $1";
        let is_gone = writing(WHAT, text).bind(user).run(change.on()).await? == 1;
        audit::noted(change, is_gone, record).await
    }

    fn read_second_factor(&self, user: &str, row: &Row) -> Result<SecondFactor> {
        let secret = self.cipher.decrypt(&second_factor_place(user), &row.text("secret")?);
        Ok(SecondFactor {
            secret: secret.ok_or_else(|| StoreError::damaged(WHAT, NOT_DECRYPTED))?,
            made: row.time("made_us")?,
            recovery_left: row.number("recovery_left")?,
        })
    }
}

/// The place that the secret of a user is encrypted for.
pub(crate) fn second_factor_place(user: &str) -> String {
    format!("second_factors/{user}")
}

/// Shows nothing that codes are made of.
impl fmt::Debug for NewSecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("NewSecondFactor").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Shows nothing that codes are made of.
impl fmt::Debug for SecondFactor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecondFactor").field("made", &self.made).finish_non_exhaustive()
    }
}
