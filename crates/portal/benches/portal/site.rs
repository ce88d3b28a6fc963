//! The server that is measured, and people who are logged in.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use refit_model::Secret;
use refit_packs::Packs;
use refit_portal::{Authorities, Clock, ConnectionLimits, Contents, LogForm, Settings};
use refit_store::{KeyFile, Location};
use serde_json::json;

use crate::browser::Browser;
use crate::people::{invite, log_in, organisation, set_password};

/// How long the first round over all cases may take.
const PATIENCE: Duration = Duration::from_mins(10);

/// Ticks of the kernel's accounts in a second.
const TICKS: u64 = 100;

/// Who looks: id, organisation, role. Their cases are filled in under these ids.
pub const PEOPLE: [(&str, &str, &str); 7] = [
    ("anna-0", "org-0", "customer"),
    ("anna-7", "org-7", "customer"),
    ("anna-21", "org-21", "customer"),
    ("ben-1", "team", "consultant"),
    ("ben-4", "team", "consultant"),
    ("pia-0", "team", "project-manager"),
    ("pia-2", "team", "project-manager"),
];

/// The word by which this program becomes the server, with a folder after it.
pub const SERVE: &str = "--serve-in";
/// The variable that names its database, where that is not a file.
const DATABASE: &str = "REFIT_BENCH_DATABASE";

/// Serves from a folder until it is told to end, as `refit serve` does.
pub fn serve(folder: &Path) {
    refit_portal::log(LogForm::Json);
    let settings = Settings {
        listen: ([127, 0, 0, 1], 0).into(),
        public_url: None,
        is_behind_proxy: false,
        key_file: key_file(folder),
        forgets_secrets: false,
        database: location(folder, std::env::var(DATABASE).ok().as_deref()),
        contents: Contents::Folder(folder.join("contents")),
        packs: Packs::embedded(),
        is_demo: false,
        administrator: "administrator@localhost".to_owned(),
        mail: None,
        oidc: None,
        authorities: Authorities::default(),
        webhook_hosts: Vec::new(),
        upgrades: None,
        rounds: Duration::from_secs(30),
        patience: Duration::from_secs(20),
        connections: ConnectionLimits::default(),
        clock: Clock::default(),
    };
    refit_portal::run(settings, |server| {
        let told = json!({ "url": server.url(), "first_administrator": server.first_link() });
        println!("{told}");
    })
    .expect("the server serves");
}

fn key_file(folder: &Path) -> KeyFile {
    KeyFile::at(folder.join("service.key"))
}

fn location(folder: &Path, database: Option<&str>) -> Location {
    match database {
        None => Location::File(folder.join("service.sqlite")),
        Some(url) => Location::postgres(&Secret::new(url)).expect("a good URL"),
    }
}

/// Where the server runs.
pub struct Site {
    folder: tempfile::TempDir,
    database: Option<String>,
}

/// A server that runs.
pub struct Running {
    process: Child,
    pub url: String,
    first_link: String,
    log: PathBuf,
    since: Instant,
}

/// Somebody who is logged in.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: &'static str,
    pub role: &'static str,
    pub cookie: String,
}

/// Resident memory, in kB.
#[derive(Clone, Copy, Debug)]
pub struct Memory {
    pub now: u64,
    pub peak: u64,
}

impl Site {
    pub fn new(database: Option<String>) -> Self {
        Self { folder: tempfile::tempdir().expect("a folder can be made"), database }
    }

    pub fn key_file(&self) -> KeyFile {
        key_file(self.folder.path())
    }

    pub fn location(&self) -> Location {
        location(self.folder.path(), self.database.as_deref())
    }

    pub fn start(&self) -> Running {
        let mut command = Command::new(std::env::current_exe().expect("this program"));
        command.arg(SERVE).arg(self.folder.path());
        if let Some(url) = &self.database {
            command.env(DATABASE, url);
        }
        let (since, log) = (Instant::now(), self.folder.path().join("log"));
        let mut process = command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).expect("a log"))
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let told = lines.next().expect("it listens").expect("text");
        let told: serde_json::Value = serde_json::from_str(&told).expect("JSON");
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        let (url, first_link) = (text("url"), text("first_administrator"));
        Running { process, url, first_link, log, since }
    }

    /// The people, with sessions.
    pub fn people(&self) -> Vec<Person> {
        let server = self.start();
        let mut admin = Browser::new(&server.url);
        set_password(&mut admin, &server.first_link);
        log_in(&mut admin, "administrator");
        for number in 0..crate::fill::ORGANISATIONS {
            let id = format!("org-{number}");
            organisation(&mut admin, &id, &id);
        }
        let first = ("administrator", "administrator");
        let invited = PEOPLE.map(|(id, organisation, role)| {
            let link = invite(&mut admin, id, organisation, role);
            set_password(&mut Browser::new(&server.url), &link);
            (id, role)
        });
        let all = std::iter::once(first).chain(invited);
        let people =
            all.map(|(id, role)| Person { id, role, cookie: session(&server, id) }).collect();
        server.end();
        people
    }
}

impl Running {
    /// Waits until the server has looked at all cases once; how long that took.
    pub fn until_round_is_over(&self) -> Duration {
        while self.since.elapsed() < PATIENCE {
            let log = fs::read_to_string(&self.log).expect("the log");
            if log.contains(r#""work":"reminders""#) {
                return self.since.elapsed();
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("the first round did not end");
    }

    pub fn memory(&self) -> Memory {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id()));
        let status = status.expect("the server runs");
        let line = |name: &str| {
            let line = status.lines().find_map(|line| line.strip_prefix(name));
            let number = line.and_then(|line| line.split_whitespace().next());
            number.and_then(|number| number.parse().ok()).unwrap_or_default()
        };
        Memory { now: line("VmRSS:"), peak: line("VmHWM:") }
    }

    /// How much of the processors it has had, however busy they are with other things.
    pub fn processor_time(&self) -> Duration {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.process.id()));
        let stat = stat.expect("the server runs");
        let after_name = stat.rsplit(')').next().unwrap_or_default();
        let words: Vec<_> = after_name.split_whitespace().collect();
        let ticks = words[11..=12].iter().filter_map(|word| word.parse::<u64>().ok());
        Duration::from_millis(ticks.sum::<u64>() * 1000 / TICKS)
    }

    pub fn end(mut self) {
        let id = rustix::process::Pid::from_child(&self.process);
        let told = rustix::process::kill_process(id, rustix::process::Signal::TERM);
        told.expect("the server runs");
        assert!(self.process.wait().expect("it ends").success());
    }
}

fn session(server: &Running, name: &str) -> String {
    let mut browser = Browser::new(&server.url);
    log_in(&mut browser, name);
    let cookies = browser.cookies.iter().map(|(name, value)| format!("{name}={value}"));
    cookies.collect::<Vec<_>>().join("; ")
}
