//! A real environment with a running broker, and `refit` to work on it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex};
use std::time::{Duration, Instant};

use refit_demo::{
    DemoSite, JavaHome, SiteSpec, SiteUser, Sizes, StopOnDrop, Variant, artifacts_for_tests,
};
use refit_model::EnvironmentName;
use tempfile::TempDir;

use crate::refit::Refit;
use crate::tree::{self, Tree};

/// The environment's name.
pub const NAME: &str = "staging";
/// The version that it has at first, and the one that it is upgraded to.
pub const OLD: &str = "5.16.7";
pub const NEW: &str = "5.18.3";
/// How long a broker may take to start or to stop, under load too.
pub const WITHIN: Duration = Duration::from_mins(2);
/// Enough messages to notice loss and disorder.
const SIZES: Sizes = Sizes { queue_messages: 80, durable_messages: 40, body_bytes: 800 };
/// How many environments exist at a time: brokers take processor time.
const AT_A_TIME: u32 = 2;

/// An environment in a folder of its own. Its brokers end with it.
pub struct Site {
    /// The environment.
    pub demo: DemoSite,
    /// `refit` in its folder, with the archives.
    pub refit: Refit,
    artifacts: PathBuf,
    // In this order: the broker ends, its folder goes, another environment may come.
    _guard: StopOnDrop,
    folder: TempDir,
    _turn: Turn,
}

impl Site {
    /// Makes an environment, starts its broker and loads its messages. None, told loudly, where
    /// the archives are missing.
    pub fn make(test: &str) -> Option<Self> {
        let [archive, _] = artifacts_for_tests(test, [OLD, NEW])?;
        let turn = Turn::take();
        let folder = tempfile::tempdir().unwrap();
        let root = folder.path().canonicalize().unwrap();
        let artifacts = archive.parent().unwrap().canonicalize().unwrap();
        let spec = SiteSpec {
            name: EnvironmentName::new(NAME).unwrap(),
            variant: Variant::Staging,
            archive,
            java: JavaHome::of_this_machine().unwrap(),
            sizes: SIZES,
        };
        let demo = DemoSite::make(&root.join(NAME), spec).unwrap();
        let guard = demo.stop_on_drop();
        demo.start(WITHIN).unwrap();
        demo.load_messages(Instant::now() + WITHIN).unwrap();
        let refit = Refit::in_folder(&root).option("--artifacts", &artifacts);
        let refit = refit.keeping(secrets(&demo));
        Some(Self { demo, refit, artifacts, _guard: guard, folder, _turn: turn })
    }

    /// The folder that everything is in.
    pub fn root(&self) -> PathBuf {
        self.folder.path().canonicalize().unwrap()
    }

    /// The folder with the archives.
    pub fn artifacts(&self) -> &Path {
        &self.artifacts
    }

    /// Works with the archives of another folder from now on.
    pub fn use_artifacts(&mut self, folder: &Path) {
        self.refit = Refit::in_folder(&self.root()).option("--artifacts", folder);
        self.refit = self.refit.clone().keeping(secrets(&self.demo));
    }

    /// The home of a version, beside the link.
    pub fn home(&self, version: &str) -> PathBuf {
        self.demo.software().join(format!("apache-activemq-{version}"))
    }

    /// Where the data are once they were moved out of the old home.
    pub fn moved_data(&self) -> PathBuf {
        self.demo.software().join("activemq-data")
    }

    /// The process of the one broker that runs.
    pub fn pid(&self) -> u32 {
        let running = self.demo.running().unwrap();
        let [one] = running.as_slice() else { panic!("one broker: {running:?}") };
        one.pid
    }

    /// The one broker that runs tells this version, and holds every message.
    pub fn serves(&self, version: &str) {
        let home = self.demo.running().unwrap().pop().unwrap().home;
        assert_eq!(home.canonicalize().unwrap(), self.home(version));
        self.holds_everything(version);
        assert_eq!(self.told_pid(), self.pid());
    }

    /// Whatever answers tells this version, and holds every message.
    pub fn holds_everything(&self, version: &str) {
        let console = self.demo.console(SiteUser::ConsoleMonitor).unwrap();
        let deadline = Instant::now() + WITHIN;
        assert_eq!(console.broker(deadline).unwrap().version, version);
        let held = self.demo.held(deadline).unwrap();
        assert!(held.is_all(&self.demo.expected(), 0), "{held:?}");
    }

