//! A server with people in it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use refit_app::StateDir;
use refit_packs::Packs;
use refit_portal::{
    Authorities, Clock, ConnectionLimits, Contents, MailSettings, ServeError, Server, Settings,
    Upgrades,
};
use refit_store::{KeyFile, Location, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::OnceCell;

use crate::browser::Browser;
use crate::people;
pub use crate::people::{PASSWORD, invite, organisation, organisation_fields, set_password};

/// When everything begins: a Monday.
pub const BEGIN: &str = "2026-11-02T09:00:00Z";

/// A server of its own, with records of its own.
pub struct World {
    runtime: Runtime,
    server: Option<Server>,
    now: Arc<Mutex<Timestamp>>,
    folder: TempDir,
    looking: OnceCell<Store>,
    pub url: String,
}

impl World {
    /// An empty server.
    pub fn new() -> Self {
        Self::with(None)
    }

    /// An empty server that sends letters.
    pub fn with(mail: Option<MailSettings>) -> Self {
        let folder = TempDir::new().unwrap();
        let database = Location::File(folder.path().join("service.sqlite"));
        Self::start(folder, database, mail, None)
    }

    /// An empty server behind a proxy, whose address is this.
    pub fn behind(public: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let database = Location::File(folder.path().join("service.sqlite"));
        Self::start(folder, database, None, Some(public.to_owned()))
    }

    /// An empty server over this database.
    pub fn over(database: Location) -> Self {
        Self::start(TempDir::new().unwrap(), database, None, None)
    }

    /// An empty server whose settings are changed before it starts.
    pub fn configured(change: impl FnOnce(&mut Settings)) -> Self {
        let folder = TempDir::new().unwrap();
        let database = Location::File(folder.path().join("service.sqlite"));
        Self::start_with(folder, database, change)
    }

    /// A server with a demonstration, on a state directory that was filled before.
    pub fn demo(fill: impl FnOnce(&StateDir)) -> Self {
        Self::configured(|settings| {
            fill(&settings.upgrades.as_ref().unwrap().state);
            settings.is_demo = true;
        })
    }

    fn start(
        folder: TempDir,
        database: Location,
        mail: Option<MailSettings>,
        public_url: Option<String>,
    ) -> Self {
        Self::start_with(folder, database, |settings| {
            settings.mail = mail;
            settings.public_url = public_url;
        })
    }

    fn start_with(folder: TempDir, database: Location, change: impl FnOnce(&mut Settings)) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap();
        let now = Arc::new(Mutex::new(BEGIN.parse().unwrap()));
        let mut settings = settings(&folder, database, Arc::clone(&now));
        change(&mut settings);
        let server = runtime.block_on(Server::start(settings)).unwrap();
        let url = format!("http://{}", server.address());
        Self { runtime, server: Some(server), now, folder, looking: OnceCell::new(), url }
    }

    /// What comes of filling the records of this server with a demonstration.
    pub fn start_demo_again(&self) -> Result<Server, ServeError> {
        let database = Location::File(self.folder.path().join("service.sqlite"));
        let settings = settings(&self.folder, database, Arc::clone(&self.now));
        self.runtime.block_on(Server::start(Settings { is_demo: true, ..settings }))
    }

    /// Everybody's password in a demonstration.
    pub fn demo_password(&self) -> String {
        let demo = self.server.as_ref().unwrap().demo().unwrap();
        demo.password.expose_text().unwrap().to_owned()
    }

    /// A browser of somebody in a demonstration.
    pub fn log_in_to_demo(&self, name: &str) -> Browser {
        let password = self.demo_password();
        let mut browser = self.browser();
        browser.get("/login").expect(200);
        browser.post("/login", &[("name", name), ("password", &password)]).expect(200);
        browser
    }

    /// The one-time link for the first administrator.
    pub fn first_link(&self) -> Option<String> {
        let server = self.server.as_ref().unwrap();
        server.first_link().map(|link| link.strip_prefix(server.url()).unwrap().to_owned())
    }

    /// The server's own records, as another server on the same database sees them.
    pub fn records<T>(&self, work: impl AsyncFnOnce(&Store) -> T) -> T {
        let location = Location::File(self.folder.path().join("service.sqlite"));
        let key_file = key_file(self.folder.path());
        let open = || async { Store::open(&location, &key_file).await.unwrap() };
        self.runtime.block_on(async { work(self.looking.get_or_init(open).await).await })
    }

    /// The folder of contents.
    pub fn contents(&self) -> PathBuf {
        self.folder.path().join("contents")
    }

    /// What time it is.
    pub fn now(&self) -> Timestamp {
        *self.now.lock().unwrap()
    }

    /// Time goes by.
    pub fn pass(&self, by: SignedDuration) {
        let mut now = self.now.lock().unwrap();
        *now = now.checked_add(by).unwrap();
    }

    /// It becomes this moment.
    pub fn goes_to(&self, moment: &str) {
        *self.now.lock().unwrap() = moment.parse().unwrap();
    }

    /// A browser of somebody who has not logged in.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// A browser of somebody who is logged in.
    pub fn log_in(&self, name: &str) -> Browser {
        let mut browser = self.browser();
        people::log_in(&mut browser, name);
        browser
    }

    /// The first administrator, logged in.
    pub fn administrator(&self) -> Browser {
        let link = self.first_link().expect("there is no administrator yet");
        set_password(&mut self.browser(), &link);
        self.log_in("administrator")
    }

    /// Two customers' organisations, and people of every role, who have set their passwords.
    pub fn peopled() -> Self {
        let world = Self::new();
        world.people();
        world
    }

    /// Fills in the people; gives the administrator's browser.
    pub fn people(&self) -> Browser {
        let mut admin = self.administrator();
        for (id, name) in [("acme", "Acme"), ("rival", "Rival & Sons")] {
            organisation(&mut admin, id, name);
        }
        for (id, organisation, role) in [
            ("ada", "acme", "customer"),
            ("eve", "rival", "customer"),
            ("ben", "team", "consultant"),
            ("cleo", "team", "consultant"),
            ("pia", "team", "project-manager"),
        ] {
            let link = invite(&mut admin, id, organisation, role);
            set_password(&mut self.browser(), &link);
        }
        admin
    }
}

