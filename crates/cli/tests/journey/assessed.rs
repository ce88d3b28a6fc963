//! What an assessment of a real installation finds, and that it changes nothing.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use refit_demo::brokers_within;
use serde_json::Value;

use crate::expect::expect;
use crate::refit::{Done, Refit};
use crate::site::{NAME, NEW, OLD, Site, WITHIN, change};
use crate::tree::differences;

#[test]
fn a_running_broker_with_something_in_the_way_is_refused() {
    let Some(site) = Site::make("a_running_broker_with_something_in_the_way_is_refused") else {
        return;
    };
    everything_is_found_and_proved(&site);
    layouts_and_stores_that_cannot_be_handled(&site);
    a_file_that_cannot_be_read(&site);
    plans_of_unusual_brokers(&site);
    versions_and_archives(&site);
    java_too_old(&site);
    ports_of_others(&site);
    site.serves(OLD);
    site.refit.keeps_its_secrets();
}

#[test]
fn a_broker_that_does_not_run_as_it_should_is_refused() {
    let Some(site) = Site::make("a_broker_that_does_not_run_as_it_should_is_refused") else {
        return;
    };
    site.demo.stop(WITHIN).unwrap();
    not_running(&site);
    another_broker_answers(&site);
    store_locked_by_another(&site);
    run_by_the_wrapper(&site);
    an_instance_apart_from_its_software(&site);
    site.demo.start(WITHIN).unwrap();
    site.serves(OLD);
    site.refit.keeps_its_secrets();
}

/// `discover` prints a file that can be used as it is; `access check` proves every path and leaves
/// nothing behind.
fn everything_is_found_and_proved(site: &Site) {
    let nothing_changed = Unchanged::look(site);
    let found = site.refit.expect(0, &["discover", "--name", "found"]).stdout;
    fs::write(site.root().join("environments/found.toml"), &found).unwrap();
    let environment: refit_model::Environment = toml::from_str(&found).unwrap();
    let link = site.demo.link().display().to_string();
    let ours = |entry: &&refit_model::Installation| entry.home.to_string() == link;
    let mut named = environment.installations.iter().filter(|(_, entry)| ours(entry));
    let (name, _) = named.next().unwrap();
    assert!(named.next().is_none(), "{found}");
    let assessed = site.refit.expect(0, &["assess", &format!("found:{name}")]);
    assessed.telling(&["installed 5.16.7", "none blocks a run"]);

    let report = site.refit.json(&["access", "check", NAME]);
    let proofs = report["body"]["proofs"].as_array().unwrap();
    assert!(proofs.iter().all(|proof| proof["proved"] == true), "{report:#}");
    let software = site.demo.software();
    let data = site.home(OLD).join("data");
    let places = [
        ("make the new version's folder", software.clone()),
        ("keep restore points", software.join("refit-restore-points")),
        ("keep lock and outcomes of operations", software.join(".refit-control")),
        ("rename the data", data),
        ("turn the link", software.clone()),
        ("read the configuration", site.home(OLD)),
    ];
    for (what, at) in places {
        let at = at.display().to_string();
        let proved = |proof: &&Value| proof["what"] == what && proof["at"] == at;
        assert!(proofs.iter().any(|proof| proved(&proof)), "{what} {at}: {report:#}");
    }
    for login in ["as probe; it says: 5.16.7", "as monitor; it says: 5.16.7"] {
        assert!(proofs.iter().any(|proof| proof["answer"] == login), "{login}: {report:#}");
    }
    let text = site.refit.expect(0, &["access", "check", NAME]).stdout;
    let (text, kept) = text.rsplit_once("The report is kept as ").unwrap();
    assert!(kept.starts_with("sha256:"), "{kept}");
    expect("access-check.txt", &site.without_own_values(text));
    let left = fs::read_dir(&software).unwrap().map(|entry| entry.unwrap().file_name());
    assert_eq!(left.count(), 2, "the home and the link");
    nothing_changed.since(site);
}

