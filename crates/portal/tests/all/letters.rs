//! Letters: put in with what happened, sent by a real SMTP server where one is installed.

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use jiff::SignedDuration;
use refit_portal::{MailSettings, MailTls};

use crate::world::{World, request};

/// How long a letter may take to come, on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// Listens, tells its port, and writes down each message that comes as one line of JSON.
const SERVER: &str = r#"
import asyncio, json, sys
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

async def serve():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Keep()), "127.0.0.1", 0)
    print(json.dumps({"port": server.sockets[0].getsockname()[1]}), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()

asyncio.run(serve())
"#;

/// An SMTP server that ends with the test.
struct MailServer {
    process: Child,
    lines: Receiver<serde_json::Value>,
    port: u16,
}

impl MailServer {
    /// None where the server is not installed.
    fn start(test: &str) -> Option<Self> {
        let process = Command::new("python3")
            .args(["-c", SERVER])
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
    fn until(&self, to: &str, text: &str) -> Vec<(String, String)> {
        let mut letters = Vec::new();
        loop {
            let Ok(letter) = self.lines.recv_timeout(PATIENCE) else {
                panic!("no letter for {to} with `{text}`: {letters:#?}");
            };
            let message = letter["message"].as_str().unwrap().to_owned();
            let people = letter["to"].as_array().unwrap();
            let person = people.first().and_then(|to| to.as_str()).unwrap().to_owned();
            let plain = message.replace("=\r\n", "").replace("\r\n ", " ");
            let is_wanted = person == to && plain.contains(text);
            letters.push((person, message));
            if is_wanted {
                return letters;
            }
        }
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        self.process.wait().unwrap();
    }
}

#[test]
fn invitations_letters_and_reminders_go_out_once() {
    let test = "invitations_letters_and_reminders_go_out_once";
    let Some(server) = MailServer::start(test) else { return };
    let mail = MailSettings {
        host: "127.0.0.1".to_owned(),
        port: server.port,
        tls: MailTls::None,
        from: "Refit <refit@team.example>".to_owned(),
        user: None,
        password: None,
    };
    let world = World::with(Some(mail));
    world.people();
    let invited = server.until("ada@acme.example", "Subject: You are invited to Refit");
    let (_, letter) = invited.last().unwrap();
    assert!(letter.contains("multipart/alternative"), "{letter}");
    assert!(letter.contains("Auto-Submitted: auto-generated"), "{letter}");

    let case = request(&mut world.log_in("ada"));
    let told = server.until("ben@team.example", "A new request is in the queue");
    let (_, letter) = told.last().unwrap();
    assert!(letter.replace("=\r\n", "").contains(&case), "{letter}");

    // Nobody takes it up: the team is told once.
    world.pass(SignedDuration::from_hours(72));
    let late = server.until("ben@team.example", "Nobody has taken the request up");
    let ids = |letters: &[(String, String)]| {
        let id = |letter: &str| {
            let mut lines = letter.lines();
            let line = lines.find(|line| line.starts_with("Message-ID:")).unwrap();
            line.to_owned()
        };
        letters.iter().map(|(_, letter)| id(letter)).collect::<Vec<_>>()
    };
    let mut all = [ids(&invited), ids(&told), ids(&late)].concat();
    let count = all.len();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), count, "a letter came twice");
}
