//! Schemas: numbered, and carried forward with what is kept in them.
//!
//! All steps that are due are one change: a program that is killed meanwhile leaves the old schema.
//! Several servers that start at the same time wait for each other. There is no way back but a
//! backup; a schema that is newer than the program is refused.

use sqlx::{AssertSqlSafe, raw_sql};

use crate::engine::{On, Transaction, reading, writing};
use crate::error::{Result, StoreError};

/// What brings a database from the schema before to the next; the first is number 1.
pub(crate) struct Steps<'a> {
    /// For SQLite.
    pub(crate) sqlite: &'a [&'a str],
    /// For PostgreSQL.
    pub(crate) postgres: &'a [&'a str],
}

/// All schemas so far. Steps that were released are never changed.
pub(crate) const STEPS: Steps<'static> = Steps {
    sqlite: &[
        include_str!("../migrations/sqlite/0001.sql"),
        include_str!("../migrations/sqlite/0002.sql"),
        include_str!("../migrations/sqlite/0003.sql"),
        include_str!("../migrations/sqlite/0004.sql"),
    ],
    postgres: &[
        include_str!("../migrations/postgres/0001.sql"),
        include_str!("../migrations/postgres/0002.sql"),
        include_str!("../migrations/postgres/0003.sql"),
        include_str!("../migrations/postgres/0004.sql"),
    ],
};

const VERSION_TABLE: &str = "CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)";
const VERSION_TABLE_OF_SQLITE: &str =
    "CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL) STRICT";
/// A step over many rows takes as long as it takes, and so does waiting for another server's.
const PATIENTLY: &str = "SELECT set_config('statement_timeout', '0', true), \
                         set_config('lock_timeout', '0', true)";
/// The lock of PostgreSQL under which schemas are changed: any number, but always the same one.
const LOCK: i64 = 7_165_338_621;

/// Brings the database to the newest schema; gives its number. It happens with the change, and
/// nobody else does the same until that is over.
pub(crate) async fn migrate(change: &mut Transaction, steps: &Steps<'_>) -> Result<u64> {
    let (table, steps) = match change {
        Transaction::Sqlite(_) => (VERSION_TABLE_OF_SQLITE, steps.sqlite),
        Transaction::Postgres(_) => (VERSION_TABLE, steps.postgres),
    };
    if let Transaction::Postgres(_) = change {
        let patience = reading("the schema's number", PATIENTLY);
        patience.rows(change.on()).await?;
        let lock = reading("the lock of the schema", "SELECT 1 FROM pg_advisory_xact_lock($1)");
        lock.bind(LOCK).rows(change.on()).await?;
    }
    writing("the schema's number", table).run(change.on()).await?;
    let found = version(change.on()).await?;
    let known = steps.len() as u64;
    if found > known {
        return Err(StoreError::NewerSchema { found, known });
    }
    let due = steps.iter().skip(usize::try_from(found).unwrap_or(usize::MAX));
    for step in due {
        perform(change, step).await?;
    }
    if found < known {
        let replaced = [
            writing("the schema's number", "DELETE FROM schema_version"),
            writing("the schema's number", "INSERT INTO schema_version VALUES ($1)").bind(known),
        ];
        for statement in replaced {
            statement.run(change.on()).await?;
        }
    }
    Ok(known)
}

async fn version(on: On<'_>) -> Result<u64> {
    let row = reading("the schema's number", "SELECT version FROM schema_version").row(on).await?;
    row.map_or(Ok(0), |row| row.number("version"))
}

/// Does all statements of a step.
async fn perform(change: &mut Transaction, step: &str) -> Result<()> {
    // The steps are files of this crate.
    let step = raw_sql(AssertSqlSafe(step));
    let done = match change {
        Transaction::Sqlite(transaction) => step.execute(&mut **transaction).await.map(drop),
        Transaction::Postgres(transaction) => step.execute(&mut **transaction).await.map(drop),
    };
    done.map_err(|source| StoreError::Database { what: "the schema", action: "migrated", source })
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use refit_model::Secret;

    use super::*;
    use crate::Location;
    use crate::cluster::Cluster;
    use crate::engine::Engine;

    const FIRST: &str = "CREATE TABLE things (id BIGINT PRIMARY KEY); \
                         INSERT INTO things VALUES (1), (2);";
    const SECOND: &str = "ALTER TABLE things ADD COLUMN name TEXT NOT NULL DEFAULT 'unnamed'; \
                          UPDATE things SET name = 'two' WHERE id = 2;";
    /// Its first statement is good.
    const BROKEN: &str = "DELETE FROM things; SELECT * FROM nowhere;";

    fn steps<'a>(texts: &'a [&'a str]) -> Steps<'a> {
        Steps { sqlite: texts, postgres: texts }
    }

    async fn migrate(engine: &Engine, steps: &Steps<'_>) -> Result<u64> {
        let mut change = engine.begin().await?;
        let newest = super::migrate(&mut change, steps).await?;
        change.commit().await?;
        Ok(newest)
    }

    async fn names(engine: &Engine) -> Vec<String> {
        let rows = reading("things", "SELECT name FROM things ORDER BY id").rows(engine.reader());
        rows.await.unwrap().iter().map(|row| row.text("name").unwrap()).collect()
    }

    async fn steps_are_taken_once_and_keep_what_is_there(engine: &Engine) {
        assert_eq!(migrate(engine, &steps(&[FIRST])).await.unwrap(), 1);
        assert_eq!(migrate(engine, &steps(&[FIRST])).await.unwrap(), 1);
        assert_eq!(migrate(engine, &steps(&[FIRST, SECOND])).await.unwrap(), 2);
        assert_eq!(names(engine).await, ["unnamed", "two"]);
        // One that fails leaves all as it was.
        let error = migrate(engine, &steps(&[FIRST, SECOND, BROKEN])).await.unwrap_err();
        assert_eq!(error.to_string(), "the schema cannot be migrated");
        assert_eq!(names(engine).await, ["unnamed", "two"]);
        // The old program does not touch the new schema.
        let error = migrate(engine, &steps(&[FIRST])).await.unwrap_err();
        assert!(matches!(error, StoreError::NewerSchema { found: 2, known: 1 }), "{error}");
        assert_eq!(migrate(engine, &steps(&[FIRST, SECOND])).await.unwrap(), 2);
    }

    async fn sqlite(folder: &Path) -> Engine {
        let path = folder.join("things.sqlite");
        std::fs::write(&path, "").unwrap();
        Engine::sqlite(&path).await.unwrap()
    }

    #[tokio::test]
    async fn sqlite_is_carried_forward() {
        let folder = tempfile::tempdir().unwrap();
        steps_are_taken_once_and_keep_what_is_there(&sqlite(folder.path()).await).await;
    }

    #[tokio::test]
    async fn postgres_is_carried_forward() {
        let Some(cluster) = Cluster::shared("migrate::tests::postgres_is_carried_forward") else {
            return;
        };
        let url = Secret::new(cluster.url("postgres"));
        let Ok(Location::Postgres(options)) = Location::postgres(&url) else { panic!("{url:?}") };
        let engine = Engine::postgres(&options).await.unwrap();
        steps_are_taken_once_and_keep_what_is_there(&engine).await;
    }

    #[test]
    fn both_engines_have_the_same_number_of_steps() {
        assert_eq!(STEPS.sqlite.len(), STEPS.postgres.len());
    }
}