fn layouts_and_stores_that_cannot_be_handled(site: &Site) {
    let conf = site.demo.link().join("conf/activemq.xml");
    refused_with(site, &conf, joined, "network-of-brokers", "static:(tcp:");
    let jdbc = |text: &str| store(text, "<jdbcPersistenceAdapter dataSource=\"#orders-ds\"/>");
    refused_with(site, &conf, jdbc, "store-jdbc", "store.kind: jdbc");
    let leveldb = |text: &str| store(text, "<levelDB directory=\"${activemq.data}/leveldb\"/>");
    refused_with(site, &conf, leveldb, "store-leveldb", "leveldb");
    let pair = "<kahaDB directory=\"${activemq.data}/kahadb\"><locker><shared-file-locker \
                lockAcquireSleepInterval=\"5000\"/></locker></kahaDB>";
    refused_with(site, &conf, |text| store(text, pair), "store-shared", "shared-file-locker");
    let unlocked = |text: &str| text.replace("<kahaDB ", "<kahaDB useLock=\"false\" ");
    refused_with(site, &conf, unlocked, "store-unlocked", "without a lock");
    let env = site.demo.link().join("bin/env");
    let apart = |text: &str| format!("{text}\nACTIVEMQ_BASE=/srv/orders\n");
    refused_with(site, &env, apart, "environment-sets-home", "bin/env");
}

/// The text with another store in place of KahaDB.
fn store(text: &str, other: &str) -> String {
    let from = text.find("<kahaDB").unwrap();
    let to = from + text[from..].find("/>").unwrap() + 2;
    format!("{}{other}{}", &text[..from], &text[to..])
}

fn a_file_that_cannot_be_read(site: &Site) {
    let conf = site.demo.link().join("conf/activemq.xml");
    let broken = |text: &str| text.replace("</broker>", "</brokr>");
    let line = 1 + fs::read_to_string(&conf)
        .unwrap()
        .lines()
        .position(|line| line.contains("</broker>"))
        .unwrap();
    let place = format!("conf/activemq.xml, line {line}, column 5: expected the end tag </broker>");
    refused_with(site, &conf, broken, "conf-unparsed", &place);
    let _changed = change(&conf, broken);
    let planned = site.refit.expect(3, &["plan", NAME]);
    planned.telling(&["findings forbid this plan:", "conf-unparsed", "see `refit assess staging`"]);
}

/// What is forbidden is shown as far as it goes, and can be neither rehearsed nor approved; a
/// broker that keeps its messages in memory alone has a plan without a copy of them.
fn plans_of_unusual_brokers(site: &Site) {
    let conf = site.demo.link().join("conf/activemq.xml");
    let network = change(&conf, joined);
    let decided = ["plan", NAME, "--decide", "data-location=move"];
    let planned = site.refit.expect(3, &decided).telling(&["5.16.7 to 5.18.3", "restore-point-b"]);
    assert!(!planned.stdout.contains("contradicts"));
    let told = ["findings forbid it: network-of-brokers"];
    site.refit.expect(3, &["rehearse", NAME]).telling(&told);
    site.refit.expect(3, &["approve", NAME, "--by", "Ann"]).telling(&told);
    drop(network);
    let in_memory = |text: &str| store(text, "<memoryPersistenceAdapter/>");
    let _in_memory = change(&conf, in_memory);
    let planned = site.refit.expect(0, &decided);
    assert!(!planned.stdout.contains("restore-point-b"), "{planned}");
    site.refit.expect(4, &["plan", NAME, "--undecide", "data-location"]);
}

/// A broker that belongs to a network.
fn joined(text: &str) -> String {
    let network = "<networkConnectors><networkConnector uri=\"static:(tcp://127.0.0.1:9)\"/>\
                   </networkConnectors>";
    text.replace("<transportConnectors>", &format!("{network}<transportConnectors>"))
}

fn versions_and_archives(site: &Site) {
    let nothing_changed = Unchanged::look(site);
    let to = |version: &str, code: i32| site.refit.expect(code, &["assess", NAME, "--to", version]);
    to("9.9.9", 2).telling(&["knows no version 9.9.9; it knows the series 5.15, 5.16"]);
    to("5.15.16", 2).telling(&["5.15.16 is older than 5.16.7; Refit upgrades"]);
    let lacks = "there is no archive of 5.18.7 in";
    to("5.18.7", 3)
        .telling(&[lacks, "fetch org.apache.activemq:apache-activemq:5.18.7:tar.gz:bin"]);

    let archives = site.root().join("archives");
    fs::create_dir(&archives).unwrap();
    let refit = Refit::in_folder(&site.root()).option("--artifacts", &archives);
    let refit = refit.keeping(site.secrets());
    assert_blocks(&refit.expect(3, &["--format", "json", "assess", NAME]), "no-target", "Fetch");
    let archive = format!("apache-activemq-{NEW}-bin.tar.gz");
    let mut bytes = fs::read(site.artifacts().join(&archive)).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(archives.join(&archive), bytes).unwrap();
    let wrong = refit.expect(3, &["assess", NAME]);
    wrong.telling(&[&archive, "its digest is sha256:", "the pack knows sha256:", "fetch it again"]);
    fs::remove_dir_all(&archives).unwrap();
    nothing_changed.since(site);
}

