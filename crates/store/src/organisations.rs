//! Organisations: customers, and the team's own.

use jiff::Timestamp;

use crate::engine::{Row, Transaction, Value, reading, writing};
use crate::error::{Result, StoreError, Subject};
use crate::{JsonText, NewRecord, Store, audit};

const COLUMNS: &str = "id, name, settings, disabled_us, version";

/// An organisation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What else the desk knows of it: calendar, support plan.
    pub settings: JsonText,
    /// Since when no new requests are taken from it.
    pub disabled: Option<Timestamp>,
    /// How often it was saved; 0 for a new one.
    pub version: u64,
}

impl Store {
    /// Saves an organisation whose version is still the one that was read; 0 makes a new one. Gives
    /// the new version.
    pub async fn save_organisation(
        &self,
        organisation: &Organisation,
        record: &NewRecord,
    ) -> Result<u64> {
        let mut change = self.engine.begin().await?;
        let text = if organisation.version == 0 {
            "INSERT INTO organisations (id, version, name, settings, disabled_us) \
             VALUES ($1, $2 + 1, $3, $4, $5) ON CONFLICT DO NOTHING"
        } else {
            "UPDATE organisations SET version = $2 + 1, name = $3, settings = $4, \
             disabled_us = $5 WHERE id = $1 AND version = $2"
        };
        let values: [Value; 5] = [
            (&organisation.id).into(),
            organisation.version.into(),
            (&organisation.name).into(),
            (&organisation.settings).into(),
            organisation.disabled.into(),
        ];
        if writing("an organisation", text).bind_all(values).run(change.on()).await? == 0 {
            return Err(stale(&mut change, organisation).await?);
        }
        audit::append_one(&mut change, record).await?;
        change.commit().await?;
        Ok(organisation.version + 1)
    }

    /// An organisation, if there is one.
    pub async fn organisation(&self, id: &str) -> Result<Option<Organisation>> {
        let text = format!("SELECT {COLUMNS} FROM organisations WHERE id = $1");
        let row = reading("an organisation", text).bind(id).row(self.engine.reader()).await?;
        row.as_ref().map(read).transpose()
    }

    /// Organisations with ids above `after`, in their order.
    pub async fn organisations(&self, after: &str, limit: u32) -> Result<Vec<Organisation>> {
        let text =
            format!("SELECT {COLUMNS} FROM organisations WHERE id > $1 ORDER BY id LIMIT $2");
        let rows = reading("the organisations", text).bind(after).bind(u64::from(limit));
        rows.rows(self.engine.reader()).await?.iter().map(read).collect()
    }
}

async fn stale(change: &mut Transaction, organisation: &Organisation) -> Result<StoreError> {
    let text = "SELECT version FROM organisations WHERE id = $1";
    let row = reading("an organisation", text).bind(&organisation.id).row(change.on()).await?;
    let found = row.map_or(Ok(0), |row| row.number("version"))?;
    let subject = Subject { kind: "organisation", id: organisation.id.clone() };
    Ok(StoreError::Stale { subject, expected: organisation.version, found })
}

fn read(row: &Row) -> Result<Organisation> {
    Ok(Organisation {
        id: row.text("id")?,
        name: row.text("name")?,
        settings: row.json("settings")?,
        disabled: row.maybe_time("disabled_us")?,
        version: row.number("version")?,
    })
}