    fn told_pid(&self) -> u32 {
        let console = self.demo.console(SiteUser::ConsoleMonitor).unwrap();
        console.process_id(Instant::now() + WITHIN).unwrap().unwrap()
    }

    /// The text with words in place of this environment's folder and ports, and of the user.
    pub fn without_own_values(&self, text: &str) -> String {
        let ports = self.demo.ports();
        let user = format!("as the user {}", rustix::process::geteuid().as_raw());
        let words = [
            (self.root().display().to_string(), "FOLDER"),
            (ports.openwire.to_string(), "OPENWIRE"),
            (ports.stomp.to_string(), "STOMP"),
            (ports.console.to_string(), "CONSOLE"),
            (user, "as the user USER"),
        ];
        let text =
            words.iter().fold(text.to_owned(), |text, (value, word)| text.replace(value, word));
        let (before, after) = text.split_once("it runs as ").unwrap_or((&text, ","));
        format!("{before}it runs as USER,{}", after.split_once(',').unwrap_or_default().1)
    }

    /// Every password of the environment.
    pub fn secrets(&self) -> Vec<String> {
        secrets(&self.demo)
    }

    /// Everything below the software's folder but what a running broker or a run itself changes:
    /// data, temporary files, restore points, the control folder.
    pub fn installed(&self) -> Tree {
        tree::tree(&self.demo.software(), &|path| {
            let second = path.components().nth(1).map(|part| part.as_os_str().to_owned());
            let is_data = second.as_ref().is_some_and(|name| name == "data")
                && !self.demo.software().join(path).is_symlink();
            // The console unpacks itself there under a name that is another one each time.
            let is_temporary = second.is_some_and(|name| name == "tmp");
            let own = ["activemq-data", "refit-restore-points", ".refit-control"];
            is_data || is_temporary || own.iter().any(|name| path.starts_with(name))
        })
    }

    /// Plans, rehearses and approves, so that `refit run` can begin.
    pub fn approve(&self) {
        self.plan();
        self.refit.expect(0, &["rehearse", NAME]);
        self.refit.expect(0, &["approve", NAME, "--by", "Ann"]);
    }

    /// Makes a plan without open questions.
    pub fn plan(&self) {
        let decided = ["--decide", "data-location=move", "--by", "Ann"];
        self.refit.expect(0, &[&["plan", NAME], &decided[..]].concat());
    }
}

/// Puts the file's text, changed, in place of the file. Gives what puts it back.
pub fn change(path: &Path, change: impl FnOnce(&str) -> String) -> PutBack {
    let before = fs::read(path).unwrap();
    let text = String::from_utf8(before.clone()).unwrap();
    let after = change(&text);
    assert_ne!(text, after, "{} must change", path.display());
    fs::write(path, after).unwrap();
    PutBack { path: path.to_owned(), before }
}

/// Puts a file back as it was.
pub struct PutBack {
    path: PathBuf,
    before: Vec<u8>,
}

impl Drop for PutBack {
    fn drop(&mut self) {
        fs::write(&self.path, &self.before).unwrap();
    }
}

/// Every password of the environment.
fn secrets(site: &DemoSite) -> Vec<String> {
    let files = tree::files(&site.folder().join("secrets"));
    let secrets: Vec<_> =
        files.iter().map(|path| fs::read_to_string(path).unwrap().trim().to_owned()).collect();
    assert!(secrets.len() > 7 && secrets.iter().all(|secret| secret.len() > 20));
    secrets
}

static RUNNING: Mutex<u32> = Mutex::new(0);
static ENDED: Condvar = Condvar::new();

/// The right to have one more environment.
struct Turn;

impl Turn {
    fn take() -> Self {
        let running = RUNNING.lock().unwrap();
        *ENDED.wait_while(running, |running| *running >= AT_A_TIME).unwrap() += 1;
        Self
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        // A test that failed elsewhere has not spoiled a number.
        let mut running = RUNNING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        *running -= 1;
        ENDED.notify_one();
    }
}
