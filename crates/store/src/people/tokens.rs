//! Tokens for programs.

use jiff::Timestamp;

use super::users::{self, joined_columns};
use super::{TokenHash, User};
use crate::engine::{Row, Value, reading, writing};
use crate::error::Result;
use crate::{JsonText, NewRecord, Store, audit};

const WHAT: &str = "an API token";
const COLUMNS: &str = "api_tokens.id AS token_id, api_tokens.name AS token_name, \
                       api_tokens.scopes, api_tokens.made_us, api_tokens.ends_us, \
                       api_tokens.seen_us";

/// An API token to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewApiToken {
    /// Its id, by which people speak of it.
    pub id: String,
    /// Its hash.
    pub hash: TokenHash,
    /// The user whose rights it has, as far as its scopes go.
    pub user: String,
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it is made.
    pub at: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
}

/// An API token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiToken {
    /// Its id.
    pub id: String,
    /// The user.
    pub user: User,
    /// What it is for.
    pub name: String,
    /// What it may be used for.
    pub scopes: Vec<String>,
    /// When it was made.
    pub made: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
    /// When it was used last, as far as that was noted.
    pub seen: Option<Timestamp>,
}

impl Store {
    /// Makes a token.
    pub async fn make_api_token(&self, token: &NewApiToken, record: &NewRecord) -> Result<()> {
        let mut change = self.engine.begin().await?;
        let text = "INSERT INTO api_tokens (id, hash, user_id, name, scopes, made_us, ends_us) \
                    VALUES ($1, $2, $3, $4, $5, $6, $7)";
        let values: [Value; 7] = [
            (&token.id).into(),
            (&token.hash).into(),
            (&token.user).into(),
            (&token.name).into(),
            (&JsonText::of(&token.scopes)?).into(),
            token.at.into(),
            token.ends.into(),
        ];
        writing(WHAT, text).bind_all(values).run(change.on()).await?;
        audit::append_one(&mut change, record).await?;
        change.commit().await
    }

    /// The token with a hash, if it counts at `at`.
    pub async fn api_token(&self, hash: &TokenHash, at: Timestamp) -> Result<Option<ApiToken>> {
        let text = format!(
            "{} WHERE api_tokens.hash = $1 AND revoked_us IS NULL AND ends_us > $2 \
             AND users.disabled_us IS NULL",
            select()
        );
        let row = reading(WHAT, text).bind(hash).bind(at).row(self.engine.reader()).await?;
        row.as_ref().map(read).transpose()
    }

    /// A user's tokens that were not revoked, also those that have ended; in the order of ids.
    pub async fn api_tokens_of(&self, user: &str) -> Result<Vec<ApiToken>> {
        let text = format!(
            "{} WHERE api_tokens.user_id = $1 AND revoked_us IS NULL ORDER BY api_tokens.id",
            select()
        );
        let rows = reading(WHAT, text).bind(user).rows(self.engine.reader()).await?;
        rows.iter().map(read).collect()
    }

    /// Notes that a token is used. It is a write to the disk: once a minute is often enough.
    pub async fn touch_api_token(&self, id: &str, at: Timestamp) -> Result<()> {
        let mut change = self.engine.begin().await?;
        let text = "UPDATE api_tokens SET seen_us = $2 WHERE id = $1";
        writing(WHAT, text).bind(id).bind(at).run(change.on()).await?;
        change.commit().await
    }

    /// Ends a token. False, if it was over or is not there.
    pub async fn revoke_api_token(&self, id: &str, record: &NewRecord) -> Result<bool> {
        let text = "UPDATE api_tokens SET revoked_us = $2 WHERE id = $1 AND revoked_us IS NULL";
        let mut change = self.engine.begin().await?;
        let done = writing(WHAT, text).bind(id).bind(record.at).run(change.on()).await? == 1;
        audit::noted(change, done, record).await
    }
}

fn select() -> String {
    let users = joined_columns();
    format!("SELECT {COLUMNS}, {users} FROM api_tokens JOIN users ON users.id = user_id")
}

fn read(row: &Row) -> Result<ApiToken> {
    Ok(ApiToken {
        id: row.text("token_id")?,
        user: users::read(row)?,
        name: row.text("token_name")?,
        scopes: row.texts("scopes")?,
        made: row.time("made_us")?,
        ends: row.time("ends_us")?,
        seen: row.maybe_time("seen_us")?,
    })
}
