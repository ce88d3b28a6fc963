//! Contents on their way out.

use std::fmt;

use refit_model::Digest;
use sha2::{Digest as _, Sha256};
use tokio::fs::File;
use tokio::io::AsyncReadExt as _;

use super::BlobError;
use super::error::Result;

/// How much is read at once, in bytes.
const PIECE: usize = 64 * 1024;

/// A content that is read piece by piece. The last piece is given only after all of it was found to
/// be right: who gets the end has the content.
pub struct BlobReader {
    source: Source,
    digest: Digest,
    hasher: Sha256,
    held_back: Option<Vec<u8>>,
    is_over: bool,
}

/// Where pieces come from.
pub(super) enum Source {
    File(File),
    #[cfg(feature = "s3")]
    Stream(super::s3::Content),
}

impl BlobReader {
    pub(super) fn new(source: Source, digest: Digest) -> Self {
        Self { source, digest, hasher: Sha256::new(), held_back: None, is_over: false }
    }

    /// The next piece; none after the last one, or [`BlobError::Damaged`] in place of the last one.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>> {
        while !self.is_over {
            let Some(piece) = self.source.next(self.digest).await? else {
                self.is_over = true;
                let found = Digest::from_bytes(self.hasher.finalize_reset().into());
                if found != self.digest {
                    self.held_back = None;
                    return Err(BlobError::Damaged(self.digest));
                }
                break;
            };
            self.hasher.update(&piece);
            if let Some(earlier) = self.held_back.replace(piece) {
                return Ok(Some(earlier));
            }
        }
        Ok(self.held_back.take())
    }
}

impl Source {
    /// The next piece, which is not empty.
    async fn next(&mut self, digest: Digest) -> Result<Option<Vec<u8>>> {
        match self {
            Self::File(file) => {
                let mut piece = vec![0; PIECE];
                let read = file.read(&mut piece).await;
                let length = read.map_err(|source| BlobError::Outgoing { digest, source })?;
                piece.truncate(length);
                Ok((length > 0).then_some(piece))
            }
            #[cfg(feature = "s3")]
            Self::Stream(content) => content.next().await,
        }
    }
}

impl fmt::Debug for BlobReader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "BlobReader({})", self.digest)
    }
}
