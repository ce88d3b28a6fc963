//! An S3-compatible store: the server moto, on a free port of this machine.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use refit_model::Secret;
use refit_store::S3Place;

use crate::cluster::tell_skipped;

const PROGRAM: &str = "moto_server";
/// The server looks at who it is, not at the signature.
const SIGNED: &str = "AWS4-HMAC-SHA256 Credential=id/20261130/us-east-1/s3/aws4_request, \
                      SignedHeaders=host, Signature=0";
const PATIENCE: Duration = Duration::from_mins(1);

/// A server with the bucket `refit`.
pub struct Server {
    program: Child,
    pub address: String,
}

impl Server {
    pub fn start(test: &str) -> Option<Self> {
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
    pub fn put(&self, path: &str, content: &[u8]) -> String {
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

    /// What the store needs to know of it.
    pub fn place(&self) -> S3Place {
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
