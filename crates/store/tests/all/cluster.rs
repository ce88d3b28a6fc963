//! A PostgreSQL server of the tests' own: in a temporary folder, without a port, gone with them.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError, Weak, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

/// Where Debian keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// As whom the server runs where the tests are root's, which it refuses to be.
const SERVER_USER: &str = "postgres";
/// How long the server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);
/// The databases are thrown away: nobody needs them after a power cut.
const SETTINGS: [&str; 4] =
    ["listen_addresses=", "fsync=off", "max_connections=90", "shared_buffers=64MB"];

/// The server that tests at the same time share.
static SHARED: Mutex<Weak<Cluster>> = Mutex::new(Weak::new());

/// A server that runs as long as this lives.
pub struct Cluster {
    folder: TempDir,
    server: Pid,
    waiter: Option<JoinHandle<()>>,
}

impl Cluster {
    /// The server, which is started if none runs; nothing, and a word about it, where PostgreSQL
    /// is not installed.
    pub fn shared(test: &str) -> Option<Arc<Self>> {
        let Some(server) = program("postgres") else {
            refit_demo::tell_skipped(test, "PostgreSQL's programs in /usr/lib/postgresql");
            return None;
        };
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(running) = shared.upgrade() {
            return Some(running);
        }
        let started = Arc::new(Self::start(&server));
        *shared = Arc::downgrade(&started);
        Some(started)
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let host = self.folder.path().display().to_string().replace('/', "%2F");
        format!("postgresql://refit@localhost/{database}?host={host}")
    }

    fn start(server: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("refit-postgres-").tempdir().unwrap();
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        if rustix::process::getuid().is_root() {
            let (user, group) = (number_of("-u"), number_of("-g"));
            for path in [folder.path(), &data] {
                chown(path, Some(user), Some(group)).unwrap();
            }
        }
        let made = as_server(&server.with_file_name("initdb"), &[])
            .args(["--auth=trust", "--username=refit", "--no-sync", "--encoding=UTF8"])
            .args(["--locale=C", "--no-instructions", "--pgdata"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let log = fs::File::create(folder.path().join("log")).unwrap();
        // Ended by the kernel if these tests are.
        let mut command = as_server(server, &["--pdeathsig=QUIT"]);
        command.arg("-D").arg(&data).arg("-k").arg(folder.path());
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let (pid, waiter) = spawn(command);
        let cluster = Self { folder, server: pid, waiter: Some(waiter) };
        cluster.wait(&server.with_file_name("pg_isready"));
        cluster
    }

    /// Waits until it answers.
    fn wait(&self, is_ready: &Path) {
        let since = Instant::now();
        loop {
            let mut asked = Command::new(is_ready);
            asked.arg("-q").arg("-h").arg(self.folder.path());
            if asked.status().unwrap().success() {
                return;
            }
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap();
            assert!(since.elapsed() < PATIENCE, "the server does not answer: {log}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // It may have ended by itself.
        let told = kill_process(self.server, Signal::QUIT);
        if let (Ok(()), Some(waiter)) = (told, self.waiter.take()) {
            waiter.join().unwrap();
        }
    }
}

/// Starts the server by a thread that lives as long as it: the kernel takes the end of the thread
/// that started a process for the end of its parent.
fn spawn(mut server: Command) -> (Pid, JoinHandle<()>) {
    let (tell, told) = mpsc::channel();
    let waiter = thread::spawn(move || {
        let mut child: Child = server.spawn().unwrap();
        tell.send(Pid::from_child(&child)).unwrap();
        child.wait().unwrap();
    });
    (told.recv().unwrap(), waiter)
}

/// A program of the newest version that is installed.
pub fn program(name: &str) -> Option<PathBuf> {
    let versions = fs::read_dir(VERSIONS).ok()?.filter_map(Result::ok);
    let mut found: Vec<_> = versions
        .map(|version| version.path().join("bin").join(name))
        .filter(|program| program.exists())
        .collect();
    found.sort();
    found.pop()
}

/// A command that runs as the server's user.
fn as_server(program: &Path, options: &[&str]) -> Command {
    let mut command = Command::new("setpriv");
    command.args(options);
    if rustix::process::getuid().is_root() {
        command.args(["--reuid", SERVER_USER, "--regid", SERVER_USER, "--init-groups"]);
    }
    command.arg(program);
    command.current_dir("/").env("LC_ALL", "C");
    command
}

fn number_of(what: &str) -> u32 {
    let told = Command::new("id").args([what, SERVER_USER]).output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().parse().unwrap()
}