impl Drop for World {
    fn drop(&mut self) {
        if let Some(server) = self.server.take() {
            self.runtime.block_on(server.stop()).unwrap();
        }
    }
}

/// The fields of a request that can be met.
pub const REQUEST: [(&str, &str); 9] = [
    ("fields.platform", "activemq-classic"),
    ("fields.current_version", "5.18.3"),
    ("fields.deployment", "on-premises"),
    ("fields.earliest_start", "2026-11-09"),
    ("fields.ideal_start", "2026-11-16"),
    ("fields.deadline", "2027-03-31"),
    ("fields.deadline_reason", "The version's end of life"),
    ("fields.access", "read-and-write"),
    ("fields.environments", "1"),
];

/// Makes a request; gives the case's path.
pub fn request(customer: &mut Browser) -> String {
    customer.get("/requests/new").expect(200);
    let page = customer.post_once("/requests/new", &REQUEST);
    let place = page.header("location").unwrap_or_else(|| panic!("{}", page.body)).to_owned();
    place.split('?').next().unwrap().to_owned()
}

/// A machine from which nothing was upgraded yet.
fn upgrades(folder: &Path) -> Upgrades {
    Upgrades {
        state: StateDir::open(&folder.join("state")).unwrap(),
        environments: folder.join("environments"),
        artifacts: None,
        program: folder.join("refit"),
        options: Vec::new(),
    }
}

fn key_file(folder: &Path) -> KeyFile {
    KeyFile::at(folder.join("service.key"))
}

/// How a server is started, without letters, on the records of a folder.
fn settings(folder: &TempDir, database: Location, now: Arc<Mutex<Timestamp>>) -> Settings {
    Settings {
        listen: "127.0.0.1:0".parse().unwrap(),
        public_url: None,
        is_behind_proxy: false,
        database,
        key_file: key_file(folder.path()),
        forgets_secrets: false,
        contents: Contents::Folder(folder.path().join("contents")),
        packs: Packs::embedded(),
        is_demo: false,
        administrator: "root@team.example".to_owned(),
        mail: None,
        oidc: None,
        authorities: Authorities::default(),
        webhook_hosts: vec!["127.0.0.1".to_owned()],
        rounds: Duration::from_millis(100),
        upgrades: Some(upgrades(folder.path())),
        patience: Duration::from_secs(2),
        connections: ConnectionLimits::default(),
        clock: Clock::new(move || *now.lock().unwrap()),
    }
}
