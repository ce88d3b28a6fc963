//! A broker that runs, and what it tells of itself.

use std::fs::{self, File};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::thread;
use std::time::{Duration, Instant};

use refit_model::Secret;
use refit_wire::stomp::{
    Acknowledge, Event, OutgoingMessage, StompClient, StompLogin, Subscription,
};
use refit_wire::{Credentials, TcpConnect, WireError};

use crate::homes::quiet;

/// Long enough for a machine that has much else to do.
const LIMIT: Duration = Duration::from_mins(3);
const PAUSE: Duration = Duration::from_millis(100);

/// The process of an instance; it ends with this.
pub struct Broker {
    process: Child,
    instance: PathBuf,
}

impl Drop for Broker {
    fn drop(&mut self) {
        // The one process that this test began: the vendor's script became the broker itself.
        if self.process.kill().is_ok() {
            self.process.wait().unwrap();
        }
    }
}

impl Broker {
    /// Starts an instance with its own script.
    pub fn start(instance: &Path) -> Self {
        let out = File::create(instance.join("log/out.txt")).unwrap();
        let mut run = quiet(&instance.join("bin/artemis"));
        run.arg("run").stdout(out.try_clone().unwrap()).stderr(out);
        Self { process: run.spawn().unwrap(), instance: instance.to_owned() }
    }

    /// Logs in as soon as the broker answers.
    pub fn log_in(&mut self, port: u16, user: &str, password: &str) -> StompClient {
        let end = Instant::now() + LIMIT;
        loop {
            match log_in(port, user, password) {
                Ok(client) => return client,
                Err(error) if Instant::now() > end => panic!("{error}\n{}", self.said()),
                Err(_) => thread::sleep(PAUSE),
            }
            let ended = self.process.try_wait().unwrap();
            assert_eq!(ended, None, "it ended instead of answering\n{}", self.said());
        }
    }

    /// How it ended, all by itself, and what it had said.
    pub fn ends(&mut self) -> (Option<i32>, String) {
        let end = Instant::now() + LIMIT;
        while Instant::now() < end {
            if let Some(status) = self.process.try_wait().unwrap() {
                return (status.code(), self.said());
            }
            thread::sleep(PAUSE);
        }
        panic!("it has not ended\n{}", self.said());
    }

    /// The words of its command line.
    pub fn command_line(&self) -> Vec<String> {
        self.words("cmdline")
    }

    /// Its environment.
    pub fn environment(&self) -> Vec<String> {
        self.words("environ")
    }

    fn words(&self, file: &str) -> Vec<String> {
        let bytes = fs::read(format!("/proc/{}/{file}", self.process.id())).unwrap();
        let words = bytes.split(|byte| *byte == 0);
        words.map(|word| String::from_utf8_lossy(word).into_owned()).collect()
    }

    /// What it said on its way.
    pub fn said(&self) -> String {
        fs::read_to_string(self.instance.join("log/out.txt")).unwrap()
    }
}

/// Logs in once.
pub fn log_in(port: u16, user: &str, password: &str) -> Result<StompClient, WireError> {
    let credentials = Credentials::new(user, Secret::new(password));
    let login = StompLogin::new(Some(credentials));
    StompClient::log_in(&TcpConnect, &format!("127.0.0.1:{port}"), &login, soon())
}

/// Sends a message and waits until the broker has it.
pub fn send(client: &mut StompClient, destination: &str, body: &str) -> Result<(), WireError> {
    client.send(&OutgoingMessage::persistent(destination, body), soon())
}

/// The body of the first message of a queue.
pub fn receive(client: &mut StompClient, queue: &str) -> String {
    client.subscribe(&Subscription::new("1", queue, Acknowledge::Each), soon()).unwrap();
    match client.next_event(soon()).unwrap() {
        Some(Event::Message(message)) => String::from_utf8(message.into_body()).unwrap(),
        other => panic!("no message: {other:?}"),
    }
}

/// The first line that a web server answers.
pub fn ask_web(port: u16) -> String {
    let end = soon();
    loop {
        match TcpStream::connect(("127.0.0.1", port)) {
            Ok(mut stream) => {
                stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
                stream.write_all(b"GET / HTTP/1.0\r\nHost: localhost\r\n\r\n").unwrap();
                let mut answer = String::new();
                stream.read_to_string(&mut answer).unwrap();
                return answer.lines().next().unwrap_or_default().to_owned();
            }
            Err(error) if Instant::now() > end => panic!("{error}"),
            Err(_) => thread::sleep(PAUSE),
        }
    }
}

fn soon() -> Instant {
    Instant::now() + Duration::from_secs(20)
}
