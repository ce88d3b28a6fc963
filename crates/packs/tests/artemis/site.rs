//! An instance as a site has it: the vendor's, changed in every file that sites change.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};

use refit_settings::{Document, FileSpec};

use crate::homes::{Homes, Versions};
use crate::settled::way;

/// The site.
pub struct Site {
    /// The version that it runs, and that which it is to run.
    pub versions: Versions,
    /// What the vendor's command had made.
    pub base: PathBuf,
    /// The instance as the site changed it.
    pub changed: PathBuf,
    /// The port of the acceptor for every protocol.
    pub main_port: u16,
    /// The port of the acceptor for STOMP.
    pub stomp_port: u16,
    /// The port of the web console.
    pub console_port: u16,
}

/// The user that the site has beside the vendor's.
pub const CLERK: &str = "olga";
/// Where logging was set until log4j 2 came.
pub const JBOSS_LOGGING: &str = "logging.properties";
/// That user's password.
pub const CLERK_PASSWORD: &str = "olga=s:ecret 1";

impl Site {
    /// Makes it with the old version.
    pub fn make(homes: &Homes) -> Self {
        let versions = homes.versions;
        homes.create_instance(versions.old);
        let base = homes.beside("base");
        copy_files(&homes.instance().join("etc"), &base);
        let [main_port, stomp_port, console_port] = free_ports();
        let changed = homes.move_instance("site");
        let site = Self { versions, base, changed, main_port, stomp_port, console_port };
        site.change_broker();
        site.change_process();
        site.change_users();
        site.change_logging();
        site
    }

    /// A file of the site.
    pub fn file(&self, name: &str) -> PathBuf {
        self.changed.join("etc").join(name)
    }

    /// The names of its files.
    pub fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.base).unwrap();
        let mut files: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        files.sort();
        files
    }

    /// The keys of a file that the site had changed, and that are not as it had them in a later
    /// one of that name.
    pub fn lost(&self, file: &str, etc: &Path) -> Vec<String> {
        let spec = way(file, self.versions).old;
        let base = keys(&self.base.join(file), &spec);
        let own = keys(&self.file(file), &spec);
        let after = keys(&etc.join(file), &spec);
        let all: BTreeSet<_> = base.keys().chain(own.keys()).collect();
        let changed = all.into_iter().filter(|key| base.get(*key) != own.get(*key));
        changed.filter(|key| own.get(*key) != after.get(*key)).cloned().collect()
    }

    fn change_broker(&self) {
        let [main, stomp] = [self.main_port, self.stomp_port];
        let mut broker = Edit::of(self.file("broker.xml"));
        broker.replace("tcp://127.0.0.1:61616?", &format!("tcp://127.0.0.1:{main}?"));
        broker.replace(
            "amqpDuplicateDetection=true;supportAdvisory=false",
            "amqpDuplicateDetection=true;connectionTtl=45000;supportAdvisory=false",
        );
        broker.replace("tcp://127.0.0.1:61613?", &format!("tcp://127.0.0.1:{stomp}?"));
        broker.replace("protocols=STOMP;useEpoll=true", "protocols=STOMP;useEpoll=false");
        broker.remove_line("<acceptor name=\"amqp\">");
        broker.remove_line("<acceptor name=\"mqtt\">");
        broker.remove_line("<acceptor name=\"hornetq\">");
        broker.replace(
            "<max-disk-usage>90</max-disk-usage>",
            "<!-- the disk is shared -->\n      <max-disk-usage>98</max-disk-usage>",
        );
        broker.replace("      </security-settings>", SECURITY);
        broker.replace("         <!--default for catch all-->", ADDRESS_SETTINGS);
        broker.replace("      </addresses>", ADDRESSES);
        broker.save();
    }

    fn change_process(&self) {
        let mut profile = Edit::of(self.file("artemis.profile"));
        profile.replace("-Xms512M -Xmx2G ", "-Xms128M -Xmx256M -Dacme.site=harbour ");
        profile.append("\n# where the scripts of the harbour look\nexport ACME_REGION='north'\n");
        profile.save();
        let mut bootstrap = Edit::of(self.file("bootstrap.xml"));
        bootstrap
            .replace("http://localhost:8161", &format!("http://127.0.0.1:{}", self.console_port));
        bootstrap.save();
    }

    fn change_users(&self) {
        let mut users = Edit::of(self.file("artemis-users.properties"));
        users.append(&format!("\n{CLERK} = {CLERK_PASSWORD}\n"));
        users.save();
        let mut roles = Edit::of(self.file("artemis-roles.properties"));
        roles.append(&format!("\nclerks = {CLERK}\n"));
        roles.save();
    }

    fn change_logging(&self) {
        if self.file(JBOSS_LOGGING).exists() {
            self.change_jboss_logging();
        } else {
            self.change_log4j();
        }
    }

    fn change_jboss_logging(&self) {
        let mut logging = Edit::of(self.file(JBOSS_LOGGING));
        logging.replace("org.apache.zookeeper\n", "org.apache.zookeeper,com.acme.stamp\n");
        logging.replace(
            "logger.org.apache.activemq.audit.resource.level=ERROR",
            "logger.org.apache.activemq.audit.resource.level=INFO",
        );
        logging.append("\nlogger.com.acme.stamp.level=DEBUG\n");
        logging.save();
    }

    fn change_log4j(&self) {
        let mut logging = Edit::of(self.file("log4j2.properties"));
        logging.replace("logger.audit_resource.level = OFF", "logger.audit_resource.level = INFO");
        logging.append("\nlogger.stamp.name = com.acme.stamp\nlogger.stamp.level = DEBUG\n");
        logging.save();
    }
}

