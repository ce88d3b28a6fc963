//! Contents of files, named by their digests: in a folder, or in an S3-compatible store.
//!
//! What comes in is written to a temporary file while it is digested and counted; only what arrived
//! whole gets its name. What goes out is digested again; the last piece is held back until it is
//! known to be right, so that nobody takes something else for the content.

mod error;
mod folder;
mod reader;
#[cfg(feature = "s3")]
mod s3;
mod spool;

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use refit_model::{Digest, Name, NameKind};
use tokio::io::AsyncRead;

pub use error::BlobError;
pub use reader::BlobReader;
#[cfg(feature = "s3")]
pub use s3::S3Place;

use error::Result;
use folder::Folder;
use reader::Source;
use spool::Spool;

/// A content that is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its name.
    pub digest: Digest,
    /// Its size, in bytes.
    pub size: u64,
}

/// Where contents are kept. Clones share it.
#[derive(Clone, Debug)]
pub struct Blobs {
    place: Place,
    incoming: PathBuf,
}

#[derive(Clone, Debug)]
enum Place {
    Folder(Folder),
    #[cfg(feature = "s3")]
    S3(s3::Bucket),
}

impl Blobs {
    /// Contents in a folder, which is made if it is not there, for its owner only.
    pub async fn in_folder(path: &Path) -> Result<Self> {
        let (folder, incoming) = (Folder::open(path).await?, path.join("incoming"));
        folder::make(&incoming).await?;
        Ok(Self { place: Place::Folder(folder), incoming })
    }

    /// Contents in a bucket of an S3-compatible store; what comes in passes through the folder
    /// `incoming` on this machine.
    #[cfg(feature = "s3")]
    pub async fn in_s3(place: &S3Place, incoming: &Path) -> Result<Self> {
        folder::make(incoming).await?;
        let place = Place::S3(s3::Bucket::open(place)?);
        Ok(Self { place, incoming: incoming.to_owned() })
    }

    /// A part of it with contents of its own, by its name: what is kept in one part is not in
    /// another. What comes in takes the same way.
    pub async fn part<K: NameKind>(&self, name: &Name<K>) -> Result<Self> {
        let place = match &self.place {
            Place::Folder(folder) => Place::Folder(folder.part(name.as_str()).await?),
            #[cfg(feature = "s3")]
            Place::S3(bucket) => Place::S3(bucket.part(name.as_str())),
        };
        Ok(Self { place, incoming: self.incoming.clone() })
    }

    /// Keeps a content of at most `limit` bytes. When this returns, it is on the disk, or in the
    /// store. Keeping the same content again changes nothing.
    pub async fn put<R>(&self, content: R, limit: u64) -> Result<Blob>
    where
        R: AsyncRead + Send + Unpin,
    {
        let spool = Spool::fill(&self.incoming, content, limit).await?;
        let blob = spool.blob;
        match &self.place {
            Place::Folder(folder) => folder.keep(spool).await?,
            #[cfg(feature = "s3")]
            Place::S3(bucket) => bucket.keep(spool).await?,
        }
        Ok(blob)
    }

    /// Opens a content, if it is there.
    pub async fn open(&self, digest: Digest) -> Result<Option<BlobReader>> {
        let source = match &self.place {
            Place::Folder(folder) => folder.open_content(digest).await?.map(Source::File),
            #[cfg(feature = "s3")]
            Place::S3(bucket) => bucket.open_content(digest).await?.map(Source::Stream),
        };
        Ok(source.map(|source| BlobReader::new(source, digest)))
    }

    /// Reads a whole content of at most `limit` bytes, if it is there.
    pub async fn read(&self, digest: Digest, limit: u64) -> Result<Option<Vec<u8>>> {
        let Some(mut reader) = self.open(digest).await? else { return Ok(None) };
        let mut content = Vec::new();
        while let Some(piece) = reader.next().await? {
            if (content.len() + piece.len()) as u64 > limit {
                return Err(BlobError::TooLarge { limit });
            }
            content.extend_from_slice(&piece);
        }
        Ok(Some(content))
    }

    /// Removes what came in before a moment and never arrived whole, since its server was killed;
    /// gives how many files it was.
    pub async fn forget_incoming(&self, before: SystemTime) -> Result<u64> {
        spool::forget(&self.incoming, before).await
    }
}
