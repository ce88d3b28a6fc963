//! Sessions: who is in, and until when.

use jiff::Timestamp;

use super::users::{self, joined_columns};
use super::{LoginAttempt, TokenHash, User};
use crate::engine::{Row, Value, reading, writing};
use crate::error::Result;
use crate::{NewRecord, Store, audit};

const WHAT: &str = "a session";
const COLUMNS: &str = "sessions.hash, sessions.address, sessions.agent, sessions.begun_us, \
                       sessions.authenticated_us, sessions.seen_us, sessions.idle_until_us, \
                       sessions.ends_us, sessions.revoked_us";
/// At the moment `$2` it has neither ended nor been revoked, and its user is not disabled.
const LIVE: &str = "sessions.revoked_us IS NULL AND sessions.idle_until_us > $2 \
                    AND sessions.ends_us > $2 AND users.disabled_us IS NULL";

/// A session to be opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewSession {
    /// The hash of its token, which is new with each login.
    pub hash: TokenHash,
    /// The user.
    pub user: String,
    /// The network address of the browser.
    pub address: String,
    /// What the browser says that it is.
    pub agent: String,
    /// When it begins.
    pub at: Timestamp,
    /// When the person has shown who it is: not later than `at`, and earlier where somebody else
    /// vouches for it.
    pub authenticated: Timestamp,
    /// When it ends unless it is used before.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub ends: Timestamp,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The hash of its token.
    pub hash: TokenHash,
    /// The user.
    pub user: User,
    /// The network address of the browser, when it was opened.
    pub address: String,
    /// What the browser said that it is.
    pub agent: String,
    /// When it was opened.
    pub begun: Timestamp,
    /// When the person has shown last who it is.
    pub authenticated: Timestamp,
    /// When it was used last, as far as that was noted.
    pub seen: Timestamp,
    /// When it ends unless it is used before.
    pub idle_until: Timestamp,
    /// When it ends in any case.
    pub ends: Timestamp,
}

impl Store {
    /// Opens a session; the attempt to log in that led to it counts as a success.
    pub async fn open_session(
        &self,
        session: &NewSession,
        attempt: Option<LoginAttempt>,
        record: &NewRecord,
    ) -> Result<()> {
        let mut change = self.engine.begin().await?;
        if let Some(attempt) = attempt {
            attempt.succeed(&mut change).await?;
        }
        let text = "INSERT INTO sessions (hash, user_id, address, agent, begun_us, \
                    authenticated_us, seen_us, idle_until_us, ends_us) \
                    VALUES ($1, $2, $3, $4, $5, $8, $5, $6, $7)";
        let values: [Value; 8] = [
            (&session.hash).into(),
            (&session.user).into(),
            (&session.address).into(),
            (&session.agent).into(),
            session.at.into(),
            session.idle_until.min(session.ends).into(),
            session.ends.into(),
            session.authenticated.min(session.at).into(),
        ];
        writing(WHAT, text).bind_all(values).run(change.on()).await?;
        audit::append_one(&mut change, record).await?;
        change.commit().await
    }

    /// The session of a token, if it is live at `at`.
    pub async fn session(&self, hash: &TokenHash, at: Timestamp) -> Result<Option<Session>> {
        let text = format!("{} WHERE sessions.hash = $1 AND {LIVE}", select());
        let row = reading(WHAT, text).bind(hash).bind(at).row(self.engine.reader()).await?;
        row.as_ref().map(read).transpose()
    }

    /// A user's sessions that are live at `at`, the one used last first.
    pub async fn sessions_of(&self, user: &str, at: Timestamp) -> Result<Vec<Session>> {
        let text = format!(
            "{} WHERE sessions.user_id = $1 AND {LIVE} ORDER BY sessions.seen_us DESC, hash",
            select()
        );
        let rows = reading(WHAT, text).bind(user).bind(at).rows(self.engine.reader()).await?;
        rows.iter().map(read).collect()
    }

    /// Notes that a session is used; it never lives longer than its end. It is a write to the disk:
    /// once a minute is often enough.
    pub async fn touch_session(
        &self,
        hash: &TokenHash,
        at: Timestamp,
        idle_until: Timestamp,
    ) -> Result<()> {
        let mut change = self.engine.begin().await?;
        let text = "UPDATE sessions SET seen_us = $2, \
                    idle_until_us = CASE WHEN $3 < ends_us THEN $3 ELSE ends_us END \
                    WHERE hash = $1 AND revoked_us IS NULL AND idle_until_us > $2";
        let touched = writing(WHAT, text).bind(hash).bind(at).bind(idle_until);
        touched.run(change.on()).await?;
        change.commit().await
    }

    /// Notes that the person has shown again who it is. False, if the session is over.
    pub async fn reauthenticate(&self, hash: &TokenHash, record: &NewRecord) -> Result<bool> {
        let text = "UPDATE sessions SET authenticated_us = $2 WHERE hash = $1 \
                    AND revoked_us IS NULL AND idle_until_us > $2 AND ends_us > $2";
        let mut change = self.engine.begin().await?;
        let done = writing(WHAT, text).bind(hash).bind(record.at).run(change.on()).await? == 1;
        audit::noted(change, done, record).await
    }

    /// Ends a session. False, if it was over.
    pub async fn revoke_session(&self, hash: &TokenHash, record: &NewRecord) -> Result<bool> {
        let text = "UPDATE sessions SET revoked_us = $2 WHERE hash = $1 AND revoked_us IS NULL";
        let mut change = self.engine.begin().await?;
        let done = writing(WHAT, text).bind(hash).bind(record.at).run(change.on()).await? == 1;
        audit::noted(change, done, record).await
    }

    /// Ends all sessions of a user; gives how many.
    pub async fn revoke_sessions_of(&self, user: &str, record: &NewRecord) -> Result<u64> {
        let text = "UPDATE sessions SET revoked_us = $2 WHERE user_id = $1 AND revoked_us IS NULL";
        let mut change = self.engine.begin().await?;
        let count = writing(WHAT, text).bind(user).bind(record.at).run(change.on()).await?;
        audit::noted(change, true, record).await?;
        Ok(count)
    }

    /// Forgets sessions, links and attempts to log in that ended before a moment; gives how many.
    pub async fn forget_before(&self, moment: Timestamp) -> Result<u64> {
        let mut change = self.engine.begin().await?;
        let mut count = 0;
        for text in [
            "DELETE FROM sessions WHERE ends_us < $1",
            "DELETE FROM links WHERE ends_us < $1",
            "DELETE FROM login_attempts WHERE at_us < $1",
        ] {
            count += writing("what is over", text).bind(moment).run(change.on()).await?;
        }
        change.commit().await?;
        Ok(count)
    }
}

fn select() -> String {
    let users = joined_columns();
    format!("SELECT {COLUMNS}, {users} FROM sessions JOIN users ON users.id = sessions.user_id")
}

fn read(row: &Row) -> Result<Session> {
    Ok(Session {
        hash: TokenHash::kept(row.text("hash")?),
        user: users::read(row)?,
        address: row.text("address")?,
        agent: row.text("agent")?,
        begun: row.time("begun_us")?,
        authenticated: row.time("authenticated_us")?,
        seen: row.time("seen_us")?,
        idle_until: row.time("idle_until_us")?,
        ends: row.time("ends_us")?,
    })
}