fn java_too_old(site: &Site) {
    let java = site.root().join("java-8");
    fs::create_dir(&java).unwrap();
    fs::write(java.join("release"), "JAVA_VERSION=\"1.8.0_402\"\n").unwrap();
    let entry = format!("\nnew_java_home = \"{}\"\nhome =", java.display());
    let named = |text: &str| text.replace("\nhome =", &entry);
    let told = "Java 8 is too old for 5.18.3";
    refused_with(site, &site.demo.environment_file(), named, "java-too-old", told);
}

fn ports_of_others(site: &Site) {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = other.local_addr().unwrap().port().to_string();
    let stomp = site.demo.ports().stomp.to_string();
    let moved = |text: &str| text.replace(&format!(":{stomp}?"), &format!(":{port}?"));
    let conf = site.demo.link().join("conf/activemq.xml");
    let holder = format!("127.0.0.1:{port} (process {}", std::process::id());
    refused_with(site, &conf, moved, "port-taken", &holder);
    let differs = |text: &str| text.replace(&format!("= {stomp}"), "= 9");
    let told = format!("stomp: entry 9, conf/activemq.xml {stomp}");
    refused_with(site, &site.demo.environment_file(), differs, "port-differs", &told);
}

fn not_running(site: &Site) {
    let nothing_changed = Unchanged::look(site);
    let told = ["The broker does not run", "Start it, then assess again"];
    site.refit.expect(0, &["assess", NAME]).telling(&told);
    let discovered = site.refit.run(&["discover"]);
    assert!(!discovered.stdout.contains(&site.demo.folder().display().to_string()));
    nothing_changed.since(site);
}

/// Something that answers as a broker of the right version is not taken for this one.
fn another_broker_answers(site: &Site) {
    let nothing_changed = Unchanged::look(site);
    let other = OtherBroker::at(site.demo.ports().stomp);
    let done = site.refit.expect(3, &["--format", "json", "assess", NAME]);
    let holder =
        format!("stomp 127.0.0.1:{} (process {}", site.demo.ports().stomp, std::process::id());
    assert_blocks(&done, "port-taken", &holder);
    let checked = site.refit.expect(3, &["access", "check", NAME]);
    checked.telling(&["FAILED look into the broker's process", "none runs from this home"]);
    other.was_not_given_a_password(site);
    nothing_changed.since(site);
}

