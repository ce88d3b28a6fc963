//! Contents in a folder.

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use refit_model::Digest;
use tokio::fs::{DirBuilder, File};

use super::error::{Result, disk};
use super::spool::Spool;

/// A folder with contents, each in a file that is called by its digest's digits, in folders that
/// are called by the first two of them.
#[derive(Clone, Debug)]
pub(super) struct Folder {
    path: PathBuf,
}

impl Folder {
    pub(super) async fn open(path: &Path) -> Result<Self> {
        make(path).await?;
        Ok(Self { path: path.to_owned() })
    }

    /// A folder within it.
    pub(super) async fn part(&self, name: &str) -> Result<Self> {
        Self::open(&self.path.join(name)).await
    }

    /// Gives a content its name.
    pub(super) async fn keep(&self, spool: Spool) -> Result<()> {
        let path = self.path_of(spool.blob.digest);
        let folder = path.parent().unwrap_or(&self.path).to_owned();
        make(&folder).await?;
        let named = spool.path.persist(&path).map_err(|error| error.error);
        named.map_err(disk(&path, "named"))?;
        sync(&folder).await?;
        sync(&self.path).await
    }

    pub(super) async fn open_content(&self, digest: Digest) -> Result<Option<File>> {
        let path = self.path_of(digest);
        match File::open(&path).await {
            Ok(file) => Ok(Some(file)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(disk(&path, "opened")(error)),
        }
    }

    fn path_of(&self, digest: Digest) -> PathBuf {
        let digits = digest.to_hex();
        self.path.join(&digits[..2]).join(digits)
    }
}

/// Makes a folder for its owner only, unless it is there.
pub(super) async fn make(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path).await;
    made.map_err(disk(path, "made"))
}

/// What was named in a folder stays so, even if the power fails.
async fn sync(folder: &Path) -> Result<()> {
    let synced: io::Result<()> = async { File::open(folder).await?.sync_all().await }.await;
    synced.map_err(disk(folder, "synced"))
}
