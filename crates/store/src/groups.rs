//! Support groups.

use crate::engine::{Row, Value, reading, writing};
use crate::error::{Result, StoreError, Subject};
use crate::{NewRecord, Store, audit};

const WHAT: &str = "a support group";

/// A support group. Who belongs to it stands with the users.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportGroup {
    /// Its id: a name of letters, digits, `-`, `_` and `.`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// How often it was saved; 0 for a new one.
    pub version: u64,
}

impl Store {
    /// Saves a group whose version is still the one that was read; 0 makes a new one. Gives the new
    /// version.
    pub async fn save_group(&self, group: &SupportGroup, record: &NewRecord) -> Result<u64> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if group.id.is_empty() || !group.id.chars().all(is_name) {
            return Err(StoreError::Invalid(format!("`{}` is no id of a group", group.id)));
        }
        let mut change = self.engine.begin().await?;
        let text = if group.version == 0 {
            "INSERT INTO support_groups (id, version, name) VALUES ($1, $2 + 1, $3) \
             ON CONFLICT DO NOTHING"
        } else {
            "UPDATE support_groups SET version = $2 + 1, name = $3 WHERE id = $1 AND version = $2"
        };
        let values: [Value; 3] = [(&group.id).into(), group.version.into(), (&group.name).into()];
        if writing(WHAT, text).bind_all(values).run(change.on()).await? == 0 {
            let text = "SELECT version FROM support_groups WHERE id = $1";
            let row = reading(WHAT, text).bind(&group.id).row(change.on()).await?;
            let found = row.map_or(Ok(0), |row| row.number("version"))?;
            let subject = Subject { kind: "support group", id: group.id.clone() };
            return Err(StoreError::Stale { subject, expected: group.version, found });
        }
        audit::append_one(&mut change, record).await?;
        change.commit().await?;
        Ok(group.version + 1)
    }

    /// The names of support groups that cases have, the first `most` in their order.
    pub async fn groups_of_cases(&self, most: u32) -> Result<Vec<String>> {
        // From one name to the next by the index: there are many more cases than groups.
        let text = "WITH RECURSIVE names (name) AS ( \
                    SELECT MIN(support_group) FROM cases WHERE support_group > '' \
                    UNION ALL \
                    SELECT (SELECT MIN(support_group) FROM cases WHERE support_group > name) \
                    FROM names WHERE name IS NOT NULL) \
                    SELECT name FROM names WHERE name IS NOT NULL LIMIT $1";
        let names = reading("the cases' support groups", text).bind(u64::from(most));
        let names = names.rows(self.engine.reader()).await?;
        names.iter().map(|row| row.text("name")).collect()
    }

    /// All groups, in the order of ids.
    pub async fn groups(&self) -> Result<Vec<SupportGroup>> {
        let text = "SELECT id, name, version FROM support_groups ORDER BY id";
        let rows = reading(WHAT, text).rows(self.engine.reader()).await?;
        let read = |row: &Row| {
            Ok(SupportGroup {
                id: row.text("id")?,
                name: row.text("name")?,
                version: row.number("version")?,
            })
        };
        rows.iter().map(read).collect()
    }
}
