//! Environments whose broker is the stub, put back as they were again and again.

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use refit_demo::{artifacts_for_tests, brokers_within, tell_skipped};
use refit_execute::{Event, Journal, Payload, StepEvent};
use refit_model::{Digest, RunId};
use rustix::fs::{FlockOperation, flock};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;

use crate::refit::Refit;
use crate::site::{NEW, OLD};
use crate::tree::{self, Tree};

/// The environment's name.
pub const NAME: &str = "staging";
const WITHIN: Duration = Duration::from_secs(20);
/// What of the archives the stub, the planner and the checks of files need.
const PARTS: [&str; 4] = ["bin/activemq", "bin/activemq.jar", "bin/env", "conf"];
const JARS: [&str; 2] = ["broker", "spring"];
/// Files whose content holds times or process ids, and so differs from one time to the next.
const TIMED: [&str; 4] = ["activemq.pid", "ENTRIES.jsonl", "SHA256SUMS", "README.txt"];

/// What the installation is like, and with it the plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A link leads to the home; the data are in it and are moved out.
    LinkedDataMove,
    /// A link leads to the home; the data stay where they are.
    LinkedDataStay,
    /// The home is named by its own folder.
    Unlinked,
}

/// From where it is begun again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Begin {
    /// The plan is approved, nothing is run.
    Approved,
    /// The run is done.
    Done,
}

/// An environment in a folder of its own.
pub struct StubSite {
    /// `refit` in its folder.
    pub refit: Refit,
    root: PathBuf,
    folder: TempDir,
    shape: Shape,
}

impl StubSite {
    /// Makes an environment, up to the approval. None, told loudly, where something is missing.
    pub fn make(shape: Shape, test: &str) -> Option<Self> {
        let Some(stub) = option_env!("CARGO_BIN_EXE_broker-stub") else {
            tell_skipped(test, "--features broker-stub (cargo xtask test sets it)");
            return None;
        };
        let archives = artifacts_for_tests(test, [OLD, NEW])?;
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap().join("site");
        for part in ["java/bin", "software", "archives", "environments", "packs"] {
            fs::create_dir_all(root.join(part)).unwrap();
        }
        fs::copy(stub, root.join("java/bin/java")).unwrap();
        fs::write(root.join("java/release"), "JAVA_VERSION=\"17.0.1\"\n").unwrap();
        for (archive, version) in archives.iter().zip([OLD, NEW]) {
            make_smaller(archive, version, &root);
        }
        let real = Sha256::digest(fs::read(&archives[1]).unwrap());
        make_pack(&root, &hex::encode(real));
        let refit = Refit::in_folder(&root)
            .option("--artifacts", root.join("archives"))
            .option("--packs", root.join("packs"));
        let site = Self { refit, root, folder, shape };
        site.install();
        site.start();
        site.prepare();
        site.keep("approved");
        Some(site)
    }

    /// The newest plan.
    pub fn plan(&self) -> Digest {
        self.newest("plan")
    }

    /// The newest assessment.
    pub fn assessment(&self) -> Digest {
        self.newest("assessment")
    }

    /// How many steps the newest plan has.
    pub fn steps(&self) -> usize {
        let path = format!("documents/plan/{}.json", self.plan().to_hex());
        let json = fs::read(self.refit.state_folder().join(path)).unwrap();
        let plan: serde_json::Value = serde_json::from_slice(&json).unwrap();
        plan["body"]["steps"].as_array().unwrap().len()
    }

    /// The environment file.
    pub fn environment_file(&self) -> PathBuf {
        self.root.join("environments/staging.toml")
    }

    /// A configuration file of the old version.
    pub fn configuration_file(&self) -> PathBuf {
        self.home(OLD).join("conf/activemq.xml")
    }

    /// The folder of a run.
    pub fn run_folder(&self, run: &str) -> PathBuf {
        self.refit.state_folder().join("runs").join(run)
    }

