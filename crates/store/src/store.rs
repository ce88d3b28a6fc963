//! The store: opened once, used by everybody.

use crate::engine::Engine;
use crate::error::Result;
use crate::migrate::{STEPS, migrate};
use crate::{Location, StoreError};

/// The service's records. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) engine: Engine,
}

impl Store {
    /// Opens the records, and brings them to the newest schema. A file is made if there is none,
    /// for its owner only; a PostgreSQL database must be there, and may be empty.
    pub async fn open(location: &Location) -> Result<Self> {
        let engine = match location {
            Location::File(path) => {
                private::make(path)?;
                Engine::sqlite(path).await?
            }
            Location::Postgres(options) => Engine::postgres(options).await?,
        };
        migrate(&engine, &STEPS).await?;
        Ok(Self { engine })
    }

    /// Whether the database answers: for the server's health.
    pub async fn is_alive(&self) -> Result<()> {
        let question = crate::engine::reading("the database", "SELECT 1");
        question.row(self.engine.reader()).await.map(drop)
    }

    /// Ends all connections, after what is being done.
    pub async fn close(self) {
        self.engine.close().await;
    }
}

mod private {
    use std::fs::OpenOptions;
    use std::io::ErrorKind;
    use std::os::unix::fs::OpenOptionsExt;
    use std::path::Path;

    use super::{Result, StoreError};

    /// Makes the file, for its owner only, unless it is there. SQLite gives its other files the
    /// same mode.
    pub(super) fn make(path: &Path) -> Result<()> {
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(path) {
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => Ok(()),
            Err(error) => {
                let source = sqlx::Error::Io(error);
                Err(StoreError::Database { what: "the database's file", action: "made", source })
            }
        }
    }
}
