//! Links that work once.

use jiff::Timestamp;

use super::TokenHash;
use crate::engine::{Value, reading, writing};
use crate::error::Result;
use crate::{JsonText, NewRecord, Store, audit};

const WHAT: &str = "a one-time link";

/// A link to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewLink {
    /// The hash of its token.
    pub hash: TokenHash,
    /// What it may be used for, for example `first-administrator`.
    pub purpose: String,
    /// What the user of it needs to know, for example for whom it is. No secrets.
    pub body: JsonText,
    /// When it is made.
    pub at: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
}

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// What it may be used for.
    pub purpose: String,
    /// What the user of it needs to know.
    pub body: JsonText,
    /// When it was made.
    pub made: Timestamp,
    /// When it ends.
    pub ends: Timestamp,
}

/// What came of using a link. People who come with one that does not work should all be told the
/// same; the audit trail should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LinkUse {
    /// It works, for this once.
    Good(Link),
    /// It was used before.
    Used,
    /// It has ended.
    Ended,
    /// There is none of this purpose.
    Unknown,
}

impl Store {
    /// Makes a link.
    pub async fn make_link(&self, link: &NewLink, record: &NewRecord) -> Result<()> {
        let mut change = self.engine.begin().await?;
        let text = "INSERT INTO links (hash, purpose, body, made_us, ends_us) \
                    VALUES ($1, $2, $3, $4, $5)";
        let values: [Value; 5] = [
            (&link.hash).into(),
            (&link.purpose).into(),
            (&link.body).into(),
            link.at.into(),
            link.ends.into(),
        ];
        writing(WHAT, text).bind_all(values).run(change.on()).await?;
        audit::append_one(&mut change, record).await?;
        change.commit().await
    }

    /// Notes that something was used that works once and was kept nowhere before, for example the
    /// state of a login elsewhere; it is forgotten after its end. False, if it was used before:
    /// then nothing is recorded.
    pub async fn spend(&self, once: &NewLink, record: &NewRecord) -> Result<bool> {
        let mut change = self.engine.begin().await?;
        let text = "INSERT INTO links (hash, purpose, body, made_us, ends_us, used_us) \
                    VALUES ($1, $2, $3, $4, $5, $4) ON CONFLICT DO NOTHING";
        let values: [Value; 5] = [
            (&once.hash).into(),
            (&once.purpose).into(),
            (&once.body).into(),
            once.at.into(),
            once.ends.into(),
        ];
        let is_new = writing(WHAT, text).bind_all(values).run(change.on()).await? == 1;
        audit::noted(change, is_new, record).await
    }

    /// What a link would give at `at`, without using it: for the page that it opens.
    pub async fn look_at_link(
        &self,
        hash: &TokenHash,
        purpose: &str,
        at: Timestamp,
    ) -> Result<LinkUse> {
        let text = "SELECT purpose, body, made_us, ends_us, used_us FROM links \
                    WHERE hash = $1 AND purpose = $2";
        let row = reading(WHAT, text).bind(hash).bind(purpose).row(self.engine.reader()).await?;
        let Some(row) = row else { return Ok(LinkUse::Unknown) };
        if row.maybe_time("used_us")?.is_some() {
            return Ok(LinkUse::Used);
        }
        let link = Link {
            purpose: row.text("purpose")?,
            body: row.json("body")?,
            made: row.time("made_us")?,
            ends: row.time("ends_us")?,
        };
        Ok(if link.ends > at { LinkUse::Good(link) } else { LinkUse::Ended })
    }

    /// Uses a link at the record's moment. Of several who come at the same time one has it. The
    /// record is kept where it works.
    pub async fn use_link(
        &self,
        hash: &TokenHash,
        purpose: &str,
        record: &NewRecord,
    ) -> Result<LinkUse> {
        let found = self.look_at_link(hash, purpose, record.at).await?;
        if !matches!(found, LinkUse::Good(_)) {
            return Ok(found);
        }
        let mut change = self.engine.begin().await?;
        let text = "UPDATE links SET used_us = $2 WHERE hash = $1 AND used_us IS NULL";
        let used = writing(WHAT, text).bind(hash).bind(record.at).run(change.on()).await?;
        if used == 0 {
            return Ok(LinkUse::Used);
        }
        audit::append_one(&mut change, record).await?;
        change.commit().await?;
        Ok(found)
    }
}
