//! Contents in an S3-compatible store.

use refit_model::Digest;
use refit_store::{BlobError, Blobs, S3Place};

use crate::s3_server::Server;

const LIMIT: u64 = 64 << 20;

#[tokio::test]
async fn contents_come_back_from_s3_or_not_at_all() {
    let Some(server) = Server::start("s3::contents_come_back_from_s3_or_not_at_all") else {
        return;
    };
    let incoming = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_s3(&server.place(), incoming.path()).await.unwrap();
    // The last one is sent in several parts.
    for length in [0, 1, 70_000, 25 << 20] {
        let mut content = vec![0; length];
        fastrand::Rng::with_seed(3).fill(&mut content);
        for _ in 0..2 {
            let blob = blobs.put(content.as_slice(), LIMIT).await.unwrap();
            assert_eq!((blob.digest, blob.size), (Digest::of(&content), length as u64));
        }
        let read = blobs.read(Digest::of(&content), LIMIT).await.unwrap();
        assert!(read == Some(content), "{length} bytes come back");
    }
    assert_eq!(blobs.read(Digest::of(b"never kept"), LIMIT).await.unwrap(), None);
    let large = blobs.put(tokio::io::repeat(7), 1000).await.unwrap_err();
    assert!(matches!(large, BlobError::TooLarge { limit: 1000 }), "{large}");
    // Somebody changes what is kept.
    let digits = Digest::of(b"good").to_hex();
    blobs.put(b"good".as_slice(), LIMIT).await.unwrap();
    let path = format!("/refit/some/where/{}/{digits}", &digits[..2]);
    let changed = server.put(&path, b"evil");
    assert!(changed.contains(" 200 "), "the fault must happen: {changed}");
    let error = blobs.read(Digest::of(b"good"), LIMIT).await.unwrap_err();
    assert!(matches!(error, BlobError::Damaged(_)), "{error}");
    assert_eq!(std::fs::read_dir(incoming.path()).unwrap().count(), 0, "nothing stays on the way");
}

#[tokio::test]
async fn a_bucket_that_is_not_there_is_told_without_the_key() {
    let Some(server) = Server::start("s3::a_bucket_that_is_not_there_is_told_without_the_key")
    else {
        return;
    };
    let place = S3Place { bucket: "other".into(), ..server.place() };
    let incoming = tempfile::tempdir().unwrap();
    let blobs = Blobs::in_s3(&place, incoming.path()).await.unwrap();
    let error = blobs.put(b"x".as_slice(), LIMIT).await.unwrap_err();
    assert!(matches!(error, BlobError::S3 { action: "keep a content", .. }), "{error}");
    let told = format!("{error} {error:?} {place:?} {blobs:?}");
    assert!(!told.contains("hunter2"), "{told}");
}
