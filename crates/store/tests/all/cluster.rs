//! A PostgreSQL server of the tests' own: in a temporary folder, without a port, gone with them.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::OnceLock;
use std::thread;
use std::time::{Duration, Instant};

/// Where Debian keeps the programs of each version.
const VERSIONS: &str = "/usr/lib/postgresql";
/// As whom the server runs where the tests are root's, which it refuses to be.
const SERVER_USER: &str = "postgres";
/// How long the server may take until it answers.
const PATIENCE: Duration = Duration::from_mins(1);
/// The databases are thrown away: nobody needs them after a power cut.
const SETTINGS: [&str; 4] =
    ["listen_addresses=", "fsync=off", "max_connections=90", "shared_buffers=64MB"];

/// Ends the server and removes its folder, when its standard input ends: however the tests end. The
/// server's own file tells that it is gone; its number may stay in the table of processes.
const CARETAKER: &str = r#"read -r line; kill -QUIT "$1"; tries=100
while [ -e "$2/data/postmaster.pid" ] && [ "$tries" -gt 0 ]; do
    sleep 0.1; tries=$((tries - 1))
done
rm -rf -- "$2""#;

/// The server that all tests share, once it is needed.
static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();

/// A server that runs as long as this process.
pub struct Cluster {
    folder: PathBuf,
    /// Nobody waits for it: the caretaker ends it, and it ends with this process.
    _server: Child,
    _caretaker: ChildStdin,
}

impl Cluster {
    /// The server, which is started if it is the first time; nothing, and a word about it, where
    /// PostgreSQL is not installed.
    pub fn shared(test: &str) -> Option<&'static Self> {
        let start = || Some(Self::start(&program("postgres")?));
        let running = SHARED.get_or_init(start).as_ref();
        if running.is_none() {
            tell_skipped(test, "PostgreSQL's programs in /usr/lib/postgresql");
        }
        running
    }

    /// The URL of one of its databases.
    pub fn url(&self, database: &str) -> String {
        let host = self.folder.display().to_string().replace('/', "%2F");
        format!("postgresql://refit@localhost/{database}?host={host}")
    }

    fn start(server: &Path) -> Self {
        let folder = tempfile::Builder::new().prefix("refit-postgres-").tempdir().unwrap().keep();
        let data = folder.join("data");
        fs::create_dir(&data).unwrap();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
        if is_root() {
            let (user, group) = (number_of("-u", SERVER_USER), number_of("-g", SERVER_USER));
            for path in [&folder, &data] {
                chown(path, Some(user), Some(group)).unwrap();
            }
        }
        let made = as_server(&server.with_file_name("initdb"))
            .args(["--auth=trust", "--username=refit", "--no-sync", "--encoding=UTF8"])
            .args(["--locale=C", "--no-instructions", "--pgdata"])
            .arg(&data)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let log = fs::File::create(folder.join("log")).unwrap();
        let mut command = as_server(server);
        command.arg("-D").arg(&data).arg("-k").arg(&folder);
        command.args(SETTINGS.iter().flat_map(|setting| ["-c", setting]));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let running = command.spawn().unwrap();
        let caretaker = care(&running, &folder);
        let cluster = Self { folder, _server: running, _caretaker: caretaker };
        cluster.wait(&server.with_file_name("pg_isready"));
        cluster
    }

    /// Waits until it answers.
    fn wait(&self, is_ready: &Path) {
        let since = Instant::now();
        loop {
            let mut asked = Command::new(is_ready);
            asked.arg("-q").arg("-h").arg(&self.folder);
            if asked.status().unwrap().success() {
                return;
            }
            let log = fs::read_to_string(self.folder.join("log")).unwrap();
            assert!(since.elapsed() < PATIENCE, "the server does not answer: {log}");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

/// Starts the caretaker; it goes to work when what is given back is closed.
fn care(server: &Child, folder: &Path) -> ChildStdin {
    let mut caretaker = Command::new("sh");
    caretaker.args(["-c", CARETAKER, "caretaker", &server.id().to_string()]).arg(folder);
    caretaker.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    caretaker.spawn().unwrap().stdin.take().unwrap()
}

/// Says that a test is skipped, and what it needs: as `refit-demo` does, which would bring the
/// whole of Refit into these tests.
pub fn tell_skipped(test: &str, needs: &str) {
    // Not by `eprintln!`, which the test harness would swallow.
    let line = format!("SKIPPED {test}: needs {needs}\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
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
fn as_server(program: &Path) -> Command {
    let mut command = Command::new("setpriv");
    if is_root() {
        command.args(["--reuid", SERVER_USER, "--regid", SERVER_USER, "--init-groups"]);
    }
    command.arg(program);
    command.current_dir("/").env("LC_ALL", "C");
    command
}

fn is_root() -> bool {
    let told = Command::new("id").arg("-u").output().unwrap();
    told.stdout == b"0\n"
}

fn number_of(what: &str, user: &str) -> u32 {
    let told = Command::new("id").args([what, user]).output().unwrap();
    String::from_utf8(told.stdout).unwrap().trim().parse().unwrap()
}
