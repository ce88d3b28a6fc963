//! Attempts to log in: how many may fail.

use std::time::Duration;

use jiff::Timestamp;

use crate::audit::lock_head;
use crate::engine::{Transaction, reading, writing};
use crate::error::{Result, StoreError};
use crate::moment::{micros_after, micros_before, moment};
use crate::{NewRecord, Store, audit};

const WHAT: &str = "the attempts to log in";

/// How many attempts to log in may fail within a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginLimits {
    /// The time that is looked at.
    pub window: Duration,
    /// How many for one account, whoever tries.
    pub per_account: u64,
    /// How many from one network address, at any account.
    pub per_address: u64,
}

/// Whether somebody may try to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoginGate {
    /// Yes. The attempt counts as failed unless a session is opened with it.
    Open(LoginAttempt),
    /// Too many attempts have failed.
    Shut {
        /// When the next one may be made.
        again_at: Timestamp,
    },
}

/// An attempt to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LoginAttempt {
    id: u64,
}

impl Store {
    /// Asks whether an attempt may be made, and notes it: before the password is looked at, so that
    /// attempts at the same time are counted too. `account` is what was typed, known or not.
    /// `refusal` is recorded where the gate is shut.
    pub async fn begin_login(
        &self,
        account: &str,
        address: &str,
        limits: &LoginLimits,
        refusal: &NewRecord,
    ) -> Result<LoginGate> {
        let at = refusal.at;
        let mut change = self.engine.begin().await?;
        // One after the other, or attempts at the same time would not see each other.
        lock_head(&mut change).await?;
        let account = account.trim().to_lowercase();
        let mut again_at = None;
        let sides = [
            ("account", account.as_str(), limits.per_account),
            ("address", address, limits.per_address),
        ];
        for (column, value, limit) in sides {
            let free = free_again(&mut change, column, value, limit, limits.window, at).await?;
            again_at = again_at.max(free);
        }
        let gate = if let Some(again_at) = again_at {
            audit::append_one(&mut change, refusal).await?;
            LoginGate::Shut { again_at }
        } else {
            LoginGate::Open(begin(&mut change, &account, address, at).await?)
        };
        change.commit().await?;
        Ok(gate)
    }
}

impl Store {
    /// The attempt led to the next question, for example for a second factor: it does not count as
    /// failed.
    pub async fn passed(&self, attempt: LoginAttempt) -> Result<()> {
        let mut change = self.engine.begin().await?;
        attempt.succeed(&mut change).await?;
        change.commit().await
    }
}

impl LoginAttempt {
    /// It succeeded.
    pub(super) async fn succeed(self, change: &mut Transaction) -> Result<()> {
        let text = "UPDATE login_attempts SET succeeded = 1 WHERE id = $1";
        writing(WHAT, text).bind(self.id).run(change.on()).await.map(drop)
    }
}

/// When the next attempt may be made, if not now: when the oldest of the last `limit` failures is
/// older than the window.
async fn free_again(
    change: &mut Transaction,
    column: &'static str,
    value: &str,
    limit: u64,
    window: Duration,
    at: Timestamp,
) -> Result<Option<Timestamp>> {
    let text = format!(
        "SELECT at_us FROM login_attempts WHERE {column} = $1 AND at_us > $2 AND succeeded = 0 \
         ORDER BY at_us DESC LIMIT $3"
    );
    let failures = reading(WHAT, text).bind(value).bind(micros_before(at, window)).bind(limit);
    let failures = failures.rows(change.on()).await?;
    if (failures.len() as u64) < limit {
        return Ok(None);
    }
    let oldest = failures.last().map_or(Ok(at), |row| row.time("at_us"))?;
    Ok(Some(moment(micros_after(oldest, window))))
}

async fn begin(
    change: &mut Transaction,
    account: &str,
    address: &str,
    at: Timestamp,
) -> Result<LoginAttempt> {
    let text = "INSERT INTO login_attempts (account, address, at_us, succeeded) \
                VALUES ($1, $2, $3, 0) RETURNING id";
    let row = writing(WHAT, text).bind(account).bind(address).bind(at).row(change.on()).await?;
    let row = row.ok_or_else(|| StoreError::damaged(WHAT, "no number was given"))?;
    Ok(LoginAttempt { id: row.number("id")? })
}
