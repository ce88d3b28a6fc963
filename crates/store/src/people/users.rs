//! Users.

use std::fmt;

use jiff::Timestamp;

use crate::engine::{Row, Transaction, Value, reading, writing};
use crate::error::{Result, StoreError, Subject};
use crate::{NewRecord, Store, audit};

const COLUMNS: &str = "users.id, users.organisation, users.role, users.name, users.email, \
                       users.identity, users.password_hash, users.disabled_us, users.version";

/// A user.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// The id.
    pub id: String,
    /// The organisation, which must be there.
    pub organisation: String,
    /// The role, as the desk names it.
    pub role: String,
    /// The support groups, which must be there; in order.
    pub groups: Vec<String>,
    /// The person's name.
    pub name: String,
    /// The address, unique but for upper and lower case.
    pub email: String,
    /// Who the person is for an OpenID provider (issuer and subject), unique.
    pub identity: Option<String>,
    /// The password's hash, made elsewhere (Argon2id).
    pub password_hash: Option<String>,
    /// Since when the account is disabled: no session and no token of it counts any more.
    pub disabled: Option<Timestamp>,
    /// How often the user was saved; 0 for a new one.
    pub version: u64,
}

impl Store {
    /// Saves a user whose version is still the one that was read; 0 makes a new one. Gives the new
    /// version.
    pub async fn save_user(&self, user: &User, record: &NewRecord) -> Result<u64> {
        let mut change = self.engine.begin().await?;
        let written = write(&mut change, user).await;
        if written.map_err(|error| taken(error, user))? == 0 {
            return Err(stale(&mut change, user).await?);
        }
        write_groups(&mut change, user).await?;
        audit::append_one(&mut change, record).await?;
        change.commit().await?;
        Ok(user.version + 1)
    }

    /// A user, if there is one.
    pub async fn user(&self, id: &str) -> Result<Option<User>> {
        self.user_where("users.id = $1", id).await
    }

    /// The user with an e-mail address, however it is spelt.
    pub async fn user_by_email(&self, email: &str) -> Result<Option<User>> {
        self.user_where("users.email_key = $1", &email_key(email)).await
    }

    /// The user whom an OpenID provider calls so.
    pub async fn user_by_identity(&self, identity: &str) -> Result<Option<User>> {
        self.user_where("users.identity = $1", identity).await
    }

    /// Users with ids above `after`, in their order; of one organisation, or of all.
    pub async fn users(
        &self,
        organisation: Option<&str>,
        after: &str,
        limit: u32,
    ) -> Result<Vec<User>> {
        let of = if organisation.is_some() { " AND users.organisation = $3" } else { "" };
        let text = format!("{} WHERE users.id > $1{of} ORDER BY users.id LIMIT $2", select());
        let rows = reading("the users", text).bind(after).bind(u64::from(limit));
        let rows = rows.bind_all(organisation.map(Value::from)).rows(self.engine.reader()).await?;
        rows.iter().map(read).collect()
    }

    async fn user_where(&self, condition: &str, value: &str) -> Result<Option<User>> {
        let text = format!("{} WHERE {condition}", select());
        let row = reading("a user", text).bind(value).row(self.engine.reader()).await?;
        row.as_ref().map(read).transpose()
    }
}

/// Reads users with their groups as a JSON list.
fn select() -> String {
    format!("SELECT {COLUMNS}, {GROUPS} AS groups FROM users")
}

/// Ids of groups hold neither quotes nor backslashes: they are names.
const GROUPS: &str = "COALESCE((SELECT '[\"' || STRING_AGG(group_id, '\",\"') || '\"]' \
                      FROM (SELECT group_id FROM user_groups WHERE user_id = users.id \
                      ORDER BY group_id) AS mine), '[]')";

/// The columns that [`read`] needs, for a statement that joins users.
pub(super) fn joined_columns() -> String {
    format!("{COLUMNS}, {GROUPS} AS groups")
}

pub(super) fn read(row: &Row) -> Result<User> {
    Ok(User {
        id: row.text("id")?,
        organisation: row.text("organisation")?,
        role: row.text("role")?,
        groups: row.texts("groups")?,
        name: row.text("name")?,
        email: row.text("email")?,
        identity: row.maybe_text("identity")?,
        password_hash: row.maybe_text("password_hash")?,
        disabled: row.maybe_time("disabled_us")?,
        version: row.number("version")?,
    })
}

async fn write(change: &mut Transaction, user: &User) -> Result<u64> {
    let text = if user.version == 0 {
        "INSERT INTO users (id, version, organisation, role, name, email, email_key, identity, \
         password_hash, disabled_us) VALUES ($1, $2 + 1, $3, $4, $5, $6, $7, $8, $9, $10) \
         ON CONFLICT (id) DO NOTHING"
    } else {
        "UPDATE users SET version = $2 + 1, organisation = $3, role = $4, name = $5, email = $6, \
         email_key = $7, identity = $8, password_hash = $9, disabled_us = $10 \
         WHERE id = $1 AND version = $2"
    };
    let values: [Value; 10] = [
        (&user.id).into(),
        user.version.into(),
        (&user.organisation).into(),
        (&user.role).into(),
        (&user.name).into(),
        (&user.email).into(),
        email_key(&user.email).into(),
        (&user.identity).into(),
        (&user.password_hash).into(),
        user.disabled.into(),
    ];
    writing("a user", text).bind_all(values).run(change.on()).await
}

async fn write_groups(change: &mut Transaction, user: &User) -> Result<()> {
    let what = "a user's groups";
    let text = "DELETE FROM user_groups WHERE user_id = $1";
    writing(what, text).bind(&user.id).run(change.on()).await?;
    for group in &user.groups {
        let text = "INSERT INTO user_groups (user_id, group_id) VALUES ($1, $2) \
                    ON CONFLICT DO NOTHING";
        writing(what, text).bind(&user.id).bind(group).run(change.on()).await?;
    }
    Ok(())
}

/// Addresses are compared without regard to case: providers that tell `A@x` from `a@x` are rarer
/// than people who type both.
fn email_key(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Of the unique columns only two can be meant by a violation: the id has its own answer.
fn taken(error: StoreError, user: &User) -> StoreError {
    let StoreError::Database { source: sqlx::Error::Database(cause), .. } = &error else {
        return error;
    };
    if !error.is_taken() {
        return error;
    }
    let told = cause.message();
    let (what, value) = if told.contains("identity") {
        ("identity", user.identity.clone().unwrap_or_default())
    } else {
        ("e-mail address", user.email.clone())
    };
    StoreError::Taken { what, value, of: "user" }
}

async fn stale(change: &mut Transaction, user: &User) -> Result<StoreError> {
    let text = "SELECT version FROM users WHERE id = $1";
    let row = reading("a user", text).bind(&user.id).row(change.on()).await?;
    let found = row.map_or(Ok(0), |row| row.number("version"))?;
    let subject = Subject { kind: "user", id: user.id.clone() };
    Ok(StoreError::Stale { subject, expected: user.version, found })
}

/// Shows no hash of a password.
impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("id", &self.id)
            .field("organisation", &self.organisation)
            .field("role", &self.role)
            .field("groups", &self.groups)
            .field("disabled", &self.disabled)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}
