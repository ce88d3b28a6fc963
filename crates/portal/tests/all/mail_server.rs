//! A real SMTP server, which keeps what it gets: Python's aiosmtpd, where it is installed.

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// How long a letter may take to come, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Listens, tells its port, and writes down each message that comes as one line of JSON.
const SERVER: &str = r#"
import asyncio, json, ssl, sys
try:
    from aiosmtpd.smtp import SMTP
except ImportError:
    print(json.dumps({"missing": True}), flush=True)
    sys.exit(0)

class Keep:
    async def handle_DATA(self, server, session, envelope):
        message = envelope.content.decode("utf-8", "replace")
        print(json.dumps({"to": envelope.rcpt_tos, "message": message}), flush=True)
        return "250 OK"

tls = {}
if len(sys.argv) > 1:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(*sys.argv[1:])
    tls = {"tls_context": context, "require_starttls": True}

async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep(), **tls), "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()

asyncio.run(serve())
"#;

/// An SMTP server that ends with the test.
pub struct MailServer {
    process: Child,
    lines: Receiver<serde_json::Value>,
    pub port: u16,
}

impl MailServer {
    /// None where the server is not installed.
    pub fn start(test: &str) -> Option<Self> {
        Self::start_with(test, &[])
    }

    /// The same with the files of a certificate and its key: letters are taken over TLS alone.
    pub fn start_with(test: &str, files: &[&Path]) -> Option<Self> {
        let process = Command::new("python3")
            .args(["-c", SERVER])
            .args(files)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut process) = process else {
            crate::cluster::tell_skipped(test, "python3");
            return None;
        };
        let (sender, lines) = channel::<serde_json::Value>();
        let out = BufReader::new(process.stdout.take().unwrap());
        std::thread::spawn(move || {
            for line in out.lines() {
                if sender.send(serde_json::from_str(&line.unwrap()).unwrap()).is_err() {
                    break;
                }
            }
        });
        let first = lines.recv_timeout(PATIENCE).unwrap();
        if first["missing"] == true {
            crate::cluster::tell_skipped(test, "Python's package aiosmtpd");
            process.wait().unwrap();
            return None;
        }
        let port = first["port"].as_u64().unwrap().try_into().unwrap();
        Some(Self { process, lines, port })
    }

    /// The next letters, up to one for this person that holds this text, whatever its lines are
    /// broken at. It is the last.
    pub fn until(&self, to: &str, text: &str) -> Vec<(String, String)> {
        let mut letters = Vec::new();
        loop {
            let Some((person, message)) = self.next(PATIENCE) else {
                panic!("no letter for {to} with `{text}`: {letters:#?}");
            };
            let plain = message.replace("=\r\n", "").replace("\r\n ", " ");
            let is_wanted = person == to && plain.contains(text);
            letters.push((person, message));
            if is_wanted {
                return letters;
            }
        }
    }

    /// The next letter, receiver and message, if one comes in time.
    pub fn next(&self, patience: Duration) -> Option<(String, String)> {
        let letter = self.lines.recv_timeout(patience).ok()?;
        let person = letter["to"][0].as_str().unwrap().to_owned();
        Some((person, letter["message"].as_str().unwrap().to_owned()))
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}