    /// Takes a run into this process's hands.
    pub fn lock(&self, run: &str) -> fs::File {
        let folder = self.run_folder(run);
        fs::create_dir_all(&folder).unwrap();
        let file = fs::File::create(folder.join("lock")).unwrap();
        flock(&file, FlockOperation::NonBlockingLockExclusive).unwrap();
        file
    }

    fn newest(&self, kind: &str) -> Digest {
        let path = self.refit.state_folder().join("installations/staging/activemq/newest.json");
        let newest: serde_json::Value = serde_json::from_slice(&fs::read(path).unwrap()).unwrap();
        newest[kind].as_str().unwrap().parse().unwrap()
    }

    fn software(&self) -> PathBuf {
        self.root.join("software")
    }

    fn home(&self, version: &str) -> PathBuf {
        self.software().join(format!("apache-activemq-{version}"))
    }

    /// The old version, configured: two free ports, and settings of the site.
    fn install(&self) {
        let archive = self.root.join(format!("archives/apache-activemq-{OLD}-bin.tar.gz"));
        run(Command::new("tar").arg("xzf").arg(archive).arg("-C").arg(self.software()));
        let home = self.home(OLD);
        if self.shape != Shape::Unlinked {
            let target = format!("apache-activemq-{OLD}");
            std::os::unix::fs::symlink(target, self.software().join("activemq")).unwrap();
        }
        let free: Vec<_> = (0..2).map(|_| TcpListener::bind("127.0.0.1:0").unwrap()).collect();
        let port = |index: usize| free[index].local_addr().unwrap().port();
        change(&home.join("conf/activemq.xml"), |text| {
            let (before, rest) = text.split_once("<transportConnectors>").unwrap();
            let (_, after) = rest.split_once("</transportConnectors>").unwrap();
            let connector = format!(
                "<transportConnector name=\"openwire\" uri=\"tcp://127.0.0.1:{}\"/>",
                port(0)
            );
            format!("{before}<transportConnectors>{connector}</transportConnectors>{after}")
        });
        change(&home.join("conf/jetty.xml"), |text| {
            let port = format!("value=\"{}\"", port(1));
            text.replacen("value=\"8161\"", &port, 1)
        });
        change(&home.join("conf/users.properties"), |text| text + "site=a password of the site\n");
    }

    /// From the environment file to the approval.
    fn prepare(&self) {
        self.write_environment(0);
        self.refit.expect(0, &["assess", NAME]);
        let decided = match self.shape {
            Shape::LinkedDataMove => "data-location=move",
            Shape::LinkedDataStay | Shape::Unlinked => "data-location=keep",
        };
        self.refit.expect(0, &["plan", NAME, "--decide", decided, "--by", "Ann"]);
        self.refit.expect(0, &["rehearse", NAME]);
        self.refit.expect(0, &["approve", NAME, "--by", "Ann", "--valid-hours", "48"]);
    }

    /// Writes the environment file, with its entries in the order of this number.
    pub fn write_environment(&self, order: usize) {
        let home = match self.shape {
            Shape::Unlinked => self.home(OLD),
            _ => self.software().join("activemq"),
        };
        let mut entries = [
            "host = \"local\"".to_owned(),
            "platform = \"activemq-classic\"".to_owned(),
            format!("home = \"{}\"", home.display()),
            format!("java_home = \"{}/java\"", self.root.display()),
        ];
        entries.rotate_left(order % 4);
        let installation = format!("[installations.activemq]\n{}\n", entries.join("\n"));
        let mut tables = ["[hosts.local]\ntransport = \"local\"\n".to_owned(), installation];
        tables.rotate_left(order % 2);
        let text = format!("schema = 1\nname = \"{NAME}\"\n{}", tables.concat());
        fs::write(self.environment_file(), text).unwrap();
    }

