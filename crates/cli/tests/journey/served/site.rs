//! A place where the server runs, with people in it, records, contents and a mail server.

use std::fs::{self, File, OpenOptions};
use std::io::{BufRead as _, BufReader};
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use refit_model::Secret;
use refit_store::{KeyFile, Location};

use super::checked::Letters;
use super::person::Person;
use crate::browser::Browser;
use crate::mail_server::MailServer;
use crate::people::{invite, log_in, organisation, set_password};

/// Where the server runs.
pub struct Site {
    folder: tempfile::TempDir,
    database: Option<String>,
    pub mail: MailServer,
}

/// A server that runs.
pub struct Running {
    process: Child,
    pub url: String,
    first_link: String,
}

impl Site {
    /// A new one, on SQLite if no database is named; none where there is no mail server.
    pub fn new(test: &str, database: Option<String>) -> Option<Self> {
        let (folder, mail) = (tempfile::tempdir().unwrap(), MailServer::start(test)?);
        let config = format!(
            "[mail]\nhost = \"127.0.0.1\"\nport = {}\ntls = \"none\"\n\
             from = \"Refit <refit@team.example>\"\n",
            mail.port
        );
        fs::write(folder.path().join("service.toml"), config).unwrap();
        Some(Self { folder, database, mail })
    }

    /// Adds a file with a secret; gives its path.
    #[cfg(feature = "s3")]
    pub fn secret(&self, name: &str, text: &str) -> PathBuf {
        use std::os::unix::fs::PermissionsExt as _;
        let path = self.folder.path().join(name);
        fs::write(&path, text).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
        path
    }

    /// Adds a table to the configuration.
    #[cfg(feature = "s3")]
    pub fn configure(&self, table: &str) {
        let path = self.folder.path().join("service.toml");
        let text = fs::read_to_string(&path).unwrap();
        fs::write(path, format!("{text}\n{table}")).unwrap();
    }

    /// Its state directory.
    fn state(&self) -> PathBuf {
        self.folder.path().join(".refit")
    }

    pub fn contents(&self) -> PathBuf {
        self.state().join("contents")
    }

    pub fn key_file(&self) -> KeyFile {
        KeyFile::at(self.state().join("service.key"))
    }

    pub fn location(&self) -> Location {
        match &self.database {
            None => Location::File(self.state().join("service.sqlite")),
            Some(url) => Location::postgres(&Secret::new(url.as_str())).unwrap(),
        }
    }

    /// Starts the server, and waits until it listens.
    pub fn start(&self) -> Running {
        let mut command = Command::new(env!("CARGO_BIN_EXE_refit"));
        command.args(["serve", "--listen", "127.0.0.1:0", "--format", "json"]);
        command.args(["--config", "service.toml"]);
        if let Some(url) = &self.database {
            command.args(["--database", url]);
        }
        let mut process = command
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log(self.folder.path()))
            .spawn()
            .unwrap();
        let mut told = String::new();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        while !told.ends_with("}\n") {
            let Some(line) = lines.next() else {
                let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
                panic!("the server did not start: {log}");
            };
            told += &(line.unwrap() + "\n");
        }
        let told: serde_json::Value = serde_json::from_str(&told).unwrap();
        let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
        Running { process, url: text("url"), first_link: text("first_administrator") }
    }

    /// Two customers, a consultant and a project manager, who are logged in.
    pub fn people(&self) -> Vec<Person> {
        let server = self.start();
        let mut admin = Browser::new(&server.url);
        set_password(&mut admin, &server.first_link);
        log_in(&mut admin, "administrator");
        for id in ["acme", "rival"] {
            organisation(&mut admin, id, id);
        }
        let people = [
            ("ada", "acme", "customer"),
            ("eve", "rival", "customer"),
            ("ben", "team", "consultant"),
            ("pia", "team", "project-manager"),
        ];
        let people = people.map(|(id, organisation, role)| {
            let link = invite(&mut admin, id, organisation, role);
            let mut browser = Browser::new(&server.url);
            set_password(&mut browser, &link);
            log_in(&mut browser, id);
            browser.get("/account").expect(200);
            Person::new(&browser, role)
        });
        server.kill();
        people.into()
    }

    /// The letters that have come.
    pub fn take_letters(&self, letters: &mut Letters) {
        while let Some((to, message)) = self.mail.next(Duration::ZERO) {
            letters.take(&to, &message);
        }
    }
}

impl Running {
    /// The most memory that it has had, in MB: its resident set.
    pub fn peak_memory(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.process.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().strip_suffix(" kB").unwrap().parse::<u64>().unwrap() / 1024
    }

    /// Kills it, whatever it does.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        let ended = self.process.wait().unwrap();
        assert_eq!(ended.signal(), Some(9), "the kill must have happened: {ended}");
    }
}

/// What the server says goes to one file, all rounds together.
fn log(folder: &Path) -> File {
    OpenOptions::new().create(true).append(true).open(folder.join("log")).unwrap()
}
