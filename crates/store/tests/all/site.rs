//! A new, empty store for one test.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use refit_model::Secret;
use refit_store::{KeyFile, Location, Store, StoreError};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, SqliteConnection, raw_sql};
use tempfile::TempDir;

use crate::cluster::{Cluster, program};

/// Databases of the shared server are numbered.
static DATABASES: AtomicU32 = AtomicU32::new(0);

/// A store, and what it stands on.
pub struct Site {
    pub store: Store,
    pub key_file: KeyFile,
    pub location: Location,
    pub folder: TempDir,
    url: String,
    is_sqlite: bool,
}

impl Site {
    /// On an SQLite file.
    pub async fn sqlite() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("records.sqlite");
        let url = format!("sqlite://{}", path.display());
        let (location, key_file) = (Location::File(path), key_file(folder.path()));
        let store = Store::open(&location, &key_file).await.unwrap();
        Self { store, key_file, location, folder, url, is_sqlite: true }
    }

    /// On a PostgreSQL database, where there can be one.
    pub async fn postgres(test: &str) -> Option<Self> {
        let url = new_database(test).await?;
        let location = Location::postgres(&Secret::new(url.clone())).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let key_file = key_file(folder.path());
        let store = Store::open(&location, &key_file).await.unwrap();
        Some(Self { store, key_file, location, folder, url, is_sqlite: false })
    }

    /// As if nobody had been there: where there are no records yet.
    pub async fn emptied(&self) -> Location {
        if self.is_sqlite() {
            return Location::File(self.folder.path().join("second.sqlite"));
        }
        self.raw("DROP SCHEMA public CASCADE; CREATE SCHEMA public").await.unwrap();
        self.location.clone()
    }

    /// All that the database holds: its files, or what a backup has.
    pub fn dump(&self) -> String {
        if self.is_sqlite() {
            let files = std::fs::read_dir(self.folder.path()).unwrap();
            let paths = files.map(|file| file.unwrap().path());
            let records = paths.filter(|path| path.to_string_lossy().contains("records.sqlite"));
            let bytes = records.flat_map(|path| std::fs::read(path).unwrap()).collect::<Vec<_>>();
            return String::from_utf8_lossy(&bytes).into_owned();
        }
        let mut dump = Command::new(program("pg_dump").unwrap());
        let told = dump.args(["--inserts", "--dbname"]).arg(self.url()).output().unwrap();
        assert!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
        String::from_utf8(told.stdout).unwrap()
    }

    /// Another server on the same records.
    pub async fn another(&self) -> Result<Store, StoreError> {
        Store::open(&self.location, &self.key_file).await
    }

    /// Whether it stands on SQLite.
    pub fn is_sqlite(&self) -> bool {
        self.is_sqlite
    }

    /// Where it is, as a URL.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Does something to the database, past the store.
    pub async fn raw(&self, text: &str) -> Result<(), sqlx::Error> {
        raw(&self.url, text).await
    }

    /// The same without the triggers that refuse it; it must change something.
    pub async fn sabotage(&self, table: &str, text: &str) {
        let prefix = match table {
            "audit" => "audit_is",
            other => &format!("{other}_are"),
        };
        let triggers = if self.is_sqlite() {
            format!("DROP TRIGGER {prefix}_never_changed; DROP TRIGGER {prefix}_never_deleted;")
        } else {
            format!("ALTER TABLE {table} DISABLE TRIGGER USER;")
        };
        self.raw(&triggers).await.unwrap();
        assert!(changed(&self.url, text).await > 0, "the fault must happen: {text}");
    }
}

/// The file of the key that all databases of tests are under, the golden ones too.
pub fn key_file(folder: &Path) -> KeyFile {
    let path = folder.join("key");
    if !path.exists() {
        std::fs::write(&path, format!("{}\n", "5e".repeat(32))).unwrap();
        std::fs::set_permissions(&path, Permissions::from_mode(0o600)).unwrap();
    }
    KeyFile::at(path)
}

/// A new, empty database of the shared server.
pub async fn new_database(test: &str) -> Option<String> {
    let cluster = Cluster::shared(test)?;
    let name = format!("refit_{}", DATABASES.fetch_add(1, Ordering::Relaxed));
    raw(&cluster.url("postgres"), &format!("CREATE DATABASE {name}")).await.unwrap();
    Some(cluster.url(&name))
}

/// Does something to a database.
pub async fn raw(url: &str, text: &str) -> Result<(), sqlx::Error> {
    let text = raw_sql(AssertSqlSafe(text.to_owned()));
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await?;
        text.execute(&mut connection).await?;
        connection.close().await
    } else {
        let mut connection = PgConnection::connect(url).await?;
        text.execute(&mut connection).await?;
        connection.close().await
    }
}

async fn changed(url: &str, text: &str) -> u64 {
    let text = sqlx::AssertSqlSafe(text.to_owned());
    if url.starts_with("sqlite:") {
        let mut connection = SqliteConnection::connect(url).await.unwrap();
        sqlx::query(text).execute(&mut connection).await.unwrap().rows_affected()
    } else {
        let mut connection = PgConnection::connect(url).await.unwrap();
        sqlx::query(text).execute(&mut connection).await.unwrap().rows_affected()
    }
}

/// Makes a test on each database of each function, which gets a [`Site`].
macro_rules! on_both {
    ($($name:ident),* $(,)?) => {
        mod sqlite {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    super::$name(&crate::site::Site::sqlite().await).await;
                }
            )*
        }
        mod postgres {
            $(
                #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
                async fn $name() {
                    let test = concat!(module_path!(), "::", stringify!($name));
                    if let Some(site) = crate::site::Site::postgres(test).await {
                        super::$name(&site).await;
                    }
                }
            )*
        }
    };
}
pub(crate) use on_both;
