//! The store: opened once, used by everybody.

use jiff::Timestamp;

use crate::engine::Engine;
use crate::error::Result;
use crate::migrate::{STEPS, migrate};
use crate::secrets::{self, Cipher};
use crate::{KeyFile, Location, StoreError};

/// The service's records. Clones share their connections.
#[derive(Clone, Debug)]
pub struct Store {
    pub(crate) engine: Engine,
    /// For the secrets that are kept.
    pub(crate) cipher: Cipher,
}

impl Store {
    /// Opens the records, and brings them to the newest schema. A file is made if there is none,
    /// for its owner only; a PostgreSQL database must be there, and may be empty. The file of the
    /// key under which secrets are encrypted is made with new records; later it must be there.
    pub async fn open(location: &Location, key_file: &KeyFile) -> Result<Self> {
        Self::open_with(location, key_file, None).await
    }

    /// The same where the key is lost: second factors and webhooks are given up, which is recorded,
    /// and a new key takes its place. Refused where the key is the one.
    pub async fn open_without_secrets(
        location: &Location,
        key_file: &KeyFile,
        at: Timestamp,
    ) -> Result<Self> {
        Self::open_with(location, key_file, Some(at)).await
    }

    /// All or nothing: where there is no key the schema stays as it is, too.
    async fn open_with(
        location: &Location,
        key_file: &KeyFile,
        forgets: Option<Timestamp>,
    ) -> Result<Self> {
        let engine = match location {
            Location::File(path) => {
                private::make(path)?;
                Engine::sqlite(path).await?
            }
            Location::Postgres(options) => Engine::postgres(options).await?,
        };
        let mut change = engine.begin().await?;
        migrate(&mut change, &STEPS).await?;
        if let Some(at) = forgets {
            secrets::forget(&mut change, key_file, at).await?;
        }
        let cipher = secrets::cipher(&mut change, key_file).await?;
        change.commit().await?;
        Ok(Self { engine, cipher })
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
