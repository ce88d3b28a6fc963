//! Contents in an S3-compatible store: the server moto, on a free port of this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use refit_model::{Digest, Secret};
use refit_store::{BlobError, Blobs, S3Place};

use crate::cluster::tell_skipped;

const PROGRAM: &str = "moto_server";
/// The server looks at who it is, not at the signature.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=id/20261130/us-east-1/s3/aws4_request, \
                      SignedHeaders=host, Signature=0";
const PATIENCE: Duration = Duration::from_mins(1);
const LIMIT: u64 = 64 << 20;

/// A server with the bucket `refit`.
struct Server {
    program: Child,
    address: String,
}

impl Server {
    fn start(test: &str) -> Option<Self> {
        let started = Command::new(PROGRAM)
            .args(["-H", "127.0.0.1", "-p", "0"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let Ok(mut program) = started else {
            tell_skipped(test, "the program moto_server (Python's package moto[server])");
            return None;
        };
        let lines = BufReader::new(program.stderr.take().unwrap()).lines();
        let (tell, told) = mpsc::channel();
        // Read to the end, or the server would stop at a full pipe.
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("Running on http://") {
                    // Nobody asks a second time.
                    drop(tell.send(address.trim().to_owned()));
                }
            }
        });
        let address = told.recv_timeout(PATIENCE).expect("the server tells where it listens");
        let server = Self { program, address };
        let made = server.put("/refit", b"");
        assert!(made.contains(" 200 "), "the bucket is made: {made}");
        Some(server)
    }

    /// A plain request: the store's answer.
    fn put(&self, path: &str, content: &[u8]) -> String {
        let mut connection = TcpStream::connect(&self.address).unwrap();
        connection.set_read_timeout(Some(PATIENCE)).unwrap();
        let (host, length) = (&self.address, content.len());
        let head = format!(
            "PUT {path} HTTP/1.1\r\nHost: {host}\r\nContent-Length: {length}\r\n\
             Authorization: {SIGNED}\r\nConnection: close\r\n\r\n"
        );
        connection.write_all(head.as_bytes()).unwrap();
        connection.write_all(content).unwrap();
        let mut answer = String::new();
        connection.read_to_string(&mut answer).unwrap();
        answer
    }

    fn place(&self) -> S3Place {
        S3Place {
            endpoint: format!("http://{}", self.address),
            region: "us-east-1".into(),
            bucket: "refit".into(),
            prefix: "some/where".into(),
            key_id: "id".into(),
            key: Secret::new("hunter2"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if self.program.kill().is_ok() {
            self.program.wait().unwrap();
        }
    }
}

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
