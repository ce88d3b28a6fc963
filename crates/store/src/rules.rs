//! The administrator's rules, with all their versions.

use jiff::Timestamp;

use crate::engine::{On, Row, reading, writing};
use crate::error::{Result, StoreError, Subject};
use crate::{JsonText, NewRecord, Store, audit};

const WHAT: &str = "the rules";
const COLUMNS: &str = "version, at_us, by_user, body";

/// One version of the rules: it is never changed, a later one takes its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Its number, from 1.
    pub version: u64,
    /// When it was made.
    pub at: Timestamp,
    /// Who made it.
    pub by: Option<String>,
    /// The rules.
    pub body: JsonText,
}

impl Store {
    /// Makes the next version of the rules, if `expected` is still the newest one; 0 for the first.
    /// Gives its number.
    pub async fn save_rules(
        &self,
        expected: u64,
        body: &JsonText,
        record: &NewRecord,
    ) -> Result<u64> {
        let mut change = self.engine.begin().await?;
        let next = expected + 1;
        let found = newest(change.on()).await?.map_or(0, |rules| rules.version);
        let stale = |found| {
            let subject = Subject { kind: "rules", id: "of the service".to_owned() };
            Err(StoreError::Stale { subject, expected, found })
        };
        if found != expected {
            return stale(found);
        }
        let text = "INSERT INTO rules (version, at_us, by_user, body) VALUES ($1, $2, $3, $4) \
                    ON CONFLICT DO NOTHING";
        let made = writing(WHAT, text).bind(next).bind(record.at).bind(&record.by).bind(body);
        if made.run(change.on()).await? == 0 {
            return stale(next);
        }
        audit::append_one(&mut change, record).await?;
        change.commit().await?;
        Ok(next)
    }

    /// The newest rules, if there are any.
    pub async fn rules(&self) -> Result<Option<Rules>> {
        newest(self.engine.reader()).await
    }

    /// The rules as they were, by number.
    pub async fn rules_of_version(&self, version: u64) -> Result<Option<Rules>> {
        let text = format!("SELECT {COLUMNS} FROM rules WHERE version = $1");
        let row = reading(WHAT, text).bind(version).row(self.engine.reader()).await?;
        row.as_ref().map(read).transpose()
    }
}

async fn newest(on: On<'_>) -> Result<Option<Rules>> {
    let text = format!("SELECT {COLUMNS} FROM rules ORDER BY version DESC LIMIT 1");
    reading(WHAT, text).row(on).await?.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<Rules> {
    Ok(Rules {
        version: row.number("version")?,
        at: row.time("at_us")?,
        by: row.maybe_text("by_user")?,
        body: row.json("body")?,
    })
}
