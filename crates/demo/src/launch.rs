//! Starts a broker, and believes that it runs only when it says so itself.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use refit_model::{Protocol, Version};
use refit_wire::jolokia::Jolokia;
use refit_wire::{Credentials, TcpConnect, VersionQuestion, WireError, ask_version};

use crate::process::brokers_within;
use crate::tool::{Tool, last};
use crate::{DemoError, JavaHome};

/// A file of this machine that the vendor's script reads before the installation's own.
const MACHINE_FILE: &str = "/etc/default/activemq";
/// How long the start script itself may take; the broker goes on starting after it.
const SCRIPT_WITHIN: Duration = Duration::from_secs(30);
/// How long the process may take to show its command line after the script has ended.
const APPEARS_WITHIN: Duration = Duration::from_secs(5);
/// How long one question may take.
const ANSWER_WITHIN: Duration = Duration::from_secs(5);
/// How often a broker that is starting is asked.
const ASK_EVERY: Duration = Duration::from_millis(50);
/// How much of the log an error repeats, in bytes.
const LOG_LIMIT: usize = 3_000;

/// A broker that was started and has told what it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Started {
    /// Its process.
    pub pid: u32,
    /// The version that it tells.
    pub version: Version,
    /// From the start command to the last answer.
    pub took: Duration,
}

/// What is needed to start a broker and to ask it.
pub struct Launch<'a> {
    /// The folder that all belongs to.
    pub folder: &'a Path,
    /// The home, or a link to it.
    pub home: PathBuf,
    /// What the start script takes for the user's home, where it looks for a file of settings.
    pub user_home: PathBuf,
    /// The Java to run it with.
    pub java: &'a JavaHome,
    /// The port of the STOMP connector.
    pub stomp: u16,
    /// The port of the console.
    pub console: u16,
    /// A user who may connect by STOMP.
    pub broker_login: Credentials,
    /// A user of the console.
    pub console_login: Credentials,
}

impl Launch<'_> {
    /// Starts the broker by the vendor's script and waits until it answers by STOMP and by its
    /// console, as the process that was started, from a data folder within the folder.
    pub fn start(&self, within: Duration) -> Result<Started, DemoError> {
        if Path::new(MACHINE_FILE).exists() {
            return Err(DemoError::MachineFile(MACHINE_FILE.into()));
        }
        if let Some(running) = brokers_within(self.folder)?.first() {
            return Err(DemoError::Running { folder: self.folder.to_owned(), pid: running.pid });
        }
        self.remove_stale_pid_file()?;
        let begin = Instant::now();
        Tool::new(self.home.join("bin/activemq"))
            .arg("start")
            .env("HOME", &self.user_home)
            .env("JAVA_HOME", self.java.as_path())
            .within(self.folder)
            .run(SCRIPT_WITHIN)?;
        let (pid, version) = self.wait_until_true(begin, within)?;
        Ok(Started { pid, version, took: begin.elapsed() })
    }

    /// Removes what a broker that was killed left behind: the script would take any Java process
    /// that has got its number since for the broker, and do nothing.
    fn remove_stale_pid_file(&self) -> Result<(), DemoError> {
        let path = self.home.join("data/activemq.pid");
        match fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(DemoError::file("remove", &path)(error))
            }
            _ => Ok(()),
        }
    }

    fn wait_until_true(
        &self,
        begin: Instant,
        within: Duration,
    ) -> Result<(u32, Version), DemoError> {
        let mut seen = false;
        loop {
            let running = brokers_within(self.folder)?;
            seen |= !running.is_empty();
            let overdue = begin.elapsed() > APPEARS_WITHIN;
            let why = match running.as_slice() {
                [] if seen || overdue => {
                    return Err(DemoError::Died {
                        folder: self.folder.to_owned(),
                        log: self.log(),
                    });
                }
                [] => "no process yet".to_owned(),
                [broker] => match self.ask(broker.pid) {
                    Ok(version) => return Ok((broker.pid, version)),
                    Err(why) => why.to_string(),
                },
                [_, _, ..] => "more than one process".to_owned(),
            };
            if begin.elapsed() >= within {
                return Err(DemoError::NotReady {
                    folder: self.folder.to_owned(),
                    within,
                    why,
                    log: self.log(),
                });
            }
            thread::sleep(ASK_EVERY);
        }
    }

    /// The version, if everything that it tells fits the process.
    fn ask(&self, pid: u32) -> Result<Version, Doubt> {
        let deadline = Instant::now() + ANSWER_WITHIN;
        let question = VersionQuestion {
            connect: &TcpConnect,
            protocol: Protocol::Stomp,
            address: &format!("127.0.0.1:{}", self.stomp),
            credentials: Some(&self.broker_login),
        };
        let told = ask_version(&question, deadline)?;
        // Asked second, because the console comes up last, and can stop the broker if it fails to.
        let address = format!("127.0.0.1:{}", self.console);
        let console = Jolokia::new(&TcpConnect, address, Some(self.console_login.clone()));
        let broker = console.broker(deadline)?;
        let folder = self.folder.canonicalize().unwrap_or_default();
        if !broker.data_directory.starts_with(&folder) {
            return Err(Doubt::OtherData(broker.data_directory));
        }
        match console.process_id(deadline)? {
            Some(told) if told != pid => Err(Doubt::OtherProcess(told)),
            _ => Ok(told.version),
        }
    }

    fn log(&self) -> String {
        let path = self.home.join("data/activemq.log");
        match fs::read(&path) {
            Ok(bytes) => last(&bytes, LOG_LIMIT),
            Err(error) => format!("({} cannot be read: {error})", path.display()),
        }
    }
}

/// Why a broker does not yet count as started.
#[derive(Debug, thiserror::Error)]
enum Doubt {
    #[error(transparent)]
    Wire(#[from] WireError),
    #[error("a broker with its data in {} answers", .0.display())]
    OtherData(PathBuf),
    #[error("process {0} answers")]
    OtherProcess(u32),
}
