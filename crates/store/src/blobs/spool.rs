//! What comes in, on its way.

use std::path::Path;
use std::time::SystemTime;

use refit_model::Digest;
use sha2::{Digest as _, Sha256};
use tempfile::{NamedTempFile, TempPath};
use tokio::fs::File;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _};

use super::error::{Result, disk};
use super::{Blob, BlobError};

/// How much is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// A content that arrived whole, in a temporary file that is on the disk.
pub(super) struct Spool {
    pub(super) blob: Blob,
    pub(super) path: TempPath,
}

impl Spool {
    /// Takes in a content of at most `limit` bytes.
    pub(super) async fn fill<R>(folder: &Path, mut content: R, limit: u64) -> Result<Self>
    where
        R: AsyncRead + Send + Unpin,
    {
        let made = NamedTempFile::new_in(folder).map_err(disk(folder, "written to"))?;
        let (file, path) = made.into_parts();
        let mut file = File::from_std(file);
        let (mut hasher, mut size) = (Sha256::new(), 0);
        let mut piece = vec![0; PIECE];
        loop {
            let length = content.read(&mut piece).await.map_err(BlobError::Incoming)?;
            if length == 0 {
                break;
            }
            size += length as u64;
            if size > limit {
                return Err(BlobError::TooLarge { limit });
            }
            hasher.update(&piece[..length]);
            file.write_all(&piece[..length]).await.map_err(disk(&path, "written"))?;
        }
        file.flush().await.map_err(disk(&path, "written"))?;
        file.sync_all().await.map_err(disk(&path, "synced"))?;
        let digest = Digest::from_bytes(hasher.finalize().into());
        Ok(Self { blob: Blob { digest, size }, path })
    }
}

/// Removes files that were last written before a moment.
pub(super) async fn forget(folder: &Path, before: SystemTime) -> Result<u64> {
    let mut entries = tokio::fs::read_dir(folder).await.map_err(disk(folder, "read"))?;
    let mut count = 0;
    while let Some(entry) = entries.next_entry().await.map_err(disk(folder, "read"))? {
        let path = entry.path();
        // It may get its name, or be given up, at this moment.
        let Ok(metadata) = entry.metadata().await else { continue };
        let written = metadata.modified().map_err(disk(&path, "looked at"))?;
        if written < before && tokio::fs::remove_file(&path).await.is_ok() {
            count += 1;
        }
    }
    Ok(count)
}