    fn kept(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn keep(&self, name: &str) {
        let kept = self.kept(name);
        if kept.exists() {
            fs::remove_dir_all(&kept).unwrap();
        }
        copy(&self.root, &kept);
    }

    /// Puts everything back, and starts the stub that ran then.
    pub fn begin_again(&self, begin: Begin) {
        self.end_brokers();
        fs::remove_dir_all(&self.root).unwrap();
        let name = if begin == Begin::Approved { "approved" } else { "done" };
        copy(&self.kept(name), &self.root);
        let version = if begin == Begin::Approved { OLD } else { NEW };
        let before = self.starts();
        self.start_version(version);
        // This start is the test's own.
        fs::write(self.starts_path(), before).unwrap();
    }

    fn start(&self) {
        self.start_version(OLD);
    }

    fn start_version(&self, version: &str) {
        let home = match self.shape {
            Shape::Unlinked => self.home(version),
            _ => self.software().join("activemq"),
        };
        let data = self.data(version);
        let mut command = Command::new(home.join("bin/activemq"));
        command.arg("start").env_clear().env("PATH", std::env::var_os("PATH").unwrap());
        command.env("HOME", &self.root).env("JAVA_HOME", self.root.join("java"));
        command.env("ACTIVEMQ_DATA", &data).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        fs::remove_file(data.join("activemq.pid")).ok();
        let before = self.starts();
        assert!(command.status().unwrap().success());
        let deadline = std::time::Instant::now() + WITHIN;
        while self.starts() == before {
            assert!(std::time::Instant::now() < deadline, "the stub {version} did not start");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    fn data(&self, version: &str) -> PathBuf {
        let old = self.home(OLD).join("data");
        match fs::read_link(&old) {
            Ok(target) if version == NEW => target,
            _ => old,
        }
    }

    fn starts_path(&self) -> PathBuf {
        self.data(OLD).join("kahadb/starts")
    }

    /// The lines that each start writes to the store, as its last act before it serves.
    fn starts(&self) -> Vec<u8> {
        fs::read(self.starts_path()).unwrap_or_default()
    }

    /// The versions that run and listen.
    fn running(&self) -> Vec<String> {
        let found = brokers_within(&self.root).unwrap();
        let version = |home: &Path| {
            let name = home.canonicalize().ok()?.file_name()?.to_str()?.to_owned();
            Some(name.strip_prefix("apache-activemq-")?.to_owned())
        };
        found.iter().filter_map(|broker| version(&broker.home)).collect()
    }

    fn end_brokers(&self) {
        for broker in brokers_within(&self.root).unwrap() {
            broker.kill(WITHIN).unwrap();
        }
    }

    /// Whether the last record is an end, and came after the first `before` ones.
    pub fn is_over(&self, before: usize) -> bool {
        let last = self.events().split_off(before).pop();
        last.is_some_and(|event| matches!(event.payload, Payload::Ended { .. }))
    }

    /// Waits until the last record of the run is an end.
    pub fn until_over(&self) {
        let deadline = std::time::Instant::now() + Duration::from_mins(2);
        while !self.is_over(0) {
            assert!(std::time::Instant::now() < deadline, "the run did not end");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// The events of the one run; none before it has begun.
    pub fn events(&self) -> Vec<Event> {
        let Ok(runs) = fs::read_dir(self.refit.state_folder().join("runs")) else {
            return Vec::new();
        };
        let mut runs = runs.map(|entry| entry.unwrap().path());
        let Some(folder) = runs.next() else { return Vec::new() };
        assert_eq!(runs.next(), None, "one run is expected");
        let journal = folder.join("journal.sqlite");
        if !journal.exists() {
            return Vec::new();
        }
        let run = RunId::new(folder.file_name().unwrap().to_str().unwrap()).unwrap();
        Journal::read_only(&journal, &run).unwrap()
    }

    /// Does the run and keeps how things stand then, to be begun again from there. Gives how many
    /// events the run had.
    pub fn keep_done(&self) -> usize {
        self.begin_again(Begin::Approved);
        self.refit.expect(0, &["run", NAME]);
        self.keep("done");
        self.events().len()
    }

    /// How the environment stands.
    pub fn picture(&self) -> Picture {
        let mut files = tree::tree(&self.software(), &|path| path.starts_with(".refit-control"));
        for (path, shown) in &mut files {
            if TIMED.iter().any(|name| path.ends_with(name)) {
                "of its own time".clone_into(shown);
            }
        }
        let mut ends: BTreeMap<String, u32> = BTreeMap::new();
        for event in self.events() {
            if let Payload::Step { step, event, .. } = event.payload
                && matches!(event, StepEvent::Done | StepEvent::Undone)
            {
                *ends.entry(format!("{step} {event:?}")).or_default() += 1;
            }
        }
        Picture { files, running: self.running(), ends }
    }
}

impl Drop for StubSite {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            self.end_brokers();
        } else if let Ok(brokers) = brokers_within(&self.root) {
            for broker in brokers {
                broker.kill(WITHIN).unwrap_or(());
            }
        }
    }
}

/// How an environment stands: files with modes and contents, what runs, and how often each step
/// came to its end. The store holds a line for each start of the stub, so that a start too many is
/// seen.
#[derive(Debug, PartialEq, Eq)]
pub struct Picture {
    files: Tree,
    running: Vec<String>,
    ends: BTreeMap<String, u32>,
}

impl Picture {
    /// Asserts that nothing differs.
    pub fn equals(&self, expected: &Self, point: &str) {
        let differences = tree::differences(&expected.files, &self.files);
        assert!(differences.is_empty(), "{point}: {differences:#?}");
        assert_eq!(self.running, expected.running, "{point}");
        assert_eq!(self.ends, expected.ends, "{point}");
    }
}

/// An archive with the parts of the vendor's that are needed.
fn make_smaller(archive: &Path, version: &str, root: &Path) {
    let name = format!("apache-activemq-{version}");
    let work = root.join("work");
    fs::create_dir_all(&work).unwrap();
    let mut unpack = Command::new("tar");
    unpack.arg("xzf").arg(archive).arg("-C").arg(&work);
    unpack.args(PARTS.map(|part| format!("{name}/{part}")));
    unpack.args(JARS.map(|jar| format!("{name}/lib/activemq-{jar}-{version}.jar")));
    run(&mut unpack);
    let mut pack = Command::new("tar");
    pack.arg("czf").arg(root.join(format!("archives/{name}-bin.tar.gz")));
    run(pack.arg("-C").arg(&work).arg(&name));
    fs::remove_dir_all(&work).unwrap();
}

/// The pack, which knows the smaller archive in place of the vendor's, and whose broker is up with
/// its first answer.
fn make_pack(root: &Path, real: &str) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/activemq-classic");
    let to = root.join("packs/activemq-classic");
    copy(&from, &to);
    let smaller = fs::read(root.join(format!("archives/apache-activemq-{NEW}-bin.tar.gz")));
    let smaller = hex::encode(Sha256::digest(smaller.unwrap()));
    for path in ["pack.toml", &format!("shipped/{NEW}.json")] {
        change(&to.join(path), |text| text.replace(real, &smaller));
    }
    change(&to.join("pack.toml"), |text| {
        let settle = "[estimates.settle_milliseconds]\nvalue = 3000";
        assert!(text.contains(settle));
        text.replace(settle, "[estimates.settle_milliseconds]\nvalue = 0")
    });
}

fn change(path: &Path, change: impl FnOnce(String) -> String) {
    let before = fs::read_to_string(path).unwrap();
    let after = change(before.clone());
    assert_ne!(before, after, "{} must change", path.display());
    fs::write(path, after).unwrap();
}

fn copy(from: &Path, to: &Path) {
    run(Command::new("cp").arg("-a").arg("-T").arg(from).arg(to));
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?}: {status}");
}
