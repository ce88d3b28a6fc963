//! A server of OpenSSH in a folder of its own, on a free port of the loopback address.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use refit_demo::tell_skipped;
use refit_hosts::{Cancel, Program, Reader, SshClient, SshHost};
use refit_model::{HostName, SshAddress};
use tempfile::TempDir;

/// Where Debian puts it.
const PROGRAM: &str = "/usr/sbin/sshd";
/// The folder that it insists on where root starts it.
const PRIVILEGE_SEPARATION: &str = "/run/sshd";
/// How long it may take to listen, under load too.
const WITHIN: Duration = Duration::from_mins(1);

/// A server with its keys. It ends with this value.
pub struct Sshd {
    folder: TempDir,
    port: u16,
    server: Child,
}

impl Sshd {
    /// Starts one that lets this user in with a key; none, told loudly, where there is none.
    pub fn start(test: &str) -> Option<Self> {
        Self::without(test, &[])
    }

    /// The same, on whose host these folders are empty: they are the controller's alone. Only root
    /// can have that; elsewhere it is told that they are not.
    pub fn without(test: &str, hidden: &[&Path]) -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            tell_skipped(test, "there is no sshd (Debian's package openssh-server)");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        if rustix::process::geteuid().is_root() {
            fs::create_dir_all(PRIVILEGE_SEPARATION).unwrap();
        }
        make_key(&folder.path().join("host"));
        make_key(&folder.path().join("user"));
        fs::copy(folder.path().join("user.pub"), folder.path().join("authorized")).unwrap();
        fs::create_dir(folder.path().join("cache")).unwrap();
        // Another test may take the port before the server does.
        let begun = (0..5).find_map(|_| listen(folder.path(), hidden));
        let (port, server) = begun.unwrap_or_else(|| panic!("{}", log(folder.path())));
        let sshd = Self { folder, port, server };
        fs::write(sshd.known_hosts(), sshd.pinned(&sshd.host_key())).unwrap();
        Some(sshd)
    }

    /// A file of its folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The file with pinned keys, at first with the right one.
    pub fn known_hosts(&self) -> PathBuf {
        self.file("known_hosts")
    }

    /// The public key that the server shows: its type and its text.
    pub fn host_key(&self) -> String {
        key_of(&self.file("host.pub"))
    }

    /// Another key, which the server has not.
    pub fn other_key(&self) -> String {
        make_key(&self.file("other"));
        key_of(&self.file("other.pub"))
    }

    /// The line of a file of known hosts that pins this key for this server.
    pub fn pinned(&self, key: &str) -> String {
        format!("[127.0.0.1]:{} {key}\n", self.port)
    }

    /// Where it is reached.
    pub fn address(&self) -> SshAddress {
        let user = Command::new("id").arg("-un").output().unwrap().stdout;
        SshAddress {
            destination: format!("{}@127.0.0.1", String::from_utf8(user).unwrap().trim()),
            port: Some(self.port),
            known_hosts: (&self.known_hosts()).into(),
            identity: Some((&self.file("user")).into()),
        }
    }

    /// It as a host of Refit, on which the built binary answers.
    pub fn host(&self) -> SshHost {
        self.host_by(None)
    }

    /// The same with another program in place of `ssh`.
    pub fn host_by(&self, ssh: Option<&Path>) -> SshHost {
        let client = SshClient::new(self.address()).unwrap();
        let client = match ssh {
            None => client,
            Some(ssh) => client.with_program(ssh),
        };
        SshHost::with(HostName::new("local").unwrap(), client, refit())
    }

    /// Cuts every connection that there is.
    pub fn end_sessions(&self) {
        let server = procs_below(self.server.id());
        for pid in server {
            let pid = rustix::process::Pid::from_raw(i32::try_from(pid).unwrap()).unwrap();
            // It may have ended meanwhile.
            rustix::process::kill_process(pid, rustix::process::Signal::KILL).ok();
        }
    }

    /// Puts the program on the host, so that nobody waits for that later.
    pub fn warm(&self) {
        let (host, cancel) = (self.host(), Cancel::new());
        Reader::new(&host, &cancel, 60).identity().unwrap();
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        // Its sessions end with their connections.
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

/// The processes that the server made for its connections.
fn procs_below(parent: u32) -> Vec<u32> {
    let listed = fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap();
    listed.split_whitespace().map(|pid| pid.parse().unwrap()).collect()
}

/// The built binary. It is large, so it is digested once.
pub fn refit() -> Program {
    static REFIT: OnceLock<Program> = OnceLock::new();
    REFIT.get_or_init(|| Program::at(Path::new(env!("CARGO_BIN_EXE_refit")))).clone()
}

/// Starts a server on a free port; none if it did not come to listen.
fn listen(folder: &Path, hidden: &[&Path]) -> Option<(u16, Child)> {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let at = |name: &str| folder.join(name).display().to_string();
    let settings = [
        format!("ListenAddress 127.0.0.1:{port}"),
        format!("HostKey {}", at("host")),
        format!("AuthorizedKeysFile {}", at("authorized")),
        format!("PidFile {}", at("pid")),
        // The program is put there, and not into the home of whoever runs the tests.
        format!("SetEnv XDG_CACHE_HOME={}", at("cache")),
        "AuthenticationMethods publickey".into(),
        "PermitRootLogin yes".into(),
        "StrictModes no".into(),
        "UsePAM no".into(),
        "PrintMotd no".into(),
        "MaxStartups 100".into(),
    ];
    fs::write(folder.join("config"), settings.join("\n") + "\n").unwrap();
    let log = fs::File::create(folder.join("log")).unwrap();
    let mut command = hiding(hidden);
    command.arg(PROGRAM).args(["-D", "-e", "-f"]).arg(folder.join("config"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
    let mut server = command.spawn().unwrap();
    let deadline = Instant::now() + WITHIN;
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        if server.try_wait().unwrap().is_some() || Instant::now() > deadline {
            server.kill().ok();
            return None;
        }
        std::thread::sleep(Duration::from_millis(5));
    }
    Some((port, server))
}

/// What runs the rest of its words as a program to which these folders are empty.
fn hiding(hidden: &[&Path]) -> Command {
    let is_root = rustix::process::geteuid().is_root();
    if !is_root && !hidden.is_empty() {
        println!("not root: the host has the controller's folders too");
    }
    if !is_root || hidden.is_empty() {
        return Command::new("env");
    }
    let mut command = Command::new("unshare");
    let script = "while [ \"$1\" != -- ]; do mount -t tmpfs none \"$1\" || exit 1; shift; done; \
                  shift; exec \"$@\"";
    command.args(["--mount", "sh", "-c", script, "sh"]).args(hidden).arg("--");
    command
}

fn log(folder: &Path) -> String {
    fs::read_to_string(folder.join("log")).unwrap_or_default()
}

fn make_key(path: &Path) {
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f"]).arg(path);
    assert!(command.status().unwrap().success());
}

fn key_of(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.split(' ').take(2).collect::<Vec<_>>().join(" ")
}