fn store_locked_by_another(site: &Site) {
    let nothing_changed = Unchanged::look(site);
    let path = site.home(OLD).join("data/kahadb/lock");
    let file = fs::OpenOptions::new().write(true).open(path).unwrap();
    rustix::fs::fcntl_lock(&file, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let done = site.refit.expect(3, &["--format", "json", "assess", NAME]);
    let holder =
        format!("Another process holds the lock of the store: process {}", std::process::id());
    assert_blocks(&done, "store-locked-by-another", &holder);
    drop(file);
    nothing_changed.since(site);
}

/// The vendor's own service wrapper, which starts the broker again when it ends.
fn run_by_the_wrapper(site: &Site) {
    let folder = site.home(OLD).join("bin/linux-x86-64");
    let mut wrapper =
        Started::by(Command::new("./wrapper").arg("wrapper.conf").current_dir(folder));
    wrapper.until_a_broker_runs(site);
    let done = site.refit.expect(3, &["--format", "json", "assess", NAME]);
    assert_blocks(&done, "layout-wrapper", "The Java Service Wrapper runs the broker");
    let found = site.refit.expect(0, &["discover"]).stdout;
    let told = format!("home {}, started by: wrapper", site.home(OLD).display());
    assert!(found.contains(&told), "{told}: {found}");
    wrapper.end(site);
}

/// What `activemq create` makes: the instance alone, and the software with the instance running.
fn an_instance_apart_from_its_software(site: &Site) {
    let instance = site.demo.folder().join("orders");
    let vendor = site.home(OLD).join("bin/activemq");
    let java = site.demo.spec().java.as_path();
    let run = |program: &Path, words: &[&str]| {
        let mut command = Command::new(program);
        command.args(words).env("JAVA_HOME", java).env("HOME", site.demo.folder().join("home"));
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    run(&vendor, &["create", &instance.display().to_string()]);
    let link = site.demo.link().display().to_string();
    let moved =
        |text: &str| text.replace(&format!("\"{link}\""), &format!("\"{}\"", instance.display()));
    let as_home = change(&site.demo.environment_file(), moved);
    site.refit.expect(3, &["assess", NAME]).telling(&["made by `activemq create`", "by hand"]);
    drop(as_home);
    run(&instance.join("bin/orders"), &["start"]);
    let done = site.refit.expect(3, &["--format", "json", "assess", NAME]);
    assert_blocks(&done, "layout-base-apart", "ACTIVEMQ_BASE is another folder than the home");
    site.demo.stop(WITHIN).unwrap();
    fs::remove_dir_all(instance).unwrap();
}

/// With this change to a file, the assessment has this finding, which forbids a run; the file is
/// put back.
fn refused_with(site: &Site, path: &Path, edit: impl Fn(&str) -> String, key: &str, told: &str) {
    let _changed = change(path, edit);
    let nothing_changed = Unchanged::look(site);
    let done = site.refit.expect(3, &["--format", "json", "assess", NAME]);
    assert_blocks(&done, key, told);
    nothing_changed.since(site);
}

/// The finding is there, forbids a run, says what to do, and tells this.
fn assert_blocks(done: &Done, key: &str, told: &str) {
    let report: Value = serde_json::from_str(&done.stdout).unwrap();
    let part = |name: &str| report[name]["body"]["findings"].as_array().unwrap().clone();
    let findings = [part("assessment"), part("observations")].concat();
    let finding = findings.iter().find(|finding| finding["key"] == key);
    let finding = finding.unwrap_or_else(|| panic!("no finding {key}: {findings:#?}"));
    assert_eq!(finding["blocks"], true, "{finding:#}");
    assert!(finding["remedy"].is_object(), "{finding:#}");
    let text = serde_json::to_string(finding).unwrap().replace("\\\"", "\"");
    assert!(text.contains(told), "`{told}` is not in {finding:#}");
}

/// How the installation and its broker were at one moment.
struct Unchanged {
    installed: crate::tree::Tree,
    running: Vec<u32>,
}

impl Unchanged {
    fn look(site: &Site) -> Self {
        let running = site.demo.running().unwrap().iter().map(|broker| broker.pid).collect();
        Self { installed: site.installed(), running }
    }

    /// They are the same now.
    fn since(self, site: &Site) {
        let now = Self::look(site);
        assert_eq!(differences(&self.installed, &now.installed), Vec::<String>::new());
        assert_eq!(self.running, now.running);
    }
}

/// A process that answers STOMP as the right broker would.
struct OtherBroker {
    heard: JoinHandle<Vec<u8>>,
    over: Arc<AtomicBool>,
    port: u16,
}

impl OtherBroker {
    fn at(port: u16) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", port)).unwrap();
        let over = Arc::new(AtomicBool::new(false));
        let is_over = Arc::clone(&over);
        let heard = thread::spawn(move || {
            let mut heard = Vec::new();
            for client in listener.incoming() {
                if is_over.load(Ordering::SeqCst) {
                    break;
                }
                answer(&mut client.unwrap(), &mut heard);
            }
            heard
        });
        Self { heard, over, port }
    }

    fn was_not_given_a_password(self, site: &Site) {
        self.over.store(true, Ordering::SeqCst);
        drop(TcpStream::connect(("127.0.0.1", self.port)).unwrap());
        let heard = self.heard.join().unwrap();
        let password = site.demo.credentials(refit_demo::SiteUser::Probe).unwrap().password;
        let given = heard.windows(password.expose().len()).any(|part| part == password.expose());
        assert!(!given, "a stranger was given the password");
    }
}

fn answer(client: &mut TcpStream, heard: &mut Vec<u8>) {
    client.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
    let mut bytes = [0; 1024];
    // A client that says nothing is answered as well.
    let length = client.read(&mut bytes).unwrap_or(0);
    heard.extend(&bytes[..length]);
    let frame = format!("CONNECTED\nversion:1.2\nserver:ActiveMQ/{OLD}\n\n\0");
    client.write_all(frame.as_bytes()).unwrap();
}

/// A program of the vendor's that runs a broker; ended with it.
struct Started(Child);

impl Started {
    fn by(command: &mut Command) -> Self {
        let quiet = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(quiet.spawn().unwrap())
    }

    fn until_a_broker_runs(&mut self, site: &Site) {
        let deadline = Instant::now() + WITHIN;
        while brokers_within(site.demo.folder()).unwrap().is_empty() {
            assert!(self.0.try_wait().unwrap().is_none(), "it ended");
            assert!(Instant::now() < deadline, "it starts no broker");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Killed first, since it would start the broker again.
    fn end(mut self, site: &Site) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
        site.demo.stop(WITHIN).unwrap();
    }
}

impl Drop for Started {
    fn drop(&mut self) {
        drop(self.0.kill().and_then(|()| self.0.wait()));
    }
}
