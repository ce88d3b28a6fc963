//! Contents in an S3-compatible store.

use std::io;
use std::path::Path as FilePath;
use std::sync::Arc;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use object_store::aws::AmazonS3Builder;
use object_store::buffered::BufWriter;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt as _};
use refit_model::{Digest, Secret};
use tokio::fs::File;
use tokio::io::AsyncWriteExt as _;

use super::BlobError;
use super::error::{Result, disk};
use super::spool::Spool;

/// A bucket of an S3-compatible store, and the way to it.
#[derive(Clone, Debug)]
pub struct S3Place {
    /// The store's URL, for example `https://s3.example:9000`. Without TLS only where it begins
    /// with `http://`.
    pub endpoint: String,
    /// The region; stores that have none take any, for example `us-east-1`.
    pub region: String,
    /// The bucket, which must be there.
    pub bucket: String,
    /// What the names of contents begin with; may be empty.
    pub prefix: String,
    /// The key's id.
    pub key_id: String,
    /// The key.
    pub key: Secret,
}

/// A bucket.
#[derive(Clone, Debug)]
pub(super) struct Bucket {
    store: Arc<dyn ObjectStore>,
    prefix: Path,
}

/// A content on its way.
pub(super) struct Content(BoxStream<'static, object_store::Result<bytes::Bytes>>);

impl Bucket {
    pub(super) fn open(place: &S3Place) -> Result<Self> {
        let key = place.key.expose_text().unwrap_or_default();
        let store = AmazonS3Builder::new()
            .with_endpoint(&place.endpoint)
            .with_allow_http(place.endpoint.starts_with("http://"))
            .with_region(&place.region)
            .with_bucket_name(&place.bucket)
            .with_access_key_id(&place.key_id)
            .with_secret_access_key(key)
            .build()
            .map_err(failed("open"))?;
        let prefix = Path::parse(&place.prefix)
            .map_err(|error| failed("open")(object_store::Error::from(error)))?;
        Ok(Self { store: Arc::new(store), prefix })
    }

    /// What begins with one more name.
    pub(super) fn part(&self, name: &str) -> Self {
        Self { store: Arc::clone(&self.store), prefix: self.prefix.clone().join(name) }
    }

    /// Sends a content. An object is there as a whole, or not at all.
    pub(super) async fn keep(&self, spool: Spool) -> Result<()> {
        let path: &FilePath = &spool.path;
        let mut file = File::open(path).await.map_err(disk(path, "opened"))?;
        let mut writer = BufWriter::new(self.store.clone(), self.path_of(spool.blob.digest));
        let failed = |source| BlobError::S3 { action: "keep a content", source };
        if let Err(source) = tokio::io::copy(&mut file, &mut writer).await {
            // What had been sent of it is of no use.
            let source = match writer.abort().await {
                Ok(()) => source,
                Err(error) => {
                    io::Error::other(format!("{source}; nor could it be undone: {error}"))
                }
            };
            return Err(failed(Box::new(source)));
        }
        // Parts that were sent of one that cannot be ended are the store's to clean up.
        writer.shutdown().await.map_err(|source| failed(Box::new(source)))?;
        Ok(())
    }

    pub(super) async fn open_content(&self, digest: Digest) -> Result<Option<Content>> {
        match self.store.get(&self.path_of(digest)).await {
            Ok(found) => Ok(Some(Content(found.into_stream()))),
            Err(object_store::Error::NotFound { .. }) => Ok(None),
            Err(error) => Err(failed("give a content")(error)),
        }
    }

    fn path_of(&self, digest: Digest) -> Path {
        let digits = digest.to_hex();
        self.prefix.clone().join(&digits[..2]).join(digits)
    }
}

impl Content {
    /// The next piece, which is not empty.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        loop {
            let piece = self.0.next().await.transpose().map_err(failed("give a content"))?;
            match piece {
                Some(piece) if piece.is_empty() => {}
                Some(piece) => return Ok(Some(piece.into())),
                None => return Ok(None),
            }
        }
    }
}

fn failed(action: &'static str) -> impl FnOnce(object_store::Error) -> BlobError {
    move |source| BlobError::S3 { action, source: Box::new(source) }
}
