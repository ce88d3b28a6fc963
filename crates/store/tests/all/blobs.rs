//! Contents come back as they went in, or not at all.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use refit_model::Digest;
use refit_store::{BlobError, Blobs};
use tokio::io::AsyncReadExt as _;

const LIMIT: u64 = 1 << 20;

fn content(length: usize) -> Vec<u8> {
    fastrand::Rng::with_seed(length as u64).fill_to_vec(length)
}

trait FillToVec {
    fn fill_to_vec(self, length: usize) -> Vec<u8>;
}

impl FillToVec for fastrand::Rng {
    fn fill_to_vec(mut self, length: usize) -> Vec<u8> {
        let mut bytes = vec![0; length];
        self.fill(&mut bytes);
        bytes
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[tokio::test]
async fn every_size_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(&folder.path().join("blobs")).await.unwrap();
    for length in [0, 1, 65_535, 65_536, 65_537, 400_000] {
        let content = content(length);
        let blob = blobs.put(content.as_slice(), LIMIT).await.unwrap();
        assert_eq!((blob.digest, blob.size), (Digest::of(&content), length as u64));
        let read = blobs.read(blob.digest, LIMIT).await.unwrap();
        assert_eq!(read, Some(content), "{length}");
    }
    assert_eq!(blobs.read(Digest::of(b"never kept"), LIMIT).await.unwrap(), None);
    let kept = files(folder.path());
    assert_eq!(kept.len(), 6, "nothing else is left: {kept:?}");
    for path in kept {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }
}

#[tokio::test]
async fn what_is_too_large_or_breaks_off_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(folder.path()).await.unwrap();
    let exactly = content(1000);
    blobs.put(exactly.as_slice(), 1000).await.unwrap();
    // It never ends: only the limit ends it.
    let endless = blobs.put(tokio::io::repeat(7), 1000).await.unwrap_err();
    assert!(matches!(endless, BlobError::TooLarge { limit: 1000 }), "{endless}");
    let error = std::io::Error::other("the line is cut");
    let broken = content(500).chain_error(error);
    let cut = blobs.put(broken, 1000).await.unwrap_err();
    assert!(matches!(cut, BlobError::Incoming(_)), "{cut}");
    assert_eq!(files(folder.path()).len(), 1);
    let limited = blobs.read(Digest::of(&exactly), 999).await.unwrap_err();
    assert!(matches!(limited, BlobError::TooLarge { limit: 999 }), "{limited}");
}

trait ChainError {
    fn chain_error(self, error: std::io::Error) -> Box<dyn tokio::io::AsyncRead + Send + Unpin>;
}

/// Bytes, and then an error.
impl ChainError for Vec<u8> {
    fn chain_error(self, error: std::io::Error) -> Box<dyn tokio::io::AsyncRead + Send + Unpin> {
        Box::new(std::io::Cursor::new(self).chain(Failing(Some(error))))
    }
}

struct Failing(Option<std::io::Error>);

impl tokio::io::AsyncRead for Failing {
    fn poll_read(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
        _: &mut tokio::io::ReadBuf<'_>,
    ) -> std::task::Poll<std::io::Result<()>> {
        std::task::Poll::Ready(self.0.take().map_or(Ok(()), Err))
    }
}

#[tokio::test]
async fn damage_is_found_before_the_end_is_given() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(folder.path()).await.unwrap();
    let good = content(200_000);
    let blob = blobs.put(good.as_slice(), LIMIT).await.unwrap();
    let path = files(folder.path()).remove(0);
    let mut flipped = good.clone();
    flipped[0] ^= 1;
    let mut longer = good.clone();
    longer.push(0);
    for damaged in [flipped, good[..199_999].to_vec(), Vec::new(), longer] {
        fs::write(&path, &damaged).unwrap();
        let mut reader = blobs.open(blob.digest).await.unwrap().unwrap();
        let mut given = 0;
        let error = loop {
            match reader.next().await {
                Ok(Some(piece)) => given += piece.len(),
                Ok(None) => panic!("damage was not found"),
                Err(error) => break error,
            }
        };
        assert!(matches!(error, BlobError::Damaged(digest) if digest == blob.digest), "{error}");
        assert!(given < damaged.len() || damaged.is_empty(), "the end was given");
        assert!(reader.next().await.unwrap().is_none(), "nothing comes after it");
    }
    // Kept again, it is whole again.
    blobs.put(good.as_slice(), LIMIT).await.unwrap();
    assert_eq!(blobs.read(blob.digest, LIMIT).await.unwrap(), Some(good));
}

#[tokio::test]
async fn what_a_killed_server_left_is_forgotten() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(folder.path()).await.unwrap();
    fs::write(folder.path().join("incoming/left"), "half").unwrap();
    let hour = Duration::from_hours(1);
    assert_eq!(blobs.forget_incoming(SystemTime::now() - hour).await.unwrap(), 0);
    assert_eq!(blobs.forget_incoming(SystemTime::now() + hour).await.unwrap(), 1);
    assert_eq!(files(folder.path()).len(), 0);
}

#[tokio::test]
async fn the_same_content_at_the_same_time_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_folder(folder.path()).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let blobs = blobs.clone();
            tokio::spawn(async move { blobs.put(content(100_000).as_slice(), LIMIT).await })
        })
        .collect();
    for task in tasks {
        task.await.unwrap().unwrap();
    }
    assert_eq!(files(folder.path()).len(), 1);
}