const SECURITY: &str = r#"         <security-setting match="orders.#">
            <permission type="createDurableQueue" roles="amq,clerks"/>
            <permission type="createAddress" roles="amq,clerks"/>
            <permission type="consume" roles="amq"/>
            <permission type="send" roles="amq,clerks"/>
         </security-setting>
      </security-settings>"#;

const ADDRESS_SETTINGS: &str = r#"         <address-setting match="fixed.#">
            <auto-create-queues>false</auto-create-queues>
            <auto-create-addresses>false</auto-create-addresses>
         </address-setting>
         <!--default for catch all-->"#;

const ADDRESSES: &str = r#"         <address name="orders.new">
            <anycast>
               <queue name="orders.new" />
            </anycast>
         </address>
      </addresses>"#;

/// A text that is changed as by hand.
struct Edit {
    path: PathBuf,
    text: String,
}

impl Edit {
    fn of(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).unwrap();
        Self { path, text }
    }

    fn replace(&mut self, old: &str, new: &str) {
        assert_eq!(self.text.matches(old).count(), 1, "{old} in {}", self.path.display());
        self.text = self.text.replacen(old, new, 1);
    }

    fn remove_line(&mut self, with: &str) {
        let is_other = |line: &&str| !line.contains(with);
        let kept: String = self.text.split_inclusive('\n').filter(is_other).collect();
        assert_ne!(kept, self.text, "{with} in {}", self.path.display());
        self.text = kept;
    }

    fn append(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn save(self) {
        fs::write(self.path, self.text).unwrap();
    }
}

/// The keys of a file and their values; commented ones are left out.
pub fn keys(path: &Path, spec: &FileSpec) -> BTreeMap<String, Option<String>> {
    let document = read(path, spec);
    let live = document.keys().into_iter().filter(|key| key.live);
    live.map(|key| (key.path, key.value)).collect()
}

/// Reads a file of an instance.
pub fn read(path: &Path, spec: &FileSpec) -> Document {
    let bytes = fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    Document::parse(&bytes, spec).unwrap()
}

/// Copies the files of one folder.
pub fn copy_files(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

/// Free ports below those that the system gives to clients: one of these could meet itself while it
/// waits for the broker. Every call looks at ports of its own, since tests run side by side.
fn free_ports<const N: usize>() -> [u16; N] {
    static CALLS: AtomicU16 = AtomicU16::new(0);
    let call = CALLS.fetch_add(1, Ordering::Relaxed);
    let first = 10_000 + u16::try_from(std::process::id() % 18_000).unwrap() + 200 * call;
    // All are held until the last is known, so that they differ.
    let bound = (first..first + 200).filter_map(|port| TcpListener::bind(("127.0.0.1", port)).ok());
    let held: Vec<_> = bound.take(N).collect();
    let ports: Vec<_> = held.iter().map(|one| one.local_addr().unwrap().port()).collect();
    ports.try_into().unwrap()
}
